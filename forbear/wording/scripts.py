"""What a call says, in the parts that are spoken to different ears. Pure.

The body of a voice template is one text with up to four headings, each on a line of its own:

    [check]      said to whoever answers: it must not tell a stranger of the debt
    [message]    said only once the right party has answered
    [keys]       the menu: 1 talk to a person, 2 promise a date, 3 dispute, 9 stop calls
    [voicemail]  said to a machine; without it the call hangs up there

A text without headings is a message alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import lru_cache

from forbear.policy.content import voicemail

from . import tags
from .findings import COLLECTORS
from .states import Channel

_HEADING = re.compile(r"^[ \t]*\[([^\]\n]{1,20})\][ \t]*$", re.MULTILINE)
_CHARACTERS_A_SECOND = 15  # of a calm voice, about 150 words a minute


@dataclass(frozen=True, slots=True)
class Script:
    """The parts of a call, tags or values in them; a part that is not there is empty."""

    check: str = ""
    message: str = ""
    keys: str = ""
    voicemail: str = ""

    @property
    def spoken(self) -> str:
        """What the right party hears after the check."""
        return "\n\n".join(part for part in (self.message, self.keys) if part)

    @property
    def seconds(self) -> int:
        """About how long the right party listens, the check included."""
        return round((len(self.check) + len(self.spoken)) / _CHARACTERS_A_SECOND)


PARTS = tuple(field.name for field in fields(Script))
HEARD_BY = {
    "check": "To whoever answers",
    "message": "To the right person",
    "keys": "Keys",
    "voicemail": "To a machine",
}


def headings(text: str) -> tuple[str, ...]:
    """The headings as they stand, lower-cased, in order; unknown and repeated ones too."""
    return tuple(found[1].strip().lower() for found in _HEADING.finditer(text))


def script_of(text: str) -> Script:
    """The text in its parts. What stands before the first heading belongs to the message."""
    pieces = _HEADING.split(text)
    parts = {"message": pieces[0].strip()}
    for heading, said in zip(pieces[1::2], pieces[2::2], strict=True):
        name = heading.strip().lower()
        if name in PARTS:
            parts[name] = "\n\n".join(part for part in (parts.get(name, ""), said.strip()) if part)
    return Script(**parts)


def said(text: str, *, channel: str) -> str:
    """The words alone, as people read what was said: of a call without its headings, of anything else the text."""
    return "\n\n".join(part for _, part in parts_of(text)) if channel == Channel.VOICE else text


def parts_of(text: str) -> tuple[tuple[str, str], ...]:
    """What a call says, part by part, each with a few words on who hears it; a text without headings has none."""
    script = script_of(text)
    told = tuple((HEARD_BY[name], getattr(script, name)) for name in PARTS if getattr(script, name))
    return told if headings(text) else tuple(("", part) for _, part in told)


def body_of(script: Script) -> str:
    """The text that `script_of` reads back."""
    return "\n\n".join(f"[{name}]\n{getattr(script, name)}" for name in PARTS if getattr(script, name))


def render(body: str, values: Mapping[str, str]) -> tags.Rendered:
    """A call's text with its values. A voicemail that lacks a value is left out, and the call hangs up at a machine;
    any other part that lacks one excludes the recipient, as in every text. Raises BrokenTag.
    """
    spoken, left = _compiled(body)
    values = {name: " ".join(value.split()) for name, value in values.items()}  # no value brings a heading along
    rendered = spoken.render(values)
    message = left.render(values)
    if not message.ok or not message.text.strip():
        return rendered
    return tags.Rendered(
        f"{rendered.text}\n\n[voicemail]\n{message.text}",
        rendered.missing,
        rendered.unsafe,
        rendered.inserted + message.inserted,
    )


def voicemail_for(script: Script, *, actor: str) -> str:
    """What may be left on a machine, empty to hang up: a collector leaves a limited-content message or nothing
    (12 CFR 1006.2(j)).
    """
    if actor in COLLECTORS and voicemail.check(script.voicemail):
        return ""
    return script.voicemail


@lru_cache(maxsize=1024)
def _compiled(body: str) -> tuple[tags.Compiled, tags.Compiled]:
    script = script_of(body)
    if not headings(body):
        return tags.compile_template(body), tags.compile_template("")
    spoken = Script(script.check, script.message, script.keys)
    return tags.compile_template(body_of(spoken)), tags.compile_template(script.voicemail)
