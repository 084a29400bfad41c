"""Addresses of the channels room."""

from django.urls import path

from . import views

urlpatterns = [
    path("settings/channels", views.channels, name="settings_channels"),
    path("settings/channels/senders/<str:sender>", views.change_sender, name="change_sender"),
    path("settings/channels/<str:provider>/price", views.price, name="provider_price"),
    path("settings/channels/<str:provider>/complete", views.complete, name="complete_paper"),
    path("settings/channels/<str:provider>", views.provider, name="provider"),
]
