"""Named reads of the wording room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from django.db.models import QuerySet

from forbear.accounts.models import Creditor, KnownField
from forbear.accounts.states import Bucket
from forbear.staff.models import Organization

from . import lint, scripts, segments, tags
from .models import Template, TemplateVersion
from .states import Channel

LANGUAGES = {"en": "English", "es": "Spanish", "pt": "Portuguese", "fr": "French"}
BUCKET_TITLES = {
    Bucket.CURRENT: "Not yet due",
    Bucket.FIRST: "1-30 days past due",
    Bucket.SECOND: "31-60 days past due",
    Bucket.THIRD: "61-90 days past due",
    Bucket.FINAL: "Final: 91 days past due and more",
    "": "Any time",
}
_ORDER = {bucket: place for place, bucket in enumerate(BUCKET_TITLES)}
CREDITORS_READ = 200


@dataclass(frozen=True, slots=True)
class TagChoice:
    """One entry of the tag picker. `standard` ones every organization has."""

    name: str
    label: str
    standard: bool

    @property
    def tag(self) -> str:
        return f"${{{self.name}}}"


@dataclass(frozen=True, slots=True)
class Listed:
    """A template in the list, with what its present text amounts to."""

    template: Template
    body: str
    segments: segments.Segments
    findings: tuple[lint.Finding, ...]

    @property
    def can_be_sent(self) -> bool:
        return not lint.errors(self.findings)

    @property
    def language(self) -> str:
        return language_name(self.template.language)

    @property
    def subject(self) -> str:
        return self.template.current.subject if self.template.current else ""

    @property
    def gist(self) -> str:
        """What of the text tells it from the others: of a call, what the right party hears."""
        return scripts.script_of(self.body).message if self.template.channel == Channel.VOICE else self.body


@dataclass(frozen=True, slots=True)
class Shelf:
    """The templates of one industry and bucket."""

    industry: str
    bucket: str
    listed: Sequence[Listed]

    @property
    def title(self) -> str:
        return BUCKET_TITLES[self.bucket]

    @property
    def tab(self) -> str:
        """The bucket as an address names it."""
        return self.bucket or "any"


def language_name(code: str) -> str:
    """`es-MX` is Spanish; a language we have no word for is its code."""
    return LANGUAGES.get(code[:2], code)


def templates_of(
    organization: Organization,
    *,
    channel: str = "",
    language: str = "",
    bucket: str = "",
    tone: str = "",
    archived: bool = False,
) -> QuerySet[Template]:
    """The organization's templates with their current version; newest names last."""
    rows = Template.objects.of(organization).select_related("current").filter(archived_at__isnull=not archived)
    wanted = {"channel": channel, "language": language, "bucket": bucket, "tone": tone}
    return rows.filter(**{name: value for name, value in wanted.items() if value}).order_by("name", "language")


def catalogue(
    organization: Organization,
    *,
    channel: str = "",
    language: str = "",
    bucket: str = "",
    tone: str = "",
    archived: bool = False,
) -> list[Shelf]:
    """The templates by industry and bucket, each with its segments and findings."""
    rows = templates_of(organization, channel=channel, language=language, bucket=bucket, tone=tone, archived=archived)
    names = sender_names(organization)
    known = field_names(organization)
    listed = sorted(
        (_listed(template, organization, names, known) for template in rows),
        key=_place,
    )
    shelves = groupby(listed, key=lambda one: (one.template.industry, one.template.bucket))
    return [Shelf(industry, bucket, list(some)) for (industry, bucket), some in shelves]


def _place(one: Listed) -> tuple[object, ...]:
    template = one.template
    channel = list(Channel).index(Channel(template.channel))
    return (template.industry, _ORDER[template.bucket], template.language, channel, template.tone)


def _listed(template: Template, organization: Organization, names: tuple[str, ...], known: frozenset[str]) -> Listed:
    body = template.current.body if template.current else ""
    situation = lint.Situation(
        channel=template.channel,
        language=template.language,
        actor=organization.actor,
        senders=names,
        known=known,
        bucket=template.bucket,
        subject=template.current.subject if template.current else "",
    )
    return Listed(template, body, segments.count(lint.estimate(body)), _findings(body, situation))


# A version never changes: the catalogue would find the same in all of its wordings each time somebody looks.
_findings = lru_cache(maxsize=2048)(lint.lint)


def version_of(template: Template, number: int) -> TemplateVersion | None:
    return template.versions.filter(number=number).first()


def versions_of(template: Template) -> list[TemplateVersion]:
    """Newest first."""
    return list(template.versions.order_by("-number"))


def known_fields(organization: Organization) -> list[TagChoice]:
    """The tag picker: the standard tags, then every column that some file of this organization had."""
    names = KnownField.objects.of(organization).order_by("name").values_list("name", flat=True)
    custom = [name for name in names if tags.canonical(name) not in tags.SAMPLES]
    return [
        *(TagChoice(tag.name, tag.label, True) for tag in tags.STANDARD_TAGS),
        *(TagChoice(name, name, False) for name in custom),
    ]


def field_names(organization: Organization) -> frozenset[str]:
    """All names that a tag may have."""
    return frozenset(tag.name for tag in known_fields(organization))


def sender_names(organization: Organization) -> tuple[str, ...]:
    """The names by which a reader may know who writes: ours and our creditors'."""
    creditors = Creditor.objects.of(organization).values_list("name", flat=True)[:CREDITORS_READ]
    return (organization.name, *creditors)


def judged(
    organization: Organization,
    *,
    body: str,
    channel: str,
    language: str = "en",
    bucket: str = "",
    stage: str = "subsequent",
    subject: str = "",
) -> tuple[lint.Finding, ...]:
    """The linter on a body with its tags in it, then on the body with samples in their place."""
    situation = lint.Situation(
        channel=channel,
        language=language,
        actor=organization.actor,
        senders=(*sender_names(organization), tags.SAMPLES["creditorName"]),
        known=field_names(organization),
        bucket=bucket,
        stage=stage,
        subject=subject,
    )
    return lint.as_written_and_as_read(body, situation, organization=organization.name)
