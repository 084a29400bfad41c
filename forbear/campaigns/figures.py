"""A campaign's key figures, kept as sums: each batch adds a row, the scheduler adds the rows up.

A worker never waits for another one's row, and a page of a campaign of a million accounts counts nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from .models import CampaignFigures

# A campaign at full speed adds some rows a second; a page adds them up in no time.
FOLDED_ABOVE = 20


@dataclass(frozen=True, slots=True)
class Figures:
    """Accounts of the campaign, and how many of them: contacted, reached (delivered or answered), answered."""

    accounts: int = 0
    contacted: int = 0
    reached: int = 0
    answered: int = 0


def figures_of(campaigns: Sequence[int]) -> dict[int, Figures]:
    """Of each campaign; one statement, whose cost does not depend on their sizes."""
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT campaign_id, sum(accounts), sum(contacted), sum(reached), sum(answered)
               FROM campaigns_campaignfigures WHERE campaign_id = ANY(%s) GROUP BY 1""",
            [list(campaigns)],
        )
        told = {campaign: Figures(*map(int, sums)) for campaign, *sums in cursor.fetchall()}
    return {campaign: told.get(campaign, Figures()) for campaign in campaigns}


def add(campaign: int, *, accounts: int) -> None:
    """So many accounts joined; in the caller's transaction."""
    if accounts:
        CampaignFigures.objects.create(campaign_id=campaign, accounts=accounts)


_FOLD = """
WITH many AS (
    SELECT campaign_id FROM campaigns_campaignfigures GROUP BY 1 HAVING count(*) > %s
), gone AS (
    DELETE FROM campaigns_campaignfigures WHERE id IN (
        SELECT f.id FROM campaigns_campaignfigures f JOIN many USING (campaign_id) FOR UPDATE OF f SKIP LOCKED)
    RETURNING campaign_id, accounts, contacted, reached, answered
)
INSERT INTO campaigns_campaignfigures (campaign_id, accounts, contacted, reached, answered)
SELECT campaign_id, sum(accounts), sum(contacted), sum(reached), sum(answered) FROM gone GROUP BY 1"""


def fold(*, above: int = FOLDED_ABOVE) -> None:
    """Add up the rows of each campaign that has more than so many; the sums stay the same at every moment."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLD, [above])
