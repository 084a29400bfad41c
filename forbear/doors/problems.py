"""How it is told that something did not work: in JSON to machines, as a calm page to people."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    JsonResponse,
    RawPostDataException,
)
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import is_valid_path
from django.views import defaults
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from forbear.core.refusal import Invalid, NotFound, Refusal
from forbear.refusals import status_of
from forbear.staff.refusals import KeyMissing
from forbear.telling import route_of

from .refusals import (
    BodyTooLarge,
    DatabaseAway,
    JustTaken,
    MalformedRequest,
    OutOfRange,
    WrongContentType,
)

log = structlog.get_logger("forbear.api")
Handler = Callable[[HttpRequest, Any], HttpResponse]
MACHINES = ("/v1/", "/webhooks/", "/health", "/metrics")
# What pydantic calls the one or the other way in which a field may be written.
_WAY = re.compile(r"[A-Z]\w*Given|function-\w+\[.*|constrained-\w+")
BROKEN = "Something broke on our side. It has been written down."


def told(status: int, sentence: str, code: str, fields: Mapping[str, str] | None = None, **more: Any) -> JsonResponse:
    """The one shape of every error."""
    body: dict[str, Any] = {**more, "error": sentence, "code": code}
    if fields:
        body["fields"] = dict(fields)
    return JsonResponse(body, status=status)


def refused(request: HttpRequest, refusal: Refusal) -> JsonResponse:
    """A refusal with its status: validation is 400 under /v1/documents. A forbidden send has a verdict."""
    status = status_of(refusal)
    if status == 422 and request.path.startswith("/v1/documents"):
        status = 400
    verdict = getattr(refusal, "verdict", None)
    more = {"blocked": True, "verdict": verdict} if verdict else {}
    response = told(status, refusal.sentence, refusal.code, refusal.fields, **more)
    if seconds := getattr(refusal, "retry_after", None):
        response["Retry-After"] = str(seconds)
    return response


def invalid(request: HttpRequest, error: ValidationError) -> JsonResponse:
    """What is wrong with which field, by its dotted name."""
    fields = _by_name(error.errors)
    first, sentence = next(iter(fields.items()), ("", ""))
    rest = f" ({len(fields) - 1} more)" if len(fields) > 1 else ""
    return refused(request, Invalid(f"{first}: {sentence}{rest}" if first else sentence, fields=fields))


def _by_name(errors: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """One sentence a field. Of a field that may be written in two ways, the words or the object, the one that says more
    than "this is not the other".
    """
    fields: dict[str, str] = {}
    for found in sorted(errors, key=lambda one: one["type"] != "model_type"):
        fields[name_of(found["loc"])] = why(found)
    return {name: say for name, say in fields.items() if not any(more.startswith(f"{name}.") for more in fields)}


def name_of(location: tuple[Any, ...]) -> str:
    """("body", "given", "steps", 0, "wait") is steps.0.wait; ("query", "limit") is limit. Which of two ways to write a
    field was tried is ours to know.
    """
    parts = location[2:] if location[0] == "body" else location[1:]
    return ".".join(str(part) for part in parts if not _WAY.fullmatch(str(part))) or "body"


def why(found: Mapping[str, Any]) -> str:
    """One sentence for one finding of pydantic."""
    known = {
        "extra_forbidden": "There is no such field.",
        "missing": "This is required.",
        "bool_type": "Write true or false, without quotes.",
        "int_type": "Write a whole number, without quotes.",
        "json_invalid": "This is no JSON.",
    }
    if found["type"] in ("enum", "literal_error"):
        words = str(found["msg"]).removeprefix("Input should be ").replace("'", "")
        return f"Choose {words}."
    text = known.get(found["type"]) or str(found["msg"]).removeprefix("Value error, ")
    return text if text.endswith(".") else f"{text}."


def http_error(request: HttpRequest, error: HttpError) -> JsonResponse:
    """Errors of the framework; a refusal of our own parser hides behind one of them."""
    if isinstance(error.__cause__, RequestDataTooBig):
        return refused(request, BodyTooLarge())
    return refused(
        request, error.__cause__ if isinstance(error.__cause__, Refusal) else MalformedRequest(error.message)
    )


def unexpected(request: HttpRequest, error: Exception) -> JsonResponse:
    """Everything else: written down with its trace, told without it."""
    log.error("broke", exc_info=error, route=route_of(request), method=request.method)
    return told(500, BROKEN, "internal_error")


def just_taken(request: HttpRequest, error: Exception) -> JsonResponse:
    """Two wrote the same at the same moment, and a constraint let one of them through."""
    log.warning("just taken", route=route_of(request), exc_info=error)
    return refused(request, JustTaken())


def database_away(request: HttpRequest, error: Exception) -> JsonResponse:
    log.warning("database away", route=route_of(request))
    return refused(request, DatabaseAway())


def always(refusal: type[Refusal]) -> Handler:
    """The same refusal, whatever the exception says."""
    return lambda request, error: refused(request, refusal())


HANDLERS: Mapping[type[Exception], Handler] = {
    Exception: unexpected,
    Refusal: refused,
    ValidationError: invalid,
    HttpError: http_error,
    AuthenticationError: always(KeyMissing),
    DataError: always(OutOfRange),
    IntegrityError: just_taken,
    OperationalError: database_away,
    InterfaceError: database_away,
    RequestDataTooBig: always(BodyTooLarge),
    # A form was sent where JSON is read, and the CSRF check has read it.
    RawPostDataException: always(WrongContentType),
    BadRequest: always(MalformedRequest),
    SuspiciousOperation: always(MalformedRequest),
}


def tell_on(api: NinjaAPI) -> None:
    """The API answers every exception in the one shape; the nearest ancestor in the table decides."""
    for kind, handler in HANDLERS.items():
        api.add_exception_handler(kind, handler)


def is_for_machines(request: HttpRequest) -> bool:
    return request.path.startswith(MACHINES)


# Django's own error views, named in forbear/urls.py.


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_machines(request):
        return refused(request, NotFound())
    path, query = request.path_info, request.META.get("QUERY_STRING", "")
    bare = path.rstrip("/")
    if request.method in ("GET", "HEAD") and bare != path and is_valid_path(bare):
        return HttpResponsePermanentRedirect(f"{bare}?{query}" if query else bare)
    return defaults.page_not_found(request, exception)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_machines(request):
        return refused(request, MalformedRequest())
    return defaults.bad_request(request, exception)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    if is_for_machines(request):
        return told(403, "This is not allowed.", "forbidden")
    return defaults.permission_denied(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """503 while the database is away, otherwise 500; drawn without the database either way."""
    away = isinstance(sys.exc_info()[1], OperationalError | InterfaceError)
    if is_for_machines(request):
        return refused(request, DatabaseAway()) if away else told(500, BROKEN, "internal_error")
    if not away:
        return defaults.server_error(request)
    refusal = DatabaseAway()
    response = HttpResponse(render_to_string("503.html", {"sentence": refusal.sentence}), status=503)
    response["Retry-After"] = str(refusal.retry_after)
    return response


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose token has gone stale; what was typed is still in the browser."""
    sentence = "This page has expired. Go back, reload it and send it again."
    return render(request, "403.html", {"sentence": sentence}, status=403)
