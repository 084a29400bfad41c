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

from forbear.core.refusal import Forbidden

View = TypeVar("View", bound=Callable[..., Any])


class ScopeLacking(Forbidden):
    """This key or role does not allow that."""


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


Recognizer = Callable[[HttpRequest], Holder]
_recognizer: list[Recognizer] = []


def recognize_with(recognizer: Recognizer) -> None:
    """The wiring names who knows keys and sessions: forbear/doors/keys.py."""
    _recognizer[:] = [recognizer]


def recognized(request: HttpRequest) -> Holder:
    """Whoever asks, looked up once a request; raises a refusal where that is nobody."""
    holder: Holder | None = getattr(request, "auth", None)
    if holder is None:
        holder = request.auth = _recognizer[0](request)  # type: ignore[attr-defined]
    return holder


@dataclass(frozen=True, slots=True)
class Admission:
    """Lets in whoever holds the scope."""

    scope: str

    def __call__(self, request: HttpRequest) -> Holder:
        holder = recognized(request)
        if not holder.can(self.scope):
            raise ScopeLacking(f"This needs the scope {self.scope}, which this key or role does not have.")
        return holder


def needs(scope: str) -> Callable[[View], View]:
    """The scope of a route that does not follow its method (GET reads, everything else writes)."""

    def mark(view: View) -> View:
        view.needs = scope  # type: ignore[attr-defined]
        return view

    return mark


def reads_body(view: View) -> View:
    """Marks a route that reads its body itself, so that the door does not miss a shape for it."""
    view.reads_body = True  # type: ignore[attr-defined]
    return view


class Router(ninja.Router):
    """A room's routes under `/v1`, written with their full paths.

    They ask for `<noun>:read` and `<noun>:write`, or for the scopes that are named. The words are those of
    forbear/staff/permissions.py; the mounting refuses others.
    """

    def __init__(self, noun: str, *, reads: str = "", writes: str = "") -> None:
        self.reads, self.writes = reads or f"{noun}:read", writes or f"{noun}:write"
        super().__init__(tags=[noun], by_alias=True)

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
            auth = Admission(scope)
        super().add_api_operation(path, methods, view_func, auth=auth, **rest)
