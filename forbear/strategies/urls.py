"""Addresses of the strategies room."""

from django.urls import path

from . import views

urlpatterns = [
    path("strategies", views.strategies, name="strategies"),
    path("strategies/new", views.new_strategy, name="strategy_new"),
    path("strategies/preview", views.preview, name="strategy_preview"),
    path("strategies/import", views.import_strategy, name="strategy_import"),
    path("strategies/<str:strategy_id>", views.strategy, name="strategy"),
    path("strategies/<str:strategy_id>/edit", views.edit_strategy, name="strategy_edit"),
    path("strategies/<str:strategy_id>/export.yaml", views.export_strategy, name="strategy_export"),
    path("strategies/<str:strategy_id>/versions/<int:number>", views.version, name="strategy_version"),
    path("strategies/<str:strategy_id>/<str:verb>", views.act, name="strategy_act"),
]
