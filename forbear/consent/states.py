"""The words of the consent room."""

from __future__ import annotations

from enum import StrEnum

from forbear.core.lifecycle import Lifecycle


class OptOutChannel(StrEnum):
    SMS = "sms"
    EMAIL = "email"
    CALL = "call"
    WHATSAPP = "whatsapp"
    ALL = "all"


class HoldKind(StrEnum):
    DISPUTE = "dispute"
    ATTORNEY = "attorney"
    ATTORNEY_UNNAMED = "attorney_unnamed"  # represented, but nobody knows by whom
    CEASE = "cease"
    BANKRUPTCY = "bankruptcy"
    DECEASED = "deceased"
    MANUAL = "manual"
    LEGAL = "legal"
    UNCLEAR_REPLY = "unclear_reply"


# What takes the accounts that it is about into review. About a lawyer or a death the rules ask a person, contact by
# contact; an unclear reply holds an address: its account is in a conversation, which a person reads.
REVIEWED = frozenset({HoldKind.DISPUTE, HoldKind.CEASE, HoldKind.BANKRUPTCY, HoldKind.MANUAL, HoldKind.LEGAL})


class LiftStatus(StrEnum):
    ASKED = "asked"
    CONFIRMED = "confirmed"
    DECLINED = "declined"


LIFT = Lifecycle(
    LiftStatus,
    {
        "confirm": {LiftStatus.ASKED: LiftStatus.CONFIRMED},
        "decline": {LiftStatus.ASKED: LiftStatus.DECLINED},
    },
)


class OptOutSource(StrEnum):
    REPLY = "reply"
    STAFF = "staff"
    API = "api"
    FILE = "file"
    PROVIDER = "provider"
    PORTAL = "portal"
    LINK = "link"  # in a letter
    KEYPAD = "keypad"  # a key pressed in a call: it ends texts to the number too (47 CFR 64.1200(a)(10))


class ActType(StrEnum):
    """What somebody did or said; the keys that `policy.folding` knows, and `void` for one recorded by mistake."""

    OPT_OUT = "opt_out"
    OPT_IN = "opt_in"
    CONSENT = "consent"
    REVOCATION = "revocation"
    PRIOR_COLLECTOR_USED = "prior_collector_used"
    MEDIA_REQUEST = "media_request"
    MEDIA_REQUEST_LIFTED = "media_request_lifted"
    INCONVENIENT_TIME = "inconvenient_time"
    INCONVENIENT_PLACE = "inconvenient_place"
    EMPLOYER_PROHIBITS = "employer_prohibits"
    EMPLOYER_PROVIDED = "email_known_employer_provided"
    CEASE_NOTICE = "cease_notice"
    CEASE_REQUEST = "cease_request"
    REFUSAL_TO_PAY = "refusal_to_pay"
    ATTORNEY_KNOWN = "attorney_known"
    SENT_TO_ATTORNEY = "sent_to_attorney"
    ATTORNEY_ANSWERED = "attorney_answered"
    ATTORNEY_CONSENTS = "attorney_consents"
    ATTORNEY_WITHDRAWN = "attorney_withdrawn"
    BANKRUPTCY = "bankruptcy"
    DECEASED = "deceased"
    REPRESENTATIVE_NAMED = "representative_named"
    DISPUTE = "dispute"
    ORIGINAL_CREDITOR_REQUEST = "original_creditor_request"
    DISPUTE_WITHDRAWN = "dispute_withdrawn"
    VALIDATION_NOTICE_SENT = "validation_notice_sent"
    VERIFICATION_SENT = "verification_sent"
    ORIGINAL_CREDITOR_SENT = "original_creditor_sent"
    DUPLICATIVE_NOTICE_SENT = "duplicative_notice_sent"
    CREDITOR_EMAIL_NOTICE = "creditor_email_notice"
    MEDICAL_NOTICE_SENT = "nv_medical_notice_sent"
    REASSIGNED_CHECK = "rnd"
    NATIONAL_DNC = "national_dnc"
    WRONG_PARTY = "wrong_party"
    OUT_OF_SERVICE = "out_of_service"
    BOUNCE = "bounce"
    ADDRESS_VERIFIED = "address_verified"
    NUMBER_VERIFIED = "number_verified"
    NUMBER_SOURCE = "number_source"
    VOID = "void"


class ActSource(StrEnum):
    """From whom we know it. The first three are the party that acted; the others are notes about it."""

    CONSUMER = "consumer"
    OTHER_PARTY = "other_party"  # a lawyer, a court, a collector before us
    PROVIDER = "provider"
    STAFF = "staff"
    CREDITOR_FILE = "creditor_file"
    IMPORT = "import"
    API = "api"


FIRST_HAND = frozenset({ActSource.CONSUMER, ActSource.OTHER_PARTY, ActSource.PROVIDER})
FILES = frozenset({ActSource.CREDITOR_FILE, ActSource.IMPORT})

# These can only close: whoever tells us, it is believed.
CLOSING = frozenset(
    {
        ActType.OPT_OUT,
        ActType.REVOCATION,
        ActType.MEDIA_REQUEST,
        ActType.INCONVENIENT_TIME,
        ActType.INCONVENIENT_PLACE,
        ActType.EMPLOYER_PROHIBITS,
        ActType.EMPLOYER_PROVIDED,
        ActType.CEASE_NOTICE,
        ActType.CEASE_REQUEST,
        ActType.REFUSAL_TO_PAY,
        ActType.ATTORNEY_KNOWN,
        ActType.BANKRUPTCY,
        ActType.DECEASED,
        ActType.DISPUTE,
        ActType.ORIGINAL_CREDITOR_REQUEST,
        ActType.NATIONAL_DNC,
        ActType.WRONG_PARTY,
        ActType.OUT_OF_SERVICE,
        ActType.BOUNCE,
        ActType.NUMBER_SOURCE,
    }
)

