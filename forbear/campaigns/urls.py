"""Addresses of campaigns."""

from django.urls import path, re_path

from . import views, views_compose, views_dry_run, views_execution, views_launch, views_portfolio

ONE = r"campaigns/(?P<public>cmp_[a-z0-9]+)"
VERB = r"(?P<verb>launch|schedule|unschedule|activate|pause|resume|complete|delete|enqueue|duplicate|migrate)"
urlpatterns = [
    path("campaigns", views.campaigns, name="campaigns"),
    path("campaigns/create", views_portfolio.create, name="campaign_create"),
    path("campaigns/new/portfolio", views_portfolio.new, name="campaign_portfolio_new"),
    path("campaigns/new", views_compose.new, name="campaign_new"),
    path("campaigns/compose", views_compose.compose, name="campaign_compose"),
    re_path(rf"^{ONE}$", views.campaign, name="campaign"),
    re_path(rf"^{ONE}/state$", views.state, name="campaign_state"),
    re_path(rf"^{ONE}/edit$", views_compose.edit, name="campaign_edit"),
    re_path(rf"^{ONE}/accounts$", views_portfolio.add_accounts, name="campaign_accounts"),
    re_path(rf"^{ONE}/review$", views_launch.review, name="campaign_review"),
    re_path(rf"^{ONE}/dry-run$", views_dry_run.dry_run, name="campaign_dry_run"),
    re_path(rf"^{ONE}/preview$", views_launch.preview, name="campaign_preview"),
    re_path(rf"^{ONE}/results\.(?P<kind>csv|xlsx)$", views.results, name="campaign_results"),
    re_path(rf"^{ONE}/{VERB}$", views_launch.act, name="campaign_act"),
    path("execution", views_execution.page, name="execution"),
    path("execution/state", views_execution.state, name="execution_state"),
    path("execution/enqueue", views_execution.enqueue, name="execution_enqueue"),
    path("execution/auto-enqueue", views_execution.auto_enqueue, name="execution_auto_enqueue"),
    re_path(r"^execution/(?P<verb>pause|resume)$", views_execution.switch, name="execution_switch"),
    path("execution/<str:queue_item_id>/cancel", views_execution.cancel, name="execution_cancel"),
]
