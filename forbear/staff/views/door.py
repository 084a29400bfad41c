"""Pages for those who are not in yet: signing in, the first run, an invitation."""

from typing import Any

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from forbear.core import clock
from forbear.staff import actions, queries, sittings
from forbear.staff.access import network_of
from forbear.staff.doors import refusals_on, show_once, shown_once
from forbear.staff.forms import CodeForm, FirstRunForm, JoinForm, SignInForm
from forbear.staff.invitations import colleague_behind, invitation_of
from forbear.staff.models import Person
from forbear.staff.refusals import AlreadyFounded, TooManyTries
from forbear.staff.states import Provenance
from forbear.web.htmx import next_page

BACKEND = "forbear.staff.backend.PersonBackend"
CODE_WITHIN_SECONDS = 300


@sensitive_post_parameters("password")
def sign_in(request: HttpRequest) -> HttpResponse:
    """The address and the password; whoever has one-time codes goes on to the second step."""
    if request.user.is_authenticated:
        return redirect(next_page(request, "/"))
    if not queries.is_founded():
        return redirect("first_run")
    form = SignInForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form, TooManyTries):
            person = actions.sign_in(**form.cleaned_data, **trying(request))
            return ask_code(request, person) if person.totp_secret else enter(request, person)
    return asked_again(request, "staff/sign_in.html", form)


@sensitive_post_parameters("code")
def sign_in_code(request: HttpRequest) -> HttpResponse:
    """The second step, within five minutes of the first."""
    person = waiting_for_code(request)
    if person is None:
        return redirect("sign_in")
    form = CodeForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form, TooManyTries):
            actions.confirm_code(person=person, code=form.cleaned_data["code"], **trying(request))
            return enter(request, person)
    return asked_again(request, "staff/sign_in_code.html", form)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("sign_in")


@sensitive_post_parameters("password")
def first_run(request: HttpRequest) -> HttpResponse:
    """Founds the organization, as long as there is none."""
    if queries.is_founded():
        raise AlreadyFounded
    form = FirstRunForm(request.POST or None)
    if form.is_valid():
        with refusals_on(form):
            founded = found(form.cleaned_data)
            auth.login(request, founded.admin, BACKEND)
            sittings.begin(request.session, now=clock.unmoved().timestamp())
            show_once(request, "token", founded.token)
            return redirect("ready")
    return render(request, "staff/first_run.html", {"form": form})


def found(given: dict[str, Any]) -> actions.Founded:
    return actions.found_first_organization(
        name=given["organization"],
        admin_email=given["email"],
        admin_name=given["name"],
        actor=given["actor"],
        time_zone=given["time_zone"],
        numbers_from=given["numbers_from"] or Provenance.GIVEN_BY_CONSUMER,
        password=given["password"],
        at=clock.now(),
    )


def ready(request: HttpRequest) -> HttpResponse:
    """What comes after the first run: the key of the API, shown once, and where to begin."""
    token = shown_once(request, "token")
    return render(request, "staff/ready.html", {"token": token}) if token else redirect("/")


@sensitive_post_parameters("password")
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The invited colleague chooses a name and a password, and is in."""
    now = clock.now()
    invitation = invitation_of(token, at=now)
    known = colleague_behind(invitation)
    form = JoinForm(request.POST or None, initial={"name": known.name if known else ""})
    if form.is_valid():
        with refusals_on(form):
            return enter(request, actions.accept_invitation(token=token, **form.cleaned_data, at=now))
    facts = {"form": form, "invitation": invitation, "again": known is not None}
    return render(request, "staff/invitation.html", facts)


def trying(request: HttpRequest) -> dict[str, Any]:
    """From where and when somebody tries to come in."""
    network = network_of(request, behind_proxy=settings.SECURE_PROXY_SSL_HEADER is not None)
    return {"network": network, "at": clock.now(), "real_at": clock.unmoved()}


def enter(request: HttpRequest, person: Person) -> HttpResponse:
    """A new session: the one from before the door is thrown away with all that it held."""
    url = next_page(request, "/")
    auth.logout(request)
    auth.login(request, person, BACKEND)
    sittings.begin(request.session, now=clock.unmoved().timestamp())
    return redirect(url)


def ask_code(request: HttpRequest, person: Person) -> HttpResponse:
    url = next_page(request, "")
    request.session.cycle_key()
    request.session["owes_code"] = [person.pk, person.get_session_auth_hash(), clock.unmoved().timestamp()]
    return render(request, "staff/sign_in_code.html", {"form": CodeForm(), "next": url})


def waiting_for_code(request: HttpRequest) -> Person | None:
    """Whoever has given the right password a moment ago, if it is still the right one."""
    number, password_hash, since = request.session.get("owes_code", (None, "", 0))
    if clock.unmoved().timestamp() - since > CODE_WITHIN_SECONDS:
        return None
    person = Person.objects.filter(pk=number, is_active=True).first()
    return person if person and person.get_session_auth_hash() == password_hash else None


def asked_again(request: HttpRequest, template: str, form: SignInForm | CodeForm) -> HttpResponse:
    """The form, with 401 for a refused try and 429 for one too many, so that whoever watches the log sees them."""
    refused = form.is_bound and bool(form.errors)
    refusal = getattr(form, "refusal", None)
    facts = {"form": form, "next": next_page(request, "")}
    response = render(request, template, facts, status=401 if refused else 200)
    if isinstance(refusal, TooManyTries):
        response.status_code = 429
        response["Retry-After"] = str(refusal.retry_after)
    return response
