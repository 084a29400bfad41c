"""Answers to HTMX: parts of pages, redirects it follows, toasts."""

import json

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme


def is_partial(request: HttpRequest) -> bool:
    """Whether only a part of the page is asked for, and not the whole after a boost or the back button."""
    htmx = getattr(request, "htmx", None)
    if not htmx:
        return False
    return not htmx.boosted and not htmx.history_restore_request


def redirect(request: HttpRequest, url: str) -> HttpResponse:
    """Sends the whole page elsewhere, whether a form or HTMX asked."""
    if getattr(request, "htmx", None):
        return HttpResponse(headers={"HX-Redirect": url})
    return HttpResponseRedirect(url)


def toast(response: HttpResponse, text: str) -> HttpResponse:
    """Adds a line that says what has happened; forbear.js shows it."""
    response["HX-Trigger"] = json.dumps({"toast": {"text": text}})
    return response


def next_page(request: HttpRequest, default: str) -> str:
    """Where a form asks to go afterwards, if that is a page of ours; else the default."""
    url = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(url, {request.get_host()}, require_https=request.is_secure())
    return url if ours and url.startswith("/") else default
