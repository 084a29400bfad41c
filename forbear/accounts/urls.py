"""Addresses of the accounts room. One account's whole story is told at the desk."""

from django.urls import path, re_path

from . import views, views_edit

LIST = r"contact-lists/(?P<public>lst_[a-z0-9]+)"
ACCOUNT = r"accounts/(?P<public>acc_[a-z0-9]+)"
urlpatterns = [
    path("accounts", views.accounts, name="accounts"),
    re_path(rf"^{ACCOUNT}/edit$", views_edit.edit, name="account_edit"),
    re_path(rf"^{ACCOUNT}/points$", views_edit.add_point, name="account_add_point"),
    re_path(rf"^{ACCOUNT}/points/(?P<point>pnt_[a-z0-9]+)/close$", views_edit.close_point, name="account_close_point"),
    path("contact-lists", views.contact_lists, name="contact_lists"),
    re_path(rf"^{LIST}$", views.contact_list, name="contact_list"),
    re_path(rf"^{LIST}/rename$", views.rename, name="contact_list_rename"),
    re_path(rf"^{LIST}/delete$", views.delete, name="contact_list_delete"),
    re_path(rf"^{LIST}/remove$", views.remove, name="contact_list_remove"),
    re_path(rf"^{LIST}/export\.(?P<kind>csv|xlsx)$", views.export, name="contact_list_export"),
]
