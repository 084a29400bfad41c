"""Addresses of the log."""

from django.urls import path

from . import views

urlpatterns = [
    path("compliance", views.log, name="compliance"),
    path("compliance/entries.<str:kind>", views.download, name="compliance_download"),
]
