"""Addresses of campaigns."""

from django.urls import path, re_path

from . import views, views_compose, views_dry_run, views_launch

ONE = r"campaigns/(?P<public>cmp_[a-z0-9]+)"
VERB = r"(?P<verb>launch|schedule|unschedule|pause|resume|complete|delete|enqueue)"
urlpatterns = [
    path("campaigns", views.campaigns, name="campaigns"),
    path("campaigns/new", views_compose.new, name="campaign_new"),
    path("campaigns/compose", views_compose.compose, name="campaign_compose"),
    re_path(rf"^{ONE}$", views.campaign, name="campaign"),
    re_path(rf"^{ONE}/state$", views.state, name="campaign_state"),
    re_path(rf"^{ONE}/edit$", views_compose.edit, name="campaign_edit"),
    re_path(rf"^{ONE}/review$", views_launch.review, name="campaign_review"),
    re_path(rf"^{ONE}/dry-run$", views_dry_run.dry_run, name="campaign_dry_run"),
    re_path(rf"^{ONE}/preview$", views_launch.preview, name="campaign_preview"),
    re_path(rf"^{ONE}/results\.(?P<kind>csv|xlsx)$", views.results, name="campaign_results"),
    re_path(rf"^{ONE}/{VERB}$", views_launch.act, name="campaign_act"),
]
