"""The paper phone's addresses."""

from django.urls import path

from . import views, views_paper

urlpatterns = [
    path("paper-phone/", views.paper_phone, name="paper_phone"),
    path("paper-phone/answer/", views.answer, name="paper_phone_answer"),
    path("paper-phone/clock/", views.clock_moved, name="paper_phone_clock"),
    path("paper-phone/run/", views.run, name="paper_phone_run"),
    path("paper-phone/mailbox/", views_paper.paper_mailbox, name="paper_mailbox"),
    path("paper-phone/mailbox/answer/", views_paper.answer_letter, name="paper_mailbox_answer"),
    path("paper-phone/mailbox/takes/", views_paper.take_letters, name="paper_mailbox_takes"),
    path("paper-phone/calls/", views_paper.paper_calls, name="paper_calls"),
    path("paper-phone/calls/answer/", views_paper.answer_calls, name="paper_calls_answer"),
]
