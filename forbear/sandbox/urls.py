"""The paper phone's addresses."""

from django.urls import path

from . import views

urlpatterns = [
    path("paper-phone/", views.paper_phone, name="paper_phone"),
    path("paper-phone/answer/", views.answer, name="paper_phone_answer"),
    path("paper-phone/clock/", views.clock_moved, name="paper_phone_clock"),
    path("paper-phone/run/", views.run, name="paper_phone_run"),
]
