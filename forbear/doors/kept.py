"""`Idempotency-Key`: a POST that is sent twice is answered twice, and happens once.

The first answer is kept for a day under the organization and the key. A request that never came to its end
leaves its place taken: whether it had an effect is for a person to see, so it is not repeated by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import NinjaAPI

from forbear.core import clock
from forbear.core.refusal import Invalid, WrongState
from forbear.staff.models import KeptAnswer, Organization
from forbear.web.routes import Holder, recognized

KEPT_FOR = timedelta(hours=24)
RUNS_FOR = timedelta(minutes=5)
FORGOTTEN_AT_ONCE = 100
PASSING = {401, 403, 429}
"""Answers about the asker, not about the request: the same request may be answered differently tomorrow."""
Run = Callable[..., HttpResponseBase]


class KeyUsedOtherwise(WrongState):
    """This Idempotency-Key was used for another request."""


class StillRunning(WrongState):
    """The first request with this Idempotency-Key is still being answered; ask again in a moment."""

    retry_after = 1


class NeverFinished(WrongState):
    """An earlier request with this Idempotency-Key never finished. See what it did, then use a new key."""


def kept_by(api: NinjaAPI) -> Callable[[Run], Run]:
    """For `api.add_decorator(…, mode="view")`: around parsing, validation, verb and answer of a route.

    The route's own doors are passed first, also by a repeat: whoever may not ask any more gets no answer to it either.
    """

    def kept(run: Run) -> Run:
        doors = run.__self__.auth_callbacks  # type: ignore[attr-defined]  # the operation's bound method

        @wraps(run)
        def answer(request: HttpRequest, **path: Any) -> HttpResponseBase:
            key = request.headers.get("Idempotency-Key")
            if request.method != "POST" or key is None:
                return run(request, **path)
            try:
                for admitted in doors:
                    admitted(request)
                return once(recognized(request), key, request, lambda: run(request, **path))
            except Exception as error:
                return api.on_exception(request, error)

        return answer

    return kept


def once(holder: Holder, key: str, request: HttpRequest, run: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """The kept answer, or a new one that is kept. Raises Invalid and the refusals above."""
    if not (0 < len(key) <= 200 and key.isascii() and key.isprintable() and key.strip()):
        raise Invalid("An Idempotency-Key has 1 to 200 printable ASCII characters.")
    at, asked = clock.now(), fingerprint(holder, request)
    if not claim(holder.organization, key, asked, at):
        return replay(KeptAnswer.objects.get(organization=holder.organization, key=key), asked, at)
    rows = KeptAnswer.objects.filter(organization=holder.organization, key=key)
    try:
        response = run()
    except BaseException:
        rows.delete()
        raise
    if not isinstance(response, HttpResponse) or response.status_code >= 500 or response.status_code in PASSING:
        rows.delete()
    else:
        kind, body = response["Content-Type"], response.content.decode()
        rows.update(status=response.status_code, body=body, content_type=kind)
    return response


def claim(organization: Organization, key: str, asked: str, at: datetime) -> bool:
    """Takes the place of a key, or that of an answer older than a day; False where somebody has it."""
    old = KeptAnswer.objects.filter(at__lt=at - KEPT_FOR)[:FORGOTTEN_AT_ONCE]
    KeptAnswer.objects.filter(pk__in=list(old.values_list("pk", flat=True))).delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO staff_keptanswer "
            "(organization_id, key, request_hash, status, body, content_type, at) "
            "VALUES (%s, %s, %s, 0, '', '', %s) ON CONFLICT (organization_id, key) DO NOTHING RETURNING id",
            [organization.pk, key, asked, at],
        )
        return cursor.fetchone() is not None


def replay(answer: KeptAnswer, asked: str, at: datetime) -> HttpResponse:
    """The first answer again, marked as such."""
    if answer.request_hash != asked:
        raise KeyUsedOtherwise
    if answer.status == 0:
        raise StillRunning if answer.at > at - RUNS_FOR else NeverFinished
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    response["Idempotent-Replayed"] = "true"
    return response


def fingerprint(holder: Holder, request: HttpRequest) -> str:
    """Of asker, address and body. A multipart body counts by its parts, for its boundary is new each time."""
    digest = hashlib.sha256(f"{holder.actor} {request.get_full_path()}\n".encode())
    multipart = request.content_type == "multipart/form-data"
    for piece in parts_of(request) if multipart else (request.body,):
        digest.update(piece)
    return digest.hexdigest()


def parts_of(request: HttpRequest) -> Iterator[bytes]:
    for name, values in sorted(request.POST.lists()):
        yield repr((name, values)).encode()
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            yield repr((name, file.name, file.size)).encode()
            yield from file.chunks()
            file.seek(0)
