"""Addresses of the wording room."""

from django.urls import path

from . import views

urlpatterns = [
    path("templates", views.templates, name="templates"),
    path("templates/new", views.new_template, name="template_new"),
    path("templates/preview", views.preview, name="template_preview"),
    path("templates/<str:template_id>", views.template, name="template"),
    path("templates/<str:template_id>/archive", views.archive, name="template_archive"),
    path("templates/<str:template_id>/versions/<int:number>", views.version, name="template_version"),
]
