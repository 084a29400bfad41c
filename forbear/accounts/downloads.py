"""Accounts as a file, in the header dialect that the importer reads."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Func, Max, QuerySet, TextField
from django.http import HttpResponseBase

from forbear.core.money import exponent
from forbear.staff.models import Organization
from forbear.web.exports import csv_response, xlsx_response

from .models import Account, KnownField
from .queries import with_people
from .states import PointKind

_WHO = ("firstName", "lastName")
_DEBT = (
    "amount",
    "currency",
    "dueDate",
    "accountNumber",
    "externalId",
    "creditorName",
    "score",
    "language",
    "timeZone",
    "postalCode",
    "state",
    "accountStatus",
)
_PAGE = 2_000


@dataclass(frozen=True)
class Columns:
    """What a file of these accounts holds: how many numbers and addresses a person has at most, which custom fields."""

    phones: int
    emails: int
    custom: Sequence[str]

    @property
    def header(self) -> list[str]:
        reach = [*_repeated("phone", self.phones), *_repeated("email", self.emails)]
        return [*_WHO, *reach, *_DEBT, *self.custom]


def accounts_file(rows: QuerySet[Account], organization: Organization, name: str, kind: str) -> HttpResponseBase:
    """The accounts as `csv` or `xlsx`. Rows are read in pages and sent on: memory stays flat."""
    columns = columns_of(rows, organization)
    answer = csv_response if kind == "csv" else xlsx_response
    stem = re.sub(r"[^\w.-]+", "-", name).strip("-") or "accounts"
    return answer(f"{stem}.{kind}", columns.header, rows_of(rows, columns))


def columns_of(rows: QuerySet[Account], organization: Organization) -> Columns:
    """Three statements over the accounts; custom fields in the order in which the organization came to know them."""
    most = dict.fromkeys(PointKind, 1) | {
        row["consumer__points__kind"]: row["last"] + 1
        for row in rows.order_by().values("consumer__points__kind").annotate(last=Max("consumer__points__position"))
        if row["consumer__points__kind"]
    }
    standard = set(Columns(most[PointKind.PHONE], most[PointKind.EMAIL], ()).header)
    keys = Func(F("fields"), function="jsonb_object_keys", output_field=TextField())
    held = set(rows.order_by().annotate(key=keys).values_list("key", flat=True).distinct()) - standard
    known = KnownField.objects.of(organization).order_by("pk").values_list("name", flat=True)
    custom = [name for name in known if name in held]
    return Columns(most[PointKind.PHONE], most[PointKind.EMAIL], [*custom, *sorted(held - set(custom))])


def _repeated(name: str, times: int) -> list[str]:
    """`phone`, `phone2`, `phone3`"""
    return [name if number == 1 else f"{name}{number}" for number in range(1, times + 1)]


def rows_of(rows: QuerySet[Account], columns: Columns) -> Iterator[list[Any]]:
    """The cells of each account, in the order of the header."""
    last, ordered = 0, with_people(rows).order_by("pk")
    while page := list(ordered.filter(pk__gt=last)[:_PAGE]):
        for account in page:
            yield _row(account, columns)
        last = page[-1].pk


def _row(account: Account, columns: Columns) -> list[Any]:
    person = account.consumer
    reach: dict[str, list[str]] = {kind: [] for kind in PointKind}
    for point in person.points.all():
        reach[point.kind].append(point.address)
    return [
        person.first_name,
        person.last_name,
        *_padded(reach[PointKind.PHONE], columns.phones),
        *_padded(reach[PointKind.EMAIL], columns.emails),
        round(account.balance.amount, exponent(account.currency)),
        account.currency,
        account.due_date,
        account.number,
        account.external_id,
        account.creditor.name if account.creditor else None,
        account.score,
        person.language,
        person.time_zone,
        person.postal_code,
        person.state,
        account.status,
        *(account.fields.get(name) for name in columns.custom),
    ]


def _padded(addresses: list[str], length: int) -> list[str]:
    return (addresses + [""] * length)[:length]
