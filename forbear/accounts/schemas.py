"""Accounts, people and contact lists on the wire."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from forbear.core.ids import public_id
from forbear.core.money import Money
from forbear.web.wire import Day, Given, MoneyShown, Shown, actor_id

from .models import WHY, Account, Consumer, ContactList, ContactPoint, Segment, StatusChange
from .states import Bucket, Place, PointKind, PointStatus, Provenance, Status

Name = Annotated[str, Field(max_length=120)]
Address = Annotated[str, Field(max_length=254)]
FieldValue = str | int | float | bool | None
Fields = Annotated[dict[Annotated[str, Field(min_length=1, max_length=120)], FieldValue], Field(max_length=500)]
Id = Annotated[str, Field(max_length=60)]
Score = Annotated[int, Field(ge=-32_768, le=32_767)]
MOST = 10_000_000


def _amount(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ValueError("Write the amount as 120.50.")
    try:
        amount = Decimal(str(value)[:40])
    except InvalidOperation:
        raise ValueError("Write the amount as 120.50.") from None
    if not amount.is_finite() or not 0 <= amount <= MOST:
        raise ValueError(f"An amount lies between 0 and {MOST:,}.")
    return str(amount)


Amount = Annotated[str, BeforeValidator(_amount), Field(examples=["120.50"])]


class ContactGiven(Given):
    """A new person who owes, by either form of the name, with what reaches them."""

    name: str = Field(default="", max_length=240)
    first_name: Name = ""
    last_name: Name = ""
    phone: Address = ""
    email: Address = ""
    language: str = Field(default="", max_length=5)
    time_zone: str = Field(default="", max_length=60)
    postal_code: str = Field(default="", max_length=16)
    state: str = Field(default="", max_length=3)
    country: str = Field(default="", max_length=2)

    def person(self) -> dict[str, str]:
        """With first and last name apart; one word is a last name."""
        words = self.model_dump(exclude={"name", "phone", "email"})
        if self.name and not self.first_name and not self.last_name:
            first, _, last = " ".join(self.name.split()).partition(" ")
            words |= {"first_name": first if last else "", "last_name": last or first}
        return words


class AccountGiven(Given):
    """An account to open, of a new person or of one who is known."""

    contact: ContactGiven | None = None
    consumer_id: Id | None = None
    total_amount: Amount
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    number: Name = ""
    external_id: Name | None = None
    creditor: Name | None = None
    due_date: Day | None = None
    score: Score | None = None
    fields: Fields = {}
    provenance: Provenance | None = None
    """Where the number and the address come from; the organization's own setting, if nobody says."""

    @model_validator(mode="after")
    def whose(self) -> Self:
        if (self.contact is None) == (self.consumer_id is None):
            raise ValueError("Give either contact or consumer_id.")
        return self

    def balance(self, currency: str) -> Money:
        """In the organization's currency unless told. ValueError for more decimals than the currency has."""
        return Money.of(Decimal(self.total_amount), self.currency or currency)

    def values(self) -> dict[str, Any]:
        """The account's own fields."""
        return self.model_dump(include={"number", "external_id", "creditor", "due_date", "score", "fields"})


class AccountChanges(Given):
    """What changes of an account; only what is given. `fields` are merged in, null drops one."""

    number: Name = ""
    external_id: Name | None = None
    creditor: Name | None = None
    due_date: Day | None = None
    status: Status = Status.PENDING_CONTACT
    score: Score | None = None
    fields: Fields = {}


class StatusGiven(Given):
    """Where an account is led by hand, and why."""

    status: Status
    reason: str = Field(min_length=1, max_length=WHY)


class FilterGiven(Given):
    """Accounts by what they are; all that is named must hold. Amounts in units of each account's own currency."""

    status: Status | None = None
    bucket: Bucket | None = None
    list_id: Id | None = None
    q: str = Field(default="", max_length=120)
    creditor: Name = ""
    amount_from: Amount | None = None
    amount_to: Amount | None = None
    score_from: Score | None = None
    score_to: Score | None = None
    field: Name = ""
    value: str = Field(default="", max_length=500)

    @model_validator(mode="after")
    def names_something(self) -> Self:
        if not self.words():
            raise ValueError("Name at least one thing that the accounts must have.")
        return self

    def words(self) -> dict[str, str]:
        """In the words of the filter above the accounts."""
        given = {name: value for name, value in self.model_dump().items() if value not in (None, "")}
        named = given.pop("list_id", "")
        return {name: str(value) for name, value in given.items()} | ({"list": named} if named else {})


class SegmentGiven(Given):
    """A filter to keep under a name."""

    name: str = Field(min_length=1, max_length=120)
    filter: FilterGiven


class SegmentShown(Shown):
    """A kept filter; `accounts` is how many answer to it now, null where they are not counted so far."""

    id: str
    name: str
    filter: dict[str, str]
    accounts: int | None
    created_at: datetime

    @classmethod
    def of(cls, segment: Segment, accounts: int | None) -> Self:
        words = {("list_id" if name == "list" else name): value for name, value in segment.wanted.items()}
        made = segment.created_at
        return cls(id=segment.public_id, name=segment.name, filter=words, accounts=accounts, created_at=made)


