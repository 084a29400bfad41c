"""How values are written in a template: `{{ balance|money }}`, `{{ sent_at|when }}`."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString

from forbear.core import phone as telephone
from forbear.core.money import Money
from forbear.web import formats

register = template.Library()

ANSWERS = {"allow": "Allowed", "defer": "Not yet", "block": "No", "human": "A person decides"}


@register.filter
def css(value: float) -> str:
    """A number as CSS and SVG read it."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


@register.filter
def money(value: Money | int | None, currency: str = "") -> str:
    """`{{ account.balance|money }}` from Money, `{{ minor|money:currency }}` from minor units."""
    return formats.NOTHING if value is None else formats.money(value, currency)


@register.filter
def when(value: datetime | None, zone: Any = None) -> str:
    """Tue 24 Nov, 10:42, on the clock of a zone, of an organization, or the page's own."""
    return formats.when(local(value, zone)) if value else formats.NOTHING


@register.filter
def day(value: date | None, zone: Any = None) -> str:
    """24 Nov 2026."""
    return formats.day(local(value, zone)) if value else formats.NOTHING


@register.filter
def weekday(value: date | None, zone: Any = None) -> str:
    """Tue 24 Nov."""
    return formats.weekday(local(value, zone)) if value else formats.NOTHING


@register.filter
def clock(value: datetime | None, zone: Any = None) -> str:
    """10:42."""
    return formats.clock(local(value, zone)) if value else formats.NOTHING


@register.filter
def worded(value: str) -> str:
    """`{{ line.channel|worded }}`: sms is SMS, promise_followup is Promise followup."""
    return formats.worded(value)


@register.filter
def year(value: date, zone: Any = None) -> int:
    return int(local(value, zone).year)


def local(value: Any, zone: Any) -> Any:
    """A moment on the clock of the zone, or of the page; a plain date as it is."""
    return formats.in_zone(value, zone or timezone.get_current_timezone()) if isinstance(value, datetime) else value


@register.filter
def ago(value: datetime | None, now: datetime | None = None) -> str:
    """`{{ message.at|ago:shell.now }}`: 14 min ago. Without a now it says when."""
    if value is None:
        return formats.NOTHING
    return formats.ago(local(value, now.tzinfo), now) if now else when(value)


@register.filter
def place(zone: ZoneInfo | str) -> str:
    """The town that names a zone: America/Los_Angeles is Los Angeles."""
    return str(zone).rpartition("/")[2].replace("_", " ")


@register.filter
def phone(value: str | None) -> str:
    """415-555-0106."""
    return telephone.readable(value) if value else formats.NOTHING


@register.filter
def number(value: int | float | None) -> str:
    """12,480."""
    return formats.NOTHING if value is None else formats.number(value)


@register.filter
def plural(value: int, words: str) -> str:
    """`{{ total|plural:"account" }}` is 1 account or 1,860 accounts; `"entry,entries"` gives both words."""
    one, _, many = words.partition(",")
    return formats.plural(value, one, many)


@register.filter
def initials(name: str) -> str:
    return formats.initials(name)


@register.filter
def public_id(row: Any) -> str:
    """The opaque id of a row, as the API writes it."""
    return str(row.public_id)


@register.filter
def answer(outcome: str) -> str:
    """A verdict's outcome as an answer to "may I?"."""
    return ANSWERS.get(outcome, outcome)


@register.filter
def cited(cite: str | Sequence[str]) -> str:
    """One citation, or several in a row."""
    return cite if isinstance(cite, str) else ", ".join(cite)


@register.filter
def words(text: str) -> list[str]:
    return text.split()


@register.filter
def parted(text: str) -> SafeString:
    """A text without spaces, which may break behind each comma and stays what it is when it is copied."""
    return SafeString(escape(text).replace(",", ",<wbr>"))
