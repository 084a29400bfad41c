"""Addresses of the accounts room. One account's whole story is told at the desk."""

from django.urls import path, re_path

from . import views, views_edit, views_lists, views_segments

LIST = r"contact-lists/(?P<public>lst_[a-z0-9]+)"
ACCOUNT = r"accounts/(?P<public>acc_[a-z0-9]+)"
SEGMENT = r"segments/(?P<public>seg_[a-z0-9]+)"
POINT = r"points/(?P<point_id>pnt_[a-z0-9]+)"
urlpatterns = [
    path("accounts", views.accounts, name="accounts"),
    re_path(r"^accounts/export\.(?P<kind>csv|xlsx)$", views.export, name="accounts_export"),
    re_path(rf"^{ACCOUNT}/edit$", views_edit.edit, name="account_edit"),
    re_path(rf"^{ACCOUNT}/points$", views_edit.add_point, name="account_add_point"),
    re_path(rf"^{ACCOUNT}/{POINT}/close$", views_edit.close_point, name="account_close_point"),
    re_path(rf"^{ACCOUNT}/{POINT}/reopen$", views_edit.reopen_point, name="account_reopen_point"),
    path("segments", views_segments.all_segments, name="segments"),
    re_path(rf"^{SEGMENT}/count$", views_segments.count, name="segment_count"),
    re_path(rf"^{SEGMENT}/delete$", views_segments.delete, name="segment_delete"),
    path("contact-lists", views_lists.contact_lists, name="contact_lists"),
    re_path(rf"^{LIST}$", views_lists.contact_list, name="contact_list"),
    re_path(rf"^{LIST}/rename$", views_lists.rename, name="contact_list_rename"),
    re_path(rf"^{LIST}/delete$", views_lists.delete, name="contact_list_delete"),
    re_path(rf"^{LIST}/remove$", views_lists.remove, name="contact_list_remove"),
    re_path(rf"^{LIST}/export\.(?P<kind>csv|xlsx)$", views_lists.export, name="contact_list_export"),
]
