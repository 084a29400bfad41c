"""Verbs of the wording room: templates are created, revised in new versions, changed in name and archived."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from forbear.compliance.actions import SYSTEM, Draft, record
from forbear.core.refusal import Invalid, WrongState
from forbear.staff.models import Organization

from . import events
from .catalogue import Wording
from .housewords import full_catalogue
from .models import Template, TemplateVersion
from .queries import field_names
from .states import DEBT_COLLECTION, Channel, Purpose
from .wellformed import wrong_text, wrong_words

CHANGEABLE = frozenset({"name", "bucket", "purpose", "tone"})


class UnusableTemplate(Invalid):
    """This template cannot be saved as it is."""


class TemplateArchived(WrongState):
    """This template is archived; create a new one."""


def create_template(
    *,
    organization: Organization,
    name: str,
    body: str,
    actor: str,
    at: datetime,
    channel: str = Channel.SMS,
    language: str = "en",
    bucket: str = "",
    purpose: str = Purpose.COLLECTION,
    tone: str = "",
    subject: str = "",
    industry: str = DEBT_COLLECTION,
) -> Template:
    """A template with its first version. An e-mail has a subject, nothing else has one.

    Raises UnusableTemplate, with the fields that are wrong.
    """
    wrong = wrong_words(name=name, channel=channel, language=language, bucket=bucket, purpose=purpose, tone=tone)
    wrong |= wrong_text(body, subject=subject, channel=channel, known=field_names(organization))
    if wrong:
        raise UnusableTemplate(next(iter(wrong.values())), fields=wrong)
    template = Template(
        organization=organization,
        name=name.strip(),
        channel=channel,
        language=language,
        bucket=bucket,
        purpose=purpose,
        tone=tone,
        industry=industry,
        created_at=at,
    )
    with transaction.atomic():
        _save_named(template)
        _add_version(template, subject=subject, body=body, number=1, actor=actor, at=at)
        record([_entry(template, events.TEMPLATE_CREATED, actor, version=1)], at=at)
    return template


def revise_template(
    *,
    template: Template,
    actor: str,
    at: datetime,
    body: str | None = None,
    subject: str | None = None,
    **words: Any,
) -> Template:
    """Another body or subject makes a new version, which new sends use from now on. `name`, `bucket`, `purpose` and
    `tone` change in place. Raises UnusableTemplate, TemplateArchived.
    """
    with transaction.atomic():
        template = Template.objects.select_for_update(of=("self",)).select_related("current").get(pk=template.pk)
        if template.archived_at:
            raise TemplateArchived
        before = template.current
        body = (before.body if before else "") if body is None else body.strip()
        subject = (before.subject if before else "") if subject is None else subject.strip()
        _refuse_wrong(template, body, subject, words)
        changed = sorted(name for name in CHANGEABLE & words.keys() if getattr(template, name) != words[name])
        if changed:
            for name in changed:
                setattr(template, name, words[name])
            _save_named(template)
            record([_entry(template, events.TEMPLATE_CHANGED, actor, changed=changed)], at=at)
        if before is None or (body, subject) != (before.body, before.subject):
            number = before.number + 1 if before else 1
            _add_version(template, subject=subject, body=body, number=number, actor=actor, at=at)
            record([_entry(template, events.TEMPLATE_REVISED, actor, version=number)], at=at)
    return template


def archive_template(*, template: Template, actor: str, at: datetime) -> None:
    """Take it out of every choice; what uses it already keeps it. Repeats are harmless."""
    with transaction.atomic():
        if Template.objects.filter(pk=template.pk, archived_at__isnull=True).update(archived_at=at):
            record([_entry(template, events.TEMPLATE_ARCHIVED, actor)], at=at)
    template.archived_at = template.archived_at or at


def install_catalogue(*, organization: Organization, at: datetime, actor: str = SYSTEM) -> list[Template]:
    """The wordings we ship, for this kind of organization; those whose name is taken, or that were archived here, are
    left alone.
    """
    with transaction.atomic():
        taken = set(Template.objects.of(organization).values_list("name", "language", "channel"))
        wanted = full_catalogue(organization.actor)
        missing = [one for one in wanted if (one.name, one.language, one.channel) not in taken]
        templates = Template.objects.bulk_create(_template(organization, one, at) for one in missing)
        versions = TemplateVersion.objects.bulk_create(
            TemplateVersion(
                template=template, number=1, subject=one.subject, body=one.body, created_at=at, created_by=actor
            )
            for template, one in zip(templates, missing, strict=True)
        )
        for template, version in zip(templates, versions, strict=True):
            template.current = version
        Template.objects.bulk_update(templates, ["current"])
        record([_entry(one, events.TEMPLATE_CREATED, actor, version=1) for one in templates], at=at)
    return templates


def install_for_founded(drafts: Sequence[Draft], at: datetime) -> None:
    """Reaction: a new organization starts with the catalogue."""
    for draft in drafts:
        install_catalogue(organization=draft.carry, at=at)


def _refuse_wrong(template: Template, body: str, subject: str, words: dict[str, Any]) -> None:
    wrong = wrong_words(
        name=words.get("name", template.name),
        channel=template.channel,
        language=template.language,
        bucket=words.get("bucket", template.bucket),
        purpose=words.get("purpose", template.purpose),
        tone=words.get("tone", template.tone),
    )
    wrong |= wrong_text(body, subject=subject, channel=template.channel, known=field_names(template.organization))
    if wrong:
        raise UnusableTemplate(next(iter(wrong.values())), fields=wrong)


def _save_named(template: Template) -> None:
    template.name = template.name.strip()
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as clash:
        if "template_name" not in str(clash):
            raise
        sentence = f"There is a template named {template.name} in this language already."
        raise UnusableTemplate(sentence, fields={"name": sentence}) from clash


def _add_version(template: Template, *, subject: str, body: str, number: int, actor: str, at: datetime) -> None:
    template.current = TemplateVersion.objects.create(
        template=template,
        number=number,
        subject=subject.strip(),
        body=body.strip(),
        created_at=at,
        created_by=actor,
    )
    template.save(update_fields=["current"])


def _template(organization: Organization, wording: Wording, at: datetime) -> Template:
    return Template(
        organization=organization,
        name=wording.name,
        channel=wording.channel,
        language=wording.language,
        bucket=wording.bucket,
        tone=wording.tone,
        created_at=at,
    )


def _entry(template: Template, event: str, actor: str, **facts: Any) -> Draft:
    facts = {
        "template": template.public_id,
        "language": template.language,
        "bucket": template.bucket,
        **facts,
    }
    return Draft(template.organization_id, event, actor, channels=(template.channel,), facts=facts)
