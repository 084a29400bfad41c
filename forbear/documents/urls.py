"""Addresses of the documents room."""

from __future__ import annotations

from django.urls import path, re_path

from . import views, views_bulk, views_edit, views_import, views_outreach, views_settings

DOCUMENT = r"documents/(?P<public>doc_[a-z0-9]+)"
OUTREACH = rf"{DOCUMENT}/outreach/(?P<outreach_id>rcm_[a-z0-9]+)"
PARTY = rf"{DOCUMENT}/people/(?P<party_id>prt_[a-z0-9]+)"
FILE = rf"{DOCUMENT}/files/(?P<attachment_id>att_[a-z0-9]+)"
urlpatterns = [
    path("documents", views.documents, name="documents"),
    path("documents/new", views_edit.new, name="document_new"),
    path("documents/import", views_import.add_documents, name="documents_import"),
    path("documents/import/apply", views_import.apply, name="documents_import_apply"),
    path("documents/import/errors.csv", views_import.errors_file, name="documents_import_errors"),
    path("documents/start-outreach", views_bulk.start_many, name="documents_bulk"),
    re_path(r"^documents/start-outreach/(?P<bulk_id>blk_[a-z0-9]+)$", views_bulk.started, name="documents_bulk_start"),
    path("settings/documents", views_settings.settings, name="settings_documents"),
    re_path(rf"^{DOCUMENT}$", views.document, name="document"),
    re_path(rf"^{DOCUMENT}/edit$", views_edit.edit, name="document_edit"),
    re_path(rf"^{DOCUMENT}/loan/status$", views_edit.set_status, name="document_loan_status"),
    re_path(rf"^{DOCUMENT}/loan/derive$", views_edit.follow_due_date, name="document_loan_derive"),
    re_path(rf"^{DOCUMENT}/archive$", views_edit.archive, name="document_archive"),
    re_path(rf"^{DOCUMENT}/restore$", views_edit.restore, name="document_restore"),
    re_path(rf"^{DOCUMENT}/people$", views_edit.add_party, name="document_add_party"),
    re_path(
        rf"^{DOCUMENT}/people/(?P<party_id>prt_[a-z0-9]+)/remove$",
        views_edit.remove_party,
        name="document_remove_party",
    ),
    re_path(rf"^{DOCUMENT}/files$", views_edit.attach, name="document_attach"),
    re_path(rf"^{FILE}$", views_edit.download, name="document_file_export"),
    re_path(rf"^{FILE}/remove$", views_edit.remove_file, name="document_remove_file"),
    re_path(rf"^{DOCUMENT}/outreach$", views_outreach.start, name="outreach_start"),
    re_path(rf"^{DOCUMENT}/outreach/look$", views_outreach.look, name="outreach_look"),
    re_path(rf"^{OUTREACH}/opt-out$", views_outreach.opt_out, name="outreach_opt_out"),
    re_path(rf"^{OUTREACH}/pause$", views_outreach.pause, name="outreach_pause"),
    re_path(rf"^{OUTREACH}/resume$", views_outreach.resume, name="outreach_resume"),
    re_path(rf"^{OUTREACH}/stop$", views_outreach.stop, name="outreach_stop"),
    re_path(rf"^{OUTREACH}/change$", views_outreach.change, name="outreach_change"),
]