# What we did ourselves: our own staff and programs know it first hand, a file does not.
OURS = frozenset(
    {
        ActType.SENT_TO_ATTORNEY,
        ActType.VALIDATION_NOTICE_SENT,
        ActType.VERIFICATION_SENT,
        ActType.ORIGINAL_CREDITOR_SENT,
        ActType.DUPLICATIVE_NOTICE_SENT,
        ActType.CREDITOR_EMAIL_NOTICE,
        ActType.MEDICAL_NOTICE_SENT,
        ActType.REASSIGNED_CHECK,
    }
)

# What the rows of holds say; the policy reads these from there.
HOLDING = frozenset(
    {
        ActType.CEASE_NOTICE,
        ActType.CEASE_REQUEST,
        ActType.REFUSAL_TO_PAY,
        ActType.ATTORNEY_KNOWN,
        ActType.SENT_TO_ATTORNEY,
        ActType.ATTORNEY_ANSWERED,
        ActType.ATTORNEY_CONSENTS,
        ActType.ATTORNEY_WITHDRAWN,
        ActType.BANKRUPTCY,
        ActType.DECEASED,
        ActType.REPRESENTATIVE_NAMED,
        ActType.DISPUTE,
        ActType.ORIGINAL_CREDITOR_REQUEST,
        ActType.DISPUTE_WITHDRAWN,
    }
)

ABOUT_AN_ADDRESS = frozenset(
    {
        ActType.PRIOR_COLLECTOR_USED,
        ActType.EMPLOYER_PROVIDED,
        ActType.CREDITOR_EMAIL_NOTICE,
        ActType.REASSIGNED_CHECK,
        ActType.NATIONAL_DNC,
        ActType.WRONG_PARTY,
        ActType.OUT_OF_SERVICE,
        ActType.BOUNCE,
        ActType.ADDRESS_VERIFIED,
        ActType.NUMBER_VERIFIED,
        ActType.NUMBER_SOURCE,
    }
)

# These may stand for an address alone, whoever may have it.
MAY_BE_NOBODYS = ABOUT_AN_ADDRESS | {ActType.OPT_OUT, ActType.REVOCATION, ActType.CONSENT}

ABOUT_AN_ACCOUNT = frozenset(
    {
        ActType.DISPUTE,
        ActType.ORIGINAL_CREDITOR_REQUEST,
        ActType.DISPUTE_WITHDRAWN,
        ActType.VALIDATION_NOTICE_SENT,
        ActType.VERIFICATION_SENT,
        ActType.ORIGINAL_CREDITOR_SENT,
        ActType.DUPLICATIVE_NOTICE_SENT,
    }
)

TITLES = {
    ActType.OPT_OUT: "Opted out",
    ActType.OPT_IN: "Asked to be written to again",
    ActType.CONSENT: "Consent",
    ActType.REVOCATION: "Consent taken back",
    ActType.PRIOR_COLLECTOR_USED: "Used by a collector before us",
    ActType.MEDIA_REQUEST: "Asked not to be reached this way",
    ActType.MEDIA_REQUEST_LIFTED: "May be reached this way again",
    ActType.INCONVENIENT_TIME: "Inconvenient time",
    ActType.INCONVENIENT_PLACE: "Inconvenient place",
    ActType.EMPLOYER_PROHIBITS: "The employer does not allow contact",
    ActType.EMPLOYER_PROVIDED: "The employer's e-mail address",
    ActType.CEASE_NOTICE: "Written notice to cease",
    ActType.CEASE_REQUEST: "Asked us to cease",
    ActType.REFUSAL_TO_PAY: "Refused to pay",
    ActType.ATTORNEY_KNOWN: "Represented by a lawyer",
    ActType.SENT_TO_ATTORNEY: "We wrote to the lawyer",
    ActType.ATTORNEY_ANSWERED: "The lawyer answered",
    ActType.ATTORNEY_CONSENTS: "The lawyer lets us contact the person",
    ActType.ATTORNEY_WITHDRAWN: "The lawyer no longer speaks for the person",
    ActType.BANKRUPTCY: "Bankruptcy",
    ActType.DECEASED: "Reported dead",
    ActType.REPRESENTATIVE_NAMED: "Who speaks for the estate is known",
    ActType.DISPUTE: "Dispute",
    ActType.ORIGINAL_CREDITOR_REQUEST: "Asked for the original creditor",
    ActType.DISPUTE_WITHDRAWN: "Dispute withdrawn",
    ActType.VALIDATION_NOTICE_SENT: "Validation notice sent",
    ActType.VERIFICATION_SENT: "Verification sent",
    ActType.ORIGINAL_CREDITOR_SENT: "Original creditor named",
    ActType.DUPLICATIVE_NOTICE_SENT: "Notice about a repeated dispute sent",
    ActType.CREDITOR_EMAIL_NOTICE: "The creditor's notice by e-mail",
    ActType.MEDICAL_NOTICE_SENT: "Notice about a medical debt sent",
    ActType.REASSIGNED_CHECK: "Reassigned numbers database asked",
    ActType.NATIONAL_DNC: "On the national do-not-call registry",
    ActType.WRONG_PARTY: "Belongs to somebody else",
    ActType.OUT_OF_SERVICE: "Out of service",
    ActType.BOUNCE: "The address bounced",
    ActType.ADDRESS_VERIFIED: "Address verified",
    ActType.NUMBER_VERIFIED: "Number verified",
    ActType.NUMBER_SOURCE: "Where the number comes from",
    ActType.VOID: "Taken back as recorded by mistake",
}
