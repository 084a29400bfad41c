"""Acts that hold: a notice to cease, a lawyer, a bankruptcy, a death, a dispute. Whatever the order in which they are
recorded, the same holds are open afterwards: they follow from all acts, ordered by when somebody acted.

A hold that a person closed stays closed for every act from before that. Holds opened by hand or by a reply count as
acts of their kind, and end by what the law names, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import connection

from forbear.compliance.actions import record
from forbear.policy import folding

from . import events
from .actions import hold_entry, unless_just_taken
from .models import Act, Hold
from .standing import stand
from .states import HOLDING, TITLES, ActType, HoldKind

Key = tuple[int, str, int | None]
_TYPES = [str(word) for word in HOLDING]
_KINDS = {
    HoldKind.ATTORNEY: ActType.ATTORNEY_KNOWN,
    HoldKind.ATTORNEY_UNNAMED: ActType.ATTORNEY_KNOWN,
    HoldKind.CEASE: ActType.CEASE_NOTICE,
    HoldKind.BANKRUPTCY: ActType.BANKRUPTCY,
    HoldKind.DECEASED: ActType.DECEASED,
    HoldKind.DISPUTE: ActType.DISPUTE,
}
_OF_THE_PERSON = frozenset({HoldKind.BANKRUPTCY, HoldKind.DECEASED})


def lock(consumers: Iterable[int]) -> None:
    """In id order, as the carrier locks them: what is recorded and what is judged at the same time take turns."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM accounts_consumer WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE",
            [sorted(set(consumers))],
        )


def hold_by_acts(consumers: Sequence[int], *, actor: str, at: datetime) -> None:
    """Opens and closes holds of these people as their acts say; in the caller's transaction."""
    acts = list(Act.objects.filter(consumer_id__in=consumers, type__in=_TYPES).exclude(pk__in=_voided(consumers)))
    rows = list(Hold.objects.filter(consumer__in=consumers, kind__in=[str(kind) for kind in _KINDS]))
    standing = {key: hold for who in consumers for key, hold in _standing(who, acts, rows, at).items()}
    closed = _close(rows, standing, acts, actor, at)
    opened = _open(rows, standing, acts, actor)
    _touch(rows, standing)
    record([hold_entry(hold, events.HOLD_OPENED, actor) for hold in opened], at=at)
    record([hold_entry(hold, events.HOLD_CLOSED, actor) for hold in closed], at=at)


def _voided(consumers: Sequence[int]) -> set[int]:
    rows = Act.objects.filter(consumer_id__in=consumers, voids_id__isnull=False)
    return set(rows.values_list("voids_id", flat=True))


def event_of(act: Act) -> folding.Event:
    """The act as the policy folds it."""
    account = None if act.account_id is None else str(act.account_id)
    return folding.Event(act.type, act.at, act.channel, act.address or None, account, act.details)


def _standing(who: int, acts: Iterable[Act], rows: Iterable[Hold], at: datetime) -> dict[Key, folding.Hold]:
    """What holds this person: from the acts and the rows opened otherwise, less what a person closed later."""
    mine = [row for row in rows if row.consumer_id == who]
    told = [event_of(act) for act in acts if act.consumer_id == who]
    told += [_event(row) for row in mine if row.act_id is None and row.closed_at is None]
    folded = stand(told, at)
    found: dict[Key, folding.Hold] = {}
    for hold in [*folded.holds, *_disputes(folded)]:
        key = (who, str(hold.kind), int(hold.account_id) if hold.account_id else None)
        if key not in found or found[key].opened_at < hold.opened_at:
            found[key] = hold
    ended = {_key(row): row.closed_at for row in mine if row.closed_at is not None and row.closing_act_id is None}
    return {key: hold for key, hold in found.items() if key not in ended or ended[key] < hold.opened_at}


def _event(row: Hold) -> folding.Event:
    account = None if row.account_id is None else str(row.account_id)
    unnamed = {"name_and_address": "unknown"} if row.kind == HoldKind.ATTORNEY_UNNAMED else {}
    return folding.Event(_KINDS[HoldKind(row.kind)], row.opened_at, account_id=account, more=unnamed)


def _disputes(folded: folding.Standing) -> Iterator[folding.Hold]:
    return (folding.Hold(HoldKind.DISPUTE, one.account_id or None, one.at) for one in folded.disputes)


def _key(row: Hold) -> Key:
    return row.consumer_id, row.kind, None if row.kind in _OF_THE_PERSON else row.account_id


def _close(
    rows: Sequence[Hold], standing: dict[Key, folding.Hold], acts: Sequence[Act], actor: str, at: datetime
) -> list[Hold]:
    over = [row for row in rows if row.closed_at is None and _key(row) not in standing]
    for row in over:
        last = max((act for act in acts if act.consumer_id == row.consumer_id), key=_order, default=None)
        row.closed_at, row.closed_by = at, actor
        row.closing_act_id = last.pk if last else row.act_id
        row.close_reason = TITLES[ActType(last.type)] if last else TITLES[ActType.VOID]
    Hold.objects.bulk_update(over, ["closed_at", "closed_by", "closing_act_id", "close_reason"])
    return over


def _order(act: Act) -> tuple[datetime, int]:
    return act.recorded_at, act.pk


def _open(rows: Sequence[Hold], standing: dict[Key, folding.Hold], acts: Sequence[Act], actor: str) -> list[Hold]:
    """Those that do not stand yet; whoever opens the same one by hand at this moment has opened it."""
    if standing.keys() <= {_key(row) for row in rows if row.closed_at is None}:
        return []
    people = {key[0] for key in standing}

    def attempt() -> list[Hold]:
        taken = {_key(row) for row in Hold.objects.filter(consumer__in=people, closed_at=None)}
        missing = [(key, hold) for key, hold in standing.items() if key not in taken]
        return Hold.objects.bulk_create([_row(key, hold, _source(key, hold, acts), actor) for key, hold in missing])

    return unless_just_taken(attempt)


def _source(key: Key, hold: folding.Hold, acts: Sequence[Act]) -> Act:
    """The act from which the hold comes."""
    told = [act for act in acts if act.consumer_id == key[0] and act.at == hold.opened_at]
    return next((act for act in told if key[2] in (None, act.account_id)), told[0])


def _row(key: Key, hold: folding.Hold, act: Act, actor: str) -> Hold:
    return Hold(
        organization_id=act.organization_id,
        consumer_id=key[0],
        kind=key[1],
        account_id=key[2],
        notes=act.evidence,
        opened_at=hold.opened_at,
        opened_by=actor,
        asked_at=hold.asked_at,
        act_id=act.pk,
    )


def _touch(rows: Sequence[Hold], standing: dict[Key, folding.Hold]) -> None:
    """The last act of a kind counts; a lawyer who was asked, or answered."""
    changed = []
    for row in rows:
        hold = standing.get(_key(row))
        if (
            row.closed_at is None
            and hold is not None
            and (row.opened_at, row.asked_at) != (hold.opened_at, hold.asked_at)
        ):
            row.opened_at, row.asked_at = hold.opened_at, hold.asked_at
            changed.append(row)
    Hold.objects.bulk_update(changed, ["opened_at", "asked_at"])
