"""Settings: the organization, its limits, staff and roles, API keys."""

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from forbear.core import clock
from forbear.staff import actions, queries
from forbear.staff.access import StaffRequest, holder_of, staff_page
from forbear.staff.doors import refusals_on, show_once, shown_once
from forbear.staff.forms import (
    WEEKDAYS,
    AutomationForm,
    InviteForm,
    KeyForm,
    LimitsForm,
    OrganizationForm,
    RoleForm,
    SettingsForm,
)
from forbear.staff.letters import link_of, send_invitation
from forbear.staff.models import Organization
from forbear.staff.permissions import ROLE_SENTENCES, Permission
from forbear.staff.refusals import LastAdministrator
from forbear.staff.states import Role
from forbear.web.parts import Hours


@staff_page()
def organization(request: StaffRequest) -> HttpResponse:
    """Name, kind, country, zone, currency, language."""
    if not holder_of(request.user).may(Permission.SETTINGS_READ):
        return redirect("profile")
    return edit(request, OrganizationForm, "staff/organization.html")


@staff_page(Permission.SETTINGS_READ)
def limits(request: StaffRequest) -> HttpResponse:
    """Hours, days, how often: what the organization allows itself within the law."""
    return edit(request, LimitsForm, "staff/limits.html")


@staff_page(Permission.SETTINGS_READ)
def automation(request: StaffRequest) -> HttpResponse:
    """What goes on by itself: whether active campaigns are enqueued in each cycle of the scheduler."""
    return edit(request, AutomationForm, "staff/automation.html")


def edit(request: StaffRequest, kind: type[SettingsForm], template: str) -> HttpResponse:
    present = request.organization
    may_write = holder_of(request.user).may(Permission.SETTINGS_WRITE)
    if request.method == "POST":
        holder_of(request.user).require(Permission.SETTINGS_WRITE)
    form = kind(request.POST or None, instance=queries.fresh(present))
    for field in form.fields.values():
        field.disabled = not may_write
    if form.is_valid():
        with refusals_on(form):
            changes, actor = form.cleaned_data, request.user.actor
            actions.update_organization(organization=present, changes=changes, actor=actor, at=clock.now())
            messages.success(request, "Saved.")
            return redirect(request.path)
    return render(request, template, {"form": form, "week": week_of(present)})


def week_of(organization: Organization) -> list[Hours]:
    """The hours of each weekday in which the organization writes, as a strip."""
    opens, closes = organization.window_from, organization.window_to
    span = (opens.hour + opens.minute / 60, closes.hour + closes.minute / 60)
    open_day = {"words": f"{opens.hour}:{opens:%M} to {closes.hour}:{closes:%M}", "spans": [span]}
    closed_day = {"words": "closed", "spans": []}
    return [Hours(day=name, **(open_day if day in organization.weekdays else closed_day)) for day, name in WEEKDAYS]


@staff_page(Permission.SETTINGS_READ)
def staff(request: StaffRequest) -> HttpResponse:
    """Colleagues, their roles, invitations that still open."""
    form = InviteForm(request.POST or None)
    if request.method == "POST":
        holder_of(request.user).require(Permission.STAFF_WRITE)
    if form.is_valid():
        with refusals_on(form):
            return send(request, invited_by(request, form))
    return render(request, "staff/staff.html", staff_facts(request, form))


def invited_by(request: StaffRequest, form: InviteForm) -> actions.Invited:
    return actions.invite(
        organization=request.organization, invited_by=request.user, at=clock.now(), **form.cleaned_data
    )


def send(request: StaffRequest, invited: actions.Invited) -> HttpResponse:
    link = link_of(invited.token)
    sent = send_invitation(invited.invitation, link=link)
    show_once(request, "invitation", {"email": invited.invitation.email, "link": link, "sent": sent})
    return redirect("settings_staff")


