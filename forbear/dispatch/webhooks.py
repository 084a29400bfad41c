"""Where gateways post receipts and replies."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from forbear.channels.models import ProviderAccount
from forbear.core import clock
from forbear.web.wire import found

from .actions import receive_webhook


@csrf_exempt
@require_POST
def receive(request: HttpRequest, provider: str) -> JsonResponse:
    """200 at once; what was posted is read afterwards. `repeated`: we already had it."""
    account = found(ProviderAccount.objects.all(), provider)
    fresh = receive_webhook(provider=account, headers=request.headers, body=request.body, at=clock.now())
    return JsonResponse({"ok": True, "repeated": not fresh})
