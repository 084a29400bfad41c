"""What proves the log: one entry with its proof, the checkpoint, the keys, and a check of all of it."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from forbear.core import clock
from forbear.core.ids import number_of
from forbear.core.refusal import NotFound
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.permissions import Permission
from forbear.web.exports import attachment

from . import keys, proofs, tasks, vault, words
from .models import Entry
from .retention import entry_with
from .standing import shown, standing
from .verifying import ask_for_check


@staff_page(Permission.LOG_READ)
def entry(request: StaffRequest, entry_id: str) -> HttpResponse:
    """One entry: its exact text, what it says about whom, its proof."""
    one = _entry(request, entry_id)
    context = {
        "entry": one,
        "told": words.tell([one])[0],
        "personal": sorted(vault.personal_of([one]).get(one.pk, {}).items()),
        "proof": shown(request.organization, one),
    }
    return render(request, "compliance/entry.html", context)


def _entry(request: StaffRequest, public: str) -> Entry:
    """In the log or in its archive. Raises NotFound."""
    one = entry_with(request.organization.pk, number_of("ent", public) or 0)
    if one is None:
        raise NotFound
    return one


@staff_page(Permission.LOG_READ)
def download_proof(request: StaffRequest, entry_id: str) -> HttpResponse:
    """The proof as JSON, as /v1/compliance/entries/{id}/proof has it."""
    one = shown(request.organization, _entry(request, entry_id))
    if one.proof is None:
        raise proofs.NotYetSealed
    headers = {"Content-Disposition": attachment(f"proof-{entry_id}.json")}
    return HttpResponse(one.text, content_type="application/json", headers=headers)


@staff_page(Permission.LOG_READ)
def download_checkpoint(request: StaffRequest) -> HttpResponse:
    """The newest checkpoint, a signed note."""
    seal = proofs.newest_seal(request.organization)
    headers = {"Content-Disposition": attachment(f"checkpoint-{seal.size}.txt")}
    return HttpResponse(seal.note, content_type="text/plain; charset=utf-8", headers=headers)


@staff_page(Permission.LOG_READ)
def log_keys(request: StaffRequest) -> HttpResponse:
    """The public keys that sign checkpoints, with what announced each."""
    return render(request, "compliance/keys.html", {"keys": list(reversed(keys.known()))})


@staff_page(Permission.LOG_READ)
def verify(request: StaffRequest) -> HttpResponse:
    """POST begins a check of the whole log; GET is its bar, which asks again until it is over."""
    if request.method == "POST":
        with transaction.atomic():
            check, new = ask_for_check(
                organization_id=request.organization.pk, actor=request.user.actor, at=clock.now()
            )
            if new:
                tasks.check.defer(check_id=check.pk)
        return redirect("compliance")
    here = standing(request.organization.pk)
    if here.check is None:
        raise NotFound
    if here.check.finished_at is None:
        return render(request, "compliance/_check.html", {"check": here.check})
    return HttpResponse(headers={"HX-Redirect": reverse("compliance")})
