"""The scorecard: which account is worth the next contact, in points that anybody can add up. Pure.

Nobody is treated worse for a low score: it orders contacts that are allowed anyway, and no rule of the policy reads it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Bands = Sequence[tuple[int | None, int]]
"""(up to and with, points), from small to large; the last one has no end."""


@dataclass(frozen=True, slots=True)
class Factor:
    """One line of the card. missing: the points where there is no figure; say: the figure in words."""

    name: str
    title: str
    bands: Bands
    missing: int
    say: str
    without: str

    @property
    def most(self) -> int:
        return max(points for _, points in self.bands)

    def points(self, figure: int | None) -> int:
        if figure is None:
            return self.missing
        return next(points for last, points in self.bands if last is None or figure <= last)

    def sentence(self, figure: int | None) -> str:
        return self.without if figure is None else self.say.format(figure)


CARD = (
    Factor(
        "lateness", "Days past due", ((0, 10), (30, 25), (60, 20), (90, 14), (180, 8), (None, 3)), 5,
        "{} days past due", "no due date",
    ),
    Factor(
        "balance", "Balance", ((50, 5), (250, 11), (1_000, 17), (5_000, 20), (None, 14)), 0,
        "{:,} open, in whole units of its currency", "nothing is open",
    ),
    Factor(
        "reach", "How to reach them", ((0, 0), (1, 13), (None, 20)), 0,
        "{} open numbers and addresses", "no number and no address",
    ),
    Factor(
        "answer", "Last answer", ((30, 15), (90, 10), (None, 5)), 4,
        "they wrote {} days ago", "they have not written yet",
    ),
    Factor(
        "tries", "Recent contacts", ((0, 10), (3, 7), (6, 3), (None, 0)), 10,
        "{} in the last thirty days", "none in the last thirty days",
    ),
    Factor(
        "promises", "Promises", ((-1, 0), (0, 5), (None, 10)), 5,
        "{:+} kept beyond those broken", "none is settled yet",
    ),
)  # fmt: skip
MOST = sum(factor.most for factor in CARD)


@dataclass(frozen=True, slots=True)
class Line:
    """One factor of one account: its points of the most it can have, and the figure in words."""

    name: str
    title: str
    points: int
    most: int
    say: str


def lines(figures: dict[str, int | None]) -> list[Line]:
    """The card filled in; figures by the names of the factors."""
    return [Line(f.name, f.title, f.points(figures.get(f.name)), f.most, f.sentence(figures.get(f.name))) for f in CARD]


def total(filled: Sequence[Line]) -> int:
    """0 to 100."""
    return sum(line.points for line in filled)


def in_sql() -> str:
    """The same sum as an expression over columns that are named like the factors."""
    return " + ".join(f"CASE {' '.join(_whens(factor))} END" for factor in CARD)


def _whens(factor: Factor) -> Iterator[str]:
    yield f"WHEN {factor.name} IS NULL THEN {factor.missing}"
    for last, points in factor.bands:
        yield f"ELSE {points}" if last is None else f"WHEN {factor.name} <= {last} THEN {points}"
