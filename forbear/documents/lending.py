"""Verbs about the loan on a document: added, changed, and its status by hand, by its due date, or by payments."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction

from forbear.accounts.editing import open_account, update_account
from forbear.accounts.models import Account, Consumer, local_day
from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.core.currencies import CODES
from forbear.core.money import Money
from forbear.core.refusal import Invalid
from forbear.payments.actions import correct_balance
from forbear.staff.models import Organization

from . import events
from .deriving import status_by
from .locking import hold_document, hold_loan
from .models import Document, Habit, Loan, Outreach
from .outreach import end
from .people import person_of, put_on
from .refusals import CurrencyStays, LoanExists
from .states import LoanStatus, PartyRole, Stopped

LONGEST_PROVIDER = 120
MOST_MINOR = 10**15
CORRECTED = "What remains of the loan was changed on its document."
OF_ACCOUNT = {"provider_name": "creditor", "due_date": "due_date"}
OF_LOAN = ("original_minor", "maturity_date", "derive_status")


@dataclass(frozen=True, kw_only=True)
class NewLoan:
    """A loan as it was told. status: None where nobody says; then it is CURRENT, or what the due date says."""

    provider_name: str
    original: Money
    remaining: Money
    maturity_date: date | None = None
    due_date: date | None = None
    status: LoanStatus | None = None
    number: str = ""
    external_id: str | None = None


def add_loan(*, document: Document, loan: NewLoan, actor: str, at: datetime) -> Loan:
    """The document's one loan, worked as an account of its borrower. Raises LoanExists, DocumentArchived, Invalid."""
    with transaction.atomic():
        locked = hold_document(document)
        if Loan.objects.filter(document=locked).exists():
            raise LoanExists
        borrower = locked.parties.filter(role=PartyRole.BORROWER).select_related("consumer").first()
        consumer = borrower.consumer if borrower else person_of(locked.organization, None, at=at)
        if borrower is None:
            put_on(locked, consumer, PartyRole.BORROWER, actor=actor, at=at)
        made = put_loan(locked, consumer, loan, actor=actor, at=at)
        _touch([locked.pk], at)
    return made


def put_loan(document: Document, borrower: Consumer, loan: NewLoan, *, actor: str, at: datetime) -> Loan:
    """The row, its account and the entry, in the caller's transaction. Raises Invalid, ExternalIdTaken."""
    check(loan)
    organization = document.organization
    account = open_account(
        organization=organization,
        consumer=borrower,
        balance=loan.remaining,
        values={
            "creditor": loan.provider_name,
            "due_date": loan.due_date,
            "number": loan.number or document.public_id,
            "external_id": loan.external_id,
        },
        actor=actor,
        at=at,
    )
    derives = derives_status(organization)
    status = loan.status or (derived_status(account, organization, at) if derives else None) or LoanStatus.CURRENT
    made = Loan.objects.create(
        organization=organization,
        document=document,
        account=account,
        original_minor=loan.original.minor,
        maturity_date=loan.maturity_date,
        status=status,
        status_changed_at=at,
        derive_status=not (derives and loan.status),
    )
    record([_entry(made, events.LOAN_ADDED, actor, status=str(status))], at=at)
    return made


def check(loan: NewLoan) -> None:
    """Raises Invalid with the field that is wrong."""
    name = " ".join(loan.provider_name.split())
    if not 1 <= len(name) <= LONGEST_PROVIDER:
        _refuse("provider_name", f"Name the provider in at most {LONGEST_PROVIDER} characters.")
    if loan.original.currency not in CODES:
        _refuse("currency", f"“{loan.original.currency}” is not a currency of ISO 4217, such as USD.")
    for field in ("original", "remaining"):
        _check_amount(f"{field}_amount", getattr(loan, field))


def _check_amount(name: str, amount: Money) -> None:
    if not 0 <= amount.minor <= MOST_MINOR:
        _refuse(name, "An amount is zero or more, and not beyond counting.")


