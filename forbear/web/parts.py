"""What components are drawn from: values that a view hands to a template. No markup, no colours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One cell of a strip: a label, its figure, one line that gives it meaning, perhaps where it leads."""

    label: str
    figure: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """A label with its value; `total` sets it under a line."""

    label: str
    value: str
    total: bool = False


@dataclass(frozen=True, kw_only=True)
class Share:
    """A part of a progress bar, in the unit of its total; the words stand in the key."""

    value: int
    words: str = ""
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Length:
    """A bar that lies in a table: label, count, tone (wait, stop or none)."""

    label: str
    value: int
    tone: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One line of a timeline: when, an icon, a tone, one sentence; `quote` are the words of a message."""

    at: datetime
    sentence: str
    icon: str = "talk"
    tone: str = ""
    quote: str = ""
    theirs: bool = False
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """One bubble of a thread. `status` is a message status, `label` its word; `name` whoever wrote it; `subject` of a
    letter."""

    text: str
    at: datetime
    ours: bool = False
    status: str = ""
    label: str = ""
    name: str = ""
    subject: str = ""


@dataclass(frozen=True, kw_only=True)
class Hours:
    """One day of a week strip: open spans in hours of that day (8.5 is half past eight), the words below."""

    day: str
    words: str
    spans: Sequence[tuple[float, float]] = ()
    now: float | None = None


@dataclass(frozen=True, kw_only=True)
class CalendarDay:
    """One cell of a calendar: what leaves, is held, is refused; `closed` says why nothing does."""

    day: str
    leaves: int = 0
    held: int = 0
    refused: int = 0
    closed: str = ""
    today: bool = False
    past: bool = False
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar of a chart: what has happened, and what is still planned on top of it.

    `age`: how late it is, from "0", green, to "5", red; "none" where nobody knows; nothing in a chart of other things.
    """

    label: str
    value: int
    planned: int = 0
    age: str = ""
