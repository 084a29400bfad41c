"""What is given about documents, loans and outreach: names in camelCase, amounts as JSON numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic.alias_generators import to_camel

from forbear.accounts.states import Provenance
from forbear.core.currencies import CODES
from forbear.core.money import Money
from forbear.core.refusal import Invalid
from forbear.web import wire
from forbear.web.wire import Day

from .lending import NewLoan
from .models import Loan
from .people import NewPerson
from .planning import Chosen
from .states import LoanStatus, PartyRole

MOST = 10_000_000_000


class Given(wire.Given):
    model_config = ConfigDict(alias_generator=to_camel)


def _amount(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError("Write the amount as a number, without quotes.")
    if not 0 <= value <= MOST:
        raise ValueError(f"An amount lies between 0 and {MOST:,}.")
    return value


def _currency(value: str) -> str:
    if value.upper() not in CODES:
        raise ValueError("Write a currency of ISO 4217 in three letters, such as USD.")
    return value.upper()


Amount = Annotated[float, BeforeValidator(_amount), Field(ge=0, le=MOST, examples=[42000, 120.5])]
Currency = Annotated[str, AfterValidator(_currency), Field(examples=["USD"])]
Provider = Annotated[str, Field(min_length=1, max_length=120)]
Title = Annotated[str, Field(min_length=1, max_length=200)]
Description = Annotated[str, Field(max_length=2000)]
Words = Annotated[str, Field(min_length=1, max_length=80)]
Notes = Annotated[str, Field(max_length=2000)]
Name = Annotated[str, Field(max_length=120)]
Reason = Annotated[str, Field(max_length=200)]


def money_of(name: str, value: float, currency: str) -> Money:
    """Raises Invalid for more decimals than the currency has."""
    try:
        return Money.of(Decimal(str(value)), currency)
    except ValueError as wrong:
        raise Invalid(str(wrong), fields={name: str(wrong)}) from wrong


class LoanGiven(Given):
    """A loan to put on a document. Without a status it is CURRENT, unless its due date decides."""

    provider_name: Provider
    original_amount: Amount
    remaining_amount: Amount
    currency: Currency = "USD"
    maturity_date: Day | None = None
    status: LoanStatus | None = None
    due_date: Day | None = None

    def loan(self, field: str = "") -> NewLoan:
        """field: what stands before the names of fields in a refusal."""
        return NewLoan(
            provider_name=self.provider_name,
            original=money_of(f"{field}originalAmount", self.original_amount, self.currency),
            remaining=money_of(f"{field}remainingAmount", self.remaining_amount, self.currency),
            maturity_date=self.maturity_date,
            due_date=self.due_date,
            status=self.status,
        )


class LoanChanges(Given):
    """What changes of a loan; only what is given. `deriveStatus` true: its due date decides again."""

    provider_name: Provider = ""
    original_amount: Amount = 0
    remaining_amount: Amount = 0
    currency: Currency = "USD"
    maturity_date: Day | None = None
    due_date: Day | None = None
    status: LoanStatus = LoanStatus.CURRENT
    derive_status: bool = True
    reason: Reason = ""

    def loan(self, present: Loan) -> dict[str, Any]:
        """As the verb takes it."""
        given = self.changes()
        currency = given.pop("currency", present.account.currency)
        changes = {name: given[name] for name in given if not name.endswith("_amount") and name != "reason"}
        for name in ("original", "remaining"):
            if f"{name}_amount" in given:
                changes[name] = money_of(f"{name}Amount", given[f"{name}_amount"], currency)
        if currency != present.account.currency and not changes.keys() & {"original", "remaining"}:
            changes["original"] = Money(present.original_minor, currency)
        return changes


class PersonGiven(Given):
    """Somebody on a document."""

    first_name: Name = ""
    last_name: Name = ""
    phone: str = Field(default="", max_length=254)
    email: str = Field(default="", max_length=254)
    time_zone: str = Field(default="", max_length=60)
    postal_code: str = Field(default="", max_length=16)
    state: str = Field(default="", max_length=3)
    language: str = Field(default="", max_length=5)
    provenance: Provenance | None = None
    """Where the number and the address come from; the organization's own setting, if nobody says."""

    def person(self) -> NewPerson:
        values = self.model_dump(
            include={"first_name", "last_name", "time_zone", "postal_code", "state", "language"}, exclude_unset=True
        )
        return NewPerson(values=values, phone=self.phone, email=self.email, provenance=self.provenance)


class DocumentGiven(Given):
    """A document to create."""

    title: Title
    description: Description | None = None
    chattel_type: str = Field(max_length=40)
    loan: LoanGiven | None = None
    borrower: PersonGiven | None = None


class DocumentChanges(Given):
    """Only what is given; a description of null is cleared."""

    title: Title = ""
    description: Description | None = None
    chattel_type: str = Field(default="", max_length=40)


class PartyGiven(PersonGiven):
    """Somebody to put on a document: told here, or known already by `consumerId`."""

    role: PartyRole
    consumer_id: str | None = Field(default=None, max_length=60)


class OutreachGiven(Given):
    """An outreach to start. Booleans are true or false, never words."""

    sms: bool
    email: bool
    call: bool
    tone: Words
    cadence: Words
    notes: Notes | None = None

    def chosen(self) -> Chosen:
        words = self.model_dump(include={"sms", "email", "call", "tone", "cadence"})
        return Chosen(**words, notes=self.notes or "")


class OutreachChanges(Given):
    """Another tone or cadence for what is still to come."""

    tone: Words = ""
    cadence: Words = ""


class OptOutGiven(Given):
    """What the borrower asked for."""

    campaign_id: str = Field(max_length=60)
    channel: Literal["sms", "email", "call", "all"]
    notes: Notes | None = None


class ReasonGiven(Given):
    """Why."""

    reason: Reason = ""


class BulkGiven(OutreachGiven):
    """The same outreach for many documents that are BEHIND; `dryRun` only says what would happen."""

    document_ids: list[Annotated[str, Field(max_length=60)]] | None = Field(default=None, max_length=10_000)
    chattel_type: str = Field(default="", max_length=40)
    q: str = Field(default="", max_length=120)
    dry_run: bool = False