def _refuse(name: str, why: str) -> None:
    raise Invalid(why, fields={name: why})


def change_loan(*, loan: Loan, changes: Mapping[str, Any], actor: str, at: datetime, reason: str = "") -> Loan:
    """Change provider_name, original and remaining (Money), maturity_date, due_date, status, derive_status.

    A status that is told is set by hand. Where a due date or an amount changes and the loan follows its due date, its
    status follows. reason: why the status changes, in words. Raises Invalid, CurrencyStays, DocumentArchived.
    """
    with transaction.atomic():
        locked = hold_loan(loan)
        _check_changes(locked, changes)
        changed = [*_change_account(locked, changes, actor, at), *_change_row(locked, changes)]
        if changed:
            _touch([locked.document_id], at)
            record([_entry(locked, events.LOAN_CHANGED, actor, changed=sorted(changed))], at=at)
        if changes.get("status"):
            _set_by_hand(locked, LoanStatus(changes["status"]), reason, actor, at)
        else:
            derive_statuses(organization=locked.organization, at=at, loans=[locked.pk])
    return Loan.objects.select_related("account__creditor", "document").get(pk=loan.pk)


def _check_changes(loan: Loan, changes: Mapping[str, Any]) -> None:
    for name in ("original", "remaining"):
        if name in changes:
            if changes[name].currency != loan.account.currency:
                raise CurrencyStays(fields={"currency": f"It is {loan.account.currency}."})
            _check_amount(f"{name}_amount", changes[name])
    if "provider_name" in changes and not 1 <= len(" ".join(changes["provider_name"].split())) <= LONGEST_PROVIDER:
        _refuse("provider_name", f"Name the provider in at most {LONGEST_PROVIDER} characters.")


def _change_account(loan: Loan, changes: Mapping[str, Any], actor: str, at: datetime) -> list[str]:
    """What the account keeps is changed there."""
    wanted = {OF_ACCOUNT[name]: value for name, value in changes.items() if name in OF_ACCOUNT}
    changed = [name for name in OF_ACCOUNT if name in changes and _differs(loan, name, changes[name])]
    if changed:
        loan.account = update_account(account=loan.account, changes=wanted, actor=actor, at=at)
    if "remaining" in changes and changes["remaining"] != loan.remaining:
        correct_balance(account=loan.account, balance=changes["remaining"], reason=CORRECTED, actor=actor, at=at)
        changed.append("remaining")
    return changed


def _differs(loan: Loan, name: str, value: Any) -> bool:
    before = loan.provider_name if name == "provider_name" else loan.account.due_date
    return bool(before != value)


def _change_row(loan: Loan, changes: Mapping[str, Any]) -> list[str]:
    wanted = {name: changes[name] for name in OF_LOAN if name in changes}
    if "original" in changes:
        wanted["original_minor"] = changes["original"].minor
    changed = [name for name, value in wanted.items() if getattr(loan, name) != value]
    for name in changed:
        setattr(loan, name, wanted[name])
    if changed:
        loan.save(update_fields=changed)
    return [name.removesuffix("_minor") for name in changed]


def _set_by_hand(loan: Loan, status: LoanStatus, reason: str, actor: str, at: datetime) -> None:
    """By hand it stays as it was set, also where the organization lets due dates decide."""
    if loan.derive_status and derives_status(loan.organization):
        loan.derive_status = False
        loan.save(update_fields=["derive_status"])
    if loan.status != status:
        move([loan], status, "by_hand", reason=reason, actor=actor, at=at)
    elif loan.resumes_as:
        Loan.objects.filter(pk=loan.pk).update(resumes_as="")


