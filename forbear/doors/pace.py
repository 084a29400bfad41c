"""How fast one key or person may ask: a bucket of tokens in each web process, refilled evenly."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from math import ceil
from threading import Lock

from django.conf import settings

from .refusals import TooFast

MOST_ASKERS = 10_000


class Pace:
    """`per_minute` requests at once, and as many again in each minute. `timer` counts seconds."""

    def __init__(self, per_minute: int, timer: Callable[[], float] = time.monotonic) -> None:
        self.per_minute, self.timer = per_minute, timer
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def spend(self, asker: str) -> None:
        """Takes one token; raises TooFast with the whole seconds until there is one."""
        now = self.timer()
        with self._lock:
            left, seen = self._left.pop(asker, (float(self.per_minute), now))
            left = min(self.per_minute, left + (now - seen) * self.per_minute / 60)
            self._left[asker] = (left - 1 if left >= 1 else left, now)
            if len(self._left) > MOST_ASKERS:
                self._left.popitem(last=False)
        if left < 1:
            raise TooFast(max(1, ceil((1 - left) * 60 / self.per_minute)))


PACE = Pace(settings.API_PER_MINUTE)
