"""Addresses of the log."""

from django.urls import path

from . import views, views_proof, views_retention

urlpatterns = [
    path("compliance", views.log, name="compliance"),
    path("compliance/verify", views_proof.verify, name="compliance_verify"),
    path("compliance/checkpoint.txt", views_proof.download_checkpoint, name="compliance_checkpoint"),
    path("compliance/retention", views_retention.retention, name="compliance_retention"),
    path("compliance/legal-holds", views_retention.hold, name="compliance_hold"),
    path("compliance/legal-holds/<str:legal_hold>/end", views_retention.end_hold, name="compliance_hold_end"),
    path("compliance/keys", views_proof.log_keys, name="compliance_keys"),
    path("compliance/entries/<str:entry_id>", views_proof.entry, name="compliance_entry"),
    path("compliance/entries/<str:entry_id>/proof.json", views_proof.download_proof, name="compliance_proof"),
    path("compliance/entries.<str:kind>", views.download, name="compliance_download"),
]
