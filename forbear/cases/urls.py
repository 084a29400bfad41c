"""Addresses of the cases room."""

from django.urls import path

from . import views, views_disputes

urlpatterns = [
    path("escalations", views.escalations, name="escalations"),
    path("escalations/<str:escalation_id>/take", views.take, name="take_case"),
    path("escalations/<str:escalation_id>/release", views.release, name="release_case"),
    path("escalations/<str:escalation_id>/resolve", views.resolve, name="resolve_case"),
    path("accounts/<str:public>/escalate", views.escalate, name="account_escalate"),
    path("disputes", views_disputes.disputes, name="disputes"),
    path("disputes.csv", views_disputes.disputes_export, name="disputes_export"),
    path("disputes/<str:dispute_id>/investigate", views_disputes.investigate, name="investigate_dispute"),
    path("disputes/<str:dispute_id>/close", views_disputes.close, name="close_dispute"),
    path("accounts/<str:public>/dispute", views_disputes.dispute, name="account_dispute"),
]
