"""Claim and judge: a batch of due items becomes cleared messages, deferrals and refusals, in one transaction.

The consumers are locked while they are judged. What is written here: the items' new states with their verdicts, the
message rows of the cleared ones (`sending`), and the entries of the log.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction

from forbear.channels.pace import BOOKED, CLAIMED_SECONDS
from forbear.channels.queries import Gate, gates_of
from forbear.compliance.actions import Draft, record
from forbear.policy.engine import judge
from forbear.policy.loading import standard as law
from forbear.policy.recorded import written
from forbear.policy.verdict import Outcome

from . import events
from .choice import NO_WORDING, SENTENCE, choose_wordings
from .contacts import Cleared, Item, Judged, Refused
from .gather import Case, Gathered, facts_of, gather, lock_consumers
from .history import contact
from .refused import entry_of, not_now, refused_entry, too_late, write_refusals
from .rows import as_rows
from .states import ITEM, ItemStatus
from .texts import debt_of, text_of, words_of

log = structlog.get_logger("forbear.dispatch")


# Somebody took the last sender out of use: what waits goes on as soon as there is one, and looks by itself meanwhile.
NO_SENDER = "no_sender"
LOOK_AGAIN = timedelta(hours=1)

_COLUMNS = """i.id, i.organization_id, i.occasion, i.account_id, i.consumer_id, i.channel, i.address, q.at,
    i.campaign_id, i.enrollment_id, i.step, i.template_version_id, i.body, i.sender_id, i.not_after, i.created_by,
    i.attempt, i.tone, i.subject, coalesce(q.subject, '')"""
_DUE = f"""SELECT {_COLUMNS} FROM dispatch_queueitem i
    LEFT JOIN dispatch_message q ON q.id = i.answers_message_id
    WHERE i.status = 'pending' AND i.scheduled_for <= %s
      AND i.organization_id NOT IN (SELECT id FROM staff_organization WHERE engine_paused)
      AND i.organization_id NOT IN ({BOOKED})
    ORDER BY i.scheduled_for, i.id LIMIT %s FOR UPDATE OF i SKIP LOCKED"""  # noqa: S608 - names only
_NAMED = f"""SELECT {_COLUMNS} FROM dispatch_queueitem i
    LEFT JOIN dispatch_message q ON q.id = i.answers_message_id
    WHERE i.status = 'pending' AND i.id = ANY(%s) FOR UPDATE OF i SKIP LOCKED"""  # noqa: S608 - names only


def clear_due(*, at: datetime, limit: int) -> Judged:
    """The next due items of every organization whose engine runs."""
    try:
        with transaction.atomic(durable=True):
            return _clear(_claim(_DUE, at, limit), at)
    except (OperationalError, InterfaceError):
        raise
    except Exception:  # one item that cannot be judged must not hold up everybody's queue
        log.exception("batch not cleared")
        return _clear_one_by_one(at, limit)


def seconds_until_due(*, at: datetime) -> float | None:
    """How long until an account that is now at its rate may be claimed for again; None where nothing waits for that."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, [at])
        row = cursor.fetchone()
    return None if row is None or row[0] is None else max(0.0, float(row[0]))


_WAITING = f"""SELECT extract(epoch FROM min(next_slot_at) - clock_timestamp()) - 1 FROM channels_provideraccount p
    WHERE organization_id IN ({BOOKED}) AND next_slot_at > clock_timestamp() + interval '1 second' AND EXISTS (
        SELECT FROM dispatch_queueitem i
        WHERE i.organization_id = p.organization_id AND i.status = 'pending' AND i.scheduled_for <= %s)"""  # noqa: S608


def _clear_one_by_one(at: datetime, limit: int) -> Judged:
    with transaction.atomic():
        due = [item.case.item_id for item in _claim(_DUE, at, limit)]
    judged = Judged([], [])
    for item in due:
        one = _clear_or_fail(item, at)
        judged.cleared += one.cleared
        judged.refused += one.refused
    return judged


def _clear_or_fail(item_id: int, at: datetime) -> Judged:
    with transaction.atomic(durable=True):
        items = _claim(_NAMED, [item_id])
        try:
            with transaction.atomic():
                return _clear(items, at)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("item not cleared", item=item_id)
            sentence = f"This contact could not be judged ({type(error).__name__})."
            refused = [Refused(item, ItemStatus.FAILED, "not_judged", error=sentence) for item in items]
            write_refusals(refused, at)
            record([refused_entry(one) for one in refused], at=at)
            return Judged([], refused)


def clear_items(items: Sequence[int], *, at: datetime) -> Judged:
    """These items, if they are still pending; in the caller's transaction."""
    return _clear(_claim(_NAMED, list(items)), at)


def _claim(sql: str, *params: Any) -> list[Item]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return [Item(Case(*row[:8]), *row[8:]) for row in cursor.fetchall()]


def _clear(items: list[Item], at: datetime) -> Judged:
    if not items:
        return Judged([], [])
    cases = [item.case for item in items]
    lock_consumers(case.consumer_id for case in cases if case.consumer_id is not None)
    judged = _judge(items, gather(cases, at=at), at)
    _write_messages(judged.cleared, at)
    write_refusals(judged.refused, at)
    record([*map(_cleared_entry, judged.cleared), *map(refused_entry, judged.refused)], at=at)
    return judged


