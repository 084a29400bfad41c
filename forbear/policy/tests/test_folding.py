"""What happened, in what order, and what stands after it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from forbear.policy.folding import Event, Standing, fold

NUMBER = "+12125550101"


def day(n: int) -> datetime:
    return datetime(2026, 4, n, 15, tzinfo=UTC)


def sms(type_: str, n: int, **more: Any) -> Event:
    return Event(type_, day(n), "sms", NUMBER, "card", more)


def after(*events: Event) -> Standing:
    return fold(events, day(30))


STOP, START = sms("opt_out", 7, method="reply STOP"), sms("opt_in", 10, method="reply START")


def test_the_consumers_own_start_reopens_and_a_later_stop_closes_again() -> None:
    assert after(STOP).opt_outs
    assert not after(STOP, START).opt_outs
    assert after(STOP, START, sms("opt_out", 12)).opt_outs


def test_order_is_when_the_consumer_acted_not_when_it_was_stored() -> None:
    assert after(START, STOP).opt_outs == after(STOP, START).opt_outs
    assert after(STOP, sms("opt_in", 1, method="web form")).opt_outs


@pytest.mark.parametrize("method", ["agent note", "creditor file", "import", "", "staff form"])
def test_nobody_else_reopens(method: str) -> None:
    assert after(STOP, sms("opt_in", 10, method=method)).opt_outs


def test_a_start_at_another_number_reopens_nothing() -> None:
    elsewhere = Event("opt_in", day(10), "sms", "+12125550202", None, {"method": "reply START"})
    assert after(STOP, elsewhere).opt_outs


def test_a_start_lifts_no_cease() -> None:
    assert [hold.kind for hold in after(sms("cease_notice", 6, in_writing=True), STOP, START).holds] == ["cease"]


def test_spoken_words_are_no_cease_notice_but_close_everything() -> None:
    (spoken,) = after(sms("cease_request", 6, in_writing=False)).holds
    assert (spoken.kind, spoken.account_id) == ("cease", None)
    assert not after(sms("refusal_to_pay", 6, in_writing=False)).holds


def test_a_revocation_ends_a_consent_and_a_later_one_stands() -> None:
    given, revoked, again = sms("consent", 1), sms("revocation", 5), sms("consent", 9)
    assert [c.stands(day(20)) for c in after(given, revoked).consents] == [False]
    assert [c.stands(day(20)) for c in after(given, revoked, again).consents] == [False, True]


def test_a_lawyer_who_consents_or_withdraws_lifts_the_hold() -> None:
    known = sms("attorney_known", 1, name_and_address="known")
    assert after(known, sms("sent_to_attorney", 2)).holds[0].asked_at == day(2)
    assert after(known, sms("sent_to_attorney", 2), sms("attorney_answered", 3)).holds[0].asked_at is None
    assert not after(known, sms("attorney_consents", 4)).holds
    assert after(sms("attorney_known", 1, name_and_address="unknown")).holds[0].kind == "attorney_unnamed"


def test_addresses_close_and_are_verified_again() -> None:
    bounced = Event("bounce", day(3), "email", "A@example.com", None, {"class": "permanent"})
    soft = Event("bounce", day(3), "email", "b@example.com", None, {"class": "transient"})
    verified = Event("address_verified", day(5), "email", "a@example.com")
    assert after(bounced, soft).closed == {"a@example.com": "bounce"}
    assert after(bounced, verified).closed == {}


def test_what_is_still_to_come_and_what_nobody_knows_changes_nothing() -> None:
    assert fold([STOP], day(6)) == Standing()
    assert after(sms("moon_landing", 2)) == Standing()
    dismissed = after(sms("bankruptcy", 2, status="pending"), sms("bankruptcy", 9, status="dismissed"))
    assert not dismissed.holds
