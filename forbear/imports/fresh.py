"""Rows about people nobody knew go straight into their tables.

COPY writes them a page at a time, without the temporary tables and joins that a row about somebody known needs; their
numbers are drawn beforehand. The cells that are the same for all rows stand last, so that they are written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, repeat

from forbear.accounts.states import Status

from .cleaning import OutputNames
from .numbers import Draw
from .target import Target

NULL = "\\N"
_PRIMARY = frozenset({"phone", "email"})
_PERSON = ("first_name", "last_name", "language", "time_zone", "postal_code", "state")
_NULLABLE = ("external_id", "due_date", "score")
_MONEY = ("placed_minor", "balance_minor", "status", "currency")
_SAME = ("organization_id", "status_changed_at", "created_at", "updated_at", "import_id")
_OPEN, _PAID = str(Status.PENDING_CONTACT), str(Status.PAID)
POINTS = """COPY accounts_contactpoint (consumer_id, address, kind, place, position, organization_id, provenance,
status, status_reason, observed_at) FROM STDIN"""
_MEMBERS = "COPY accounts_listmember (account_id, contact_list_id, import_id) FROM STDIN"


@dataclass(frozen=True, slots=True)
class Lines:
    """What becomes of each row, by table. Accounts lack the number of their creditor, whose name is beside."""

    consumers: list[str]
    points: list[str]
    accounts: list[str]
    account_ids: list[str]
    creditors: Sequence[str | None] | None

    def of(self, rows: Sequence[bool]) -> Lines:
        """Those of the marked rows."""
        columns = (list(compress(lines, rows)) for lines in (self.consumers, self.points, self.accounts))
        creditors = None if self.creditors is None else list(compress(self.creditors, rows))
        return Lines(*columns, list(compress(self.account_ids, rows)), creditors)


class Writer:
    """Compiled once for a file's columns and its target."""

    def __init__(self, names: OutputNames, target: Target, draw: Draw) -> None:
        self.target = target
        self.draw = draw
        self.points = names.points
        given = {*names.standard.values(), "first_name", "last_name"}
        self.person = [name for name in _PERSON if name in given]
        self.account = [name for name in ("number", *_NULLABLE) if name in given]

    def lines(self, told: Mapping[str, list[str]], columns: Mapping[str, list[str | None]]) -> Lines:
        """The rows of a chunk. told: their cells as COPY reads them; columns: their addresses and creditors."""
        consumers, accounts = self.draw(len(told["line"]))
        return Lines(
            _joined(consumers, *(told[name] for name in self.person)),
            self._points(consumers, columns),
            _joined(accounts, consumers, *self._account(told)),
            accounts,
            columns.get("creditor"),
        )

    def _points(self, consumers: list[str], columns: Mapping[str, list[str | None]]) -> list[str]:
        parts, others = [], 0
        for name, (kind, place) in self.points.items():
            others += name not in _PRIMARY
            end = f"\t{kind}\t{place}\t{0 if name in _PRIMARY else others}\t{self._of_points}\n"
            addresses = self._first_times(name, columns)
            whose = zip(consumers, addresses, strict=True)
            parts.append([f"{person}\t{address}{end}" if address else "" for person, address in whose])
        return list(map("".join, zip(*parts, strict=True)))

    def _first_times(self, name: str, columns: Mapping[str, list[str | None]]) -> list[str | None]:
        """The addresses of a column, without those that an earlier column of the same row has."""
        addresses = columns[name]
        for earlier in self.points:
            if earlier == name:
                break
            if self.points[earlier][0] == self.points[name][0]:
                pairs = zip(addresses, columns[earlier], strict=True)
                addresses = [None if address == known else address for address, known in pairs]
        return addresses

    def _account(self, told: Mapping[str, list[str]]) -> Iterator[Iterable[str]]:
        """The cells of `accounts` after the two numbers."""
        for name in self.account:
            yield [cell or NULL for cell in told[name]] if name in _NULLABLE else told[name]
        balances = told.get("balance")
        if balances:
            yield from [[cell or "0" for cell in balances]] * 2
            yield [_PAID if cell == "0" else _OPEN for cell in balances] if "0" in balances else repeat(_OPEN)
        else:
            yield repeat(f"0\t0\t{_OPEN}")
        if currencies := told.get("currency"):
            yield [cell or self.target.currency for cell in currencies]
        else:
            yield repeat(self.target.currency)
        yield told["fields"]

    @property
    def _of_points(self) -> str:
        return f"{self.target.organization_id}\t{self.target.provenance}\tusable\t\t{self.target.at.isoformat()}"

    def written(self, lines: Lines, creditors: Mapping[str | None, int | None]) -> Iterator[tuple[str, str]]:
        """(COPY statement, its text) of every table but that of contact points.

        creditors: their numbers by name, None being the file's own.
        """
        target, at = self.target, self.target.at.isoformat()
        absent = [name for name in _PERSON if name not in self.person]
        end = f"\t{target.organization_id}\t{at}\t{chr(9) * len(absent)}\n"
        columns = ("id", *self.person, "organization_id", "created_at", "country", *absent)
        yield f"COPY accounts_consumer ({', '.join(columns)}) FROM STDIN", end.join([*lines.consumers, ""])
        yield self._copy_accounts(), "".join(self._with_creditors(lines, creditors))
        if target.list_id is not None:
            yield _MEMBERS, f"\t{target.list_id}\t{target.batch_id}\n".join([*lines.account_ids, ""])

    def _copy_accounts(self) -> str:
        absent = () if "number" in self.account else ("number",)
        columns = ("id", "consumer_id", *self.account, *_MONEY, "fields", "creditor_id", *_SAME, *absent)
        return f"COPY accounts_account ({', '.join(columns)}) FROM STDIN"

    def _with_creditors(self, lines: Lines, creditors: Mapping[str | None, int | None]) -> Iterable[str]:
        target, at = self.target, self.target.at.isoformat()
        same = f"{target.organization_id}\t{at}\t{at}\t{at}\t{target.batch_id}"
        same += "\n" if "number" in self.account else "\t\n"
        ends = {name: f"\t{NULL if number is None else number}\t{same}" for name, number in creditors.items()}
        if lines.creditors is None:
            return ends[None].join([*lines.accounts, ""])
        return map(str.__add__, lines.accounts, map(ends.__getitem__, lines.creditors))


def _joined(*columns: Iterable[str]) -> list[str]:
    return list(map("\t".join, zip(*columns, strict=False)))
