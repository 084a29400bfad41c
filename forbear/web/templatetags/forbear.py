"""The words templates are written with. Built in: no `{% load %}`. Looks come from CSS alone."""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from forbear.web import fields, filters, formats, icons
from forbear.web import navigation as way
from forbear.web.filters import css
from forbear.web.parts import Bar, Length, Share

register = template.Library()
register.filters.update(filters.register.filters)

CHANNELS = {
    "sms": "SMS",
    "email": "Email",
    "voice": "Voice",
    "call": "Voice",
    "whatsapp": "WhatsApp",
    "portal_link": "Portal link",
}


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """`{% icon "inbox" %}`: 16 px, beside its word; with a label when it stands alone."""
    return icons.draw(name, label)


@register.simple_tag
@lru_cache(maxsize=2048)
def status(
    of: str, value: str, label: str = "", *, tone: str = "", pill: bool = False, bare: bool = False
) -> SafeString:
    """`{% status "campaign" campaign.status campaign.get_status_display pill=True %}`: word, shape, colour.

    bare: the shape alone, its word for ears. tone: for a state that status.css does not know.
    """
    word = label or formats.worded(value)
    classes = "status" + (" is-pill" if pill else "") + (" is-bare" if bare else "")
    toned = format_html(' data-tone="{}"', tone) if tone else ""
    shown = format_html("<span>{}: </span>", word) if bare else word
    return format_html('<span class="{}" data-of="{}" data-status="{}"{}>{}</span>', classes, of, value, toned, shown)


@register.simple_tag
def tag(text: str, icon_name: str = "") -> SafeString:
    """A fact that is no state: `{% tag "reminder" %}`."""
    drawn = icons.draw(icon_name) if icon_name else ""
    return format_html('<span class="tag">{}{}</span>', drawn, text)


@register.simple_tag
def via(channel: str, words: str = "") -> SafeString:
    """A channel by its icon and its word, or other words: `{% via message.channel %}`."""
    drawn = icons.draw("voice" if channel == "call" else channel)
    return format_html('<span class="via">{}<span>{}</span></span>', drawn, words or CHANNELS.get(channel, channel))


@register.simple_tag
@lru_cache(maxsize=2048)
def bucket(days_past_due: int | None) -> SafeString:
    """Days past due beside a ramp of five bars; a dash where there is no due date."""
    if days_past_due is None:
        return SafeString(formats.NOTHING)
    days = max(days_past_due, 0)
    return format_html('<span class="bucket" data-level="{}">{}</span>', formats.level(days), formats.number(days))


@register.simple_tag
def address(name: str, *args: Any) -> str:
    """The path of an address name, or nothing when no room serves it; within one's room use `{% url %}`."""
    return way.address(name, *args)


@register.simple_tag
def shares(leaves: int, held: int, refused: int) -> SafeString:
    """A thin bar of what leaves, is held and is refused on one day."""
    whole = leaves + held + refused
    parts = (("going", leaves), ("wait", held), ("stop", refused))
    drawn = ((tone, css(100 * part / whole)) for tone, part in parts if part)
    return format_html('<span class="shares">{}</span>', format_html_join("", SHARE, drawn))


SHARE = '<i data-tone="{}" style="--n:{}"></i>'


