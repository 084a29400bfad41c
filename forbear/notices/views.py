"""The bell: its number, its panel, everything read, and the letter a day. Live by asking again, as the inbox is."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from forbear.core import clock
from forbear.staff.access import StaffRequest, staff_page
from forbear.web.htmx import is_partial

from . import actions, queries
from .models import Reader
from .states import ICONS, Digest

UNCHANGED = 204


@require_GET
@staff_page()
def notifications(request: StaffRequest) -> HttpResponse:
    """What happened that somebody should look at; the unread ones stand out."""
    reader = Reader.objects.filter(person=request.user).first()
    context = _listed(_lines(request)) | {"digest": reader.digest if reader else str(Digest.OFF)}
    return render(request, "notices/notifications.html", context)


def _lines(request: StaffRequest) -> list[queries.Line]:
    return queries.lines_of(request.user, at=clock.now())


def _listed(lines: list[queries.Line]) -> dict[str, object]:
    return {"lines": [(line, ICONS[line.notice.kind]) for line in lines], "at": clock.now()}


@require_GET
@staff_page()
def bell(request: StaffRequest) -> HttpResponse:
    """The bell again; nothing when its number has not changed."""
    count = queries.unread(request.user, at=clock.now())
    if str(count) == request.GET.get("seen"):
        return HttpResponse(status=UNCHANGED)
    return render(request, "notices/_bell.html", {"count": count})


@require_POST
@staff_page()
def opened(request: StaffRequest) -> HttpResponse:
    """The panel: what it shows is read from now on."""
    lines = _lines(request)
    actions.mark_shown(person=request.user, lines=lines)
    if not is_partial(request):
        return redirect("notifications")
    left = queries.unread(request.user, at=clock.now())
    return render(request, "notices/_panel.html", _listed(lines) | {"count": left})


@require_POST
@staff_page()
def read(request: StaffRequest) -> HttpResponse:
    """Everything is read."""
    actions.mark_all(person=request.user)
    return redirect("notifications")


@require_POST
@staff_page()
def digest(request: StaffRequest) -> HttpResponse:
    """A letter a day, or none."""
    wanted = Digest.DAILY if request.POST.get("digest") == Digest.DAILY else Digest.OFF
    actions.prefer(person=request.user, digest=wanted)
    told = "A letter comes each morning with what is unread." if wanted == Digest.DAILY else "No letters."
    messages.success(request, told)
    return redirect("notifications")
