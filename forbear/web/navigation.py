"""The way through the pages: which link stands in which group, under which address name.

An address that no room serves is left out, so that the navigation only ever names pages that exist.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.urls import NoReverseMatch, reverse


@dataclass(frozen=True)
class Place:
    """A page of the navigation: address name, title, icon, the key after `g`, where its count comes from.

    needs: the permission without which it is not shown; instead_of: shown only to those who lack this one.
    """

    name: str
    title: str
    icon: str
    key: str = ""
    count: str = ""
    waiting: bool = False
    sandbox: bool = False
    needs: str = ""
    instead_of: str = ""

    def is_for(self, shell: Mapping[str, Any]) -> bool:
        """Whether somebody with this shell may open it."""
        may = shell.get("may", ())
        allowed = (not self.needs or self.needs in may) and (not self.instead_of or self.instead_of not in may)
        return allowed and bool(shell.get("sandbox") or not self.sandbox)


@dataclass(frozen=True)
class Link:
    """A place as it stands on one page."""

    url: str
    title: str
    icon: str
    key: str
    count: int
    waiting: bool
    here: bool


@dataclass(frozen=True)
class Group:
    title: str
    links: list[Link]


PLACES: Final = (
    (
        "",
        (
            Place("today", "Today", "today", "t", needs="accounts:read"),
            Place("inbox", "Inbox", "inbox", "i", count="unread", waiting=True, needs="inbox:read"),
            Place("referrals", "Needs a person", "judge", "n", count="referrals", waiting=True, needs="accounts:read"),
        ),
    ),
    (
        "Work",
        (
            Place("documents", "Documents", "document", "u", count="documents", needs="documents:read"),
            Place("accounts", "Accounts", "account", "a", count="accounts", needs="accounts:read"),
            Place("contact_lists", "Contact Lists", "list", "l", needs="accounts:read"),
            Place("campaigns", "Campaigns", "campaign", "c", count="campaigns", needs="campaigns:read"),
            Place("strategies", "Strategies", "strategy", "w", needs="strategies:read"),
            Place("execution", "Execution", "run", "e", needs="campaigns:read"),
        ),
    ),
    ("What we say", (Place("templates", "Templates", "template", "m", needs="templates:read"),)),
    (
        "Money and cases",
        (
            Place("promises", "Promises", "promise", "k", needs="promises:read"),
            Place("payments", "Payments", "payment", "y", needs="payments:read"),
            Place("disputes", "Disputes", "dispute", "d", needs="cases:read"),
            Place("escalations", "Escalations", "escalation", "x", needs="cases:read"),
        ),
    ),
    (
        "On record",
        (
            Place("interactions", "Interactions", "talk", "h", needs="accounts:read"),
            Place("reports", "Reports", "report", "r", needs="reports:read"),
            Place("compliance", "Compliance", "shield", "o", needs="log:read"),
            Place("opt_outs", "Opt-outs", "shield", "o", needs="consent:read", instead_of="log:read"),
            Place("settings", "Settings", "settings", "s"),
            Place("paper_phone", "Paper phone", "paper_phone", "p", sandbox=True, needs="sandbox:write"),
        ),
    ),
)


def address(name: str, *args: Any) -> str:
    """The path of an address name, or nothing when no room serves it."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def groups(path: str, shell: Mapping[str, Any]) -> list[Group]:
    """The navigation of one page: `path` is where we are, `shell` has the counts, `may` and `sandbox`."""
    urls = {place.name: address(place.name) for place in places_for(shell)}
    here = max((url for url in urls.values() if url and covers(url, path)), key=len, default="")
    listed = (Group(title, list(links(places, urls, here, shell))) for title, places in PLACES)
    return [group for group in listed if group.links]


def places_for(shell: Mapping[str, Any]) -> list[Place]:
    """The places that somebody may open."""
    return [place for _, places in PLACES for place in places if place.is_for(shell)]


def covers(url: str, path: str) -> bool:
    """Whether a page at `path` belongs to the place at `url`; the front page covers only itself."""
    return path == url or (url != "/" and path.startswith(url.rstrip("/") + "/"))


def links(places: tuple[Place, ...], urls: Mapping[str, str], here: str, shell: Mapping[str, Any]) -> Iterator[Link]:
    for place in places:
        if url := urls.get(place.name):
            number = shell.get(place.count) or 0 if place.count else 0
            yield Link(url, place.title, place.icon, place.key, number, place.waiting, url == here)
