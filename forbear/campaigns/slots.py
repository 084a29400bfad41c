"""A gateway's rate over the days of a dry run: so many contacts in a second, and whoever comes too late waits."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from math import floor


class Slots:
    """Seconds that hold `rate` contacts each; without a rate there is always room."""

    def __init__(self, rate: int | None) -> None:
        self.rate = rate
        self._taken: Counter[int] = Counter()
        self._full: dict[int, int] = {}

    def first(self, due: datetime) -> datetime:
        """The first instant from `due` on that has room."""
        if not self.rate:
            return due
        second = floor(due.timestamp())
        free = self._free(second)
        return due if free == second else datetime.fromtimestamp(free, due.tzinfo)

    def take(self, at: datetime) -> None:
        if not self.rate:
            return
        second = floor(at.timestamp())
        self._taken[second] += 1
        if self._taken[second] >= self.rate:
            self._full[second] = second + 1

    def _free(self, second: int) -> int:
        """Follows the full seconds to the first free one, and shortens the way for whoever asks next."""
        way = []
        while second in self._full:
            way.append(second)
            second = self._full[second]
        for passed in way:
            self._full[passed] = second
        return second
