"""Whose telephone or mailbox a paper page shows: chosen from the latest, or found by name, number or address."""

from __future__ import annotations

from django.contrib import messages

from forbear.accounts.states import PointKind
from forbear.core.phone import normalize, readable
from forbear.staff.access import StaffRequest
from forbear.staff.models import Organization

from . import queries

NAMES = {PointKind.PHONE: ("phone", "telephone"), PointKind.EMAIL: ("address", "mailbox")}
"""The parameter that names one, and its word."""


def chosen(request: StaffRequest, latest: list[dict[str, str]], *, kind: PointKind = PointKind.PHONE) -> str:
    """By number or address, by the words of a search, or the latest; nothing where there is none at all."""
    organization, (parameter, word) = request.organization, NAMES[kind]
    asked = request.GET.get("seek", "").strip() or request.GET.get(parameter, "").strip()
    written = _written(asked, organization, kind)
    if written and queries.is_known_address(organization, written):
        return written
    if asked:
        if found := queries.phone_of_name(organization, asked, kind=kind):
            return found
        messages.error(request, f"No {word} here belongs to “{asked}”.")
    return latest[0]["phone"] if latest else ""


def options(latest: list[dict[str, str]], chosen: str, organization: Organization) -> list[tuple[str, str]]:
    """The latest ones for the choice, and the chosen one if it is not among them."""
    rows = list(latest)
    if chosen and all(row["phone"] != chosen for row in rows):
        rows.insert(0, {"phone": chosen, "name": name_at(organization, chosen)})
    return [(row["phone"], ", ".join(filter(None, (row["name"], shown(row["phone"]))))) for row in rows]


def name_at(organization: Organization, address: str) -> str:
    """Whose it is; nothing where nobody knows."""
    return str(queries.consumer_at(organization, address) or "")


def shown(address: str) -> str:
    """As people write it."""
    return address if "@" in address else readable(address)


def _written(asked: str, organization: Organization, kind: PointKind) -> str | None:
    if kind is PointKind.EMAIL:
        return asked.casefold() if "@" in asked else None
    return normalize(asked, organization.country) if asked else None
