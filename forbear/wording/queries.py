"""Named reads of the wording room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import QuerySet

from forbear.accounts.models import Account, Creditor, KnownField
from forbear.accounts.states import Bucket, PointKind, PointStatus
from forbear.core.money import Money
from forbear.staff.models import Organization

from . import lint, scripts, segments, tags
from .models import Template, TemplateVersion
from .states import Channel
from .values import values_of
from .wellformed import one_line

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
CONTACTS_SHOWN = 25


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


@dataclass(frozen=True, slots=True)
class Preview:
    """A body as one contact would read it, or why that contact would get nothing."""

    text: str
    reason: str
    missing: tuple[str, ...]
    segments: segments.Segments
    findings: tuple[lint.Finding, ...]
    contact: str = ""
    subject: str = ""

    @property
    def leaves(self) -> bool:
        return not self.reason and not lint.errors(self.findings)


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
    return Listed(template, body, segments.count(lint.estimate(body)), lint.lint(body, situation))


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


def contacts_to_preview(organization: Organization) -> list[tuple[str, str]]:
    """The newest accounts, as choices: public id, and who it is."""
    rows = Account.objects.of(organization).select_related("consumer").order_by("-id")[:CONTACTS_SHOWN]
    return [
        (
            row.public_id,
            f"{row.consumer}, {Money(row.balance_minor, row.currency)}" + (f", {row.number}" if row.number else ""),
        )
        for row in rows
    ]


def preview(
    organization: Organization,
    *,
    body: str,
    account: Account | None,
    channel: str = "sms",
    language: str = "en",
    bucket: str = "",
    subject: str = "",
) -> Preview:
    """The text with this account's values, or with samples where there is no account. Raises BrokenTag."""
    compiled, headline = tags.compile_template(body), tags.compile_template(subject)
    names = (*compiled.names, *headline.names)
    values = {**{name: name for name in names}, **tags.SAMPLES, "organization": organization.name}
    creditor = tags.SAMPLES["creditorName"]
    if account is not None:
        values = account_values(organization, account)
        creditor = account.creditor.name if account.creditor else ""
    rendered = scripts.render(body, values) if channel == Channel.VOICE else compiled.render(values)
    above = headline.render(values)
    situation = lint.Situation(
        channel=channel,
        language=language,
        actor=organization.actor,
        senders=(organization.name, creditor),
        bucket=bucket,
        subject=one_line(above.text),
    )
    return Preview(
        text=rendered.text,
        subject=one_line(above.text),
        reason=rendered.reason or above.reason,
        missing=tuple(dict.fromkeys((*above.missing, *rendered.missing))),
        segments=segments.count(rendered.text),
        findings=lint.lint(rendered.text, situation) if rendered.ok and above.ok else (),
        contact=str(account.consumer) if account else "",
    )


@dataclass(frozen=True, slots=True)
class _Recipient:
    first_name: str
    last_name: str
    number: str
    balance_minor: int
    currency: str
    due_date: object
    fields: dict[str, object]
    creditor: str


def account_values(organization: Organization, account: Account) -> dict[str, str]:
    """One account's values by tag name, as the carrier would put them in."""
    points = account.consumer.points.exclude(status=PointStatus.CLOSED).order_by("position")
    by_kind: dict[str, str] = {}
    for point in points:
        by_kind.setdefault(point.kind, point.address)
    recipient = _Recipient(
        account.consumer.first_name,
        account.consumer.last_name,
        account.number,
        account.balance_minor,
        account.currency,
        account.due_date,
        account.fields,
        account.creditor.name if account.creditor else "",
    )
    return values_of(
        recipient,  # type: ignore[arg-type]
        organization=organization.name,
        locale=organization.locale,
        phone=by_kind.get(PointKind.PHONE, ""),
        email=by_kind.get(PointKind.EMAIL, ""),
        callback=organization.phone,
        postal=organization.postal_address,
    )
