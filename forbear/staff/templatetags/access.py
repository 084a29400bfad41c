"""`{% load access %}`: what a role may do, asked in a template."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django import template

from forbear.staff.permissions import Permission, permissions_of
from forbear.web.navigation import address, covers

register = template.Library()


@dataclass(frozen=True)
class Tab:
    """A page of Settings: its address name, its title, the permission without which it is not shown."""

    name: str
    title: str
    needs: str = ""


SETTINGS: Final = (
    Tab("settings", "Organization", Permission.SETTINGS_READ),
    Tab("settings_limits", "Limits", Permission.SETTINGS_READ),
    Tab("settings_automation", "Automation", Permission.SETTINGS_READ),
    Tab("settings_staff", "Staff and roles", Permission.SETTINGS_READ),
    Tab("settings_channels", "Channels and senders", Permission.SETTINGS_READ),
    Tab("settings_documents", "Documents", Permission.SETTINGS_READ),
    Tab("settings_auto_replies", "Automatic replies", Permission.INBOX_READ),
    Tab("settings_law", "Law", Permission.SETTINGS_READ),
    Tab("settings_keys", "API keys", Permission.SETTINGS_READ),
    Tab("profile", "My profile"),
)


@register.filter
def may(person: Any, permission: str) -> bool:
    """`{% if request.user|may:"campaigns:write" %}`: a move that the role forbids is absent."""
    return permission in permissions_of(getattr(person, "role", ""))


@register.inclusion_tag("staff/tabs.html", takes_context=True)
def settings_tabs(context: Mapping[str, Any]) -> dict[str, Any]:
    """The pages of Settings that the person may see; a room that has one names it in SETTINGS."""
    request = context["request"]
    seen = (tab for tab in SETTINGS if not tab.needs or may(request.user, tab.needs))
    urls = [(tab.title, url) for tab in seen if (url := address(tab.name))]
    here = max((url for _, url in urls if covers(url, request.path)), key=len, default="")
    return {"tabs": [{"title": title, "url": url, "here": url == here} for title, url in urls]}
