"""Addresses of the dispatch room."""

from django.urls import path

from . import views, views_unsubscribe, views_webhooks, webhooks

ONE = "needs-a-person/<str:referral_id>"
urlpatterns = [
    path("webhooks/<str:provider>", webhooks.receive, name="webhook"),
    path("unsubscribe/<str:token>", views_unsubscribe.unsubscribe, name="unsubscribe"),
    path("settings/channels/posts/unread", views_webhooks.failed_webhooks, name="failed_webhooks"),
    path("needs-a-person", views.needs_a_person, name="referrals"),
    path(ONE, views.referral, name="referral"),
    path(f"{ONE}/approve", views.approve, name="referral_approve"),
    path(f"{ONE}/refuse", views.refuse, name="referral_refuse"),
    path("decisions/<str:queue_item_id>", views.decision, name="decision"),
    path("accounts/<str:account_id>/ask", views.ask, name="referral_ask"),
]
