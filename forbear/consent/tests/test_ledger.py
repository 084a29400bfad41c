"""The ledger of acts: who may close, who may open, and that only the order in which people acted counts."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.accounts.models import Account
from forbear.compliance.models import Entry
from forbear.consent.actions import close_hold, open_hold, opt_in, opt_out
from forbear.consent.holding import event_of
from forbear.consent.ledger import NewAct, record_acts, void_act
from forbear.consent.models import Act, Hold, OptOut
from forbear.consent.refusals import (
    AlreadyVoid,
    ClosedAnAddress,
    EvidenceNeeded,
    MayOnlyClose,
    NotYetHappened,
    OpensByItself,
    UnusableAct,
)
from forbear.consent.standing import stand
from forbear.consent.states import CLOSING, FILES, ActSource, ActType
from forbear.core.refusal import NotFound
from forbear.staff.models import Organization
from tests.cast import TUESDAY

DAY = timedelta(days=1)


def told(kind: str, account: Account, *, day: int = 0, source: str = "consumer", **more: Any) -> NewAct:
    """An act of the account's person, so many days before Tuesday."""
    known = {"account_id": account.pk, "evidence": "On the telephone."} | more
    return NewAct(type=ActType(kind), at=TUESDAY - day * DAY, source=ActSource(source), **known)


def written(organization: Organization, *acts: NewAct, at: Any = TUESDAY) -> list[Act]:
    return record_acts(organization=organization, acts=acts, actor="system", at=at)


def open_holds(account: Account) -> set[tuple[str, int | None]]:
    rows = Hold.objects.filter(consumer=account.consumer_id, closed_at=None)
    return set(rows.values_list("kind", "account_id"))


def test_betty_consents_on_the_telephone(larkfield, betty):
    [act] = written(larkfield, told("consent", betty, channel="sms", address="(415) 555-0106"))
    assert (act.address, act.consumer_id, act.recorded_at) == ("+14155550106", betty.consumer_id, TUESDAY)
    entry = Entry.objects.get(event="consent:act:recorded")
    assert entry.account_id == betty.pk
    assert "555" not in str(entry.__dict__)


def test_a_written_notice_to_cease_holds_the_debt_and_spoken_words_everything(larkfield, betty, omar):
    written(larkfield, told("cease_notice", betty, details={"in_writing": True}), told("cease_request", omar))
    assert open_holds(betty) == {("cease", betty.pk)}
    assert open_holds(omar) == {("cease", None)}


def test_an_unknown_lawyer_is_another_hold_than_a_known_one(larkfield, betty, omar):
    unknown = {"name_and_address": "unknown"}
    written(larkfield, told("attorney_known", betty, details=unknown), told("attorney_known", omar))
    assert open_holds(betty) == {("attorney_unnamed", betty.pk)}
    assert open_holds(omar) == {("attorney", omar.pk)}


def test_a_lawyer_who_was_asked_and_answered(larkfield, betty):
    written(larkfield, told("attorney_known", betty, day=30), told("sent_to_attorney", betty, day=20, source="staff"))
    assert Hold.objects.get().asked_at == TUESDAY - 20 * DAY
    written(larkfield, told("attorney_answered", betty, day=10, source="other_party"))
    assert Hold.objects.get().asked_at is None
    written(larkfield, told("attorney_withdrawn", betty, day=5, source="other_party"))
    assert open_holds(betty) == set()


def test_a_lawyer_known_from_a_reply_withdraws_by_an_act(larkfield, betty):
    open_hold(consumer=betty.consumer, kind="attorney", actor="system", at=TUESDAY - 9 * DAY)
    written(larkfield, told("attorney_withdrawn", betty, source="other_party"))
    assert Hold.objects.get().closed_at == TUESDAY


