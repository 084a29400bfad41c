"""What must and must not be said: checks of a voicemail, a script, an envelope, a header, a date. Pure, by
code.

Each check answers with the codes of what is wrong, in the order of the rule's own list; ``SENTENCES`` says
them with their citations. The text of messages is judged by the wording room's linter, which shares these
codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Codes = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    sentence: str
    cite: str


SENTENCES: Mapping[str, Explanation] = {
    "lcm.not_a_voicemail": Explanation("Only a voicemail can be a limited-content message.", "12 CFR 1006.2(j)"),
    "lcm.not_for_consumer": Explanation(
        "A limited-content message is left for the consumer, nobody else.", "12 CFR 1006.2(j)"
    ),
    "lcm.cut_off": Explanation("A recording that was cut off is no limited-content message.", "12 CFR 1006.2(j)"),
    "lcm.missing_business_name": Explanation("Say the name of the business.", "12 CFR 1006.2(j)(1)(i)"),
    "lcm.business_name_indicates_debt_collection": Explanation(
        "The name of the business must not show that it collects debts.", "12 CFR 1006.2(j)(1)(i)"
    ),
    "lcm.missing_request_to_reply": Explanation("Ask the consumer to call back.", "12 CFR 1006.2(j)(1)(ii)"),
    "lcm.missing_natural_person_name": Explanation(
        "Name a person whom the consumer may ask for.", "12 CFR 1006.2(j)(1)(iii)"
    ),
    "lcm.missing_telephone_number": Explanation("Say a telephone number to call back.", "12 CFR 1006.2(j)(1)(iv)"),
    "lcm.extra_content": Explanation(
        "Anything beyond the list ends its status, even what a state requires.", "12 CFR 1006.2(j)(2)"
    ),
    "confirmation.extra_content": Explanation(
        "A confirmation confirms and does nothing else.", "47 CFR 64.1200(a)(12)"
    ),
    "identity.not_disclosed": Explanation("The caller must say who is calling.", "12 CFR 1006.14(g)"),
    "location.mentions_debt": Explanation(
        "A call for location information never says that a debt is owed.", "12 CFR 1006.10(b)(2)"
    ),
    "location.employer_named_unasked": Explanation(
        "The employer's name is told only when it is asked for.", "12 CFR 1006.10(b)(1)"
    ),
    "location.caller_not_identified": Explanation(
        "The caller names oneself and says what the call is for.", "12 CFR 1006.10(b)(1)"
    ),
    "location.repeat_call": Explanation(
        "One such call, unless asked to call again or the answer was wrong.", "12 CFR 1006.10(c)"
    ),
    "recording.business_missing_at_start": Explanation(
        "A recorded voice says at its start which business is calling.", "47 CFR 64.1200(b)(1)"
    ),
    "recording.telephone_number_missing": Explanation(
        "A recorded voice says a telephone number.", "47 CFR 64.1200(b)(2)"
    ),
    "recording.opt_out_missing": Explanation("A recorded voice offers a way to opt out.", "47 CFR 64.1200(b)(3)"),
    "mail.postcard": Explanation("No postcards about a debt.", "15 U.S.C. 1692f(7)"),
    "mail.envelope_reveals_debt": Explanation(
        "Nothing on the envelope shows that it is about a debt.", "15 U.S.C. 1692f(8)"
    ),
    "time_barred.threat_of_suit": Explanation(
        "No suit and no threat of suit on a debt that is, or may be, time-barred.", "12 CFR 1006.26(b)"
    ),
    "overshadowing": Explanation(
        "Nothing in the validation period may overshadow the right to dispute.", "12 CFR 1006.38(b)(1)"
    ),
    "validation_delivery.esign_consent_missing": Explanation(
        "A later validation notice goes electronically only with E-SIGN consent.", "12 CFR 1006.42(b)"
    ),
    "validation_delivery.late": Explanation(
        "The validation notice is due within five days of the first communication.", "12 CFR 1006.34(a)(1)(i)"
    ),
    "unsubscribe.header_missing": Explanation("The e-mail lacks List-Unsubscribe.", "RFC 8058, 3.1"),
    "unsubscribe.https_uri_missing": Explanation("List-Unsubscribe needs one https address.", "RFC 8058, 3.1"),
    "unsubscribe.post_header_missing": Explanation(
        "List-Unsubscribe-Post must say List-Unsubscribe=One-Click.", "RFC 8058, 3.1"
    ),
    "unsubscribe.not_dkim_covered": Explanation("Both unsubscribe headers must be covered by DKIM.", "RFC 8058, 4"),
    "third_party_disclosure.subject": Explanation(
        "The subject tells others about the debt: lock screens and shared inboxes show it.",
        "12 CFR 1006.6(d)(1)",
    ),
    "third_party_disclosure.preview": Explanation(
        "The preview tells others about the debt: lock screens and shared inboxes show it.",
        "12 CFR 1006.6(d)(1)",
    ),
}
