"""Who asks the API: a key in a header, or the session of the pages with its CSRF token."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.utils import check_csrf

from forbear.core import clock
from forbear.core.refusal import Forbidden
from forbear.staff.access import authenticate_key, token_of
from forbear.staff.permissions import permissions_of
from forbear.staff.refusals import KeyMissing
from forbear.web.routes import Holder

from .pace import PACE


class CsrfFailed(Forbidden):
    """The page has expired; reload it and try again."""


def recognize(request: HttpRequest) -> Holder:
    """The holder of the key or the session. Raises KeyMissing, KeyInvalid, KeyExpired, CsrfFailed
    and TooFast.
    """
    token = token_of(request)
    holder = by_session(request) if token is None else by_key(token)
    PACE.spend(holder.actor)
    return holder


def by_key(token: str) -> Holder:
    known = authenticate_key(token, at=clock.now())
    return Holder(known.organization, known.actor, known.scopes)


def by_session(request: HttpRequest) -> Holder:
    person = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        raise KeyMissing
    if check_csrf(request):
        raise CsrfFailed
    return Holder(person.organization, person.actor, permissions_of(person.role), person)
