"""Paper: values set into PDF/A by Typst, whose fonts and program come with its wheel. Nothing is fetched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

SHEETS = Path(__file__).parent / "sheets"


def pdf(sheet: str, record: Mapping[str, Any], *, at: datetime) -> bytes:
    """A PDF/A-2a of `sheets/<sheet>.typ`. The record is data to the sheet, never markup; `at` is its date."""
    return bytes(
        typst.compile(
            _sheet(sheet),
            root=str(SHEETS),
            format="pdf",
            ignore_system_fonts=True,
            pdf_standards=["a-2a"],
            timestamp=at.replace(microsecond=0),
            sys_inputs={"record": json.dumps(record, ensure_ascii=False)},
        )
    )


@cache
def _sheet(name: str) -> bytes:
    return (SHEETS / f"{name}.typ").read_bytes()
