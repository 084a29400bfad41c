"""A body as one contact would read it: with an account's values, or with samples."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.accounts.models import Account
from forbear.accounts.states import PointKind, PointStatus
from forbear.core.money import Money
from forbear.staff.models import Organization

from . import lint, scripts, segments, tags
from .states import Channel
from .values import values_of
from .wellformed import one_line

CONTACTS_SHOWN = 25


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
