"""Coming in: passwords, the throttle, one-time codes, the first run, invitations."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from forbear.compliance.models import Entry
from forbear.core import clock
from forbear.staff import actions, events, throttle
from forbear.staff.models import Invitation, Organization, Person, SignInFailure
from forbear.staff.refusals import (
    AddressTaken,
    CodeRefused,
    InvitationOver,
    NoSuchInvitation,
    NoSuchPerson,
    SignInRefused,
    TooManyTries,
    WeakPassword,
)
from forbear.staff.signing import TOTP
from forbear.strongbox import Unsealable, seal, unseal

NOW = datetime(2026, 11, 24, 16, 42, tzinfo=UTC)
PASSWORD = "correct horse battery staple"
OTHER = "another long password, indeed"


def enter(person, password=PASSWORD, *, network="203.0.113.7", at=NOW):
    return actions.sign_in(email=person.email, password=password, network=network, at=at, real_at=at)


def told(event):
    return Entry.objects.filter(event=event).count()


def test_the_right_password_opens_and_is_written_down(dana):
    assert enter(dana) == dana
    assert told(events.SIGNED_IN) == 1
    assert not SignInFailure.objects.exists()


def test_a_wrong_password_an_unknown_address_and_a_leaver_hear_the_same(dana):
    for email, password in [(dana.email, "wrong"), ("nobody@example.com", PASSWORD)]:
        with pytest.raises(SignInRefused, match="The e-mail address or the password is wrong"):
            actions.sign_in(email=email, password=password, network="n", at=NOW, real_at=NOW)
    Person.objects.filter(pk=dana.pk).update(is_active=False)
    with pytest.raises(SignInRefused):
        enter(dana)
    assert told(events.SIGN_IN_REFUSED) == 2


def test_after_five_failures_the_account_waits_and_is_told_how_long(dana):
    for minute in range(5):
        with pytest.raises(SignInRefused):
            enter(dana, "wrong", network=f"203.0.113.{minute}", at=NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyTries, match="Wait 10 minutes") as refusal:
        enter(dana, network="203.0.113.99", at=NOW + timedelta(minutes=5))
    assert refusal.value.retry_after == 600
    assert enter(dana, at=NOW + timedelta(minutes=15, seconds=1)) == dana


def test_a_network_that_tries_many_accounts_waits_too(dana, db):
    for number in range(throttle.TRIES_PER_NETWORK):
        with pytest.raises(SignInRefused):
            actions.sign_in(email=f"x{number}@example.com", password="p", network="2001:db8::1", at=NOW, real_at=NOW)
    with pytest.raises(TooManyTries, match="Wait 15 minutes"):
        enter(dana, network="2001:db8::2")
    assert enter(dana, network="2001:db8:0:1::1") == dana


def test_a_success_forgives_the_account(dana):
    for _ in range(2):
        for _ in range(4):
            with pytest.raises(SignInRefused):
                enter(dana, "wrong")
        enter(dana)


def test_old_tries_are_forgotten(dana):
    with pytest.raises(SignInRefused):
        enter(dana, "wrong")
    assert throttle.forget_old_tries(real_at=NOW + timedelta(hours=1)) == 2


def test_no_address_stands_in_the_table_of_tries(dana):
    with pytest.raises(SignInRefused):
        enter(dana, "wrong")
    assert all(len(row.who) == 64 for row in SignInFailure.objects.all())


@pytest.fixture
def guarded(dana):
    """Dana with one-time codes, her secret and her recovery codes."""
    secret = pyotp.random_base32()
    code = pyotp.TOTP(secret).at(NOW)
    codes = actions.enable_totp(person=dana, secret=secret, code=code, at=NOW, real_at=NOW)
    return Person.objects.get(pk=dana.pk), secret, codes


def confirm(person, code, at):
    actions.confirm_code(person=Person.objects.get(pk=person.pk), code=code, network="n", at=at, real_at=at)


def test_one_time_codes_are_sealed_and_good_once(guarded):
    dana, secret, _ = guarded
    assert secret not in dana.totp_secret
    assert unseal(dana.totp_secret, purpose=TOTP) == secret
    later = NOW + timedelta(minutes=1)
    code = pyotp.TOTP(secret).at(later)
    with pytest.raises(CodeRefused):
        confirm(dana, pyotp.TOTP(secret).at(NOW), NOW)
    confirm(dana, code, later)
    with pytest.raises(CodeRefused):
        confirm(dana, code, later)
    assert told(events.SIGNED_IN) == 1


def test_a_code_may_be_a_little_early_or_late_but_not_more(guarded):
    dana, secret, _ = guarded
    later = NOW + timedelta(minutes=10)
    with pytest.raises(CodeRefused):
        confirm(dana, pyotp.TOTP(secret).at(later - timedelta(seconds=90)), later)
    confirm(dana, pyotp.TOTP(secret).at(later - timedelta(seconds=30)), later)


def test_a_recovery_code_opens_once_however_it_is_typed(guarded):
    dana, _, codes = guarded
    assert len(set(codes)) == 10
    confirm(dana, f" {codes[0].upper()} ", NOW)
    with pytest.raises(CodeRefused):
        confirm(dana, codes[0], NOW)
    assert len(Person.objects.get(pk=dana.pk).recovery_codes) == 9


def test_codes_cannot_be_guessed_without_end(guarded):
    dana, _, codes = guarded
    for _ in range(5):
        with pytest.raises(CodeRefused):
            confirm(dana, "000000", NOW)
    with pytest.raises(TooManyTries):
        confirm(dana, codes[0], NOW)


def test_codes_are_switched_off_with_the_password(guarded):
    dana, _, _ = guarded
    actions.disable_totp(person=dana, password=PASSWORD, network="203.0.113.7", at=NOW, real_at=NOW)
    assert Person.objects.get(pk=dana.pk).totp_secret == ""
    assert told(events.TOTP_DISABLED) == 1


def test_what_is_sealed_for_one_purpose_opens_for_no_other():
    with pytest.raises(Unsealable):
        unseal(seal("secret", purpose="totp"), purpose="provider")


# The pages


def test_a_session_begins_with_the_password_and_ends_at_the_door(client, dana):
    assert client.get("/settings").url == "/login?next=%2Fsettings"
    answer = client.post("/login", {"email": f" {dana.email.upper()} ", "password": PASSWORD, "next": "/settings"})
    assert answer.url == "/settings"
    assert client.get("/settings").status_code == 200
    client.post("/logout")
    assert client.get("/settings").status_code == 302


def test_a_wrong_password_keeps_what_was_typed_and_never_shows_the_password(client, dana):
    answer = client.post("/login", {"email": dana.email, "password": "my secret try"})
    assert answer.status_code == 401
    page = answer.content.decode()
    assert "The e-mail address or the password is wrong." in page
    assert dana.email in page
    assert "my secret try" not in page


def test_nobody_posts_without_the_token_of_the_page(dana):
    stranger = Client(enforce_csrf_checks=True)
    refused = stranger.post("/login", {"email": dana.email, "password": PASSWORD})
    assert refused.status_code == 403
    assert "Go back, reload it" in refused.content.decode()
    inside = Client(enforce_csrf_checks=True)
    inside.force_login(dana)
    assert inside.post("/settings/profile/password", {"present": PASSWORD, "password": OTHER}).status_code == 403
    page = inside.get("/settings/profile").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    given = {"present": PASSWORD, "password": OTHER, "csrfmiddlewaretoken": token}
    assert inside.post("/settings/profile/password", given).status_code == 302


def test_a_person_with_codes_takes_two_steps(client, guarded):
    dana, secret, _ = guarded
    Person.objects.filter(pk=dana.pk).update(totp_last_step=0)
    client.post("/login", {"email": dana.email, "password": PASSWORD, "next": "/settings"})
    assert client.get("/settings").status_code == 302
    assert "not right" in client.post("/login/code", {"code": "000000"}).content.decode()
    code = pyotp.TOTP(secret).at(clock.unmoved())
    assert client.post("/login/code", {"code": code, "next": "/settings"}).url == "/settings"
    assert client.get("/settings").status_code == 200


def test_the_second_step_alone_opens_nothing(client, guarded):
    assert client.get("/login/code").url == "/login"


def test_changing_the_password_ends_the_other_sessions(client, dana):
    elsewhere = Client()
    for browser in (client, elsewhere):
        browser.post("/login", {"email": dana.email, "password": PASSWORD})
    assert client.post("/settings/profile/password", {"present": PASSWORD, "password": OTHER}).status_code == 302
    assert client.get("/settings/profile").status_code == 200
    assert elsewhere.get("/settings/profile").status_code == 302
    assert told(events.PASSWORD_CHANGED) == 1


@pytest.mark.parametrize(
    ("address", "given"),
    [
        ("/settings/profile/password", {"present": "wrong", "password": OTHER}),
        ("/settings/profile/codes/off", {"codes-password": "wrong"}),
    ],
)
def test_the_present_password_cannot_be_guessed_without_end(client, dana, address, given):
    Person.objects.filter(pk=dana.pk).update(totp_secret=seal("secret", purpose=TOTP))
    client.force_login(dana)
    for _ in range(throttle.TRIES_PER_ACCOUNT):
        assert "not your present password" in client.post(address, given).content.decode()
    right = {"present": PASSWORD, "password": OTHER, "codes-password": PASSWORD}
    assert "Too many tries" in client.post(address, right).content.decode()
    assert Person.objects.get(pk=dana.pk).check_password(PASSWORD)


@pytest.mark.parametrize(
    ("present", "new", "sentence"),
    [
        ("wrong", OTHER, "This is not your present password."),
        (PASSWORD, "short", "at least 12 characters"),
        (PASSWORD, "123456789012345", "entirely numeric"),
    ],
)
def test_a_password_that_cannot_be_used_is_refused_in_a_sentence(client, dana, present, new, sentence):
    client.force_login(dana)
    answer = client.post("/settings/profile/password", {"present": present, "password": new})
    assert sentence in answer.content.decode()


def test_codes_are_set_up_on_the_page_and_the_recovery_codes_shown_once(client, dana):
    client.force_login(dana)
    page = client.get("/settings/profile/codes").content.decode()
    secret = page.split('id="secret">')[1].split("<")[0]
    code = pyotp.TOTP(secret).at(clock.unmoved())
    assert client.post("/settings/profile/codes", {"code": code}).url == "/settings/profile"
    assert "Your recovery codes" in client.get("/settings/profile").content.decode()
    assert "Your recovery codes" not in client.get("/settings/profile").content.decode()


FIRST = {
    "organization": "Larkfield Recovery",
    "actor": "third_party_collector",
    "time_zone": "America/Chicago",
    "name": "Ada Quist",
    "email": "Ada@Example.com",
    "password": PASSWORD,
}


def test_the_first_run_founds_the_organization_and_shows_a_key_once(client, db):
    assert client.get("/settings").url == "/welcome"
    assert client.post("/welcome", FIRST).url == "/welcome/ready"
    assert "fb_test_" in client.get("/welcome/ready").content.decode()
    assert client.get("/welcome/ready").url == "/"
    ada = Person.objects.get()
    assert (ada.email, ada.role, ada.organization.name) == (
        "ada@example.com",
        "administrator",
        "Larkfield Recovery",
    )
    assert told(events.ORGANIZATION_FOUNDED) == 1


def test_there_is_only_one_first_run(client, larkfield):
    assert client.post("/welcome", FIRST).status_code == 409
    assert Organization.objects.count() == 1


def test_a_first_run_with_a_weak_password_founds_nothing(client, db):
    page = client.post("/welcome", {**FIRST, "password": "short"}).content.decode()
    assert "at least 12 characters" in page
    assert "Larkfield Recovery" in page
    assert not Organization.objects.exists()


def test_founding_makes_a_password_when_none_is_given(db):
    founded = actions.found_organization(name="Larkfield", admin_email="ada@example.com", actor="creditor", at=NOW)
    assert len(founded.password) == 20
    assert enter(founded.admin, founded.password) == founded.admin
    assert founded.admin.name == "Ada"
    with pytest.raises(AddressTaken):
        actions.found_organization(name="Other", admin_email="ADA@example.com", at=NOW)


def test_an_invitation_goes_out_and_makes_a_colleague(client, ada):
    client.force_login(ada)
    client.post("/settings/staff", {"email": "Sam@Example.com", "role": "operator"})
    page = client.get("/settings/staff").content.decode()
    link = page.split('id="token">')[1].split("<")[0]
    assert link in mail.outbox[0].body
    assert mail.outbox[0].to == ["sam@example.com"]
    assert link not in client.get("/settings/staff").content.decode()
    sam = Client()
    path = link.partition("8000")[2]
    assert "Larkfield Recovery" in sam.get(path).content.decode()
    assert sam.post(path, {"name": "Sam Ortega", "password": PASSWORD}).status_code == 302
    assert sam.get("/settings/profile").status_code == 200
    joined = Person.objects.get(email="sam@example.com")
    assert (joined.organization, joined.role) == (ada.organization, "operator")
    assert Client().get(path).status_code == 409
    assert [told(event) for event in (events.PERSON_INVITED, events.PERSON_JOINED)] == [1, 1]


def test_without_a_mail_server_the_link_is_still_there(client, ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    client.force_login(ada)
    client.post("/settings/staff", {"email": "sam@example.com", "role": "operator"})
    page = client.get("/settings/staff").content.decode()
    assert "No mail server took the invitation" in page
    assert "/invitation/" in page


def invited(ada, at=NOW):
    return actions.invite(organization=ada.organization, email="sam@example.com", role="analyst", invited_by=ada, at=at)


def test_an_invitation_ends_after_a_week_by_a_newer_one_or_when_withdrawn(ada):
    def join(token, at=NOW):
        return actions.accept_invitation(token=token, name="Sam Ortega", password=PASSWORD, at=at)

    first, second = invited(ada), invited(ada)
    with pytest.raises(InvitationOver):
        join(first.token)
    with pytest.raises(InvitationOver):
        join(second.token, NOW + timedelta(days=7))
    with pytest.raises(NoSuchInvitation):
        join("no such token")
    with pytest.raises(WeakPassword):
        actions.accept_invitation(token=second.token, name="Sam", password="short", at=NOW)
    number = second.invitation.pk
    actions.withdraw_invitation(organization=ada.organization, invitation_id=number, actor=ada.actor, at=NOW)
    with pytest.raises(InvitationOver):
        join(second.token)
    assert second.token not in Invitation.objects.get(pk=number).token_hash


def test_a_lost_password_is_replaced_by_a_link_and_the_codes_end(client, ada, guarded):
    dana, _, _ = guarded
    inside = Client()
    inside.force_login(dana)
    client.force_login(ada)
    client.post(reverse("let_in_again", args=[dana.public_id]))
    assert inside.get("/settings/profile").status_code == 200
    path = client.get("/settings/staff").content.decode().split('id="token">')[1].split("<")[0].partition("8000")[2]
    assert "Choose a new password" in Client().get(path).content.decode()
    assert Client().post(path, {"name": "Dana Kern", "password": OTHER}).status_code == 302
    assert inside.get("/settings/profile").status_code == 302
    again = Person.objects.get(pk=dana.pk)
    assert (again.totp_secret, again.role, Person.objects.count()) == ("", "manager", 2)
    assert enter(again, OTHER) == again
    assert Client().get(path).status_code == 409


def test_a_link_opens_nothing_for_whoever_has_left(ada, dana):
    link = actions.let_in_again(organization=ada.organization, person_id=dana.pk, invited_by=ada, at=NOW)
    actions.deactivate(organization=ada.organization, person_id=dana.pk, actor=ada.actor, at=NOW)
    with pytest.raises(InvitationOver):
        actions.accept_invitation(token=link.token, name="Dana", password=OTHER, at=NOW)
    with pytest.raises(NoSuchPerson):
        actions.let_in_again(organization=ada.organization, person_id=dana.pk, invited_by=ada, at=NOW)


def test_one_try_too_many_answers_429_with_the_time_to_wait(client, dana):
    for _ in range(5):
        assert client.post("/login", {"email": dana.email, "password": "wrong"}).status_code == 401
    answer = client.post("/login", {"email": dana.email, "password": PASSWORD})
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 900
    assert "Too many tries. Wait 15 minutes, then try again." in answer.content.decode()


def test_whoever_signs_in_already_is_not_invited(ada, stranger):
    with pytest.raises(AddressTaken):
        actions.invite(organization=ada.organization, email=stranger.email, role="analyst", invited_by=ada, at=NOW)


def test_every_address_of_the_door_has_a_name():
    names = "sign_in sign_in_code sign_out first_run ready settings settings_limits settings_staff settings_keys"
    assert all(reverse(name) for name in names.split())
