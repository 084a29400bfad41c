"""`{% load access %}`: what a role may do, asked in a template."""

from typing import Any

from django import template

from forbear.staff.permissions import permissions_of

register = template.Library()


@register.filter
def may(person: Any, permission: str) -> bool:
    """`{% if request.user|may:"campaigns:write" %}`: a move that the role forbids is absent."""
    return permission in permissions_of(getattr(person, "role", ""))
