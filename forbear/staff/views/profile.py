"""One's own profile: password, one-time codes, the look of the pages."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from forbear.core import clock
from forbear.staff import actions, totp
from forbear.staff.access import StaffRequest, staff_page
from forbear.staff.doors import refusals_on, show_once, shown_once
from forbear.staff.forms import PasswordForm, ProofForm, WithoutCodesForm
from forbear.staff.refusals import TooManyTries
from forbear.staff.signing import TOTP
from forbear.staff.views.door import trying
from forbear.strongbox import seal, unseal


@staff_page()
def profile(request: StaffRequest) -> HttpResponse:
    facts = {"form": PasswordForm(), "without_codes": WithoutCodesForm(prefix="codes")}
    codes = shown_once(request, "recovery_codes")
    return render(request, "staff/profile.html", {**facts, "recovery_codes": codes})


@sensitive_post_parameters()
@require_POST
@staff_page()
def change_password(request: StaffRequest) -> HttpResponse:
    form, person = PasswordForm(request.POST), request.user
    if form.is_valid():
        with refusals_on(form, TooManyTries):
            present, new = form.cleaned_data["present"], form.cleaned_data["password"]
            actions.change_password(person=person, present=present, new=new, **trying(request))
            update_session_auth_hash(request, person)
            messages.success(request, "Changed. Your other sessions have ended.")
            return redirect("profile")
    without_codes = WithoutCodesForm(prefix="codes")
    return render(request, "staff/profile.html", {"form": form, "without_codes": without_codes})


@staff_page()
def set_up_codes(request: StaffRequest) -> HttpResponse:
    """Shows the secret as a picture until the app proves that it has it."""
    sealed = request.session.get("new_codes") or seal(totp.new_secret(), purpose=TOTP)
    request.session["new_codes"] = sealed
    secret = unseal(sealed, purpose=TOTP)
    form = ProofForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            codes = actions.enable_totp(
                person=request.user,
                secret=secret,
                code=form.cleaned_data["code"],
                at=clock.now(),
                real_at=clock.unmoved(),
            )
            del request.session["new_codes"]
            show_once(request, "recovery_codes", codes)
            return redirect("profile")
    address = totp.address_of(secret, request.user.email)
    facts = {"form": form, "secret": secret, "picture": totp.picture_of(address)}
    return render(request, "staff/set_up_codes.html", facts)


@sensitive_post_parameters()
@require_POST
@staff_page()
def switch_codes_off(request: StaffRequest) -> HttpResponse:
    form = WithoutCodesForm(request.POST, prefix="codes")
    if form.is_valid():
        with refusals_on(form, TooManyTries):
            actions.disable_totp(person=request.user, password=form.cleaned_data["password"], **trying(request))
            messages.success(request, "One-time codes are off.")
            return redirect("profile")
    return render(request, "staff/profile.html", {"form": PasswordForm(), "without_codes": form})
