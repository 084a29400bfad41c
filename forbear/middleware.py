"""What surrounds every request: its log line, its bounds, one reading of the clock, refusals as one sentence."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import structlog
from django.conf import settings
from django.contrib import auth
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from forbear.core import clock
from forbear.core.refusal import Refusal
from forbear.staff.sittings import is_over, note

from .doors.metrics import observe
from .doors.problems import is_for_machines, refused
from .doors.refusals import BodyTooLarge, MethodNotAllowed, OutOfRange
from .refusals import status_of
from .telling import route_of

log = structlog.get_logger("forbear.web")
Answer = Callable[[HttpRequest], HttpResponse]


class Telling:
    """One line a request: method, route (never the path with its ids), status, milliseconds."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request_id = uuid.uuid4().hex[:16]
        with structlog.contextvars.bound_contextvars(request=request_id):
            response = self.answer(request)
            seconds = time.perf_counter() - started
            method, route = request.method or "", route_of(request)
            status = response.status_code
            log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
            observe(method, route, status, seconds)
        response["X-Request-Id"] = request_id
        return response


class BodiesWithinBounds:
    """A body that is larger than its address takes is refused before a byte of it is read.

    The CSRF check reads a form to its end, files included, before any view is asked: only somebody who has signed in
    may send a file, and nobody may send more than one can hold. Stands before that check.
    """

    TAKE_FILES = re.compile(
        r"/contact-lists/add|/documents/import|/documents/doc_\w+/files"
        r"|/v1/imports|/v1/documents/imports|/v1/documents/\w+/attachments"
    )
    BESIDE_THE_FILE = 1024 * 1024
    OTHERS = 5 * 1024 * 1024

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_view(self, request: HttpRequest, view: object, args: object, values: object) -> HttpResponse | None:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
        return told(request, BodyTooLarge()) if length > self._bound(request) else None

    def _bound(self, request: HttpRequest) -> int:
        """The API asks for a key before it reads anything; a page is known by its session."""
        user: Any = getattr(request, "user", None)
        if self.TAKE_FILES.fullmatch(request.path) and (request.path.startswith("/v1/") or user.is_authenticated):
            return int(settings.UPLOAD_LIMIT_BYTES) + self.BESIDE_THE_FILE
        return self.OTHERS


class SessionsEnd:
    """Nobody stays signed in for longer than SESSION_COOKIE_AGE, nor for SESSION_IDLE_SECONDS without a word."""

    WITHOUT = ("/health", "/metrics", "/webhooks/")

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        session: Any = request.session
        if settings.SESSION_COOKIE_NAME in request.COOKIES and not request.path.startswith(self.WITHOUT):
            now = clock.unmoved().timestamp()
            if is_over(session, now=now, age=settings.SESSION_COOKIE_AGE, idle=settings.SESSION_IDLE_SECONDS):
                auth.logout(request)
            else:
                note(session, now=now)
        return self.answer(request)


class OneClockReading:
    """The clock's offset is read once a request."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/static/", "/health")):
            return self.answer(request)
        with clock.one_reading():
            return self.answer(request)


class RefusalsInOneSentence:
    """A page whose verb refuses answers with the sentence and the right status; machines get it in JSON."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, DataError):  # a value that no column takes: a NUL in what was typed, a number without end
            return told(request, OutOfRange())
        return told(request, error) if isinstance(error, Refusal) else None


def told(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal as its asker can read it."""
    if is_for_machines(request):
        return refused(request, refusal)
    status = status_of(refusal)
    facts = {"sentence": refusal.sentence, "status": status, "back": before(request)}
    return render(request, "refused.html", facts, status=status)


def before(request: HttpRequest) -> str:
    """The page from which somebody came, if it is another one of ours."""
    url = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if ours and url != request.build_absolute_uri() else ""


class MethodsInOneSentence:
    """A machine that uses the wrong method is told so in JSON."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        if response.status_code != 405 or not is_for_machines(request):
            return response
        told = refused(request, MethodNotAllowed(f"This address takes {response['Allow']} only."))
        told["Allow"] = response["Allow"]
        return told
