"""How many SMS a text becomes on the air.

GSM 03.38 (3GPP TS 23.038) default alphabet: 160 septets alone, 153 in each part of a longer text; the
characters of its extension table cost two septets and are never split. Anything else goes as UCS-2: 70
units alone, 67 a part, and a surrogate pair is never split.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
GSM7 = BASIC | EXTENSION
_plain = re.compile(f"[{re.escape(''.join(sorted(BASIC)))}]*").fullmatch  # several times faster than a set


class Encoding(StrEnum):
    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class Segments:
    """`characters` counts code points; `left_in_segment` is in units of the encoding."""

    encoding: Encoding
    characters: int
    segments: int
    left_in_segment: int


def count(text: str) -> Segments:
    """Count the segments of a text; an empty one has none."""
    if _plain(text):
        segments, left = _even(len(text), single=160, part=153)
        return Segments(Encoding.GSM7, len(text), segments, left)
    if GSM7.issuperset(text):
        segments, left = _uneven(text, EXTENSION, single=160, part=153)
        return Segments(Encoding.GSM7, len(text), segments, left)
    wide = frozenset(character for character in text if character > "\uffff")
    segments, left = _uneven(text, wide, single=70, part=67) if wide else _even(len(text), single=70, part=67)
    return Segments(Encoding.UCS2, len(text), segments, left)


def odd_characters(text: str) -> tuple[str, ...]:
    """The characters that force UCS-2, each once, in order: what to replace to save segments."""
    return tuple(dict.fromkeys(character for character in text if character not in GSM7))


def _even(units: int, *, single: int, part: int) -> tuple[int, int]:
    """Segments, and the room left in the last one, where every character takes one unit."""
    if units <= single:
        return min(units, 1), single - units
    segments = -(-units // part)
    return segments, segments * part - units


def _uneven(text: str, doubles: frozenset[str], *, single: int, part: int) -> tuple[int, int]:
    """The same where the characters in `doubles` take two units and may not be split."""
    units = len(text) + sum(character in doubles for character in text)
    if units <= single:
        return 1, single - units
    segments, used = 1, 0
    for character in text:
        cost = 2 if character in doubles else 1
        if used + cost > part:
            segments, used = segments + 1, 0
        used += cost
    return segments, part - used
