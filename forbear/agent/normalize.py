"""What a consumer typed, brought to plain words: NFKC, no zero-width characters, look-alike letters
folded, no emoji, no case, no accents, punctuation and runs of spaces as one space.
"""

import re
import unicodedata

# Letters of other scripts (and a few odd Latin ones) that look like a Latin letter, after case folding.
_LOOKALIKES = str.maketrans(
    "авекмнорстухіѕјԁԛԝһӏɡɩıłøđαεικνορτυχβηζμ",
    "abekmhopctyxisjdqwhlgiilodaeiknoptyxbhzm",
)
_DROPPED = frozenset({"Cf", "Cc", "Cs", "Co", "Cn", "Mn", "Me", "So", "Sk"})
_SPACING = frozenset({"\t", "\n", "\r", "\v", "\f"})
_GAPS = re.compile(r"[\W_]+")
_CLAUSES = re.compile(r"[^\w\s'’`´ʼ-]+|\s-+|-+\s")
_APOSTROPHES = re.compile(r"(?<=[a-z])['’`´ʼ](?=[a-z])")


def fold(text: str) -> str:
    """Everything but the punctuation step: what is left still shows where clauses end."""
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(
        " " if c in _SPACING else c for c in decomposed if c in _SPACING or unicodedata.category(c) not in _DROPPED
    )
    return unicodedata.normalize("NFC", kept).translate(_LOOKALIKES)


def plain(folded: str) -> str:
    """Punctuation to spaces, spaces collapsed; `don't` becomes `dont`, `l'arret` becomes `larret`."""
    return _GAPS.sub(" ", _APOSTROPHES.sub("", folded)).strip()


def normalize(text: str) -> str:
    """`"“St\u200bо́p!”"` -> `stop`."""
    return plain(fold(text))


def clauses(text: str) -> list[str]:
    """The parts that punctuation and line ends separate, each normalized: `ok, STOP - Maria` -> ok, stop,
    maria.
    """
    lines = [fold(line) for line in text.splitlines()]
    return [words for line in lines for part in _CLAUSES.split(line) if part and (words := plain(part))]
