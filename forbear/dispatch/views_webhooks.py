"""Settings > Channels > Posts that could not be read."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from forbear.core import clock
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.permissions import Permission
from forbear.web.pagination import page_of
from forbear.web.wire import found

from . import replaying


@staff_page(Permission.SETTINGS_READ)
def failed_webhooks(request: StaffRequest) -> HttpResponse:
    """What gateways posted and nobody could read, with the reason; a POST lets one of them, or all, be read again."""
    rows = replaying.failed_webhooks(request.organization)
    if request.method == "POST":
        holder_of(request.user).require(Permission.SETTINGS_WRITE)
        one = request.POST.get("webhook", "")
        chosen = [found(rows, one).pk] if one else None
        count = replaying.replay(
            organization=request.organization, webhooks=chosen, actor=request.user.actor, at=clock.now()
        )
        messages.success(request, "They are being read once more." if count else "Nothing was left to read.")
        return redirect("failed_webhooks")
    page = page_of(request, rows, sorts={"received": []}, default="-received", count=True)
    listed = [(row, replaying.masked_body(row.body)) for row in page.items]
    return render(request, "dispatch/webhooks.html", {"page": page, "rows": listed})
