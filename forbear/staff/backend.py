"""Who a session belongs to: the person and the organization in one read, for every page needs both."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from .models import Person


class PersonBackend(ModelBackend):
    """Django's own way of signing in; a session's person comes with the organization."""

    def get_user(self, user_id: Any) -> Person | None:
        person = Person.objects.select_related("organization").filter(pk=user_id).first()
        return person if person is not None and self.user_can_authenticate(person) else None
