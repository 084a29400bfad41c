"""Addresses of the payments room."""

from django.urls import path

from . import views, views_account

urlpatterns = [
    path("payments", views.payments, name="payments"),
    path("payments.csv", views.payments_export, name="payments_export"),
    path("payments/<str:payment_id>/reverse", views.reverse_payment, name="reverse_payment"),
    path("promises", views.promises, name="promises"),
    path("promises.csv", views.promises_export, name="promises_export"),
    path("promises/terms", views.terms, name="promise_terms"),
    path("promises/<str:promise_id>/move", views.move_promise, name="move_promise"),
    path("accounts/<str:public>/ledger", views_account.ledger, name="account_ledger"),
    path("accounts/<str:public>/payments", views_account.pay, name="account_pay"),
    path("accounts/<str:public>/promises", views_account.promise, name="account_promise"),
    path("accounts/<str:public>/adjust", views_account.adjust, name="account_adjust"),
]
