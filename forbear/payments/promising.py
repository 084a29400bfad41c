"""Verbs about promises: made, moved by hand, and overdue by night."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from forbear.accounts.models import Account, local_day
from forbear.accounts.states import FINISHED, Status
from forbear.accounts.turns import begins_again
from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.core.money import Money
from forbear.core.one_by_one import one_by_one
from forbear.core.refusal import Invalid
from forbear.staff.models import Organization

from . import events
from .actions import require_fitting
from .keeping import day_of, tell, terms_of
from .ledger import locked
from .models import Promise, PromiseTerms
from .refusals import AccountClosed, NothingOwed, PromiseStands, TooManyPromises, UnusablePromise
from .standing import follow_promises
from .states import BY_HAND, OPEN, PROMISE, VERIFYING, WAITING, KeptBy, Modality, PromiseSource, PromiseStatus

BATCH = 5_000
_VERB_TO = {
    PromiseStatus.VERIFYING: "report",
    PromiseStatus.ACTIVE: "deny",
    PromiseStatus.FULFILLED: "fulfill",
    PromiseStatus.OVERDUE: "lapse",
    PromiseStatus.RESCHEDULED: "reschedule",
    PromiseStatus.CANCELLED: "cancel",
}


@dataclass(frozen=True, slots=True)
class Given:
    """What somebody promised. amount: None for the whole balance."""

    due_on: date
    amount: Money | None = None
    modality: Modality = Modality.PARTIAL
    source: PromiseSource = PromiseSource.STAFF
    notes: str = ""


@begins_again
def make_promise(
    *,
    account: Account,
    due_on: date,
    amount: Money | None = None,
    modality: Modality | str = Modality.PARTIAL,
    source: PromiseSource | str = PromiseSource.STAFF,
    notes: str = "",
    actor: str,
    at: datetime,
) -> Promise:
    """The consumer says that this much comes by that day; the engine waits meanwhile. `total` is the whole balance.

    Raises UnusableAmount, WrongCurrency, UnusablePromise, TooManyPromises, NothingOwed, AccountClosed and AccountGone.
    """
    given = Given(due_on, amount, Modality(modality), PromiseSource(source), notes.strip())
    with transaction.atomic():
        return _made(locked(account), given, actor, at)


def _made(account: Account, given: Given, actor: str, at: datetime, follows: Promise | None = None) -> Promise:
    terms = terms_of(account.organization)
    amount = given.amount or account.balance
    _require_owing(account)
    require_fitting(account, amount)
    _require_possible(account, replace(given, amount=amount), terms, at)
    promise = Promise.objects.create(
        organization=account.organization,
        account=account,
        amount_minor=amount.minor,
        currency=amount.currency,
        modality=Modality.TOTAL if amount.minor == account.balance_minor else Modality.PARTIAL,
        due_on=given.due_on,
        source=given.source,
        notes=given.notes[:2000],
        follows=follows,
        made_at=at,
        made_by=actor,
        moved_at=at,
    )
    follow_promises([account.pk], made=True, at=at)  # first: whoever hears of it looks at the account's status
    tell([promise], events.PROMISE_MADE, actor, at, source=str(given.source), modality=str(promise.modality))
    return promise


def _require_owing(account: Account) -> None:
    if account.status == Status.CLOSED:
        raise AccountClosed
    if account.status in FINISHED or account.balance_minor == 0:
        raise NothingOwed


def _require_possible(account: Account, given: Given, terms: PromiseTerms, at: datetime) -> None:
    """Within the balance, from today on, not too far away, and not one too many."""
    today = local_day(at, account.organization.time_zone)
    if not today <= given.due_on <= today + timedelta(days=terms.longest_days):
        say = f"Choose a day from today on, at most {terms.longest_days} days ahead."
        raise UnusablePromise(say, fields={"due_on": say})
    open_ones = Promise.objects.filter(account=account, status__in=OPEN)
    if open_ones.count() >= terms.open_promises:
        raise TooManyPromises
    waiting = sum(one.amount_minor for one in open_ones if one.status in WAITING)
    amount = given.amount.minor if given.amount else 0
    if given.modality == Modality.TOTAL and amount != account.balance_minor:
        say = f"A promise of the total is one of {account.balance}."
        raise UnusablePromise(say, fields={"amount": say})
    if waiting + amount > account.balance_minor:
        say = f"Not more than the balance of {account.balance} can be promised, open promises included."
        raise UnusablePromise(say, fields={"amount": say})


@begins_again
def move_promise(
    *, promise: Promise, to: PromiseStatus | str, due_on: date | None = None, actor: str, at: datetime
) -> Promise:
    """A person moves a promise; to `rescheduled` with a new day makes the one that follows it, and gives that.

    Raises PromiseStands, and what `make_promise` raises.
    """
    verb = _VERB_TO[PromiseStatus(to)]
    if verb == "reschedule" and due_on is None:
        raise Invalid("Say which day is promised now.", fields={"due_on": "Say which day is promised now."})
    with transaction.atomic():
        account = locked(promise.account)
        promise.refresh_from_db()
        before = promise.status
        also: dict[str, Any] = {"moved_at": at} | _along(verb, at, account)
        if not PROMISE.move(promise, verb, **also):
            raise PromiseStands(f"A promise that is {before} cannot become {PromiseStatus(to)}.")
        event = {"fulfill": events.PROMISE_FULFILLED, "lapse": events.PROMISE_OVERDUE}.get(verb, events.PROMISE_MOVED)
        tell([promise], event, actor, at, **{"from": before, "to": str(promise.status)})
        if due_on is not None and verb == "reschedule":
            promise = _following(account, promise, due_on, actor, at)
        follow_promises([account.pk], made=verb in ("reschedule", "deny"), at=at)
    return promise


def _following(account: Account, promise: Promise, due_on: date, actor: str, at: datetime) -> Promise:
    amount = Money(min(promise.amount_minor, account.balance_minor), account.currency)
    given = Given(due_on, amount, source=PromiseSource(promise.source), notes=promise.notes)
    return _made(account, given, actor, at, follows=promise)


def _along(verb: str, at: datetime, account: Account) -> dict[str, Any]:
    """What a move sets beside the status."""
    if verb == "report":
        return {"verify_until": local_day(at, account.organization.time_zone) + VERIFYING}
    return {"kept_by": KeptBy.HAND} if verb == "fulfill" else {"verify_until": None} if verb == "deny" else {}


def moves_of(promise: Promise) -> list[PromiseStatus]:
    """What a person may make of it now."""
    targets = (PROMISE.target(promise.status, verb) for verb in BY_HAND)
    return [PromiseStatus(to) for to in targets if to]


# The account is locked before its promise, as whoever records a payment does.
_OVERDUE = """
WITH over AS (
    SELECT p.id FROM payments_promise p JOIN accounts_account a ON a.id = p.account_id
    WHERE p.organization_id = %(owner)s AND p.status = ANY(%(waiting)s)
      AND p.due_on < %(today)s::date - %(grace)s AND coalesce(p.verify_until < %(today)s, true)
    ORDER BY p.due_on LIMIT %(most)s FOR NO KEY UPDATE OF a SKIP LOCKED
)
UPDATE payments_promise p SET status = 'overdue', moved_at = %(at)s
FROM over WHERE p.id = over.id AND p.status = ANY(%(waiting)s)
RETURNING p.id, p.organization_id, p.account_id, p.amount_minor, p.currency, p.due_on"""


def overdue_promises(*, at: datetime) -> int:
    """Promises whose day and days of grace have passed are broken, and their accounts the engine's again; how many.

    A fixed number of statements for each batch; each organization's are its own. Repeating it is harmless.
    Raises LeftOut.
    """
    zones = dict(Organization.objects.order_by("pk").values_list("pk", "time_zone"))
    graces = dict(PromiseTerms.objects.values_list("organization_id", "grace_days"))
    usual = PromiseTerms().grace_days
    return one_by_one(
        "overdue promises", zones, lambda owner: _lapse_all(owner, zones[owner], graces.get(owner, usual), at)
    )


def _lapse_all(owner: int, time_zone: str, grace: int, at: datetime) -> int:
    over = {"owner": owner, "today": local_day(at, time_zone), "grace": grace}
    values = over | {"waiting": [str(word) for word in WAITING], "most": BATCH, "at": at}
    total = 0
    while True:
        with transaction.atomic():
            rows = _overdue(values)
            if rows:
                drafts = [_lapsed(*row) for row in rows]
                follow_promises([draft.account_id for draft in drafts if draft.account_id], at=at)
                record(drafts, at=at)
        total += len(rows)
        if len(rows) < BATCH:
            return total


def _overdue(values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(_OVERDUE, values)
        return list(cursor.fetchall())


def _lapsed(pk: int, owner: int, account: int, amount: int, currency: str, due_on: date) -> Draft:
    facts = {"promise": pk, "amount": amount, "currency": currency, "due_on": day_of(due_on), "status": "overdue"}
    return Draft(owner, events.PROMISE_OVERDUE, SYSTEM, account_id=account, facts=facts)


def change_terms(
    *, organization: Organization, grace_days: int, open_promises: int, longest_days: int, actor: str, at: datetime
) -> PromiseTerms:
    """Days of grace 0-30, open promises of an account 1-24, days ahead 1-730. Raises Invalid."""
    given = {"grace_days": grace_days, "open_promises": open_promises, "longest_days": longest_days}
    bounds = {"grace_days": (0, 30), "open_promises": (1, 24), "longest_days": (1, 730)}
    for name, (least, most) in bounds.items():
        if not least <= given[name] <= most:
            raise Invalid(fields={name: f"Choose a number from {least} to {most}."})
    with transaction.atomic():
        terms, _ = PromiseTerms.objects.update_or_create(organization=organization, defaults=given)
        record([Draft(organization.pk, events.TERMS_CHANGED, actor, facts=given)], at=at)
    return terms
