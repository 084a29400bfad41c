"""An Excel workbook as an archive: bounded before the library unpacks a byte of it.

The library holds the table of texts, and every text and row of a sheet, in memory at once. How large those can become
is settled here; unpacking stops at the sizes that the table of contents declares, so they bind.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from openpyxl.packaging.manifest import Manifest
from openpyxl.xml.constants import ARC_CONTENT_TYPES, SHARED_STRINGS
from openpyxl.xml.functions import fromstring

from .limits import MIB, Limits
from .refusals import ZipBomb

SHEETS = "xl/worksheets/"
_ROW = re.compile(rb"<(?:\w+:)?row\b")
_ROWS_WITHIN = 8 * MIB
# What lets one text go on without end: comments, CDATA and instructions; and letters of two bytes, which hide them.
_ENDLESS = re.compile(rb"<[!?]|\0")
_DECLARATION = 8


def check_archive(path: Path, filename: str, limits: Limits) -> set[str]:
    """The names of its members. Raises ZipBomb; damage is raised as the readers raise it."""
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
        if len(members) > limits.members or sum(member.file_size for member in members) > limits.unpacked:
            raise ZipBomb(filename)
        if any(_swells(member, limits) for member in members):
            raise ZipBomb(filename)
        names = {member.filename for member in members}
        table = _table_of_texts(archive) if ARC_CONTENT_TYPES in names else ""
        if any(member.filename == table and member.file_size > limits.shared_text for member in members):
            raise ZipBomb(filename)
        large = [member for member in members if member.file_size > limits.other_member]
        if any(_has_no_end(archive, member) for member in large if member.filename.startswith(SHEETS)):
            raise ZipBomb(filename)
    return names


def _swells(member: zipfile.ZipInfo, limits: Limits) -> bool:
    if member.file_size > MIB and member.file_size > limits.ratio * max(member.compress_size, 1):
        return True
    if member.filename.startswith(SHEETS):
        return False
    bound = limits.shared_text if member.filename.endswith("sharedStrings.xml") else limits.other_member
    return member.file_size > bound


def _table_of_texts(archive: zipfile.ZipFile) -> str:
    """Where the manifest says that it is, which may be anywhere."""
    part = Manifest.from_tree(fromstring(archive.read(ARC_CONTENT_TYPES))).find(SHARED_STRINGS)
    return str(part.PartName[1:]) if part is not None else ""


def _has_no_end(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bool:
    """Whether one text or one row of a large sheet is longer than any that somebody typed."""
    before, without_row = b"", 0
    with archive.open(member) as sheet:
        while piece := sheet.read(MIB):
            first = not before
            if len(piece) == MIB and b"<" not in piece:
                return True
            if _ENDLESS.search(before + piece, _DECLARATION if first else 0):
                return True
            without_row = 0 if _ROW.search(before + piece) else without_row + len(piece)
            if without_row > _ROWS_WITHIN:
                return True
            before = piece[-16:]
    return False
