"""The demo's figures, and whether they add up: read from the rows themselves and from the gateway's own memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection

from forbear.campaigns.models import Campaign, Enrollment
from forbear.campaigns.queries import Recipient, all_recipients, counts_by_status
from forbear.campaigns.states import Kind
from forbear.channels.models import ProviderAccount
from forbear.channels.states import PAPER
from forbear.consent.models import OptOut
from forbear.dispatch.models import Message
from forbear.imports.models import Import
from forbear.staff.models import Organization
from forbear.web.exports import csv_chunks

COLUMNS = (
    "account", "external_id", "first_name", "last_name", "address", "template", "status", "reason", "segments",
    "scheduled_for", "sent_at", "delivered_at", "replied_at", "body",
)  # fmt: skip


@dataclass(slots=True)
class Figures:
    """What the story came to, over all its campaigns."""

    rows_read: int = 0
    rows_rejected: int = 0
    walking: int = 0
    statuses: Counter[str] = field(default_factory=Counter)
    held: Counter[datetime] = field(default_factory=Counter)
    excluded: Counter[str] = field(default_factory=Counter)
    replies: Counter[str] = field(default_factory=Counter)
    opt_outs: int = 0

    @property
    def recipients(self) -> int:
        return sum(self.statuses.values())

    @property
    def sent(self) -> int:
        """Handed over to the gateway and taken by it, whatever became of it there."""
        return sum(self.statuses[word] for word in ("sent", "delivered", "undelivered", "uncertain"))


def figures_of(organization: Organization, campaigns: Sequence[Campaign]) -> Figures:
    """Counted from the recipients of the campaigns, one by one."""
    figures = Figures()
    for batch in Import.objects.of(organization):
        figures.rows_read += batch.total
        figures.rows_rejected += batch.rejected
    walking = Enrollment.objects.filter(campaign__organization=organization, campaign__kind=Kind.PORTFOLIO)
    figures.walking = walking.count()
    for recipient in _recipients(campaigns):
        _count(figures, recipient)
    received = Message.objects.of(organization).filter(direction="in")
    figures.replies.update(received.values_list("intent", flat=True))
    figures.opt_outs = OptOut.objects.of(organization).filter(source="reply", lifted_at=None).count()
    return figures


def _count(figures: Figures, recipient: Recipient) -> None:
    figures.statuses[recipient.status] += 1
    if recipient.status in ("excluded", "skipped"):
        figures.excluded[recipient.reason] += 1
    if recipient.is_held and recipient.scheduled_for:
        figures.held[recipient.scheduled_for] += 1


def write_results(campaigns: Sequence[Campaign], folder: Path) -> list[Path]:
    """The results of each campaign as a CSV file, one row a recipient."""
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(campaign, folder / f"{campaign.name} results.csv") for campaign in campaigns]


def _write(campaign: Campaign, path: Path) -> Path:
    rows = ([getattr(recipient, column) for column in COLUMNS] for recipient in all_recipients(campaign))
    return _write_file(path, COLUMNS, rows)


def write_errors(organization: Organization, folder: Path) -> list[Path]:
    """The rows that each import left out, with the reason: a file for each import that has any."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("row", "column", "value", "reason")
    return [
        _write_file(
            folder / f"{batch.filename} errors.csv", names, batch.row_errors.order_by("row").values_list(*names)
        )
        for batch in Import.objects.of(organization).filter(rejected__gt=0).order_by("pk")
    ]


def _write_file(path: Path, names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(csv_chunks(names, rows))
    return path


def problems_of(organization: Organization, campaigns: Sequence[Campaign]) -> list[str]:
    """What should never be, one sentence each; an empty list is the proof that the story went right."""
    told = [_sums(campaign) for campaign in campaigns] or ["No campaign was launched."]
    told += [
        _asked(organization, sql, sentence, [campaign.pk for campaign in campaigns]) for sentence, sql in _NEVER.items()
    ]
    return [sentence for sentence in told if sentence]


def _sums(campaign: Campaign) -> str:
    counted = Counter(recipient.status for recipient in all_recipients(campaign))
    if counted != Counter(counts_by_status(campaign)):
        return f"The counts of {campaign.name} are not those of its rows."
    if sum(counted.values()) != campaign.enrollments.count():
        return f"The results of {campaign.name} do not hold everybody who was enrolled."
    return ""


def _asked(organization: Organization, sql: str, sentence: str, campaigns: list[int]) -> str:
    ours = list(ProviderAccount.objects.of(organization).filter(kind=PAPER).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"organization": organization.pk, "campaigns": campaigns, "ours": ours})
        wrong = len(cursor.fetchall())
    return sentence.format(wrong=wrong) if wrong else ""


def _recipients(campaigns: Sequence[Campaign]) -> Iterator[Recipient]:
    for campaign in campaigns:
        yield from all_recipients(campaign)


_NEVER = {
    "{wrong} texts were handed over twice under the same key.": """
        SELECT 1 FROM sandbox_papertext WHERE provider_id = ANY(%(ours)s) AND repeats > 0""",
    "{wrong} telephones got a campaign's text more than once.": """
        SELECT i.campaign_id, t.phone FROM sandbox_papertext t
        JOIN dispatch_queueitem i ON t.reference = 'qit-' || i.id AND i.campaign_id = ANY(%(campaigns)s)
        WHERE t.direction = 'out' AND i.enrollment_id IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1""",
    "{wrong} texts are at the gateway and not among our messages, or the other way round.": """
        SELECT 1 FROM (SELECT gateway_id FROM sandbox_papertext
            WHERE provider_id = ANY(%(ours)s) AND direction = 'out') t
        FULL JOIN (SELECT gateway_id FROM dispatch_message WHERE organization_id = %(organization)s
            AND direction = 'out' AND gateway_id IS NOT NULL) m USING (gateway_id)
        WHERE (t.gateway_id IS NULL OR m.gateway_id IS NULL) AND NOT EXISTS (
            SELECT 1 FROM dispatch_message u WHERE u.organization_id = %(organization)s AND u.status = 'uncertain')""",
    "{wrong} people who stopped us still have a text waiting.": """
        SELECT 1 FROM consent_optout o JOIN accounts_contactpoint p
            ON p.organization_id = o.organization_id AND p.address = o.address
        JOIN dispatch_queueitem i ON i.consumer_id = p.consumer_id AND i.status = 'pending'
            AND i.occasion NOT IN ('confirmation', 'help')
        WHERE o.organization_id = %(organization)s AND o.lifted_at IS NULL AND o.channel IN ('sms', 'all')""",
    "{wrong} people got more than the one confirmation after they had stopped us.": """
        SELECT o.address FROM consent_optout o JOIN sandbox_papertext t
            ON t.phone = o.address AND t.direction = 'out' AND t.at > o.at AND t.provider_id = ANY(%(ours)s)
        WHERE o.organization_id = %(organization)s AND o.lifted_at IS NULL GROUP BY 1 HAVING count(*) > 1""",
    "{wrong} texts left with a tag that was not replaced.": """
        SELECT 1 FROM sandbox_papertext WHERE provider_id = ANY(%(ours)s) AND direction = 'out'
            AND position('${' IN body) > 0""",
}
