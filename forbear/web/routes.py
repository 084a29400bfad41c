"""Routes of the API: every one is reached with a key or a session, and asks for one scope.

router = Router("campaigns")

@router.get("/campaigns/{campaign_id}", response=CampaignShown)          # asks for campaigns:read
def read_campaign(request: Asked, campaign_id: str) -> CampaignShown: ...

@router.post("/templates/{template_id}/preview", response=Preview)
@needs("templates:read")                                                  # a POST that writes nothing
def preview(request: Asked, template_id: str, given: PreviewGiven) -> Preview: ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import ninja
from django.http import HttpRequest
from ninja.constants import NOT_SET
from ninja.security.base import AuthBase
from ninja.utils import check_csrf

from forbear.core.refusal import Forbidden, Refusal

View = TypeVar("View", bound=Callable[..., Any])


class Unauthenticated(Refusal):
    """Send a key as "Authorization: Bearer …" or "X-API-Key: …", or sign in."""


class ScopeLacking(Forbidden):
    """This key or role does not allow that."""


class CsrfFailed(Forbidden):
    """The page's form has expired; reload the page and try again."""


@dataclass(frozen=True, slots=True)
class Holder:
    """Whoever asks: a program with a key, or a person with a session.

    organization: the Organization; actor: the log's word (`key:3`, `person:7`); person: None for a key.
    """

    organization: Any
    actor: str
    scopes: frozenset[str]
    person: Any = None

    def can(self, scope: str) -> bool:
        return scope in self.scopes


class Asked(HttpRequest):
    """A request to the API, after it has been let in."""

    auth: Holder


_by_token: Callable[[str], Holder] = lambda token: _nobody()  # noqa: E731
_by_session: Callable[[HttpRequest], Holder | None] = lambda request: None  # noqa: E731


def _nobody() -> Holder:
    raise Unauthenticated


def recognize_with(
    *, token: Callable[[str], Holder], session: Callable[[HttpRequest], Holder | None]
) -> None:
    """The wiring names who knows keys (raises Unauthenticated) and sessions (None where there is none)."""
    global _by_token, _by_session
    _by_token, _by_session = token, session


class _Door(AuthBase):
    """One way in; None where the request does not take it, so that the next one is tried."""

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Holder | None:
        holder = self.holder(request)
        if holder is not None and not holder.can(self.scope):
            raise ScopeLacking(f"This needs the scope {self.scope}, which this key or role does not have.")
        return holder

    def holder(self, request: HttpRequest) -> Holder | None:
        raise NotImplementedError


class BearerToken(_Door):
    openapi_type = "http"
    openapi_scheme = "bearer"

    def holder(self, request: HttpRequest) -> Holder | None:
        given = request.headers.get("Authorization")
        if given is None:
            return None
        scheme, _, token = given.partition(" ")
        if scheme.lower() != "bearer":
            raise Unauthenticated('The Authorization header must read "Bearer" and a key.')
        return _by_token(token.strip())


class KeyHeader(_Door):
    openapi_type = "apiKey"
    openapi_in = "header"
    openapi_name = "X-API-Key"

    def holder(self, request: HttpRequest) -> Holder | None:
        token = request.headers.get("X-API-Key")
        return None if token is None else _by_token(token.strip())


class WebSession(_Door):
    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "sessionid"

    def holder(self, request: HttpRequest) -> Holder | None:
        holder = _by_session(request)
        if holder is not None and check_csrf(request):
            raise CsrfFailed
        return holder


def holder_of(request: HttpRequest) -> Holder | None:
    """Whoever asks, whatever they may do; raises Unauthenticated for a key that is not good."""
    for door in (BearerToken(""), KeyHeader(""), WebSession("")):
        holder = door.holder(request)
        if holder is not None:
            return holder
    return None


def needs(scope: str) -> Callable[[View], View]:
    """The scope of a route that does not follow its method (GET reads, everything else writes)."""

    def mark(view: View) -> View:
        view.needs = scope  # type: ignore[attr-defined]
        return view

    return mark


class Router(ninja.Router):
    """A room's routes under `/v1`, written with their full paths.

    They ask for `<noun>:read` and `<noun>:write`, or for the scopes that are named. The words are those of
    forbear/staff/permissions.py; the mounting refuses others.
    """

    def __init__(self, noun: str, *, reads: str = "", writes: str = "") -> None:
        self.reads, self.writes = reads or f"{noun}:read", writes or f"{noun}:write"
        super().__init__(tags=[noun])

    def add_api_operation(
        self,
        path: str,
        methods: list[str],
        view_func: Callable[..., Any],
        *,
        auth: Any = NOT_SET,
        **rest: Any,
    ) -> None:
        if auth is NOT_SET:
            scope = getattr(view_func, "needs", self.reads if methods == ["GET"] else self.writes)
            auth = [BearerToken(scope), KeyHeader(scope), WebSession(scope)]
        super().add_api_operation(path, methods, view_func, auth=auth, **rest)
