"""How the bytes of a text file become letters, found out in one pass of flat memory."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import charset_normalizer

from .limits import Limits
from .refusals import BinaryFile, LineTooLong

BLOCK = 256 * 1024
_BOMS = [
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
]
_FALLBACK = "cp1252"


@dataclass(frozen=True, slots=True)
class Survey:
    """What one look through the whole file found: its encoding, and its lines (the last may lack an end)."""

    encoding: str
    lines: int


def survey(path: Path, filename: str, limits: Limits) -> Survey:
    """Raises BinaryFile and LineTooLong."""
    with path.open("rb") as stream:
        start = stream.read(BLOCK)
    encoding = _by_bom(start) or _without_bom(start)
    if encoding is None:
        encoding = _utf8_or_older(path)
    wide = encoding.startswith(("utf-16", "utf-32"))
    return Survey(encoding, _count_lines(path, filename, limits, nul_is_text=wide))


def _by_bom(start: bytes) -> str | None:
    return next((encoding for bom, encoding in _BOMS if start.startswith(bom)), None)


def _without_bom(start: bytes) -> str | None:
    """UTF-16 of mostly Latin text has a NUL in every second place."""
    sample = start[:4096]
    for offset, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = sample[offset::2]
        if len(half) >= 4 and half.count(0) > 0.4 * len(half) and sample[1 - offset :: 2].count(0) == 0:
            return encoding
    return None


def _utf8_or_older(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    for block in _blocks(path):
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            return _older(block)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _FALLBACK
    return "utf-8"


def _older(block: bytes) -> str:
    """Few accents say little about a code page: then it is the Western one; many of them are worth a guess."""
    foreign = sum(byte >= 0x80 for byte in block)
    letters = sum(chr(byte).isalpha() for byte in block if byte < 0x80)
    if foreign < 0.3 * letters:
        return _FALLBACK
    best = charset_normalizer.from_bytes(block[: BLOCK // 4]).best()
    return best.encoding if best and not best.encoding.startswith("utf") else _FALLBACK


def _count_lines(path: Path, filename: str, limits: Limits, *, nul_is_text: bool) -> int:
    newlines = returns = since_break = 0
    for block in _blocks(path):
        if not nul_is_text and b"\0" in block:
            raise BinaryFile(filename)
        breaks = [at for at in (block.find(b"\n"), block.find(b"\r")) if at >= 0]
        if since_break + (min(breaks) if breaks else len(block)) > limits.line:
            raise LineTooLong(filename, max(newlines, returns) + 1, limits.line)
        last = max(block.rfind(b"\n"), block.rfind(b"\r"))
        since_break = len(block) - last - 1 if breaks else since_break + len(block)
        newlines += block.count(b"\n")
        returns += block.count(b"\r")
    return max(newlines, returns) + bool(since_break)


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(BLOCK):
            yield block