def test_what_a_person_closed_stays_closed_for_every_act_from_before(larkfield, betty):
    written(larkfield, told("attorney_known", betty, day=30))
    close_hold(hold=Hold.objects.get(), reason="The lawyer wrote", actor="person:1", at=TUESDAY - DAY)
    written(larkfield, told("attorney_known", betty, day=20, source="creditor_file"))
    assert open_holds(betty) == set()
    written(larkfield, told("attorney_known", betty, source="creditor_file"))
    assert open_holds(betty) == {("attorney", betty.pk)}


def test_a_bankruptcy_ends_when_the_court_says_so(larkfield, betty):
    written(larkfield, told("bankruptcy", betty, day=30, source="creditor_file"))
    with pytest.raises(MayOnlyClose):
        written(larkfield, told("bankruptcy", betty, source="creditor_file", details={"status": "dismissed"}))
    assert open_holds(betty) == {("bankruptcy", None)}
    written(larkfield, told("bankruptcy", betty, source="other_party", details={"status": "dismissed"}))
    assert open_holds(betty) == set()


def test_an_opt_out_in_the_ledger_stands_among_the_others(larkfield, betty):
    address = "+14155550106"
    written(larkfield, told("opt_out", betty, channel="sms", address=address, source="creditor_file"))
    row = OptOut.objects.get()
    assert (row.channel, row.address, row.source, row.lifted_at) == ("sms", address, "file", None)


def test_a_late_file_closes_nothing_that_the_consumer_opened_since(larkfield, betty):
    address = "+14155550106"
    by_reply = {"organization": larkfield, "channel": "sms", "address": address}
    opt_out(**by_reply, source="reply", actor="system", at=TUESDAY - 9 * DAY)
    opt_in(**by_reply, at=TUESDAY - 5 * DAY, consumer_id=betty.consumer_id)
    late = {"channel": "sms", "address": address, "source": "creditor_file"}
    written(larkfield, told("opt_out", betty, day=7, **late))
    assert not OptOut.objects.filter(lifted_at=None).exists()
    written(larkfield, told("opt_out", betty, day=1, **late))
    assert OptOut.objects.filter(lifted_at=None).count() == 1


@pytest.mark.parametrize("source", ["creditor_file", "import", "staff", "api"])
def test_a_file_or_a_note_never_opens(larkfield, betty, source):
    with pytest.raises(MayOnlyClose):
        written(larkfield, told("consent", betty, channel="sms", source=source))


@pytest.mark.parametrize(
    ("kind", "more", "refusal"),
    [
        ("opt_in", {"address": "+14155550106"}, OpensByItself),
        ("void", {}, OpensByItself),
        ("consent", {"evidence": " "}, EvidenceNeeded),
        ("dispute", {"day": -1}, NotYetHappened),
        ("inconvenient_time", {}, UnusableAct),
        ("inconvenient_time", {"details": {"weekdays": ["someday"], "start": "9:00", "end": "10:00"}}, UnusableAct),
        ("rnd", {"details": {"answer": "no"}, "source": "provider"}, UnusableAct),
        ("dispute", {"details": {"shoe": 1}}, UnusableAct),
        ("opt_out", {"channel": "letter"}, UnusableAct),
        ("dispute", {"account_id": 10**9}, NotFound),
    ],
)
def test_an_act_that_cannot_be_is_refused(larkfield, betty, kind, more, refusal):
    with pytest.raises(refusal):
        written(larkfield, told(kind, betty, **more))
    assert not Act.objects.exists()


def test_a_wrong_act_is_taken_back_and_stays_on_record(larkfield, betty):
    [act] = written(larkfield, told("deceased", betty, source="creditor_file"))
    assert open_holds(betty) == {("deceased", None)}
    void_act(act=act, reason="She called us", actor="person:1", at=TUESDAY)
    assert open_holds(betty) == set()
    assert Act.objects.count() == 2
    with pytest.raises(AlreadyVoid):
        void_act(act=act, reason="Again", actor="person:1", at=TUESDAY)


