"""An account's story on the wire."""

from __future__ import annotations

from datetime import datetime

from forbear.web.wire import Shown


class Happened(Shown):
    """One line of an account's story. `kind`: message, entry (of the log), hold or opt_out.

    Of messages also direction, channel, status and the words.
    """

    id: str
    kind: str
    at: datetime
    sentence: str
    event: str | None = None
    direction: str | None = None
    channel: str | None = None
    status: str | None = None
    body: str | None = None
