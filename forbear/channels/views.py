"""Settings > Channels and senders."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from forbear.core import clock
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.doors import refusals_on
from forbear.staff.permissions import Permission
from forbear.staff.places import CURRENCIES
from forbear.web.wire import found

from . import actions
from .forms import CONSUMERS, FATES, OF_CALLS, ChangeSenderForm, PaperForm, PriceForm, SenderForm, paper_values
from .models import ProviderAccount, Sender
from .states import PAPER, PAPER_CHANNELS


@staff_page(Permission.SETTINGS_READ)
def channels(request: StaffRequest) -> HttpResponse:
    """Gateways and the numbers that we write from; the form adds one."""
    form = SenderForm(request.POST or None, country=request.organization.country)
    if request.method == "POST":
        holder_of(request.user).require(Permission.SETTINGS_WRITE)
        provider = found(_providers(request), request.POST.get("provider", ""))
        if form.is_valid():
            with refusals_on(form, actions.SenderTaken):
                given = form.cleaned_data
                actions.add_sender(provider=provider, **given, actor=request.user.actor, at=clock.now())
                messages.success(request, "Added.")
                return redirect("settings_channels")
    return render(request, "channels/channels.html", {"form": form, **_listed(request)})


def _providers(request: StaffRequest) -> Any:
    return ProviderAccount.objects.of(request.organization)


def _listed(request: StaffRequest) -> dict[str, Any]:
    providers = list(_providers(request).order_by("pk"))
    senders = list(Sender.objects.of(request.organization).select_related("provider").order_by("pk"))
    return {
        "providers": [(one, [s for s in senders if s.provider_id == one.pk]) for one in providers],
        "paper": PAPER,
        "missing": {s.channel for s in senders if s.provider.kind == PAPER} < set(PAPER_CHANNELS),
        "currencies": CURRENCIES,
    }


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def change_sender(request: StaffRequest, sender: str) -> HttpResponse:
    """Rename it, take it out of use, or put it back."""
    row, form = found(Sender.objects.of(request.organization), sender), ChangeSenderForm(request.POST)
    if form.is_valid():
        actions.change_sender(sender=row, **form.cleaned_data, actor=request.user.actor, at=clock.now())
        messages.success(request, "Saved.")
    else:
        messages.error(request, "A name has at most 80 characters.")
    return redirect("settings_channels")


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def complete(request: StaffRequest, provider: str) -> HttpResponse:
    """The paper gateway is given a sender for every channel."""
    row = found(_providers(request).filter(kind=PAPER), provider)
    added = actions.complete_paper(provider=row, actor=request.user.actor, at=clock.now())
    messages.success(request, f"{len(added)} added." if added else "Every channel has a sender already.")
    return redirect("settings_channels")


@require_POST
@staff_page(Permission.SETTINGS_WRITE)
def price(request: StaffRequest, provider: str) -> HttpResponse:
    """What a thousand contacts cost there: dry runs count with it."""
    row, form = found(_providers(request), provider), PriceForm(request.POST)
    if form.is_valid():
        actions.set_price(provider=row, price=form.cleaned_data["money"], actor=request.user.actor, at=clock.now())
        messages.success(request, "Saved.")
    else:
        messages.error(request, " ".join(str(sentence) for some in form.errors.values() for sentence in some))
    return redirect("settings_channels")


@staff_page(Permission.SETTINGS_READ)
def provider(request: StaffRequest, provider: str) -> HttpResponse:
    """One gateway: for paper, what becomes of texts and who answers."""
    row = found(_providers(request).filter(kind=PAPER), provider)
    form = PaperForm(request.POST or None, initial=paper_values(row.options, row.rate_per_second))
    if request.method == "POST":
        holder_of(request.user).require(Permission.SETTINGS_WRITE)
    if form.is_valid():
        with refusals_on(form):
            actions.change_provider(
                provider=row,
                options=form.options(row.options),
                rate_per_second=form.cleaned_data["rate_per_second"],
                actor=request.user.actor,
                at=clock.now(),
            )
            messages.success(request, "Saved.")
            return redirect("provider", provider=row.public_id)
    groups = {"fates": FATES, "consumers": CONSUMERS, "calls": OF_CALLS}
    fields = {group: [form[name] for name, _ in names] for group, names in groups.items()}
    return render(request, "channels/provider.html", {"provider": row, "form": form, **fields})
