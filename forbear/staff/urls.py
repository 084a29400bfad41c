"""Addresses of the staff room."""

from django.urls import path

from .views import door, profile, settings

urlpatterns = [
    path("login", door.sign_in, name="sign_in"),
    path("login/code", door.sign_in_code, name="sign_in_code"),
    path("logout", door.sign_out, name="sign_out"),
    path("welcome", door.first_run, name="first_run"),
    path("welcome/ready", door.ready, name="ready"),
    path("invitation/<str:token>", door.accept_invitation, name="accept_invitation"),
    path("settings", settings.organization, name="settings"),
    path("settings/limits", settings.limits, name="settings_limits"),
    path("settings/automation", settings.automation, name="settings_automation"),
    path("settings/staff", settings.staff, name="settings_staff"),
    path("settings/staff/<str:person>/role", settings.change_role, name="change_role"),
    path("settings/staff/<str:person>/link", settings.let_in_again, name="let_in_again"),
    path("settings/staff/<str:person>/deactivate", settings.deactivate, name="deactivate"),
    path("settings/staff/<str:person>/reactivate", settings.reactivate, name="reactivate"),
    path(
        "settings/invitations/<str:invitation>/withdraw",
        settings.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("settings/keys", settings.keys, name="settings_keys"),
    path("settings/keys/<str:key>/revoke", settings.revoke_key, name="revoke_key"),
    path("settings/profile", profile.profile, name="profile"),
    path("settings/profile/password", profile.change_password, name="change_password"),
    path("settings/profile/codes", profile.set_up_codes, name="set_up_codes"),
    path("settings/profile/codes/off", profile.switch_codes_off, name="switch_codes_off"),
]
