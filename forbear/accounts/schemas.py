"""Accounts, people and lists on the wire."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, StringConstraints

from forbear.core.money import Money
from forbear.web.wire import Day, Given, MoneyShown, Shown

from .states import Provenance

Words = Annotated[str, StringConstraints(max_length=120)]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=120)]
FieldText = Annotated[str, StringConstraints(max_length=10_000)]


def _amount(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("Write the amount as 120.50 or as a string of digits.")
    try:
        amount = Decimal(str(value))
    except InvalidOperation:
        raise ValueError("Write the amount as 120.50 or as a string of digits.") from None
    if not amount.is_finite() or amount > 10_000_000:
        raise ValueError("At most 10,000,000.")
    if amount < 0:
        raise ValueError("A balance cannot be below zero; record a credit as a payment.")
    return str(amount)


Amount = Annotated[str, BeforeValidator(_amount), Field(examples=["120.50"])]


class ContactGiven(Given):
    """A person, by either form of the name, with a phone or an e-mail address."""

    name: Annotated[str, StringConstraints(max_length=240)] = ""
    first_name: Words = ""
    last_name: Words = ""
    phone: Annotated[str, StringConstraints(max_length=40)] = ""
    email: Annotated[str, StringConstraints(max_length=254)] = ""
    language: Annotated[str, StringConstraints(pattern=r"^([a-z]{2})?$")] = ""
    time_zone: Annotated[str, StringConstraints(max_length=60)] = ""
    postal_code: Annotated[str, StringConstraints(max_length=16)] = ""
    state: Annotated[str, StringConstraints(max_length=3)] = ""

    def person(self) -> dict[str, str]:
        """With first and last name apart."""
        words = self.model_dump(exclude={"name"})
        if self.name and not self.first_name and not self.last_name:
            words["first_name"], _, words["last_name"] = " ".join(self.name.split()).partition(" ")
        return words


class AccountGiven(Given):
    """One debt of one person."""

    contact: ContactGiven
    total_amount: Amount
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")] | None = None
    external_id: Words | None = None
    number: Words = ""
    creditor: Words = ""
    due_date: Day | None = None
    score: Annotated[int, Field(ge=0, le=1000)] | None = None
    fields: dict[FieldName, FieldText] = Field(default_factory=dict, max_length=200)
    provenance: Provenance = Provenance.UNKNOWN

    def balance(self, currency: str) -> Money:
        """Raises ValueError for more decimals than the currency has."""
        return Money.of(Decimal(self.total_amount), self.currency or currency)


class AccountChanges(Given):
    """What changes of an account; only what is given. `fields` replaces all custom fields."""

    number: Words = ""
    external_id: Words | None = None
    due_date: Day | None = None
    score: Annotated[int, Field(ge=0, le=1000)] | None = None
    fields: dict[FieldName, FieldText] = Field(default_factory=dict, max_length=200)


class ConsumerChanges(Given):
    """What changes of a person; only what is given."""

    first_name: Words = ""
    last_name: Words = ""
    language: Annotated[str, StringConstraints(pattern=r"^([a-z]{2})?$")] = ""
    time_zone: Annotated[str, StringConstraints(max_length=60)] = ""
    postal_code: Annotated[str, StringConstraints(max_length=16)] = ""
    state: Annotated[str, StringConstraints(max_length=3)] = ""


class ListGiven(Given):
    """A list to create, perhaps with accounts on it."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]
    account_ids: list[Annotated[str, StringConstraints(max_length=60)]] = Field(default_factory=list, max_length=10_000)


class ListChanges(Given):
    """A list's other name."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=120)]


class MembersGiven(Given):
    """Accounts to put on a list or to take off it."""

    account_ids: list[Annotated[str, StringConstraints(max_length=60)]] = Field(min_length=1, max_length=10_000)


class PersonShown(Shown):
    """Whose account it is."""

    id: str
    first_name: str
    last_name: str
    phones: list[str]
    emails: list[str]


class ConsumerShown(PersonShown):
    """A person with all that is known of them."""

    language: str
    time_zone: str
    postal_code: str
    state: str
    created_at: datetime


class AccountShown(Shown):
    """One debt of one person."""

    id: str
    external_id: str | None
    number: str
    status: str
    bucket: str | None
    days_past_due: int | None
    balance: MoneyShown
    creditor: str | None
    consumer: PersonShown
    fields: dict[str, Any]
    score: int | None
    due_date: date | None
    created_at: datetime


class ListShown(Shown):
    """A contact list; `accounts` is how many are on it."""

    id: str
    name: str
    accounts: int
    created_at: datetime


class MembersShown(Shown):
    """How many came or went."""

    changed: int
