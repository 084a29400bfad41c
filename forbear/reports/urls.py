"""Addresses of the reports."""

from django.urls import path

from . import views, views_compliance

urlpatterns = [
    path("reports", views.overview, name="reports"),
    path("reports/compliance", views_compliance.outside_hours, name="report_outside_hours"),
    path("reports/sms-campaigns", views.sms_campaigns, name="report_sms_campaigns"),
]
