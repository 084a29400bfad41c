"""What the shell of every page needs: read once a page, and only by a page that draws the shell."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from forbear.core import clock
from forbear.staff.models import Organization
from forbear.staff.permissions import permissions_of

from .queries import shell_counts


def shell(request: HttpRequest) -> dict[str, object]:
    """`shell` for templates; empty for somebody who is not signed in."""
    return {"shell": SimpleLazyObject(lambda: _shell(request))}


def _shell(request: HttpRequest) -> dict[str, Any]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    organization: Organization = getattr(request, "organization", None) or user.organization
    at = clock.now()
    counts = shell_counts(organization, user, at=at)
    return {
        "organization": organization,
        "unread": counts.unread,
        "accounts": counts.accounts,
        "campaigns": counts.campaigns,
        "referrals": counts.referrals,
        "notices": counts.notices,
        "documents": counts.documents,
        "sandbox": counts.sandbox,
        "may": permissions_of(user.role),
        "engine_running": not organization.engine_paused,
        "now": at.astimezone(ZoneInfo(organization.time_zone)),
        "zone": organization.time_zone,
        "clock_moved": clock.moved(),
    }
