"""Contacts that name neither a template nor a text: which wording speaks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from forbear.accounts.states import bucket_of
from forbear.wording.choosing import choices_of, tone_of

if TYPE_CHECKING:
    from .contacts import Item
    from .gather import Gathered

NO_WORDING = "no_wording"
SENTENCE = "No template fits this contact: add one for {channel} under Templates."


def choose_wordings(items: Sequence[Item], got: Gathered, *, at: datetime) -> None:
    """Give each such item the wording of its channel that fits its account's days past due, the consumer's language
    and the tone best; an item for which there is none stays without. One query, and none where nothing is to choose.
    """
    silent = [item for item in items if item.template_version_id is None and not item.body]
    if not silent:
        return
    choices = choices_of({item.case.organization_id for item in silent})
    for item in silent:
        owner = item.case.organization_id
        party = got.parties.get((item.case.account_id, item.case.consumer_id or 0))
        bucket = _bucket(party.due_date if party else None, got.organizations[owner].zone, at)
        language = party.language if party else ""
        item.template_version_id = choices.choose(owner, item.case.channel, language, bucket, tone_of(item.tone))


def _bucket(due: date | None, zone: str, at: datetime) -> str | None:
    if due is None:
        return None
    past: timedelta = at.astimezone(ZoneInfo(zone)).date() - due
    return bucket_of(past.days)
