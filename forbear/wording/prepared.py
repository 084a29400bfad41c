"""A body judged once, so that each recipient's text costs microseconds at hand-over.

What does not depend on the values is judged when the body is first seen. For a text, only what the values can change
is looked at again: a value without the stem of any phrase adds none; a phrase whose stem stands in the body itself is
looked for in the whole text; where a tag touches a letter, everything is judged anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from forbear.wording import disclosures, forbidden, phrases, tags
from forbear.wording.findings import Finding, Situation
from forbear.wording.lint import errors, lint, lowered_of
from forbear.wording.phrases import Phrases
from forbear.wording.tags import Compiled, Rendered

_GAP = ".\n"
"""In place of a tag: no phrase reaches over the end of a sentence and a line."""
_PHRASES = (*(known for _, known, _ in forbidden.FORBIDDEN), phrases.SUIT)
_STEM = re.compile("|".join(sorted({re.escape(stem) for known in _PHRASES for stem in known.stems})))
_COULD_HOLD_ONE = re.compile(r"[^\W\d_]{2}|%|\.[^\W\d_]")
_TOUCHES = re.compile(r"[\w%/-]|\.\w")

Judge = Callable[[Rendered], Finding | None]


@lru_cache(maxsize=4096)
def prepared(body: str, situation: Situation) -> Judge:
    """What answers for each rendered text of the body with its first error, or None: it may leave.

    For texts without tags left in them (`known` is None). Raises BrokenTag.
    """
    return _Prepared(tags.compile_template(body), situation).first_error


class _Prepared:
    def __init__(self, compiled: Compiled, situation: Situation) -> None:
        self._situation = situation
        lowered = lowered_of(_GAP.join(compiled.literals))
        self._armed: tuple[Phrases, ...] = (
            phrases.OPT_OUT_COSTS,
            phrases.OPT_OUT_PAYS,
            *(known for known in _PHRASES if any(stem in lowered for stem in known.stems)),
        )
        self._anew = (
            situation.channel == "voice"
            or situation.in_validation_period
            or bool(situation.bucket or situation.subject)
            or _touch(compiled.literals)
            or any(disclosures.opt_out("", lowered, situation))
            or any(disclosures.disclosure("", lowered, situation))
        )

    def first_error(self, rendered: Rendered) -> Finding | None:
        text = rendered.text
        if self._anew or not all(map(_harmless, rendered.inserted)) or not self._is_signed(text):
            return self._judged(text)
        lowered = text.lower()
        if any(known.find(lowered) for known in self._armed):
            return self._judged(text)
        return None

    def _judged(self, text: str) -> Finding | None:
        return next(iter(errors(lint(text, self._situation))), None)

    def _is_signed(self, text: str) -> bool:
        return any(name and name in text for name in self._situation.senders)


def _touch(literals: tuple[str, ...]) -> bool:
    """Whether a value could grow together with the letters beside it."""
    before = any(_TOUCHES.match(literal[-1:]) or literal.endswith(".") for literal in literals[:-1])
    return before or any(_TOUCHES.match(literal) for literal in literals[1:])


@lru_cache(maxsize=1 << 16)
def _harmless(value: str) -> bool:
    return _COULD_HOLD_ONE.search(value) is None or (_STEM.search(value.lower()) is None and value.isprintable())
