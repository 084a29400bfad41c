"""Addresses of the consent room."""

from django.urls import path

from . import views

urlpatterns = [
    path("compliance/opt-outs", views.opt_outs, name="opt_outs"),
    path("compliance/opt-outs.csv", views.opt_outs_file, name="opt_outs_file"),
    path("compliance/opt-outs/<str:opt_out>/lift", views.lift, name="lift_opt_out"),
    path("compliance/opt-outs/<str:opt_out>/lift/confirm", views.confirm_lift, name="confirm_lift"),
    path("compliance/opt-outs/<str:opt_out>/lift/decline", views.decline_lift, name="decline_lift"),
    path("compliance/opt-outs/<str:opt_out>/lift/file", views.lift_file, name="lift_file"),
    path("compliance/holds", views.holds, name="holds"),
    path("compliance/holds/<str:hold>/close", views.close_hold, name="close_hold"),
]
