"""The accounts of a campaign with a strategy, in pages: where each stands, what was last said, what is next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db import connection

from forbear.core.ids import public_id
from forbear.core.money import Money
from forbear.web.formats import NOTHING
from forbear.web.pagination import Page, UnknownCursor

from .models import Campaign
from .reasons import words_of

ROWS: Final = 50
# Accounts that the engine leaves alone, by their status: what they wait for.
WAITS: Final[Mapping[str, str]] = {
    "active_conversation": "waits for us",
    "promise_active": "waits for the promise",
    "in_review": "held: in review",
    "escalated": "waits for somebody",
    "paused": "paused",
    "paid": "paid",
    "closed": "closed",
    "new": "not begun",
}
SORTED_UP_TO: Final = 20_000
"""The accounts of larger campaigns stand in one order: others would read all of them for each page."""

# By the word of the sort: what the rows are ordered by, as a whole number.
SORTS: Final[Mapping[str, str]] = {
    "account": "0",
    "score": "coalesce(a.score, -1)",
    "balance": "a.balance_minor",
    "overdue": "coalesce(DATE '2000-01-01' - a.due_date, -100000)",
}
SHOWN: Final[Mapping[str, tuple[str, str]]] = {
    "open": ("Going on", "e.status = 'open'"),
    "held": (
        "Held",
        "EXISTS (SELECT FROM dispatch_queueitem h WHERE h.consumer_id = e.consumer_id AND h.enrollment_id = e.id"
        " AND h.status IN ('pending', 'processing') AND h.deferrals > 0)",
    ),
    "done": ("Sequence done", "e.status = 'done'"),
    "ended": ("Taken out", "e.status IN ('ended', 'excluded')"),
}

_ROWS = """
SELECT e.account_id, e.status, e.reason, e.step, e.attempt, t.due_at, e.contacts, a.number, a.balance_minor, a.currency,
    %(today)s::date - a.due_date, a.score, a.status, p.first_name, p.last_name,
    i.channel, i.scheduled_for, i.deferrals, i.reason,
    m.direction, m.channel, coalesce(c.result, m.status), m.at, s.steps, chosen.key
FROM ({some}) chosen JOIN campaigns_enrollment e ON e.id = chosen.id
JOIN accounts_account a ON a.id = e.account_id
JOIN accounts_consumer p ON p.id = e.consumer_id
LEFT JOIN campaigns_due t ON t.enrollment_id = e.id
LEFT JOIN LATERAL (
    SELECT channel, scheduled_for, deferrals, reason FROM dispatch_queueitem q
    WHERE q.consumer_id = e.consumer_id AND q.enrollment_id = e.id AND q.status IN ('pending', 'processing')
    LIMIT 1) i ON true
LEFT JOIN LATERAL (
    SELECT id, direction, channel, status, at FROM dispatch_message t
    WHERE t.consumer_id = e.consumer_id AND (t.account_id = e.account_id OR t.account_id IS NULL)
    ORDER BY t.at DESC LIMIT 1) m ON true
LEFT JOIN dispatch_call c ON c.message_id = m.id
LEFT JOIN LATERAL (
    SELECT count(*) AS steps FROM strategies_step
    WHERE version_id = coalesce(e.version_id, %(version)s)) s ON true
ORDER BY chosen.key {turn}, e.account_id {turn}"""

_SOME = """
SELECT e.id, {key} AS key FROM campaigns_enrollment e {joins}
WHERE e.campaign_id = %(campaign)s {where} ORDER BY {order} LIMIT %(limit)s"""
_JOINS = """JOIN accounts_account a ON a.id = e.account_id JOIN accounts_consumer p ON p.id = e.consumer_id"""


@dataclass(slots=True)
class Walker:
    """One account of the campaign. `steps`: of the version it walks; `channel` to `held_for`: of its planned contact;
    `said_*`: the last message in either direction, of a call its result.
    """

    account_id: int
    walk: str
    reason: str
    step: int
    attempt: int
    due_at: datetime | None
    contacts: int
    number: str
    balance_minor: int
    currency: str
    days_past_due: int | None
    score: int | None
    status: str
    first_name: str
    last_name: str
    channel: str | None
    scheduled_for: datetime | None
    deferrals: int | None
    held_for: str | None
    said_direction: str | None
    said_channel: str | None
    said_status: str | None
    said_at: datetime | None
    steps: int
    key: int

    @property
    def account_public_id(self) -> str:
        return public_id("acc", self.account_id)

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip() or self.number

    @property
    def balance(self) -> Money:
        return Money(self.balance_minor, self.currency)

    @property
    def place(self) -> str:
        """3 of 6: the step that is next, or the last one."""
        return f"{min(self.step + 1, self.steps)} of {self.steps}" if self.steps else NOTHING

    @property
    def said(self) -> str:
        """What was last said, in a word."""
        if self.said_status is None:
            return ""
        return "replied" if self.said_direction == "in" else self.said_status.replace("_", " ")

    @property
    def next_at(self) -> datetime | None:
        """When it is contacted next: as planned, or when its step falls due."""
        if self.walk != "open":
            return None
        return self.scheduled_for or (None if self.status in WAITS else self.due_at)

    @property
    def why(self) -> str:
        """Instead of, or beside, the next moment: why nothing is planned, or why it is held."""
        if self.deferrals and self.held_for:
            return f"held: {words_of(self.held_for).lower()}"
        if self.walk == "done":
            return "sequence done"
        if self.walk != "open":
            return words_of(self.reason).lower() if self.reason else ""
        return "" if self.scheduled_for else WAITS.get(self.status, "")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which accounts, in which order. status: of the account; show: a word of SHOWN; sort: one of SORTS, or -one."""

    status: str = ""
    show: str = ""
    q: str = ""
    sort: str = ""
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class _Order:
    """By one of SORTS, then by account; by account alone it follows the index of who is in which campaign."""

    name: str
    descending: bool

    @classmethod
    def of(cls, sort: str) -> _Order:
        name = sort.lstrip("-")
        return cls(name, sort.startswith("-")) if name in SORTS else cls("account", False)

    @property
    def turn(self) -> str:
        return "DESC" if self.descending else "ASC"

    @property
    def by(self) -> str:
        return f"e.account_id {self.turn}" if self.name == "account" else f"key {self.turn}, e.account_id {self.turn}"

    @property
    def beyond(self) -> str:
        """Rows behind the one where the page before has ended."""
        sign = "<" if self.descending else ">"
        if self.name == "account":
            return f"e.account_id {sign} %(after)s"
        return f"({SORTS[self.name]}, e.account_id) {sign} (%(key)s, %(after)s)"

    def __str__(self) -> str:
        return f"{'-' if self.descending else ''}{self.name}"