def move(loans: Sequence[Loan], status: LoanStatus, why: str, *, actor: str, at: datetime, reason: str = "") -> None:
    """The status of these loans, with an entry for each; CURRENT ends their outreach. In the caller's transaction."""
    before = {loan.pk: loan.status for loan in loans}
    resumes_as = LoanStatus.BEHIND if why == "paid" else ""
    Loan.objects.filter(pk__in=before).update(status=status, status_changed_at=at, resumes_as=resumes_as)
    _touch([loan.document_id for loan in loans], at)
    drafts = []
    for loan in loans:
        loan.status, loan.status_changed_at = status, at
        told = {"from": before[loan.pk], "to": str(status), "why": why}
        drafts.append(_entry(loan, events.LOAN_STATUS_CHANGED, actor, personal=reason, **told))
    record(drafts, at=at)
    if status is LoanStatus.CURRENT:
        because = Stopped.PAID if why == "paid" else Stopped.LOAN_CURRENT
        running = Outreach.objects.filter(document__in=[loan.document_id for loan in loans], active=True)
        for outreach in running.select_for_update().order_by("pk"):
            end(outreach, because, actor=actor, at=at)


def derives_status(organization: Organization) -> bool:
    """Whether due dates decide here."""
    return Habit.objects.filter(organization=organization, derive_status=True).exists()


def let_due_dates_decide(*, organization: Organization, derive: bool, actor: str, at: datetime) -> None:
    """Switch it on or off; on, every loan with a due date follows at once."""
    with transaction.atomic():
        habit, _ = Habit.objects.get_or_create(organization=organization)
        habit = Habit.objects.select_for_update().get(pk=habit.pk)
        if habit.derive_status != derive:
            habit.derive_status = derive
            habit.save(update_fields=["derive_status"])
            facts = {"derive_status": derive}
            record([Draft(organization.pk, events.DERIVING_CHANGED, actor, facts=facts)], at=at)
            derive_statuses(organization=organization, at=at)


def derive_statuses(
    *, organization: Organization, at: datetime, loans: Collection[int] | None = None, accounts: Collection[int] = ()
) -> int:
    """Statuses as the due dates say: of all loans, of these, or of those of these accounts; how many moved."""
    if not derives_status(organization):
        return 0
    today = local_day(at, organization.time_zone)
    with transaction.atomic():
        rows = Loan.objects.of(organization).filter(derive_status=True, account__due_date__isnull=False)
        if loans is not None:
            rows = rows.filter(pk__in=loans)
        elif accounts:
            rows = rows.filter(account__in=accounts)
        moved = _wrong(rows.select_for_update(of=("self",)).select_related("account"), today)
        for status, some in moved.items():
            move(some, status, "due_date", actor=SYSTEM, at=at)
    return sum(map(len, moved.values()))


def _wrong(rows: Any, today: date) -> dict[LoanStatus, list[Loan]]:
    """Loans whose status is not what the rule says, by what it says."""
    found: dict[LoanStatus, list[Loan]] = {}
    for loan in rows.order_by("pk").iterator(chunk_size=5_000):
        status = status_by(loan.account.due_date, loan.account.balance_minor, today)
        if status is not None and status != loan.status:
            found.setdefault(status, []).append(loan)
    return found


def derived_status(account: Account, organization: Organization, at: datetime) -> LoanStatus | None:
    today = local_day(at, organization.time_zone)
    return status_by(account.due_date, account.balance_minor, today)


def take_back_paid(loan: Loan, *, actor: str, at: datetime) -> None:
    """What the payment in full had brought about goes with it: BEHIND again, where no due date says what it is."""
    by_date = loan.derive_status and loan.account.due_date is not None and derives_status(loan.organization)
    if not by_date:
        move([loan], LoanStatus(loan.resumes_as), "reversed", actor=actor, at=at)


def _touch(documents: Sequence[int], at: datetime) -> None:
    Document.objects.filter(pk__in=documents).update(updated_at=at)


def _entry(loan: Loan, event: str, actor: str, *, personal: str = "", **facts: Any) -> Draft:
    return Draft(
        loan.organization_id,
        event,
        actor,
        account_id=loan.account_id,
        document_id=loan.document_id,
        facts=facts,
        personal={"notes": personal} if personal else {},
    )
