"""Addresses of the desk."""

from django.urls import path, re_path

from . import (
    views,
    views_account,
    views_acts,
    views_bundle,
    views_interactions,
    views_law,
    views_legal_holds,
    views_status,
    views_together,
)

ONE = r"accounts/(?P<public>acc_[a-z0-9]+)"
urlpatterns = [
    path("", views.today, name="today"),
    path("compliance/legal-holds/account", views_legal_holds.hold_one, name="compliance_hold_one"),
    path("compliance/bundle", views_bundle.find_account, name="compliance_bundle"),
    path("accounts/together", views_together.together, name="accounts_together"),
    path("search", views.search, name="search"),
    path("interactions", views_interactions.interaction_list, name="interactions"),
    path("settings/law", views_law.law, name="settings_law"),
    path("settings/law/choose", views_law.choose, name="settings_law_choose"),
    re_path(rf"^{ONE}$", views_account.account, name="account"),
    re_path(rf"^{ONE}/bundle.zip$", views_account.download_bundle, name="account_bundle"),
    re_path(rf"^{ONE}/write$", views_account.write, name="account_write"),
    re_path(rf"^{ONE}/status$", views_status.change_status, name="account_status"),
    re_path(rf"^{ONE}/opt-out$", views_account.opt_out, name="account_opt_out"),
    re_path(rf"^{ONE}/acts$", views_acts.record_act, name="account_act"),
    re_path(rf"^{ONE}/acts/(?P<act>\w+)/void$", views_acts.void_act, name="account_act_void"),
    re_path(rf"^{ONE}/holds$", views_account.open_hold, name="account_hold"),
    re_path(rf"^{ONE}/holds/(?P<hold>\w+)/close$", views_account.close_hold, name="account_hold_close"),
]