def _judge(items: list[Item], got: Gathered, at: datetime) -> Judged:
    gates = gates_of({item.case.organization_id for item in items})
    choose_wordings(items, got, at=at)
    words = words_of([item.template_version_id for item in items], list(got.organizations))
    judged = Judged([], [])
    spent: Counter[int] = Counter()
    for item in items:
        gate = gates.choose(item.case.organization_id, item.case.channel, item.sender_id)
        if (
            gate is not None
            and gate.rate_per_second
            and spent[gate.provider_id] >= gate.rate_per_second * CLAIMED_SECONDS
        ):
            continue  # it keeps its place in the queue
        answer = _one(item, got, gate, words, at)
        if isinstance(answer, Refused):
            judged.refused.append(answer)
            continue
        judged.cleared.append(answer)
        spent[answer.gate.provider_id] += 1
        if (consumer := item.case.consumer_id) is not None:  # the next item of the same person sees this one
            sent = contact(at, item.case.channel, item.case.account_id, item.case.occasion)
            got.history.setdefault(consumer, []).append(sent)
    return judged


def _one(item: Item, got: Gathered, gate: Gate | None, words: Any, at: datetime) -> Cleared | Refused:
    if item.not_after is not None and at >= item.not_after:
        return too_late(item)
    facts = facts_of(item.case, got)
    verdict = judge(facts, law(), at)
    kept = written(verdict, facts)
    if verdict.outcome is not Outcome.ALLOW or facts.contact_point is None:
        return not_now(item, verdict, kept)
    if gate is None:
        error = f"No sender is set up for {item.case.channel}: add one under Settings > Channels."
        return Refused(item, ItemStatus.PENDING, NO_SENDER, kept, error, until=at + LOOK_AGAIN)
    if item.template_version_id is None and not item.body:
        return Refused(item, ItemStatus.SKIPPED, NO_WORDING, kept, SENTENCE.format(channel=item.case.channel))
    text = text_of(item, got, words, facts.contact_point.address, debt_of(facts, at=at))
    if text.problem:
        return Refused(item, ItemStatus.SKIPPED, text.problem, kept, text.sentence)
    return Cleared(item, gate, facts.contact_point.address, text, kept)


def _write_messages(cleared: list[Cleared], at: datetime) -> None:
    """One statement: the items become processing, their messages sending."""
    if not cleared:
        return
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, _clearances(cleared, at))
        numbers: dict[int, int] = {item: pk for pk, item in cursor.fetchall()}
    for one in cleared:
        one.message_id = numbers[one.item.case.item_id]


def _clearances(cleared: list[Cleared], at: datetime) -> dict[str, Any]:
    rows = as_rows(_MESSAGE, map(_message_row, cleared))
    return {"at": at, "rows": rows, "claimable": ITEM.sources("claim")}


_MESSAGE = (
    "item_id", "organization_id", "channel", "occasion", "address", "consumer_id", "account_id", "campaign_id",
    "sender_id", "provider_id", "subject", "body", "segments", "created_by", "verdict", "version",
)  # fmt: skip
# IS TRUE hides the states from the planner: before the queue has statistics, it would walk through all that is pending.
_CLEAR = """
WITH v AS (
    SELECT * FROM json_to_recordset(%(rows)s::json) AS v(item_id bigint, organization_id bigint, channel text,
        occasion text, address text, consumer_id bigint, account_id bigint, campaign_id bigint, sender_id bigint,
        provider_id bigint, subject text, body text, segments int, created_by text, verdict text, version bigint)
), claimed AS (
    UPDATE dispatch_queueitem i SET status = 'processing', claimed_at = %(at)s, verdict = v.verdict, reason = '',
        template_version_id = v.version
    FROM v WHERE i.id = v.item_id AND (i.status = ANY(%(claimable)s)) IS TRUE
)
INSERT INTO dispatch_message (direction, at, status, error_code, error, intent, item_id, organization_id, channel,
    occasion, address, consumer_id, account_id, campaign_id, sender_id, provider_id, subject, body, segments,
    created_by)
SELECT 'out', %(at)s, 'sending', '', '', '', item_id, organization_id, channel, occasion, address, consumer_id,
    account_id, campaign_id, sender_id, provider_id, subject, body, segments, created_by FROM v
RETURNING id, item_id"""


def _message_row(one: Cleared) -> tuple[Any, ...]:
    item, case = one.item, one.item.case
    return (
        case.item_id,
        case.organization_id,
        case.channel,
        case.occasion,
        one.address,
        case.consumer_id,
        case.account_id,
        item.campaign_id,
        one.gate.sender_id,
        one.gate.provider_id,
        one.text.subject,
        one.text.body,
        one.text.segments,
        item.created_by,
        one.verdict,
        item.template_version_id,
    )


def _cleared_entry(one: Cleared) -> Draft:
    facts = f'{{"item":{one.item.case.item_id},"verdict":{one.verdict}}}'
    return entry_of(one.item, events.ITEM_CLEARED, facts=facts, message_id=one.message_id)
