"""An expected refusal is an exception whose text is the sentence that staff reads."""

from __future__ import annotations

import re
from collections.abc import Mapping


class Refusal(Exception):
    """This cannot be done now."""

    def __init__(self, sentence: str | None = None, *, fields: Mapping[str, str] | None = None) -> None:
        self.sentence = sentence or (type(self).__doc__ or "").strip().splitlines()[0]
        self.fields = dict(fields or {})
        super().__init__(self.sentence)

    @property
    def code(self) -> str:
        """The class name in snake_case: `ListIsEmpty` answers `list_is_empty`."""
        return re.sub(r"(?<!^)(?=[A-Z])", "_", type(self).__name__).lower()


class Invalid(Refusal):
    """Some of what was given cannot be used."""


class NotFound(Refusal):
    """There is nothing here by that name."""


class Forbidden(Refusal):
    """Your role does not allow this."""


class WrongState(Refusal):
    """The present state does not allow this."""
