"""A transaction that the database chose as a deadlock's victim begins again.

Whoever settles contacts holds them before their accounts, whoever records money holds the account first: sooner or
later two of them wait for each other, and PostgreSQL ends one. Nothing of it has happened, so it is done once more.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import psycopg
from django.db import OperationalError, connection

Given = ParamSpec("Given")
Made = TypeVar("Made")
TRIES = 4


def begins_again(verb: Callable[Given, Made]) -> Callable[Given, Made]:
    """For a verb that is one transaction and changes nothing of what it is given before its end. Inside another
    transaction it is left to whoever began that one."""

    @wraps(verb)
    def whole(*given: Given.args, **named: Given.kwargs) -> Made:
        tries = 1 if connection.in_atomic_block else TRIES
        for _ in range(tries - 1):
            try:
                return verb(*given, **named)
            except OperationalError as error:
                if not isinstance(error.__cause__, psycopg.errors.DeadlockDetected):
                    raise
        return verb(*given, **named)

    return whole
