"""Addresses of the reports."""

from django.urls import path

from . import views

urlpatterns = [
    path("reports", views.overview, name="reports"),
    path("reports/sms-campaigns", views.sms_campaigns, name="report_sms_campaigns"),
]
