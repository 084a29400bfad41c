"""The three tones that have wordings, and which of them a free text means. Pure."""

from __future__ import annotations

import re
import unicodedata

from .states import Tone

# Stems of accent-free lower-case words in English, Spanish, Portuguese and French.
_EMPATHETIC = (
    "empath|empat[ij]|kind|warm|gentle|soft|friendly|caring|compassion|supportive|understanding|considerate|sympath"
    "|humane|patient|sensitive|helpful|amable|amigable|amistos|calid|comprensiv|suave|cercan|compasiv|pacien"
    "|amavel|amigavel|acolhedor|compreensiv|gentil|cordial|delicad|solidari"
    "|bienveillan|chaleureu|aimable|amical|dou(?:x|ce)\\b|comprehensi|sympathi"
)
_FIRM = (
    "firm|strict|direct|assertive|serious|stern|resolute|decisive|insisten|tough|strong|severe|rigorous|uncompromising"
    "|seri[oa]s?\\b|estrict|contundente|tajante|decidid|asertiv|energic|rigid|exigente|rigoros|sever[oa]s?\\b"
    "|assertiv|enfatic|diret|ferme|serieu|insistan|determine"
)
_NOT = "(?:not|no|nao|pas|sin|sem|sans|without|never|less|menos|moins)"
_VERY = "(?:too|very|so|muy|demasiado|tan|muito|tao|trop|tres|si|be|ser|etre)"
_ASKED = re.compile(rf"\b(?P<negated>{_NOT} (?:{_VERY} )?)?(?:(?P<empathetic>{_EMPATHETIC})|(?P<firm>{_FIRM}))")


def tone_of(text: str) -> Tone:
    """The tone that somebody's own words name first; `not too firm` names none, and what names none is neutral."""
    for asked in _ASKED.finditer(_plain(text)):
        if not asked["negated"]:
            return Tone.EMPATHETIC if asked["empathetic"] else Tone.FIRM
    return Tone.NEUTRAL


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = (letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(re.split(r"[\W_]+", "".join(letters)))
