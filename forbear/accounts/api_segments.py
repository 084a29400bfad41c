"""`/v1/segments`, and scores."""

from __future__ import annotations

from forbear.core import clock
from forbear.web.routes import Asked
from forbear.web.wire import Cursor, Limit, Listed, found, listed

from . import queries, segments, tasks
from .api_lists import router
from .models import Account, Segment, local_day
from .schemas import FactorShown, ScoredShown, ScoreShown, SegmentGiven, SegmentShown
from .scorecard import card_of, score_all

__all__ = ["router"]


def _shown(request: Asked, segment: Segment) -> SegmentShown:
    organization = request.auth.organization
    rows = segments.accounts_in(segment, organization, today=local_day(clock.now(), organization.time_zone))
    return SegmentShown.of(segment, queries.counted(rows))


@router.get("/segments", response=Listed[SegmentShown])
def list_segments(request: Asked, limit: Limit = 50, cursor: Cursor = "") -> Listed[SegmentShown]:
    """Newest first; `accounts` is not counted here."""
    rows = Segment.objects.of(request.auth.organization)
    return listed(rows, lambda row: SegmentShown.of(row, None), limit=limit, cursor=cursor)


@router.post("/segments", response={201: SegmentShown})
def save_segment(request: Asked, given: SegmentGiven) -> SegmentShown:
    """A filter under a name; whoever answers to it is looked up anew each time."""
    made = segments.save_segment(
        organization=request.auth.organization,
        name=given.name,
        words=given.filter.words(),
        actor=request.auth.actor,
        at=clock.now(),
    )
    return _shown(request, made)


@router.get("/segments/{segment_id}", response=SegmentShown)
def read_segment(request: Asked, segment_id: str) -> SegmentShown:
    """With how many accounts answer to it now."""
    return _shown(request, found(Segment.objects.of(request.auth.organization), segment_id))


@router.delete("/segments/{segment_id}", response={204: None})
def delete_segment(request: Asked, segment_id: str) -> tuple[int, None]:
    """The accounts stay."""
    segment = found(Segment.objects.of(request.auth.organization), segment_id)
    segments.delete_segment(segment=segment, actor=request.auth.actor, at=clock.now())
    return 204, None


@router.get("/accounts/{account_id}/score", response=ScoreShown)
def read_score(request: Asked, account_id: str) -> ScoreShown:
    """What the scorecard says of this account now, factor by factor."""
    rows = Account.objects.of(request.auth.organization).select_related("organization")
    account = found(rows, account_id)
    card = card_of(account, at=clock.now())
    factors = [FactorShown.model_validate(line) for line in card.factors]
    return ScoreShown(score=card.score, kept=account.score, factors=factors)


@router.post("/scores", response={200: ScoredShown, 202: ScoredShown})
def score_accounts(request: Asked) -> tuple[int, ScoredShown]:
    """Every live account keeps what the scorecard says of it, instead of the score it had. Of more than 50,000 accounts
    a worker sees to it: 202.
    """
    organization, actor = request.auth.organization, request.auth.actor
    if tasks.score_many(organization=organization, actor=actor):
        return 202, ScoredShown(changed=None)
    return 200, ScoredShown(changed=score_all(organization=organization, actor=actor, at=clock.now()))
