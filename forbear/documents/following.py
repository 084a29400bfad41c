"""What follows here from entries of other rooms: opt-outs from anywhere, balances, due dates, campaigns that end."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from forbear.accounts.models import ContactPoint
from forbear.compliance.actions import SYSTEM, Draft
from forbear.core.one_by_one import one_by_one
from forbear.payments.states import EntryKind
from forbear.staff.models import Organization

from .lending import derive_statuses, move, take_back_paid
from .locking import hold_outreach
from .models import Habit, Loan, Outreach
from .openness import closed_of
from .outreach import close_channels, end
from .states import LoanStatus, Stopped


def follow_opt_outs(drafts: Sequence[Draft], at: datetime) -> None:
    """A stop by text, an unsubscribe link, a key on a call, a colleague: the outreach keeps to what is still open."""
    rows = [draft.carry for draft in drafts]
    persons = {row.consumer_id for row in rows if not row.address}
    at_addresses = ContactPoint.objects.filter(
        organization__in={row.organization_id for row in rows}, address__in=[row.address for row in rows if row.address]
    )
    people = persons | set(at_addresses.values_list("consumer_id", flat=True))
    running = Outreach.objects.filter(active=True, document__loan__account__consumer__in=people)
    for outreach in running.select_related("document__loan__account", "organization").order_by("pk"):
        whose = outreach.document.loan.account.consumer_id
        closed = closed_of(outreach.organization, [whose])[whose]
        close_channels(hold_outreach(outreach), closed, actor=SYSTEM, at=at)


def follow_campaigns(drafts: Sequence[Draft], at: datetime) -> None:
    """The engine's campaign is over, by its date or by hand, or gone: so is the outreach."""
    over = [draft.campaign_id for draft in drafts if draft.campaign_id is not None]
    actor = {draft.campaign_id: draft.actor for draft in drafts}
    for outreach in Outreach.objects.filter(active=True, campaign__in=over).order_by("pk"):
        by_hand = actor[outreach.campaign_id] != SYSTEM
        because = Stopped.BY_HAND if by_hand else Stopped.FINISHED
        end(hold_outreach(outreach), because, actor=actor[outreach.campaign_id], at=at)


def follow_paid(drafts: Sequence[Draft], at: datetime) -> None:
    """Paid in full: the loan is CURRENT, and its outreach ends (domain decision 19)."""
    accounts = {draft.account_id: draft.actor for draft in drafts if draft.account_id is not None}
    behind = Loan.objects.filter(account__in=accounts, status=LoanStatus.BEHIND).order_by("pk")
    for loan in behind:
        move([loan], LoanStatus.CURRENT, "paid", actor=accounts[loan.account_id], at=at)
    still = Outreach.objects.filter(active=True, document__loan__account__in=accounts)
    for outreach in still.order_by("pk"):
        end(hold_outreach(outreach), Stopped.PAID, actor=SYSTEM, at=at)


def follow_reversals(drafts: Sequence[Draft], at: datetime) -> None:
    """Something is owed again because a payment was reversed: a loan that was BEHIND until then is so again. Its
    outreach does not begin again by itself.
    """
    owing = {draft.account_id: draft.actor for draft in drafts if _owes_again(draft.facts)}
    paid = Loan.objects.filter(account__in=owing, status=LoanStatus.CURRENT).exclude(resumes_as="")
    for loan in paid.select_for_update(of=("self",)).select_related("account", "organization").order_by("pk"):
        take_back_paid(loan, actor=owing[loan.account_id], at=at)


def _owes_again(facts: Any) -> bool:
    return bool(facts["kind"] == EntryKind.REVERSAL and facts["balance"] > 0)


def follow_accounts(drafts: Sequence[Draft], at: datetime) -> None:
    """A balance or a due date has changed: where due dates decide, the status follows."""
    by_organization: dict[int, set[int]] = {}
    for draft in drafts:
        if draft.account_id is not None:
            by_organization.setdefault(draft.organization_id, set()).add(draft.account_id)
    for organization in Organization.objects.filter(pk__in=_deriving(by_organization)):
        derive_statuses(organization=organization, at=at, accounts=by_organization[organization.pk])


def _deriving(organizations: Iterable[int]) -> list[int]:
    rows = Habit.objects.filter(organization__in=list(organizations), derive_status=True)
    return list(rows.values_list("organization_id", flat=True))


def derive_everywhere(*, at: datetime) -> int:
    """Each night: a due date passes without anybody doing anything. Answers how many loans moved. Raises LeftOut."""
    asked = Organization.objects.filter(pk__in=Habit.objects.filter(derive_status=True).values("organization"))
    wanting = {organization.pk: organization for organization in asked.order_by("pk")}
    return one_by_one("loans by due date", wanting, lambda pk: derive_statuses(organization=wanting[pk], at=at))
