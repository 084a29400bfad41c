"""Who is asking, and may they: decorators for pages, keys for programs."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any, Protocol, TypeVar, cast
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from forbear.core.refusal import Forbidden
from forbear.web import htmx

from .keys import key_of
from .models import ApiKey, Organization, Person
from .permissions import Permission, permissions_of
from .queries import is_founded
from .refusals import ScopeMissing


class StaffRequest(HttpRequest):
    """A request whose person is known."""

    user: Person
    organization: Organization
    htmx: Any


class Holder(Protocol):
    """Somebody who asks: a program with a key, or a person."""

    organization: Organization
    actor: str

    def may(self, permission: str) -> bool: ...

    def require(self, permission: str) -> None: ...


@dataclass(frozen=True)
class KeyHolder:
    """A program, by its key."""

    organization: Organization
    key: ApiKey
    scopes: frozenset[str]

    @property
    def actor(self) -> str:
        return self.key.actor

    def may(self, permission: str) -> bool:
        return permission in self.scopes

    def require(self, permission: str) -> None:
        """Raises ScopeMissing."""
        if not self.may(permission):
            raise ScopeMissing(f"This API key lacks the scope {permission}.")


@dataclass(frozen=True)
class PersonHolder:
    """A person, by their session."""

    organization: Organization
    person: Person

    @property
    def actor(self) -> str:
        return self.person.actor

    def may(self, permission: str) -> bool:
        return permission in permissions_of(self.person.role)

    def require(self, permission: str) -> None:
        """Raises Forbidden."""
        if not self.may(permission):
            raise Forbidden(f"Your role, {self.person.get_role_display().lower()}, does not allow this.")


def authenticate_key(token: str | None, *, at: datetime) -> KeyHolder:
    """The program behind a token. Raises KeyMissing, KeyInvalid, KeyExpired."""
    key = key_of(token, at=at)
    return KeyHolder(key.organization, key, frozenset(key.scopes))


def holder_of(person: Person) -> PersonHolder:
    return PersonHolder(person.organization, person)


def token_of(request: HttpRequest) -> str | None:
    """The token of `Authorization: Bearer …` or `X-API-Key: …`; None where neither is given."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        return token.strip()
    return request.headers.get("X-API-Key") or None


View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def staff_page(permission: Permission | str | None = None) -> Callable[[View], View]:
    """A page for people who have signed in, and whose role has the permission, if one is named.

    The view gets a StaffRequest and runs in the organization's time zone. Others are sent to sign in, or to
    the first run while there is no organization yet. Raises Forbidden.
    """
    needed = Permission(permission) if permission else None

    def decorate(view: View) -> View:
        @wraps(view)
        def page(request: StaffRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return send_to_door(request)
            holder = holder_of(request.user)
            if needed:
                holder.require(needed)
            request.organization = holder.organization
            with timezone.override(ZoneInfo(holder.organization.time_zone)):
                return view(request, *args, **kwargs)

        page.needs = needed  # type: ignore[attr-defined]
        return cast(View, page)

    return decorate


def send_to_door(request: HttpRequest) -> HttpResponseBase:
    """To the first run, or to sign in and then back here; a part of a page takes the whole page along."""
    if not is_founded():
        return htmx.redirect(request, reverse("first_run"))
    here = request.get_full_path() if request.method == "GET" and not getattr(request, "htmx", None) else ""
    back = f"?{urlencode({'next': here})}" if here not in ("", "/") else ""
    return htmx.redirect(request, reverse("sign_in") + back)


def network_of(request: HttpRequest, *, behind_proxy: bool) -> str:
    """The address the request came from; behind a proxy the last one, which the proxy itself wrote down."""
    if behind_proxy:
        return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or "unknown"
    return str(request.META.get("REMOTE_ADDR", "unknown"))
