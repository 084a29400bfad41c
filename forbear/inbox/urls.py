"""Addresses of the inbox."""

from django.urls import path

from . import views, views_rules

urlpatterns = [
    path("inbox", views.inbox, name="inbox"),
    path("inbox/threads", views.threads, name="inbox_threads"),
    path("inbox/<str:conversation_id>", views.conversation, name="conversation"),
    path("inbox/<str:conversation_id>/said", views.said, name="conversation_said"),
    path("inbox/<str:conversation_id>/check", views.check, name="conversation_check"),
    path("inbox/<str:conversation_id>/reply", views.reply, name="conversation_reply"),
    path("inbox/<str:conversation_id>/assign", views.assign, name="conversation_assign"),
    path("inbox/<str:conversation_id>/close", views.close, name="conversation_close"),
    path("inbox/<str:conversation_id>/reopen", views.reopen, name="conversation_reopen"),
    path("inbox/<str:conversation_id>/unread", views.leave_unread, name="conversation_unread"),
    path("inbox/<str:conversation_id>/opt-out", views.opt_out, name="conversation_opt_out"),
    path("settings/auto-replies", views_rules.rules, name="settings_auto_replies"),
    path("settings/auto-replies/<str:rule_id>", views_rules.rule, name="auto_reply"),
    path("settings/auto-replies/<str:rule_id>/delete", views_rules.delete, name="auto_reply_delete"),
]
