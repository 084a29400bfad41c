"""The clock can be moved in the sandbox, by everybody's consent, and never beside a real gateway."""

from datetime import UTC, datetime, timedelta

import pytest

from forbear.channels.models import ProviderAccount
from forbear.compliance.models import Entry
from forbear.core import clock
from forbear.sandbox.actions import (
    ClockCannotMove,
    TooFarAway,
    advance_clock,
    reset_clock,
    set_clock,
)
from forbear.sandbox.events import CLOCK_MOVED
from forbear.sandbox.queries import clock_offset
from forbear.sandbox.spans import NotASpan, read_span
from tests.cast import TUESDAY


def real_gateway(organization, status="active"):
    return ProviderAccount.objects.create(
        organization=organization, kind="twilio", name="Real", status=status, created_at=TUESDAY
    )


def test_the_clock_runs_on_from_where_it_is_set(larkfield):
    set_clock(to=TUESDAY, actor="person:1", at=clock.now())
    first = clock.now()
    assert timedelta(0) <= first - TUESDAY < timedelta(seconds=30)
    assert clock.now() > first


def test_a_span_moves_it_on_and_it_can_come_back(larkfield):
    before = clock.now()
    advance_clock(by=timedelta(days=1), actor="person:1", at=before)
    advance_clock(by=timedelta(hours=1), actor="person:1", at=clock.now())
    assert clock_offset() == timedelta(days=1, hours=1)
    reset_clock(actor="person:1", at=clock.now())
    assert not clock.moved()


def test_every_organization_s_log_tells_of_it(larkfield, stranger_org):
    set_clock(to=TUESDAY, actor="key:3", at=TUESDAY - timedelta(days=1))
    entries = Entry.objects.filter(event=CLOCK_MOVED)
    assert {entry.organization_id for entry in entries} == {larkfield.pk, stranger_org.pk}
    assert {entry.actor for entry in entries} == {"key:3"}


def test_beside_a_real_gateway_it_stands_still(larkfield, stranger_org):
    advance_clock(by=timedelta(days=1), actor="person:1", at=clock.now())
    real = real_gateway(stranger_org)
    assert clock_offset() == timedelta(0)
    for verb in (
        lambda: set_clock(to=TUESDAY, actor="person:1", at=clock.now()),
        lambda: advance_clock(by=timedelta(hours=1), actor="person:1", at=clock.now()),
        lambda: reset_clock(actor="person:1", at=clock.now()),
    ):
        with pytest.raises(ClockCannotMove):
            verb()
    ProviderAccount.objects.filter(pk=real.pk).update(status="disabled")
    assert clock_offset() == timedelta(days=1)


@pytest.mark.parametrize("to", [datetime(1999, 12, 31, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)])
def test_it_stays_within_a_century(larkfield, to):
    with pytest.raises(TooFarAway):
        set_clock(to=to, actor="person:1", at=clock.now())
    with pytest.raises(TooFarAway):
        advance_clock(by=timedelta(weeks=999_999), actor="person:1", at=clock.now())


@pytest.mark.parametrize(
    ("text", "span"),
    [("1h", timedelta(hours=1)), ("1d", timedelta(days=1)), (" 30 m", timedelta(minutes=30)), ("2W", timedelta(14)),
     ("90s", timedelta(seconds=90))],
)  # fmt: skip
def test_spans_are_read(text, span):
    assert read_span(text) == span


@pytest.mark.parametrize("text", ["", "1", "d", "-1d", "1.5h", "1d2h", "one day", "9999999d", "१d"])
def test_what_is_no_span_is_refused(text):
    with pytest.raises(NotASpan):
        read_span(text)
