"""Mounts each room's pages, the API, and what machines ask."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.conf import settings
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from forbear.api import api
from forbear.doors.health import health
from forbear.doors.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("v1/", api.urls),
    path("health", health, name="health"),
    path("metrics", metrics, name="metrics"),
    path("favicon.ico", RedirectView.as_view(url=static("forbear/icon.svg"), permanent=True), name="mark"),
]
urlpatterns += [
    path("", include(import_module(f"forbear.{room}.urls")))
    for room in settings.ROOMS
    if find_spec(f"forbear.{room}.urls")
]

handler400 = "forbear.doors.problems.bad_request"
handler403 = "forbear.doors.problems.forbidden"
handler404 = "forbear.doors.problems.not_found"
handler500 = "forbear.doors.problems.server_error"
