"""How the log reads: one table from events to words, and the names that stand in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

from forbear.accounts import events as accounts
from forbear.accounts.finding import whoever
from forbear.accounts.models import Account, Consumer
from forbear.campaigns import events as campaigns
from forbear.campaigns.models import Campaign
from forbear.campaigns.reasons import sentence_of
from forbear.cases import events as cases
from forbear.channels import events as channels
from forbear.compliance import events as compliance
from forbear.compliance.models import Entry
from forbear.compliance.words import Choices, Group, Told, figures_with, find_with, speak_with
from forbear.consent import events as consent
from forbear.consent.states import TITLES
from forbear.core.ids import public_id
from forbear.dispatch import events as dispatch
from forbear.documents import events as documents
from forbear.documents.models import Document
from forbear.imports import events as imports
from forbear.inbox import events as inbox
from forbear.payments import events as payments
from forbear.reports.spoken import figures_of_the_year
from forbear.sandbox import events as sandbox
from forbear.staff import events as staff
from forbear.staff.models import ApiKey, Organization, Person
from forbear.strategies import events as strategies
from forbear.web.formats import money
from forbear.web.navigation import address
from forbear.wording import events as wording

SYSTEM = "the system"

# event: word, tone, sentence. In a sentence: {who}, {person}, {campaign}, {via}, {reason}, {why}, {to}, {count},
# {amount}.
LINES: Mapping[str, tuple[str, str, str]] = {
    accounts.ACCOUNT_CREATED: ("Account added", "", "{who} added the account of {person}."),
    accounts.ACCOUNT_CHANGED: ("Account changed", "", "{who} changed the account of {person}."),
    accounts.ACCOUNT_STATUS_CHANGED: ("Status changed", "going", "The account of {person} became {to}."),
    accounts.ACCOUNTS_EXPORTED: ("Accounts exported", "", "{who} downloaded accounts."),
    accounts.ACCOUNTS_SCORED: ("Scored", "", "{who} let the scorecard score every live account."),
    accounts.BUCKETS_MOVED: ("Days past due", "", "A new day: {count} accounts came into another bucket."),
    accounts.SEGMENT_SAVED: ("Segment saved", "", "{who} saved a segment of accounts."),
    accounts.SEGMENT_DELETED: ("Segment deleted", "", "{who} deleted a segment; its accounts stay."),
    accounts.CONSUMER_CHANGED: ("Person changed", "", "{who} changed how to reach {person}."),
    accounts.LIST_CREATED: ("List created", "", "{who} created a contact list."),
    accounts.LIST_RENAMED: ("List renamed", "", "{who} renamed a contact list."),
    accounts.LIST_DELETED: ("List deleted", "", "{who} deleted a contact list; its accounts stay."),
    accounts.LIST_CHANGED: ("List changed", "", "{who} changed who is on a contact list."),
    accounts.LIST_EXPORTED: ("List exported", "", "{who} downloaded a contact list."),
    campaigns.CAMPAIGN_CREATED: ("Campaign created", "", "{who} created {campaign}."),
    campaigns.CAMPAIGN_CHANGED: ("Campaign changed", "", "{who} changed {campaign}."),
    campaigns.CAMPAIGN_SCHEDULED: ("Launch planned", "going", "{who} planned the launch of {campaign}."),
    campaigns.CAMPAIGN_UNSCHEDULED: ("Launch called off", "", "{who} called off the launch of {campaign}."),
    campaigns.CAMPAIGN_ACTIVATED: ("Launched", "going", "{who} launched {campaign}."),
    campaigns.CAMPAIGN_PAUSED: ("Paused", "wait", "{who} paused {campaign}."),
    campaigns.CAMPAIGN_RESUMED: ("Resumed", "going", "{who} resumed {campaign}."),
    campaigns.CAMPAIGN_COMPLETED: ("Completed", "good", "{campaign} was completed by {who}."),
    campaigns.CAMPAIGN_DELETED: ("Campaign deleted", "", "{who} deleted a campaign; what it said stays on record."),
    campaigns.LAUNCH_FAILED: ("Launch failed", "stop", "{campaign} could not be launched: {reason}"),
    campaigns.ACCOUNTS_ENROLLED: ("Enrolled", "", "Accounts joined {campaign}."),
    campaigns.ACCOUNTS_ENQUEUED: ("Planned", "going", "Contacts of {campaign} were planned."),
    campaigns.ACCOUNTS_MIGRATED: ("Moved on", "going", "{who} moved accounts of {campaign} to the newest steps."),
    campaigns.ENROLLMENT_EXHAUSTED: ("Steps done", "", "The steps of {campaign} for {person} have come to their end."),
    campaigns.ENROLLMENT_ESCALATED: ("Escalated", "person", "{campaign} left {person} to a colleague: {reason}"),
    cases.ESCALATED: ("Escalated", "person", "The account of {person} needs a person: {why}."),
    cases.ESCALATION_TAKEN: ("Case taken", "going", "{who} took the case of {person}."),
    cases.ESCALATION_RELEASED: ("Case released", "wait", "{who} put the case of {person} back into the queue."),
    cases.ESCALATION_RESOLVED: ("Case resolved", "good", "{who} resolved the case of {person}."),
    cases.DISPUTES_EXPORTED: ("Disputes exported", "", "{who} downloaded disputes."),
    cases.DISPUTE_OPENED: ("Disputed", "person", "{person} disputes the debt; nothing is collected meanwhile."),
    cases.DISPUTE_INVESTIGATED: ("Looked into", "going", "{who} looks into the dispute of {person}."),
    cases.DISPUTE_CLOSED: ("Dispute closed", "", "{who} closed the dispute of {person}."),
    channels.PROVIDER_ADDED: ("Gateway added", "", "{who} added a gateway."),
    channels.PROVIDER_CHANGED: ("Gateway changed", "", "{who} changed a gateway."),
    channels.SENDER_ADDED: ("Sender added", "", "{who} added a sender."),
    channels.SENDER_CHANGED: ("Sender changed", "", "{who} changed a sender."),
    compliance.ENTRIES_ARCHIVED: ("Moved to the archive", "", "{count} entries were moved to the archive of the log."),
    compliance.RETENTION_CHANGED: ("Retention changed", "", "{who} changed how long entries stay in the log."),
    compliance.LEGAL_HOLD_OPENED: ("Legal hold", "wait", "{who} ordered that nothing is moved or erased."),
    compliance.LEGAL_HOLD_CLOSED: ("Legal hold ended", "", "{who} ended a legal hold."),
    compliance.BUNDLE_MADE: ("Bundle made", "", "{who} made a bundle of the record of {person}."),
    compliance.PERSONAL_ERASED: ("Erased", "person", "{who} erased personal data about {person}."),
    compliance.KEY_ROTATED: ("Log key renewed", "", "{who} renewed the key that signs the log."),
    consent.OPTED_OUT: ("Opted out", "stop", "{person} asked for no more messages: {via} is closed."),
    consent.OPTED_IN: ("Opted in", "good", "{person} asked to be written to again: {via} is open."),
    consent.OPT_OUT_REPEATED: ("Opted out again", "", "{person} asked once more for no messages; nothing changed."),
    consent.LIFT_ASKED: ("Lift asked", "person", "{who} asked to lift an opt-out, with the evidence."),
    consent.LIFT_DECLINED: ("Lift declined", "", "{who} declined to lift an opt-out; it stands."),
    consent.OPT_OUT_LIFTED: ("Opt-out lifted", "person", "{who} confirmed that an opt-out is lifted."),
    consent.ACT_RECORDED: ("Recorded", "", "{who} recorded about {person}: {act}."),
    consent.ACT_VOIDED: ("Taken back", "wait", "{who} took back what was recorded about {person}: {act}."),
    consent.HOLD_OPENED: ("Hold opened", "person", "{who} opened a hold for {person}: {kind}."),
    consent.HOLD_CLOSED: ("Hold closed", "", "{who} closed a hold of {person}: {kind}."),
    dispatch.ITEM_CLEARED: ("Cleared", "going", "Every rule allowed a message by {via} to {person}."),
    dispatch.ITEM_DEFERRED: ("Held", "wait", "A message by {via} to {person} was held: {reason}"),
    dispatch.ITEM_SKIPPED: ("Refused", "stop", "No message by {via} to {person}: {reason}"),
    dispatch.ITEM_FAILED: ("Failed", "stop", "A message by {via} to {person} could not be sent: {reason}"),
    dispatch.ITEM_CANCELLED: ("Cancelled", "", "Planned contacts of {campaign} were cancelled: {reason}"),
    dispatch.ITEM_REFERRED: ("Asks a person", "person", "A message by {via} to {person} waits for a person: {reason}"),
    dispatch.REFERRAL_ASKED: ("Approval asked", "person", "{who} asked whether to write to {person} by {via}."),
    dispatch.REFERRAL_APPROVED: ("Approved", "person", "{who} approved a contact with {person} by {via}."),
    dispatch.REFERRAL_REFUSED: ("Not approved", "stop", "{who} decided against a contact with {person} by {via}."),
    dispatch.REFERRAL_CLOSED: ("Question closed", "", "Nobody has to decide about {person} by {via} any more."),
    dispatch.MESSAGE_SENT: ("Sent", "going", "A message by {via} to {person} was handed over."),
    dispatch.MESSAGE_REJECTED: ("Rejected", "stop", "The gateway refused a message by {via} to {person}."),
    dispatch.MESSAGE_UNCERTAIN: (
        "Uncertain",
        "wait",
        "A message by {via} to {person} may have left; it is not repeated.",
    ),
    dispatch.MESSAGE_DELIVERED: ("Delivered", "good", "A message by {via} reached {person}."),
    dispatch.MESSAGE_UNDELIVERED: ("Undelivered", "wait", "A message by {via} did not reach {person}."),
    dispatch.MESSAGE_COMPLAINED: ("Complaint", "stop", "{person} reported a letter of ours as unwanted."),
    dispatch.CALL_ENDED: ("Call ended", "going", "A call to {person} ended: {result}."),
    dispatch.WEBHOOKS_REPLAYED: ("Posts read again", "", "{who} let posts of a gateway be read once more."),
    dispatch.MESSAGE_RECEIVED: ("Reply", "going", "{person} wrote by {via}."),
    documents.DOCUMENT_CREATED: ("Document added", "", "{who} added the document {document}."),
    documents.DOCUMENT_UPDATED: ("Document changed", "", "{who} changed the document {document}."),
    documents.DOCUMENT_ARCHIVED: ("Document archived", "", "{who} archived the document {document}."),
    documents.DOCUMENT_RESTORED: ("Document restored", "", "{who} restored the document {document}."),
    documents.DOCUMENTS_IMPORTED: ("Documents imported", "good", "{who} added {count} documents from a file."),
    documents.LOAN_ADDED: ("Loan added", "", "{who} put a loan on {document}."),
    documents.LOAN_CHANGED: ("Loan changed", "", "{who} changed the loan on {document}."),
    documents.LOAN_STATUS_CHANGED: ("Loan status", "going", "The loan on {document} became {to}, {because}, by {who}."),
    documents.DERIVING_CHANGED: ("Settings changed", "", "{who} changed whether due dates decide about loans."),
    documents.PARTY_ADDED: ("Person added", "", "{who} put somebody on {document}."),
    documents.PARTY_REMOVED: ("Person removed", "", "{who} took somebody off {document}."),
    documents.FILE_ATTACHED: ("File attached", "", "{who} attached a file to {document}."),
    documents.FILE_REMOVED: ("File removed", "", "{who} removed a file from {document}."),
    documents.FILE_DOWNLOADED: ("File downloaded", "", "{who} downloaded a file of {document}."),
    documents.OUTREACH_STARTED: ("Outreach started", "going", "{who} started outreach about {document} by {via}."),
    documents.OUTREACH_CHANGED: ("Outreach changed", "", "{who} changed the outreach about {document}."),
    documents.OUTREACH_PAUSED: ("Outreach paused", "wait", "{who} paused the outreach about {document}."),
    documents.OUTREACH_RESUMED: ("Outreach resumed", "going", "{who} resumed the outreach about {document}."),
    documents.OUTREACH_STOPPED: ("Outreach ended", "good", "The outreach about {document} ended: {because}."),
    documents.OPT_OUT: ("Opt-out recorded", "stop", "{who} recorded an opt-out on {document}: {via} is closed."),
    documents.CHANNEL_CLOSED: ("Channel closed", "stop", "The outreach about {document} goes without {via} from here."),
    imports.IMPORT_APPLIED: ("Imported", "good", "{who} added the contacts of a file."),
    imports.IMPORT_FAILED: ("Import failed", "stop", "A file of contacts could not be added."),
    imports.IMPORT_UNDONE: ("Import undone", "wait", "{who} took back the contacts of a file."),
    inbox.CONVERSATION_ASSIGNED: ("Assigned", "", "{who} gave the conversation with {person} to somebody."),
    inbox.CONVERSATION_CLOSED: ("Conversation closed", "", "{who} closed the conversation with {person}."),
    inbox.CONVERSATION_REOPENED: ("Conversation reopened", "", "The conversation with {person} goes on."),
    inbox.AUTO_REPLY_CHANGED: ("Automatic reply changed", "", "{who} changed an automatic reply."),
    inbox.AUTO_REPLY_WITHHELD: ("Reply withheld", "wait", "An automatic reply to {person} was withheld: {reason}"),
    payments.PAYMENT_RECORDED: ("Payment", "good", "{who} recorded that {person} paid {amount}."),
    payments.PAYMENT_REVERSED: ("Payment reversed", "wait", "{who} reversed a payment of {amount} by {person}."),
    payments.PAYMENTS_EXPORTED: ("Payments exported", "", "{who} downloaded payments."),
    payments.PROMISES_EXPORTED: ("Promises exported", "", "{who} downloaded promises."),
    payments.BALANCE_ADJUSTED: ("Balance adjusted", "person", "{who} adjusted the balance of {person} by {amount}."),
    payments.BALANCE_CHANGED: ("Balance changed", "", "The balance of {person} changed."),
    payments.ACCOUNT_PAID: ("Paid", "good", "{person} has paid in full; nothing more is planned."),
    payments.ACCOUNT_REOPENED: ("Open again", "wait", "The account of {person} is open again and became {to}."),
    payments.PROMISE_MADE: ("Promise", "good", "{person} promised to pay {amount}."),
    payments.PROMISE_FULFILLED: ("Promise kept", "good", "{person} kept the promise to pay {amount}."),
    payments.PROMISE_OVERDUE: ("Promise overdue", "wait", "The promise of {person} to pay {amount} is overdue."),
    payments.PROMISE_MOVED: ("Promise changed", "", "{who} changed a promise of {person}: it became {to}."),
    payments.TERMS_CHANGED: ("Terms changed", "", "{who} changed what may be promised."),
    sandbox.CLOCK_MOVED: ("Clock moved", "person", "{who} moved the sandbox's clock."),
    staff.ORGANIZATION_FOUNDED: ("Founded", "", "The organization was founded."),
    staff.ORGANIZATION_CHANGED: ("Settings changed", "", "{who} changed the settings."),
    staff.PERSON_INVITED: ("Invited", "", "{who} invited a colleague."),
    staff.INVITATION_WITHDRAWN: ("Invitation withdrawn", "", "{who} withdrew an invitation."),
    staff.PERSON_JOINED: ("Joined", "good", "{who} joined."),
    staff.PERSON_CHANGED: ("Role changed", "", "{who} changed a colleague's role."),
    staff.PERSON_DEACTIVATED: ("Deactivated", "", "{who} deactivated a colleague."),
    staff.PERSON_REACTIVATED: ("Reactivated", "", "{who} reactivated a colleague."),
    staff.PASSWORD_CHANGED: ("Password changed", "", "{who} changed the password."),
    staff.TOTP_ENABLED: ("Codes on", "", "{who} switched one-time codes on."),
    staff.TOTP_DISABLED: ("Codes off", "wait", "{who} switched one-time codes off."),
    staff.SIGNED_IN: ("Signed in", "", "{who} signed in."),
    staff.SIGN_IN_REFUSED: ("Sign-in refused", "stop", "Somebody tried to sign in and was refused."),
    staff.KEY_ISSUED: ("Key issued", "", "{who} issued an API key."),
    staff.KEY_REVOKED: ("Key revoked", "", "{who} revoked an API key."),
    staff.LAW_CHOSEN: ("Procedure chosen", "person", "{who} changed which legal procedures are kept to."),
    staff.ENGINE_PAUSED: ("Engine paused", "wait", "{who} paused the engine."),
    staff.ENGINE_RESUMED: ("Engine resumed", "going", "{who} let the engine go on."),
    strategies.STRATEGY_CREATED: ("Strategy created", "", "{who} created a strategy."),
    strategies.STRATEGY_EDITED: ("Strategy changed", "", "{who} changed a strategy; accounts under way keep theirs."),
    strategies.STRATEGY_ACTIVATED: ("Strategy active", "going", "{who} activated a strategy."),
    strategies.STRATEGY_ARCHIVED: ("Strategy archived", "", "{who} archived a strategy."),
    strategies.STRATEGY_DELETED: ("Strategy deleted", "", "{who} deleted a strategy."),
    wording.TEMPLATE_CREATED: ("Template created", "", "{who} wrote a template."),
    wording.TEMPLATE_REVISED: ("Template revised", "", "{who} gave a template a new version."),
    wording.TEMPLATE_CHANGED: ("Template changed", "", "{who} changed a template's name or place."),
    wording.TEMPLATE_ARCHIVED: ("Template archived", "", "{who} put a template away."),
}
GROUPS = (
    Group(
        "sent",
        "Sent",
        (
            dispatch.MESSAGE_SENT,
            dispatch.MESSAGE_DELIVERED,
            dispatch.MESSAGE_UNDELIVERED,
            dispatch.MESSAGE_UNCERTAIN,
        ),
        counted=(dispatch.MESSAGE_SENT,),
    ),
    Group("held", "Held", (dispatch.ITEM_DEFERRED,)),
    Group(
        "asked",
        "Needs a person",
        (
            dispatch.ITEM_REFERRED,
            dispatch.REFERRAL_ASKED,
            dispatch.REFERRAL_APPROVED,
            dispatch.REFERRAL_REFUSED,
            dispatch.REFERRAL_CLOSED,
        ),
        counted=(dispatch.ITEM_REFERRED, dispatch.REFERRAL_ASKED),
    ),
    Group("refused", "Refused", (dispatch.ITEM_SKIPPED, dispatch.ITEM_FAILED, dispatch.MESSAGE_REJECTED)),
    Group("replies", "Replies", (dispatch.MESSAGE_RECEIVED,)),
    Group(
        "consent",
        "Consent",
        (
            consent.OPTED_OUT,
            consent.OPTED_IN,
            consent.OPT_OUT_REPEATED,
            consent.LIFT_ASKED,
            consent.LIFT_DECLINED,
            consent.OPT_OUT_LIFTED,
            consent.ACT_RECORDED,
            consent.ACT_VOIDED,
            consent.HOLD_OPENED,
            consent.HOLD_CLOSED,
        ),
    ),
)
VIA = {"sms": "SMS", "email": "e-mail", "voice": "telephone", "call": "telephone", "whatsapp": "WhatsApp"}
VIA |= {"all": "every channel"}
BECAUSE = {
    "by_hand": "by hand",
    "due_date": "as its due date says",
    "loan_current": "the loan is CURRENT",
    "paid": "paid in full",
    "reversed": "the payment in full was reversed",
    "opted_out": "every channel is closed",
    "archived": "the document was archived",
    "finished": "all its contacts were made",
}
WHO = {"person": Person, "key": ApiKey, "consumer": Consumer}


def connect() -> None:
    """At start-up: the log learns how it reads."""
    titles = {event: word for event, (word, _, _) in LINES.items()}
    speak_with(namer=names_of, teller=tell, groups=GROUPS, titles=titles)
    find_with(finder=accounts_by, choices=choices_of)
    figures_with(figures_of_the_year)


def accounts_by(organization: Organization, words: str) -> list[int]:
    """Accounts by the words that find them in their own list."""
    return whoever(Account.objects.of(organization), organization, words)


_CHOICES = """
(SELECT true, id, name FROM staff_person WHERE organization_id = %(org)s ORDER BY is_active DESC, name, id)
UNION ALL (SELECT false, id, name FROM campaigns_campaign WHERE organization_id = %(org)s ORDER BY id DESC LIMIT 100)"""


def choices_of(organization: Organization) -> Choices:
    """Colleagues, those who may sign in first, and the newest hundred campaigns, in one statement."""
    with connection.cursor() as cursor:
        cursor.execute(_CHOICES, {"org": organization.pk})
        rows = cursor.fetchall()
    people, campaigns = ({pk: name for whose, pk, name in rows if whose is one} for one in (True, False))
    return Choices(people, campaigns)


def names_of(entries: Sequence[Entry]) -> dict[str, str]:
    """Names by actor: one query for each kind of actor that acted.

    The sandbox's clock may have been moved by somebody of another organization, whose name is not ours to tell.
    """
    numbers: dict[str, set[int]] = {}
    owners = {entry.organization_id for entry in entries}
    for entry in entries:
        kind, _, number = entry.actor.partition(":")
        if kind in WHO and number.isdigit():
            numbers.setdefault(kind, set()).add(int(number))
    rows = ((kind, row) for kind, some in numbers.items() for row in _acting(kind, some, owners))
    return {"system": SYSTEM} | {f"{kind}:{row.pk}": _name(row) for kind, row in rows}


def _acting(kind: str, some: Collection[int], owners: Collection[int]) -> Any:
    return WHO[kind].objects.filter(pk__in=some, organization__in=owners)  # type: ignore[attr-defined]


def _name(row: Any) -> str:
    return f"the key “{row.name}”" if isinstance(row, ApiKey) else str(row)


@dataclass(frozen=True, slots=True)
class Named:
    """What the entries of one page are about."""

    actors: Mapping[str, str]
    accounts: Mapping[int, Account]
    campaigns: Mapping[int, Campaign]
    people: Mapping[int, Consumer]
    """Of entries about a whole person."""
    documents: Mapping[int, Document]


def tell(entries: Sequence[Entry]) -> list[Told]:
    """Entries in words; at most seven queries, however many there are."""
    named = Named(
        names_of(entries),
        Account.objects.select_related("consumer").in_bulk({e.account_id for e in entries if e.account_id}),
        Campaign.objects.in_bulk({e.campaign_id for e in entries if e.campaign_id}),
        Consumer.objects.in_bulk({e.consumer_id for e in entries if e.consumer_id}),
        Document.objects.in_bulk({e.document_id for e in entries if e.document_id}),
    )
    return [told(entry, named) for entry in entries]


def told(entry: Entry, named: Named) -> Told:
    plain = " ".join(entry.event.split(":")[1:]).replace("_", " ").capitalize()
    word, tone, sentence = LINES.get(entry.event, (plain, "", f"{plain}."))
    who = named.actors.get(entry.actor, entry.actor.partition(":")[0])
    return Told(
        entry, word, tone, _capital(sentence.format_map(_values(entry, named, who))), who, subjects(entry, named)
    )


def _values(entry: Entry, named: Named, who: str) -> dict[str, str]:
    facts = entry.told["facts"]
    account, campaign = named.accounts.get(entry.account_id or 0), named.campaigns.get(entry.campaign_id or 0)
    person = account.consumer if account else named.people.get(entry.consumer_id or 0)
    document = named.documents.get(entry.document_id or 0)
    reason = sentence_of(str(facts.get("reason", "")))
    return {
        "who": who,
        "person": str(person) if person else "somebody",
        "campaign": f"“{campaign.name}”" if campaign else "a campaign",
        "document": f"“{document.title}”" if document else "a document",
        "because": BECAUSE.get(str(facts.get("why", "")), ""),
        "via": " and ".join(VIA.get(channel, channel) for channel in entry.channels) or "a channel",
        "reason": reason[:1].lower() + reason[1:] or "no reason was recorded.",
        "to": str(facts.get("to", "")).replace("_", " "),
        "result": str(facts.get("result", "")).replace("_", " ") or "nobody told how",
        "act": _act(facts),
        "count": f"{facts.get('count', 0):,}",
        "kind": str(facts.get("kind", "")).replace("_", " "),
        "why": str(facts.get("reason", "")).replace("_", " "),
        "amount": money(facts["amount"], facts["currency"]) if "currency" in facts else "",
    }


def _act(facts: Mapping[str, Any]) -> str:
    title = TITLES.get(facts.get("type", ""), "something")
    return title[:1].lower() + title[1:]


def subjects(entry: Entry, named: Named) -> list[tuple[str, str]]:
    """What the entry is about, with its page."""
    found = []
    if account := named.accounts.get(entry.account_id or 0):
        found.append((account.number or account.public_id, address("account", account.public_id)))
    if campaign := named.campaigns.get(entry.campaign_id or 0):
        found.append((campaign.name, address("campaign", campaign.public_id)))
    if document := named.documents.get(entry.document_id or 0):
        found.append((document.title, address("document", document.public_id)))
    if entry.message_id:
        found.append((f"message {public_id('msg', entry.message_id)}", ""))
    return found


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
