"""Shapes of the reports on the wire."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from forbear.web.wire import Moment, MoneyShown, Shown

from .aging import Age, Aging, Part
from .contacts import ContactReport
from .moves import MoveCount
from .operations import Span, Summary


class BreachShown(Shown):
    """The rule of law that was shut, its sources, and the clocks where the consumer may have been."""

    rule: str
    cite: list[str]
    local: list[str]


class OutsideShown(Shown):
    """A contact at an hour that the law closes."""

    message_id: str
    account_id: str | None
    channel: str
    sent_at: Moment
    breaches: list[BreachShown]


class AgesShown(Shown):
    """Seconds from the consumer's act to our record, and from the record to the last message that still left. obeyed:
    opt-outs after whose record nothing left to that address.
    """

    recorded: int
    obeyed: int
    slowest_to_record: float
    median_to_record: float
    slowest_to_last_message: float
    median_to_last_message: float


class TurnedShown(Shown):
    """How many contacts a rule deferred, referred to a person, or refused."""

    rule: str
    what: str
    count: int


class ContactReportShown(Shown):
    """`outside` names at most 1,000 of the `outside_count` contacts. `hours` has 24 figures for each channel, by the
    consumer's own clock. `not_judged` had hours to keep and no recorded place; `unrecorded` no kept decision.
    """

    start_date: date
    end_date: date
    contacts: int
    outside_count: int
    outside: list[OutsideShown]
    not_judged: int
    unrecorded: int
    hours: dict[str, list[int]]
    opt_outs: AgesShown
    turned: list[TurnedShown]

    @classmethod
    def of(cls, report: ContactReport) -> ContactReportShown:
        return cls(
            start_date=report.begin,
            end_date=report.end,
            contacts=report.contacts,
            outside_count=report.outside_count,
            outside=[OutsideShown.model_validate(one) for one in report.outside],
            not_judged=report.not_judged,
            unrecorded=report.unrecorded,
            hours=report.hours,
            opt_outs=AgesShown.model_validate(report.opt_outs),
            turned=[TurnedShown.model_validate(one) for one in report.turned],
        )


class PartShown(Shown):
    """Accounts and their open amount in one currency; `share` of that currency's whole, null of nothing."""

    accounts: int
    amount: str
    currency: str
    share: float | None

    @classmethod
    def of(cls, part: Part) -> PartShown:
        amount = part.amount
        return cls(accounts=part.accounts, amount=amount.plain(), currency=amount.currency, share=part.share)


class AgeShown(Shown):
    """One bucket of days past due, both ends included; null where it has none."""

    bucket: str
    first_day: int | None
    last_day: int | None
    accounts: int
    amounts: list[PartShown]

    @classmethod
    def of(cls, age: Age) -> AgeShown:
        parts = [PartShown.of(part) for part in age.parts]
        return cls(bucket=age.bucket, first_day=age.first, last_day=age.last, accounts=age.accounts, amounts=parts)


class AgingShown(Shown):
    """Open accounts with a balance on a day, by lateness; amounts are never added across currencies."""

    date: date
    campaign_id: str | None
    accounts: int
    buckets: list[AgeShown]
    totals: list[PartShown]

    @classmethod
    def of(cls, report: Aging, campaign_id: str | None) -> AgingShown:
        return cls(
            date=report.on,
            campaign_id=campaign_id,
            accounts=report.accounts,
            buckets=[AgeShown.of(age) for age in report.ages],
            totals=[PartShown.of(part) for part in report.totals],
        )


class ChannelShown(Shown):
    """What was tried on one channel, what arrived, what was answered, what did not arrive."""

    channel: str
    attempts: int
    delivered: int
    responded: int
    failed: int


class SummaryShown(Shown):
    """Rates lie between 0 and 1, and are null where there is nothing to divide by. contact_rate: delivered, or the
    right person reached by a call, of all attempts. fulfilment_rate: of the promises created in these days.
    """

    start_date: date
    end_date: date
    total_attempts: int
    contact_rate: float | None
    fulfilment_rate: float | None
    amount_recovered: list[MoneyShown]
    promises_created: int
    promises_fulfilled: int
    escalations: int
    channels: list[ChannelShown]

    @classmethod
    def of(cls, report: Summary) -> SummaryShown:
        return cls(
            start_date=report.span.begin,
            end_date=report.span.end,
            total_attempts=report.attempts,
            contact_rate=report.contact_rate,
            fulfilment_rate=report.fulfilment_rate,
            amount_recovered=[MoneyShown.of(money) for money in report.recovered],
            promises_created=report.promises_created,
            promises_fulfilled=report.promises_fulfilled,
            escalations=report.escalations,
            channels=[ChannelShown.model_validate(line) for line in report.channels],
        )


class MoveCountShown(Shown):
    """So many accounts went from one bucket of days past due to the next on a day."""

    date: date
    before: str
    after: str
    accounts: int


class BucketMovesShown(Shown):
    """Moves between buckets, by day; days on which nobody moved are left out."""

    start_date: date
    end_date: date
    moves: list[MoveCountShown]

    @classmethod
    def of(cls, span: Span, moves: Sequence[MoveCount]) -> BucketMovesShown:
        shown = [MoveCountShown.model_validate(move) for move in moves]
        return cls(start_date=span.begin, end_date=span.end, moves=shown)
