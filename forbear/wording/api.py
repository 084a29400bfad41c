"""`/v1/templates`: list, create, read, revise, archive; preview with an account; lint any text."""

from __future__ import annotations

from typing import Annotated, Literal

from ninja import Query, Status
from pydantic import Field

from forbear.accounts.models import Account
from forbear.accounts.states import Bucket
from forbear.core import clock
from forbear.web.routes import Asked, Router, needs
from forbear.web.wire import Cursor, Given, Limit, Listed, Shown, found, listed

from . import actions, lint, previews, queries, segments, wellformed
from .models import Template
from .states import Channel, Purpose, Tone

router = Router("templates")

Name = Annotated[str, Field(min_length=1, max_length=120)]
Body = Annotated[str, Field(min_length=1, max_length=wellformed.LONGEST_OTHER)]
Subject = Annotated[str, Field(max_length=500, description="of an e-mail, which needs one; one line of at most 200")]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}(-[A-Z]{2})?$", description="en, es …")]


Stage = Literal["initial", "subsequent"]


class TemplateGiven(Given):
    name: Name
    channel: Channel = Channel.SMS
    language: Language = "en"
    bucket: Bucket | None = None
    purpose: Purpose = Purpose.COLLECTION
    tone: Tone | None = None
    subject: Subject = ""
    body: Body


class TemplateChanges(Given):
    name: Name = ""
    bucket: Bucket | None = None
    purpose: Purpose = Purpose.COLLECTION
    tone: Tone | None = None
    subject: Subject = ""
    body: Body = ""


class TemplateShown(Shown):
    id: str
    name: str
    industry: str
    channel: str
    language: str
    purpose: str
    bucket: str | None
    tone: str | None
    subject: str
    body: str
    version: int
    archived: bool

    @classmethod
    def of(cls, template: Template) -> TemplateShown:
        return cls(
            id=template.public_id,
            name=template.name,
            industry=template.industry,
            channel=template.channel,
            language=template.language,
            purpose=template.purpose,
            bucket=template.bucket or None,
            tone=template.tone or None,
            subject=template.current.subject if template.current else "",
            body=template.current.body if template.current else "",
            version=template.current.number if template.current else 0,
            archived=template.archived_at is not None,
        )


class SegmentsShown(Shown):
    encoding: str
    characters: int
    segments: int
    left_in_segment: int

    @classmethod
    def of(cls, counted: segments.Segments) -> SegmentsShown:
        return cls(
            encoding=counted.encoding,
            characters=counted.characters,
            segments=counted.segments,
            left_in_segment=counted.left_in_segment,
        )


class FindingShown(Shown):
    """`rule` is the group a `code` belongs to (`opt_out_notice`, `mini_miranda` ...), `cite` the text it keeps."""

    code: str
    rule: str
    severity: str
    sentence: str
    cite: str
    span: tuple[int, int]

    @classmethod
    def of(cls, finding: lint.Finding) -> FindingShown:
        return cls(
            code=finding.code,
            rule=finding.code.partition(".")[0],
            severity=finding.severity,
            sentence=finding.sentence,
            cite=finding.cite,
            span=finding.span,
        )


class PreviewGiven(Given):
    account_id: Annotated[str, Field(max_length=60)]


class PreviewShown(Shown):
    """`ok` says whether this account would get the text; `reason` why not."""

    ok: bool
    subject: str
    text: str
    reason: str
    missing: list[str]
    segments: SegmentsShown
    findings: list[FindingShown]


class LintGiven(Given):
    channel: Channel = Channel.SMS
    body: Annotated[str, Field(max_length=wellformed.LONGEST_OTHER)]
    language: Language = "en"
    bucket: Bucket | None = None
    stage: Stage = "subsequent"
    subject: Subject = ""


class LintShown(Shown):
    """`ok` says whether the words may leave as they are; warnings do not keep them."""

    ok: bool
    findings: list[FindingShown]
    segments: SegmentsShown


