"""Addresses of the reports."""

from django.urls import path

from . import views, views_compliance, views_figures

urlpatterns = [
    path("reports", views.overview, name="reports"),
    path("reports/aging", views_figures.ages, name="report_aging"),
    path("reports/operations", views_figures.operational, name="report_operations"),
    path("reports/compliance", views_compliance.outside_hours, name="report_outside_hours"),
    path("reports/sms-campaigns", views.sms_campaigns, name="report_sms_campaigns"),
]
