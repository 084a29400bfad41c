"""Shapes of the reports on the wire."""

from __future__ import annotations

from datetime import date

from forbear.web.wire import Moment, Shown

from .contacts import ContactReport


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
