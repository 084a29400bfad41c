"""The public page behind a letter's last link. A GET only asks: mail scanners follow links (RFC 8058, section 1)."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from forbear.core import clock
from forbear.staff.access import network_of

from . import farewell, unsubscribing


@csrf_exempt  # the sealed token is the permission; mail programs post it without a cookie
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Asks once; a POST, the reader's or their mail program's, ends the letters. No redirect: RFC 8058, section 3.1."""
    unsubscribing.require_whole(
        token,
        network=network_of(request, behind_proxy=settings.SECURE_PROXY_SSL_HEADER is not None),
        real_at=clock.unmoved(),
    )
    posted = request.method == "POST"
    ending = unsubscribing.one_click(token, at=clock.now()) if posted else unsubscribing.ending_of(token)
    return render(request, "dispatch/unsubscribe.html", _told(request, ending, done=posted or ending.ended))


def _told(request: HttpRequest, ending: unsubscribing.Ending, *, done: bool) -> dict[str, object]:
    words = farewell.farewell(request.GET.get("language", "") or ending.language)
    named = {"organization": ending.organization.name, "address": farewell.hinted(ending.link.address)}
    return {
        "words": words,
        "languages": farewell.LANGUAGES.items(),
        "organization": ending.organization,
        "sentence": (words.done if done else words.asks).format(**named),
        "done": done,
    }