def staff_facts(request: StaffRequest, form: InviteForm) -> dict[str, object]:
    return {
        "form": form,
        "people": queries.people_of(request.organization),
        "invitations": queries.open_invitations(request.organization, at=clock.now()),
        "invited": shown_once(request, "invitation"),
        "real_now": clock.unmoved(),  # sessions live by the real clock
        "roles": [(role, role.value.capitalize(), ROLE_SENTENCES[role]) for role in Role],
    }


@require_POST
@staff_page(Permission.STAFF_WRITE)
def change_role(request: StaffRequest, person: str) -> HttpResponse:
    form, number = RoleForm(request.POST), queries.person_number(person)
    if form.is_valid():
        role, actor = form.cleaned_data["role"], request.user.actor
        try:
            actions.change_role(
                organization=request.organization, person_id=number, role=role, actor=actor, at=clock.now()
            )
            messages.success(request, "The role has changed.")
        except LastAdministrator as refusal:
            messages.error(request, refusal.sentence)
    return redirect("settings_staff")


@require_POST
@staff_page(Permission.STAFF_WRITE)
def let_in_again(request: StaffRequest, person: str) -> HttpResponse:
    """A new link for a colleague who has lost the password or the telephone."""
    number, me = queries.person_number(person), request.user
    invited = actions.let_in_again(organization=request.organization, person_id=number, invited_by=me, at=clock.now())
    return send(request, invited)


@require_POST
@staff_page(Permission.STAFF_WRITE)
def deactivate(request: StaffRequest, person: str) -> HttpResponse:
    number, actor = queries.person_number(person), request.user.actor
    try:
        actions.deactivate(organization=request.organization, person_id=number, actor=actor, at=clock.now())
        messages.success(request, "Deactivated. Every session of theirs has ended.")
    except LastAdministrator as refusal:
        messages.error(request, refusal.sentence)
    return redirect("settings_staff")


@require_POST
@staff_page(Permission.STAFF_WRITE)
def reactivate(request: StaffRequest, person: str) -> HttpResponse:
    number, actor = queries.person_number(person), request.user.actor
    actions.reactivate(organization=request.organization, person_id=number, actor=actor, at=clock.now())
    messages.success(request, "Active again.")
    return redirect("settings_staff")


@require_POST
@staff_page(Permission.STAFF_WRITE)
def withdraw_invitation(request: StaffRequest, invitation: str) -> HttpResponse:
    number, actor = queries.invitation_number(invitation), request.user.actor
    actions.withdraw_invitation(organization=request.organization, invitation_id=number, actor=actor, at=clock.now())
    messages.success(request, "Withdrawn. The link opens nothing any more.")
    return redirect("settings_staff")


@staff_page(Permission.SETTINGS_READ)
def keys(request: StaffRequest) -> HttpResponse:
    """Keys of programs; a new one is shown once."""
    if request.method == "POST":
        holder_of(request.user).require(Permission.KEYS_WRITE)
    form = KeyForm(request.POST or None)
    if form.is_valid():
        show_once(request, "token", issue(request, form).token)
        return redirect("settings_keys")
    facts = {"form": form, "keys": queries.keys_of(request.organization), "now": clock.now()}
    shown = {"all_scopes": len(Permission), "token": shown_once(request, "token")}
    return render(request, "staff/keys.html", {**facts, **shown})


def issue(request: StaffRequest, form: KeyForm) -> actions.Issued:
    given, now = form.cleaned_data, clock.now()
    return actions.issue_key(
        organization=request.organization,
        name=given["name"],
        scopes=given["scopes"],
        live=given["kind"] == "live",
        expires_at=now + timedelta(days=int(given["lasts"])) if given["lasts"] else None,
        created_by=request.user,
        actor=request.user.actor,
        at=now,
    )


@require_POST
@staff_page(Permission.KEYS_WRITE)
def revoke_key(request: StaffRequest, key: str) -> HttpResponse:
    number, actor = queries.key_number(key), request.user.actor
    actions.revoke_key(organization=request.organization, key_id=number, actor=actor, at=clock.now())
    messages.success(request, "Revoked. Programs that use the key are refused from now on.")
    return redirect("settings_keys")