def test_what_closed_an_address_is_lifted_and_not_taken_back(larkfield, betty):
    [act] = written(larkfield, told("opt_out", betty, channel="sms", address="+14155550106"))
    with pytest.raises(ClosedAnAddress):
        void_act(act=act, reason="A mistake", actor="person:1", at=TUESDAY)


SAID = st.tuples(
    st.sampled_from(
        [
            ("consent", {}, {"channel": "sms", "address": "+14155550106"}),
            ("revocation", {}, {"channel": "sms", "address": "+14155550106"}),
            ("media_request", {"medium": "voice"}, {}),
            ("media_request_lifted", {"medium": "voice"}, {}),
            ("attorney_known", {}, {}),
            ("attorney_withdrawn", {}, {"source": "other_party"}),
            ("sent_to_attorney", {}, {"source": "staff"}),
            ("bankruptcy", {}, {}),
            ("bankruptcy", {"status": "closed"}, {"source": "other_party"}),
            ("dispute", {"in_writing": True}, {}),
            ("dispute_withdrawn", {}, {}),
            ("wrong_party", {}, {"address": "+14155550106"}),
            ("number_verified", {}, {"address": "+14155550106"}),
            ("cease_notice", {}, {}),
        ]
    ),
    st.integers(0, 4),
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SAID, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_recording_changes_nothing(larkfield, betty, omar, said, chance):
    """The same acts of Betty and of Omar, recorded one by one in different orders, leave the same standing."""
    shuffled = list(said)
    chance.shuffle(shuffled)
    outcomes = []
    for account, order in ((betty, said), (omar, shuffled)):
        Hold.objects.filter(consumer=account.consumer_id).delete()
        Act.objects.filter(consumer_id=account.consumer_id).delete()
        for (kind, details, more), day in order:
            written(larkfield, told(kind, account, day=day, details=details, **more))
        events = [event_of(act) for act in Act.objects.filter(consumer_id=account.consumer_id)]
        standing = repr(stand(events, TUESDAY)).replace(f"'{account.pk}'", "'it'")
        rows = Hold.objects.filter(consumer=account.consumer_id, closed_at=None)
        holds = {(h.kind, h.account_id is None, h.opened_at, h.asked_at) for h in rows}
        outcomes.append((standing, holds))
    assert outcomes[0] == outcomes[1]


def weight(events: Any) -> tuple[int, ...]:
    """How much is open and how much is closed after these events."""
    found = stand(events, TUESDAY)
    given_now = sum(consent.stands(TUESDAY) for consent in found.consents)
    closed = (found.opt_outs, found.holds, found.requests, found.designations, found.shunned_places, found.disputes)
    return (-given_now, *map(len, closed), len(found.closed), len(found.skip_traced), len(found.employer_prohibits))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(SAID, max_size=5), st.sampled_from(sorted(ActType)), st.sampled_from(sorted(FILES)))
def test_what_a_file_says_never_widens(larkfield, betty, said, kind, source):
    """Whatever a file may tell at all leaves at least as much closed as before, whatever was known."""
    details = {"inconvenient_time": {"weekdays": ["mon"], "start": "09:00", "end": "10:00"}}
    details |= {"media_request": {"medium": "sms"}, "number_source": {"source": "skip_trace"}}
    Act.objects.all().delete()
    Hold.objects.all().delete()
    OptOut.objects.all().delete()
    written(larkfield, *(told(k, betty, day=day + 1, details=d, **more) for (k, d, more), day in said))
    before, held = [event_of(act) for act in Act.objects.all()], open_holds(betty)
    file = told(kind, betty, source=source, details=details.get(kind, {}), address="+14155550106", channel="sms")
    try:
        written(larkfield, file)
    except (MayOnlyClose, OpensByItself, UnusableAct):
        assert kind not in CLOSING
        return
    after = [event_of(act) for act in Act.objects.all()]
    assert all(was <= now for was, now in zip(weight(before), weight(after), strict=True))
    assert held <= open_holds(betty)
