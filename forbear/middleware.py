"""What surrounds every request: its log line, one reading of the clock, refusals as one sentence."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from forbear.core import clock
from forbear.core.refusal import Refusal

from .refusals import status_of

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
            match = request.resolver_match
            log.info(
                "request",
                method=request.method,
                route=match.route if match else "",
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
        response["X-Request-Id"] = request_id
        return response


class OneClockReading:
    """The clock's offset is read once a request."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/static/"):
            return self.answer(request)
        with clock.one_reading():
            return self.answer(request)


class RefusalsInOneSentence:
    """A page whose verb refuses answers with the sentence and the right status; the API does the same in JSON."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Refusal) or request.path.startswith("/v1/"):
            return None
        status = status_of(error)
        return render(request, "refused.html", {"sentence": error.sentence, "status": status}, status=status)
