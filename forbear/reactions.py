"""One table: when these entries are written in the log, these verbs follow, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from forbear.accounts import events as accounts
from forbear.accounts import standing
from forbear.accounts.states import Why
from forbear.agent.intents import Intent
from forbear.campaigns import escalating, listening, walking
from forbear.campaigns import events as campaigns
from forbear.cases import actions as cases
from forbear.cases import disputing
from forbear.cases import events as case_events
from forbear.channels import events as channels
from forbear.channels.actions import open_for_founded
from forbear.compliance.actions import Draft
from forbear.consent import events as consent
from forbear.consent import replies
from forbear.consent.models import Hold
from forbear.consent.queries import held_accounts
from forbear.consent.states import REVIEWED, HoldKind
from forbear.dispatch import actions, answers, calling_off, consequences, referrals, referring
from forbear.dispatch import events as dispatch
from forbear.documents import following
from forbear.imports import events as imports
from forbear.inbox import events as inbox
from forbear.inbox import threading
from forbear.notices import telling
from forbear.payments import events as payments
from forbear.payments import keeping
from forbear.staff import events as staff
from forbear.wording.actions import install_for_founded

Verb = Callable[[Sequence[Draft], datetime], None]


def _begin_conversations(drafts: Sequence[Draft], at: datetime) -> None:
    """Who writes to us is in a conversation; who only stops us, or asks for HELP, is not. Who disputes the debt goes
    into review from where the account was, so that it can go back there.
    """
    quiet = {"opt_out", "opt_in", "help"}
    talking = [d for d in drafts if d.account_id is not None and d.carry.intent not in quiet]
    others = [d.account_id for d in talking if Intent.DISPUTE not in d.carry.reading.intents]
    standing.begin_conversations([account for account in others if account is not None], at=at)


def _begin_talks(drafts: Sequence[Draft], at: datetime) -> None:
    """Who pressed a key in a call to talk, to promise or to dispute is in a conversation too."""
    calls = consequences.calls_in(drafts)
    talking = [draft.account_id for draft, call in calls if call.disposition in consequences.TALKED]
    standing.begin_conversations([account for account in talking if account is not None], at=at)


def _end_conversations(drafts: Sequence[Draft], at: datetime) -> None:
    standing.end_conversations([d.account_id for d in drafts if d.account_id is not None], at=at)


def _begin_reviews(drafts: Sequence[Draft], at: datetime) -> None:
    """Whatever is held is the engine's no longer, at once (domain decision 13)."""
    disputes = [draft.carry for draft in drafts if draft.carry.kind == HoldKind.DISPUTE]
    others = [draft.carry for draft in drafts if draft.carry.kind in REVIEWED - {HoldKind.DISPUTE}]
    for holds, why in ((disputes, Why.DISPUTE), (others, Why.HOLD)):
        accounts = _held(holds)
        standing.put_in_review(accounts, why=why, at=at)
        listening.stand_aside(accounts, at=at)


def _end_reviews(drafts: Sequence[Draft], at: datetime) -> None:
    """Lifting one does not lift another (domain decision 18)."""
    accounts = set(_held([draft.carry for draft in drafts if draft.carry.kind in REVIEWED]))
    standing.leave_review(accounts - held_accounts(accounts), at=at)


def _held(holds: Sequence[Hold]) -> list[int]:
    """The accounts that these holds are about: single ones, and all of a person."""
    persons = [hold.consumer_id for hold in holds if hold.account_id is None]
    single = [hold.account_id for hold in holds if hold.account_id is not None]
    return [*single, *standing.accounts_of(persons)] if persons else single


FOLLOWS: dict[str, list[Verb]] = {
    staff.ORGANIZATION_FOUNDED: [install_for_founded, open_for_founded],
    channels.SENDER_ADDED: [actions.look_for_senders],
    channels.SENDER_CHANGED: [actions.look_for_senders],
    dispatch.ITEM_REFERRED: [referring.open_referred],
    dispatch.MESSAGE_RECEIVED: [
        _begin_conversations,
        listening.look_at_status,
        listening.hear,
        replies.honor,
        threading.thread_inbound,
        answers.answer_by_itself,
        threading.answer_automatically,
    ],
    dispatch.CALL_ENDED: [
        _begin_talks,
        listening.look_at_status,
        listening.reach_by_call,
        consequences.honor_keys,
        consequences.close_wrong_numbers,
        walking.advance,
    ],
    dispatch.MESSAGE_UNDELIVERED: [consequences.close_bounced],
    dispatch.MESSAGE_COMPLAINED: [consequences.close_unwanted],
    consent.OPTED_OUT: [answers.drop_opted_out, following.follow_opt_outs],
    consent.OPTED_IN: [referrals.look_again],
    consent.OPT_OUT_LIFTED: [referrals.look_again],
    consent.HOLD_OPENED: [_begin_reviews, disputing.follow_opened, referrals.look_again],
    consent.HOLD_CLOSED: [_end_reviews, disputing.follow_closed, referrals.look_again],
    accounts.CONSUMER_CHANGED: [referrals.look_again],
    accounts.ACCOUNT_CHANGED: [referrals.look_again, following.follow_accounts],
    accounts.ACCOUNT_STATUS_CHANGED: [listening.look_at_status, referrals.look_again],
    imports.IMPORT_APPLIED: [referrals.look_again],
    staff.ORGANIZATION_CHANGED: [referrals.look_again],
    dispatch.MESSAGE_SENT: [walking.advance],
    dispatch.MESSAGE_DELIVERED: [listening.reach],
    dispatch.MESSAGE_UNCERTAIN: [walking.advance],
    dispatch.MESSAGE_REJECTED: [walking.advance, replies.copy_provider_blocks, telling.tell_channel_error],
    dispatch.ITEM_SKIPPED: [walking.advance],
    dispatch.ITEM_FAILED: [walking.advance, telling.tell_channel_error],
    campaigns.LAUNCH_FAILED: [telling.tell_failed_launch],
    dispatch.ITEM_CANCELLED: [walking.advance],
    inbox.CONVERSATION_CLOSED: [_end_conversations],
    payments.PROMISE_MADE: [listening.look_at_status],
    payments.PROMISE_MOVED: [listening.look_at_status],
    payments.PROMISE_OVERDUE: [telling.tell_overdue],
    case_events.ESCALATED: [listening.look_at_status, telling.tell_escalated],
    case_events.ESCALATION_RESOLVED: [escalating.take_back, keeping.heed_promises],
    campaigns.ENROLLMENT_ESCALATED: [cases.escalate_left],
    payments.ACCOUNT_PAID: [
        keeping.fulfill_paid,
        calling_off.call_off_paid,
        listening.look_at_status,
        cases.settle_paid,
        following.follow_paid,
    ],
    payments.BALANCE_CHANGED: [following.follow_accounts, following.follow_reversals],
    campaigns.CAMPAIGN_COMPLETED: [following.follow_campaigns],
    campaigns.CAMPAIGN_DELETED: [following.follow_campaigns],
}


def react(drafts: Sequence[Draft], at: datetime) -> None:
    """Call each verb once with all the drafts of its event."""
    by_event: dict[str, list[Draft]] = {}
    for draft in drafts:
        if draft.event in FOLLOWS:
            by_event.setdefault(draft.event, []).append(draft)
    for event, some in by_event.items():
        for verb in FOLLOWS[event]:
            verb(some, at)
