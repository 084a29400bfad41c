"""The reaction to settled items: each enrollment goes on to its next step, or its walk ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from forbear.compliance.actions import Draft
from forbear.dispatch.contacts import Settled

# After these there is no next step: the account itself is out of the engine's hands, or the time is over.
_ENDING = frozenset({"not_eligible", "too_late"})

_ADVANCE = """
UPDATE campaigns_enrollment e SET
    step = e.step + 1, attempt = 0,
    status = CASE WHEN n.id IS NOT NULL AND NOT v.ending THEN 'open' WHEN v.sent THEN 'done' ELSE 'ended' END,
    reason = v.reason,
    due_at = CASE WHEN n.id IS NOT NULL AND NOT v.ending THEN %s + make_interval(mins => s.wait_minutes) END,
    finished_at = CASE WHEN n.id IS NOT NULL AND NOT v.ending THEN NULL ELSE %s END
FROM unnest(%s::bigint[], %s::int[], %s::bool[], %s::bool[], %s::text[]) AS v(id, step, sent, ending, reason)
JOIN campaigns_enrollment o ON o.id = v.id
JOIN campaigns_campaign c ON c.id = o.campaign_id
LEFT JOIN strategies_step s ON s.version_id = c.strategy_version_id AND s.position = o.step
LEFT JOIN strategies_step n ON n.version_id = c.strategy_version_id AND n.position = o.step + 1
WHERE e.id = v.id AND e.step = v.step AND e.status = 'open'"""


def advance(drafts: Sequence[Draft], at: datetime) -> None:
    """One statement for all drafts of a batch. A step that is settled twice moves its walk once."""
    settled = [d.carry for d in drafts if isinstance(d.carry, Settled) and d.carry.enrollment_id is not None]
    if not settled:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _ADVANCE,
            [
                at,
                at,
                [one.enrollment_id for one in settled],
                [one.step for one in settled],
                [one.sent for one in settled],
                [one.reason in _ENDING for one in settled],
                [one.reason for one in settled],
            ],
        )