def walkers(
    campaign: Campaign, wanted: Wanted, *, today: date, total: int | None = None, limit: int = ROWS
) -> Page[Walker]:
    """One page, in one statement; `today` in the organization's zone. Raises UnknownCursor."""
    order = _Order.of(wanted.sort)
    values = {"campaign": campaign.pk, "version": campaign.strategy_version_id, "limit": limit + 1, "today": today}
    with connection.cursor() as cursor:
        cursor.execute(_ROWS.format(some=_some(wanted, order), turn=order.turn), values | _values(wanted))
        rows = [Walker(*row) for row in cursor.fetchall()]
    items = rows[:limit]
    following = f"{items[-1].key}:{items[-1].account_id}" if len(rows) > limit else None
    return Page(items, following, None, str(order), wanted.cursor or None, total)


def _some(wanted: Wanted, order: _Order) -> str:
    """Which enrollments stand on the page."""
    where = [*_conditions(wanted), *([order.beyond] if wanted.cursor else [])]
    return _SOME.format(
        key=SORTS[order.name],
        joins=_JOINS if order.name != "account" or wanted.q or wanted.status else "",
        where=" ".join(f"AND {one}" for one in where),
        order=order.by,
    )


def _values(wanted: Wanted) -> dict[str, Any]:
    key, after = _read(wanted.cursor) if wanted.cursor else (0, 0)
    return {"status": wanted.status, "q": _beginning(wanted.q), "key": key, "after": after}


def _conditions(wanted: Wanted) -> list[str]:
    where = [SHOWN[wanted.show][1]] if wanted.show in SHOWN else []
    if wanted.status:
        where.append("a.status = %(status)s")
    if wanted.q:
        where.append(
            "(lower(p.first_name) LIKE %(q)s OR lower(p.last_name) LIKE %(q)s OR lower(a.number) LIKE %(q)s"
            " OR lower(p.first_name || ' ' || p.last_name) LIKE %(q)s)"
        )
    return where


def _beginning(words: str) -> str:
    return words.lower().replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_") + "%"


def _read(cursor: str) -> tuple[int, int]:
    key, _, account = cursor.partition(":")
    try:
        numbers = int(key), int(account)
    except ValueError as wrong:
        raise UnknownCursor from wrong
    if not all(abs(number) < 2**63 for number in numbers):
        raise UnknownCursor
    return numbers


@dataclass(frozen=True, slots=True)
class Places:
    """Where the accounts stand: by step those that walk, by word of SHOWN all of them; `next_at` of the held."""

    steps: dict[int, int]
    shown: dict[str, int]
    opens: datetime | None = None


_PLACES = """
SELECT status, CASE WHEN status = 'open' THEN step END, count(*), NULL::timestamptz FROM campaigns_enrollment
WHERE campaign_id = %(campaign)s GROUP BY 1, 2
UNION ALL
SELECT 'held', NULL, count(*), min(scheduled_for) FROM dispatch_queueitem
WHERE campaign_id = %(campaign)s AND status = 'pending' AND deferrals > 0 AND enrollment_id IS NOT NULL"""


def places(campaign: Campaign) -> Places:
    """One statement that reads every enrollment: of large campaigns asked after the page, and kept for a while."""
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, {"campaign": campaign.pk})
        rows = cursor.fetchall()
    counts = Counter[str]()
    for status, _, count, _ in rows:
        counts["ended" if status == "excluded" else status] += count
    return Places(
        steps={step: count for status, step, count, _ in rows if status == "open"},
        shown={word: counts[word] for word in SHOWN},
        opens=next((opens for status, _, _, opens in rows if status == "held"), None),
    )