@router.get("/templates", response=Listed[TemplateShown])
def list_templates(
    request: Asked,
    channel: Channel | None = None,
    language: Annotated[str, Query(max_length=5)] = "",
    bucket: Bucket | None = None,
    tone: Tone | None = None,
    archived: bool = False,
    limit: Limit = 50,
    cursor: Cursor = "",
) -> Listed[TemplateShown]:
    """Templates with their current version, the newest first."""
    rows = queries.templates_of(
        request.auth.organization,
        channel=channel or "",
        language=language,
        bucket=bucket or "",
        tone=tone or "",
        archived=archived,
    )
    return listed(rows, TemplateShown.of, limit=limit, cursor=cursor)


@router.post("/templates", response={201: TemplateShown})
def create_template(request: Asked, given: TemplateGiven) -> Status[TemplateShown]:
    """A new template with its first version; tags that no contact has a field for are refused by name."""
    template = actions.create_template(
        organization=request.auth.organization,
        actor=request.auth.actor,
        at=clock.now(),
        **{**given.model_dump(), "bucket": given.bucket or "", "tone": given.tone or ""},
    )
    return Status(201, TemplateShown.of(template))


@router.post("/templates/lint", response=LintShown)
@needs("templates:read")
def lint_body(request: Asked, given: LintGiven) -> LintShown:
    """What the linter finds in a text, with or without tags in it."""
    findings = queries.judged(
        request.auth.organization,
        body=given.body,
        channel=given.channel,
        language=given.language,
        bucket=given.bucket or "",
        stage=given.stage,
        subject=given.subject,
    )
    return LintShown(
        ok=not lint.errors(findings),
        findings=[FindingShown.of(finding) for finding in findings],
        segments=SegmentsShown.of(segments.count(lint.estimate(given.body))),
    )


@router.get("/templates/{template_id}", response=TemplateShown)
def read_template(request: Asked, template_id: str) -> TemplateShown:
    return TemplateShown.of(_template(request, template_id))


@router.patch("/templates/{template_id}", response=TemplateShown)
def revise_template(request: Asked, template_id: str, given: TemplateChanges) -> TemplateShown:
    """Another body or subject becomes a new version; versions never change."""
    changes = given.changes()
    changes |= {name: changes[name] or "" for name in ("bucket", "tone") if name in changes}
    template = actions.revise_template(
        template=_template(request, template_id), actor=request.auth.actor, at=clock.now(), **changes
    )
    return TemplateShown.of(template)


@router.post("/templates/{template_id}/archive", response=TemplateShown)
def archive_template(request: Asked, template_id: str) -> TemplateShown:
    """Takes it out of every choice; what uses it already keeps it."""
    template = _template(request, template_id)
    actions.archive_template(template=template, actor=request.auth.actor, at=clock.now())
    return TemplateShown.of(template)


@router.post("/templates/{template_id}/preview", response=PreviewShown)
@needs("templates:read")
def preview_template(request: Asked, template_id: str, given: PreviewGiven) -> PreviewShown:
    """The text as this account would read it."""
    organization = request.auth.organization
    template = _template(request, template_id)
    account = found(Account.objects.of(organization).select_related("consumer", "creditor"), given.account_id)
    seen = previews.preview(
        organization,
        body=template.current.body,
        account=account,
        channel=template.channel,
        language=template.language,
        bucket=template.bucket,
        subject=template.current.subject,
    )
    return PreviewShown(
        ok=seen.leaves,
        subject=seen.subject,
        text=seen.text,
        reason=seen.reason,
        missing=list(seen.missing),
        segments=SegmentsShown.of(seen.segments),
        findings=[FindingShown.of(finding) for finding in seen.findings],
    )


def _template(request: Asked, template_id: str) -> Template:
    return found(Template.objects.of(request.auth.organization).select_related("current", "organization"), template_id)
