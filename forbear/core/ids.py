"""Public ids: a prefix that names the noun and an opaque word made from the row's number."""

from __future__ import annotations

from functools import lru_cache

from sqids import Sqids

_ALPHABET = "tn4f7rjk9vxqz2m8wgbchd5y6sp3"
_sqids = Sqids(alphabet=_ALPHABET, min_length=8)


@lru_cache(maxsize=65_536)
def public_id(prefix: str, number: int) -> str:
    """`public_id("acc", 12)` -> "acc_…"; the same number always gives the same word."""
    return f"{prefix}_{_sqids.encode([number])}"


def number_of(prefix: str, public: str) -> int | None:
    """The row's number, or None for anything that `public_id` would not have written."""
    head, _, word = public.partition("_")
    if head != prefix or not word:
        return None
    numbers = _sqids.decode(word)
    if len(numbers) != 1 or numbers[0] >= 2**63 or _sqids.encode(numbers) != word:
        return None
    return numbers[0]
