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

from .doors.metrics import observe
from .doors.problems import is_for_machines, refused
from .doors.refusals import MethodNotAllowed
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
            match, seconds = request.resolver_match, time.perf_counter() - started
            method, route = request.method or "", match.route if match else ""
            status = response.status_code
            log.info("request", method=method, route=route, status=status, ms=round(seconds * 1000, 1))
            observe(method, route, status, seconds)
        response["X-Request-Id"] = request_id
        return response


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
        if not isinstance(error, Refusal):
            return None
        if is_for_machines(request):
            return refused(request, error)
        status = status_of(error)
        return render(request, "refused.html", {"sentence": error.sentence, "status": status}, status=status)


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
