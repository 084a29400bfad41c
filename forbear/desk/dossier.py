"""The record of one account on paper: who owes what, what stands, and everything the log tells, with its sources."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q

from forbear.accounts.models import Account
from forbear.compliance.models import Entry
from forbear.compliance.words import Told, tell
from forbear.consent.models import Hold, OptOut
from forbear.core.phone import readable
from forbear.dispatch.models import Message
from forbear.dispatch.words import VIA
from forbear.policy.loading import everything
from forbear.web.formats import day, in_zone, money, plural

LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "CO", "CL", "PH"})


@dataclass(frozen=True, slots=True)
class Source:
    """Why: a rule's sentence, and the text of law that it stands on."""

    say: str
    ref: str


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the log as it reads on paper. `quote`: the words of the message it is about."""

    at: str
    number: str
    who: str
    word: str
    tone: str
    sentence: str
    quote: str = ""
    cites: Sequence[Source] = ()


@dataclass(frozen=True, slots=True)
class Dossier:
    """What the page is set from; plain words only."""

    title: str
    organization: str
    paper: str
    made: str
    lede: str
    pairs: Sequence[tuple[str, str]]
    standing: Sequence[str]
    happenings: Sequence[Line] = field(default_factory=tuple)
    check: str = ""
    seal: str = ""

    def values(self) -> dict[str, Any]:
        """As JSON-able values."""
        return asdict(self)


def dossier(account: Account, entries: Sequence[Entry], *, at: datetime, check: str, seal: str) -> Dossier:
    """The account's record at `at`; `entries` are its own, the oldest first.

    `check` tells how to verify what lies beside the paper, `seal` is the checkpoint that it was proved against.
    """
    organization = account.organization
    first = in_zone(entries[0].at, organization) if entries else None
    since = f" since {day(first)}" if first else ""
    told = plural(len(entries), "entry", "entries")
    return Dossier(
        title=f"Account {account.number or account.public_id}",
        organization=organization.name,
        paper="us-letter" if organization.country in LETTER_COUNTRIES else "a4",
        made=f"Made on {_moment(at, account)}",
        lede=f"Everything that was said, held or refused{since}: {told} of the log.",
        pairs=_pairs(account),
        standing=[*_opt_outs(account), *_holds(account)],
        happenings=_lines(account, entries),
        check=check,
        seal=seal,
    )


def _pairs(account: Account) -> list[tuple[str, str]]:
    points = sorted(account.consumer.points.all(), key=lambda point: (point.kind, point.position, point.pk))
    reach = [(point.kind.capitalize(), _shown(point.address)) for point in points]
    return [
        ("Consumer", str(account.consumer)),
        ("Creditor", account.creditor.name if account.creditor else "–"),
        ("Account", account.public_id),
        ("Balance", money(account.balance)),
        ("Due", day(account.due_date) if account.due_date else "–"),
        ("Status", account.get_status_display()),
        *reach,
    ]


def _opt_outs(account: Account) -> Iterable[str]:
    addresses = [point.address for point in account.consumer.points.all()]
    mine = Q(address__in=addresses) | Q(address="", consumer_id=account.consumer_id)
    rows = OptOut.objects.of(account.organization).filter(mine, lifted_at=None).order_by("at", "pk")
    for row in rows:
        what = "Every channel" if row.channel == "all" else VIA.get(row.channel, row.channel)
        where = f" to {_shown(row.address)}" if row.address else ", for the whole person"
        yield f"{what}{where}: closed since {_moment(row.at, account)}, by {row.get_source_display().lower()}."


def _holds(account: Account) -> Iterable[str]:
    mine = Q(account=account.pk) | Q(account__isnull=True)
    rows = Hold.objects.of(account.organization).filter(mine, consumer=account.consumer_id, closed_at=None)
    for row in rows.order_by("opened_at", "pk"):
        whose = "this account" if row.account_id else "the whole person"
        yield f"{row.get_kind_display()}: holds {whose} since {_moment(row.opened_at, account)}."


def _lines(account: Account, entries: Sequence[Entry]) -> list[Line]:
    quotes = _quotes(account, entries)
    return [_line(account, told, quotes) for told in tell(entries)]


def _quotes(account: Account, entries: Sequence[Entry]) -> Mapping[int, str]:
    """The words of each message, a letter's with its subject, at the first entry that tells of it."""
    first: dict[int, int] = {}
    for entry in entries:
        if entry.message_id:
            first.setdefault(entry.message_id, entry.pk)
    rows = Message.objects.of(account.organization).filter(pk__in=first).values_list("pk", "subject", "body")
    return {first[pk]: f"{subject}\n\n{body}" if subject else body for pk, subject, body in rows}


def _line(account: Account, told: Told, quotes: Mapping[int, str]) -> Line:
    entry = told.entry
    return Line(
        at=_moment(entry.at, account),
        number=f"No. {entry.pk}",
        who=told.who,
        word=told.word,
        tone=told.tone,
        sentence=told.sentence,
        quote=quotes.get(entry.pk, ""),
        cites=sources_of(entry.told["facts"]),
    )


def sources_of(facts: Mapping[str, Any]) -> list[Source]:
    """The findings of an entry's verdict that did not simply pass, with what they stand on."""
    verdict = facts.get("verdict")
    if not isinstance(verdict, dict) or "outcome" not in verdict:
        return []
    telling = [one for one in everything().explain(verdict)["because"] if one["outcome"] != "allow"]
    if telling:
        return [Source(one["say"], "; ".join(one["cite"])) for one in telling]
    packs = ", ".join(verdict.get("packs", ()))
    return [Source("Allowed by every rule in force.", packs)] if packs else []


def _moment(at: datetime, account: Account) -> str:
    local = in_zone(at, account.organization)
    return f"{local:%a} {day(local)}, {local:%H:%M:%S} {local.tzname()}"


def _shown(address: str) -> str:
    return address if "@" in address else readable(address)
