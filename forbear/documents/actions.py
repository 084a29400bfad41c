"""Verbs about documents themselves; loans are in lending.py, people in people.py, outreach in outreach.py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from forbear.accounts.models import Consumer
from forbear.compliance.actions import Draft, record
from forbear.core.refusal import Invalid
from forbear.staff.models import Organization

from . import events
from .chattels import WORDS
from .lending import NewLoan, put_loan
from .locking import hold_document
from .models import Document, Outreach
from .outreach import end
from .people import NewPerson, person_of, put_on
from .refusals import NotArchived, UnknownChattelType
from .states import PartyRole, Stopped

LONGEST_TITLE, LONGEST_DESCRIPTION = 200, 2000
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
CHANGEABLE = frozenset({"title", "description", "chattel_type"})


def create_document(
    *,
    organization: Organization,
    title: str,
    chattel_type: str,
    actor: str,
    at: datetime,
    description: str | None = None,
    loan: NewLoan | None = None,
    borrower: NewPerson | Consumer | None = None,
) -> Document:
    """A document, perhaps with its loan and its borrower; all of it or nothing. Raises Invalid, UnknownChattelType."""
    values = checked({"title": title, "description": description, "chattel_type": chattel_type})
    with transaction.atomic():
        document = Document.objects.create(
            organization=organization, created_at=at, created_by=actor, updated_at=at, **values
        )
        _tell(document, events.DOCUMENT_CREATED, actor, at)
        if borrower is not None or loan is not None:
            consumer = person_of(organization, borrower, at=at)
            put_on(document, consumer, PartyRole.BORROWER, actor=actor, at=at)
            if loan is not None:
                put_loan(document, consumer, loan, actor=actor, at=at)
    return document


def edit_document(*, document: Document, changes: Mapping[str, Any], actor: str, at: datetime) -> Document:
    """Change title, description (None clears it) and chattel_type; only what is given.

    Raises Invalid, UnknownChattelType and DocumentArchived.
    """
    values = checked(changes)
    with transaction.atomic():
        locked = hold_document(document)
        changed = [name for name, value in values.items() if getattr(locked, name) != value]
        if changed:
            for name in changed:
                setattr(locked, name, values[name])
            locked.updated_at = at
            locked.save(update_fields=[*changed, "updated_at"])
            _tell(locked, events.DOCUMENT_UPDATED, actor, at, changed=changed)
    return locked


def archive_document(*, document: Document, actor: str, at: datetime) -> None:
    """Put it away; nothing of it is removed, and its running outreach stops. Raises DocumentArchived."""
    with transaction.atomic():
        locked = hold_document(document)
        for outreach in Outreach.objects.filter(document=locked, active=True).select_for_update():
            end(outreach, Stopped.ARCHIVED, actor=actor, at=at)
        _put_away(locked, at, at)
        _tell(locked, events.DOCUMENT_ARCHIVED, actor, at)


def restore_document(*, document: Document, actor: str, at: datetime) -> None:
    """Take it out again. Raises NotArchived."""
    with transaction.atomic():
        locked = Document.objects.select_for_update().get(pk=document.pk)
        if locked.archived_at is None:
            raise NotArchived
        _put_away(locked, None, at)
        _tell(locked, events.DOCUMENT_RESTORED, actor, at)


def _put_away(document: Document, archived_at: datetime | None, at: datetime) -> None:
    document.archived_at, document.updated_at = archived_at, at
    document.save(update_fields=["archived_at", "updated_at"])


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """As they are kept. Raises Invalid and UnknownChattelType, naming the field."""
    kept = {name: value for name, value in values.items() if name in CHANGEABLE}
    if "title" in kept:
        kept["title"] = _CONTROL.sub(" ", kept["title"] or "").strip()
        if not 1 <= len(kept["title"]) <= LONGEST_TITLE:
            _refuse("title", f"Give the document a title of at most {LONGEST_TITLE} characters.")
    if "description" in kept:
        kept["description"] = (kept["description"] or "").strip()
        if len(kept["description"]) > LONGEST_DESCRIPTION:
            _refuse("description", f"A description has at most {LONGEST_DESCRIPTION:,} characters.")
    if "chattel_type" in kept and kept["chattel_type"] not in WORDS:
        say = f"Invalid chattelType: choose one of {', '.join(WORDS)}."
        raise UnknownChattelType(say, fields={"chattel_type": say})
    return kept


def _refuse(name: str, why: str) -> None:
    raise Invalid(why, fields={name: why})


def _tell(document: Document, event: str, actor: str, at: datetime, **facts: Any) -> None:
    record([Draft(document.organization_id, event, actor, document_id=document.pk, facts=facts)], at=at)
