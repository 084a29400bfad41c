"""Addresses of the dispatch room."""

from django.urls import path

from . import webhooks

urlpatterns = [path("webhooks/<str:provider>", webhooks.receive, name="webhook")]