class FactorShown(Shown):
    """One line of the scorecard: its points of the most that it can have, and why."""

    name: str
    title: str
    points: int
    most: int
    say: str


class ScoreShown(Shown):
    """What the scorecard says, 0 to 100, with every factor; `kept` is the score that the account has."""

    score: int
    kept: int | None
    factors: list[FactorShown]


class ScoredShown(Shown):
    """How many accounts have another score than before; null where a worker counts them now."""

    changed: int | None


class ConsumerChanges(Given):
    """What changes of a person; only what is given."""

    first_name: Name = ""
    last_name: Name = ""
    language: str = Field(default="", max_length=5)
    time_zone: str = Field(default="", max_length=60)
    postal_code: str = Field(default="", max_length=16)
    state: str = Field(default="", max_length=3)
    country: str = Field(default="", max_length=2)


class PointGiven(Given):
    """A number or an e-mail address to add."""

    kind: PointKind
    address: str = Field(min_length=3, max_length=254)
    place: Place = Place.UNKNOWN
    provenance: Provenance | None = None


class ClosingGiven(Given):
    """Why an address is closed."""

    reason: str = Field(min_length=1, max_length=120)


class ListGiven(Given):
    """A contact list's name."""

    name: str = Field(min_length=1, max_length=120)


class MembersGiven(Given):
    """Accounts by their ids."""

    account_ids: list[Id] = Field(min_length=1, max_length=10_000)


class PersonShown(Shown):
    """Who owes, with the addresses that are open, the first one first."""

    id: str
    first_name: str
    last_name: str
    phones: list[str]
    emails: list[str]


def person_shown(consumer: Consumer) -> PersonShown:
    """Of a consumer with prefetched points."""
    return PersonShown(
        id=consumer.public_id,
        first_name=consumer.first_name,
        last_name=consumer.last_name,
        phones=_open(consumer, PointKind.PHONE),
        emails=_open(consumer, PointKind.EMAIL),
    )


def _open(consumer: Consumer, kind: PointKind) -> list[str]:
    points = consumer.points.all()
    return [point.address for point in points if point.kind == kind and point.status != PointStatus.CLOSED]


class AccountShown(Shown):
    """One debt. `bucket` and `days_past_due` are null where there is no due date."""

    id: str
    external_id: str | None
    number: str
    status: Status
    bucket: Bucket | None
    days_past_due: int | None
    balance: MoneyShown
    creditor: str | None
    consumer: PersonShown
    fields: dict[str, Any]
    score: int | None
    due_date: date | None
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, account: Account, today: date) -> Self:
        return cls(
            id=account.public_id,
            external_id=account.external_id,
            number=account.number,
            status=Status(account.status),
            bucket=account.bucket(today),
            days_past_due=account.days_past_due(today),
            balance=MoneyShown.of(account.balance),
            creditor=account.creditor.name if account.creditor else None,
            consumer=person_shown(account.consumer),
            fields=account.fields,
            score=account.score,
            due_date=account.due_date,
            created_at=account.created_at,
            updated_at=account.updated_at,
        )


class StatusChangeShown(Shown):
    """One change of status; `by` is the id of who made it, or `system`."""

    before: Status
    after: Status
    why: str
    by: str
    at: datetime

    @classmethod
    def of(cls, change: StatusChange) -> Self:
        before, after = Status(change.before), Status(change.after)
        return cls(before=before, after=after, why=change.sentence, by=actor_id(change.by), at=change.at)


class PointShown(Shown):
    """One number (E.164) or e-mail address."""

    id: str
    kind: PointKind
    address: str
    place: Place
    provenance: Provenance
    status: PointStatus
    status_reason: str

    @classmethod
    def of(cls, point: ContactPoint) -> Self:
        return cls(
            id=point.public_id,
            kind=PointKind(point.kind),
            address=point.address,
            place=Place(point.place),
            provenance=Provenance(point.provenance),
            status=PointStatus(point.status),
            status_reason=point.status_reason,
        )


class ConsumerShown(PersonShown):
    """A person with all contact points, closed ones too, and the ids of what they owe."""

    language: str
    time_zone: str
    postal_code: str
    state: str
    country: str
    points: list[PointShown]
    account_ids: list[str]

    @classmethod
    def of(cls, consumer: Consumer) -> Self:
        return cls(
            **person_shown(consumer).model_dump(),
            language=consumer.language,
            time_zone=consumer.time_zone,
            postal_code=consumer.postal_code,
            state=consumer.state,
            country=consumer.country,
            points=[PointShown.of(point) for point in consumer.points.all()],
            account_ids=[public_id(Account.prefix, account.pk) for account in consumer.accounts.all()],
        )


class ListShown(Shown):
    """A contact list; `accounts` is how many are on it."""

    id: str
    name: str
    accounts: int
    created_at: datetime

    @classmethod
    def of(cls, contact_list: ContactList, accounts: int) -> Self:
        name, at = contact_list.name, contact_list.created_at
        return cls(id=contact_list.public_id, name=name, accounts=accounts, created_at=at)


class AddedShown(Shown):
    """How many accounts are new on the list."""

    added: int


class RemovedShown(Shown):
    """How many accounts were taken off the list."""

    removed: int
