"""Addresses of the imports room."""

from django.urls import path, re_path

from . import views, views_registry

ONE = r"contact-lists/imports/(?P<public>imp_[a-z0-9]+)"
urlpatterns = [
    path("compliance/opt-outs/file", views_registry.registry_file, name="registry_file"),
    path("contact-lists/add", views.add_contacts, name="import_new"),
    path("contact-lists/imports", views.imports, name="imports"),
    re_path(rf"^{ONE}$", views.one_import, name="import"),
    re_path(rf"^{ONE}/errors\.csv$", views.errors_file, name="import_errors"),
    re_path(rf"^{ONE}/undo$", views.undo, name="import_undo"),
    re_path(rf"^{ONE}/discard$", views.discard, name="import_discard"),
]