@register.inclusion_tag("components/navigation.html", takes_context=True)
def navigation(context: Mapping[str, Any]) -> dict[str, Any]:
    request = context.get("request")
    groups = way.groups(request.path if request else "", context.get("shell") or {})
    return {"groups": groups, "user": context.get("user"), "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("components/field.html")
def field(bound: BoundField, *, whole: bool = False) -> dict[str, Any]:
    """`{% field form.name %}`: label, help, error, widget, in this order. whole: across the grid."""
    return {**fields.drawn(bound), "whole": whole}


@register.simple_tag
def inline_field(bound: BoundField) -> SafeString:
    """A field of a filter form: no visible label, its words for ears."""
    return fields.inline(bound)


@register.inclusion_tag("components/pager.html", takes_context=True)
def pager(context: Mapping[str, Any], page: Any, noun: str = "rows") -> dict[str, Any]:
    """`{% pager page "accounts" %}`: how many, and the way to the next and previous page."""
    count = len(page.items) if page.total is None else page.total
    one = "entry" if noun == "entries" else noun.removesuffix("s")
    return {"request": context.get("request"), "page": page, "count": formats.plural(count, one, noun)}


@register.inclusion_tag("components/sort.html", takes_context=True)
def sort(context: Mapping[str, Any], page: Any, name: str, title: str, *, num: bool = False) -> dict[str, Any]:
    """A column head that sorts: `{% sort page "score" "Score" num=True %}`; a second press turns it round."""
    current = str(page.sort)
    direction = {name: "ascending", f"-{name}": "descending"}.get(current, "")
    following = f"-{name}" if current == name else name
    return {
        "request": context.get("request"),
        "sort": following,
        "title": title,
        "num": num,
        "direction": direction,
    }


@register.inclusion_tag("components/progress.html")
def progress(
    done: int,
    total: int,
    sentence: str,
    *,
    note: str = "",
    label: str = "Progress",
    parts: Sequence[Share] = (),
    url: str = "",
    every: str = "2s",
    id: str = "",
) -> dict[str, Any]:
    """A long job: `{% progress job.done job.total "12,402 of 20,000" note="20 seconds left" url=poll_url %}`.

    parts: Shares in the unit of `total`, where a bar has several. url: asked again until the answer has none.
    """
    drawn = [
        {"percent": css(100 * part.value / max(total, 1)), "tone": part.tone, "words": part.words}
        for part in (parts or (Share(value=done),))
    ]
    words = {"sentence": sentence, "note": note, "label": label, "keyed": any(part.words for part in parts)}
    return {"done": done, "total": total, "parts": drawn, "url": url, "every": every, "id": id, **words}


@register.inclusion_tag("components/stages.html")
def stages(names: str, current: int) -> dict[str, Any]:
    """`{% stages "File,Columns,Look it over,Saved" 3 %}`: done, now, to come; `current` counts from 1."""
    marks = [(name, "done" if at < current else "now" if at == current else "") for at, name in numbered(names)]
    return {"stages": marks}


@register.inclusion_tag("components/lengths.html")
def lengths(rows: Sequence[Length], caption: str) -> dict[str, Any]:
    """Counts with length, the longest first to last as given."""
    longest = max((row.value for row in rows), default=0) or 1
    drawn = [
        {
            "label": row.label,
            "value": row.value,
            "tone": row.tone,
            "url": row.url,
            "percent": css(100 * row.value / longest),
        }
        for row in rows
    ]
    return {"rows": drawn, "caption": caption}


@register.inclusion_tag("components/bars.html")
def bars(
    values: Sequence[Bar],
    sentence: str,
    *,
    heading: str = "",
    key: str = "",
    planned_key: str = "",
    labels: str = "",
    opens: float | None = None,
    closes: float | None = None,
    now: float | None = None,
) -> dict[str, Any]:
    """Standing bars with their table. labels: words under the axis at equal distances, else one for each bar.

    opens and closes: for 24 bars, one an hour; what lies outside is hatched. now: hours since midnight.
    """
    tallest = max((bar.value + bar.planned for bar in values), default=0) or 1
    slot = 240 / (len(values) or 1)
    width = slot * 0.7
    drawn = [standing(bar, index * slot + (slot - width) / 2, tallest) for index, bar in enumerate(values)]
    shown = labels.split(",") if labels else [bar.label for bar in values]
    hours = {"is_day": opens is not None, "opens": opens, "closes": closes, "now_x": now and css(now * 10)}
    words = {
        "sentence": sentence,
        "heading": heading,
        "key": key,
        "aged": any(bar.age for bar in values),
        "planned_key": planned_key,
        "labels": shown,
    }
    return {"bars": drawn, "width": css(width), **hours, **words}


def standing(bar: Bar, x: float, tallest: int) -> dict[str, Any]:
    height, planned = 92 * bar.value / tallest, 92 * bar.planned / tallest
    heights = {"height": css(height), "y": css(100 - height)}
    above = {"planned_height": css(planned), "planned_y": css(100 - height - planned)}
    said = {"label": bar.label, "value": bar.value, "planned": bar.planned, "age": bar.age}
    return {**said, "x": css(x), **heights, **above}


def numbered(names: str) -> Iterable[tuple[int, str]]:
    return enumerate((name.strip() for name in names.split(",")), start=1)
