"""Workers in processes of their own, which the stories kill, race and count.

They are forked from one process that has read the program once, so that each of them is at work at once.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.forked"])


class Worker:
    """One process at a verb of a story, on the story's own database."""

    def __init__(self, url: str, verb: Callable[..., Any], *words: Any) -> None:
        self._told, telling = FORKS.Pipe(duplex=False)
        self._process = FORKS.Process(target=_work, args=(telling, url, verb, words), daemon=True)
        self._process.start()
        telling.close()

    @property
    def pid(self) -> int:
        assert self._process.pid is not None
        return self._process.pid

    def is_busy(self) -> bool:
        return self._process.is_alive()

    def wait(self, seconds: float = 60) -> int | None:
        """How it ended: 0, or the number of the signal below zero; None while it is at work."""
        self._process.join(seconds)
        return self._process.exitcode

    def answer(self, seconds: float = 60) -> Any:
        """What the verb answered."""
        assert self.wait(seconds) == 0
        return self._told.recv()

    def kill(self) -> None:
        self._process.kill()
        self._process.join(30)


def _work(telling: Connection, url: str, verb: Callable[..., Any], words: tuple[Any, ...]) -> None:
    from django.db import connection

    from forbear import settings

    connection.settings_dict.update(settings.database(url))
    telling.send(verb(*words))
