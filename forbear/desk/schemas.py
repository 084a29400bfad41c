"""An account's story on the wire."""

from __future__ import annotations

from datetime import date, datetime

from forbear.dispatch.schemas import CallShown
from forbear.web.wire import Shown


class Happened(Shown):
    """One line of an account's story. `kind`: message, entry (of the log), bucket_move, act, hold or opt_out.

    Of messages also direction, channel, status, of a call what came of it; with `inbox:read` the words, and of an
    e-mail its subject.
    """

    id: str
    kind: str
    at: datetime
    sentence: str
    event: str | None = None
    direction: str | None = None
    channel: str | None = None
    status: str | None = None
    subject: str | None = None
    body: str | None = None
    call: CallShown | None = None


class CiteShown(Shown):
    """A source: what it is, where it stands, and the day it was read."""

    ref: str
    url: str
    read_on: date


class RuleShown(Shown):
    """One rule of a law pack, in force on the days [begins, ends). Not `in_use`: nobody gathers its facts yet."""

    rule: str
    pack: str
    place: str
    kind: str
    in_use: bool
    begins: date
    ends: date | None
    reviewed: bool
    cite: list[CiteShown]
