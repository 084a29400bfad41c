"""Addresses of the notices room."""

from django.urls import path

from . import views

urlpatterns = [
    path("notifications", views.notifications, name="notifications"),
    path("notifications/bell", views.bell, name="notifications_bell"),
    path("notifications/opened", views.opened, name="notifications_opened"),
    path("notifications/read", views.read, name="notifications_read"),
    path("notifications/digest", views.digest, name="notifications_digest"),
]
