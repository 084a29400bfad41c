"""The paper gateway: takes each reference once, decides by hash, reports through the signed door."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from forbear.channels.models import ProviderAccount
from forbear.dispatch.models import Webhook
from forbear.providers.registry import adapter_of
from forbear.sandbox import gateway
from forbear.sandbox.fates import Terms
from forbear.sandbox.models import PaperText
from forbear.sandbox.phones import NobodyToAnswer, NothingWritten, write_from_phone
from forbear.sandbox.states import Fate
from tests.cast import TUESDAY

US, BETTY, OMAR = "+13125550100", "+14155550106", "+12135550131"


@pytest.fixture
def paper(larkfield):
    return ProviderAccount.objects.get(organization=larkfield)


def terms(paper, **options):
    ProviderAccount.objects.filter(pk=paper.pk).update(options=options)


def text(reference, to=BETTY, body="Hello", **also):
    return {"reference": reference, "channel": "sms", "from": US, "to": to, "text": body, **also}


def hand_over(paper, *texts):
    return json.loads(gateway.accept(paper.pk, json.dumps({"messages": list(texts)}).encode()))["messages"]


def ask(paper, *references):
    return json.loads(gateway.accept(paper.pk, json.dumps({"references": list(references)}).encode()))["messages"]


def test_a_text_is_taken_and_kept(paper):
    (answer,) = hand_over(paper, text("qit-1"))
    assert answer["status"] == "accepted"
    kept = PaperText.objects.get()
    assert (kept.gateway_id, kept.phone, kept.sender, kept.body) == (answer["id"], BETTY, US, "Hello")


def test_a_repeated_reference_is_answered_with_the_first_id_and_makes_no_second_text(paper):
    (first,) = hand_over(paper, text("qit-1"))
    again = hand_over(paper, text("qit-1", body="Hello again"), text("qit-1", body="And again"))
    assert [answer["id"] for answer in again] == [first["id"]] * 2
    assert PaperText.objects.get().body == "Hello"
    assert PaperText.objects.get().repeats == 2


def test_the_same_reference_of_another_account_is_another_text(paper, stranger_org):
    other = ProviderAccount.objects.get(organization=stranger_org)
    assert hand_over(paper, text("qit-1"))[0]["id"] != hand_over(other, text("qit-1"))[0]["id"]
    assert [answer["id"] for answer in ask(other, "qit-1")] == [hand_over(other, text("qit-1"))[0]["id"]]


def test_it_can_be_asked_what_became_of_a_reference(paper):
    terms(paper, unanswered=1)
    assert hand_over(paper, text("qit-1")) == []
    assert [answer["reference"] for answer in ask(paper, "qit-1", "qit-2")] == ["qit-1"]


@pytest.mark.parametrize(
    "body",
    [b"", b"no json", b"[]", b'{"messages": 1}', b'{"messages": [1]}', b'{"messages": [{"reference": "qit-1"}]}',
     json.dumps({"messages": [text("qit-1", body="a\x00b")]}).encode(),
     json.dumps({"messages": [text("qit-1", body="half \ud83d a face")]}).encode(),
     json.dumps({"messages": [text("qit-1", valid_until="soon")]}).encode(),
     json.dumps({"messages": [text(f"qit-{n}") for n in range(1001)]}).encode(),
     b'{"references": "all"}'],
)  # fmt: skip
def test_a_request_it_cannot_use_is_refused_whole(paper, body):
    assert set(json.loads(gateway.accept(paper.pk, body))) == {"error"}
    assert not PaperText.objects.exists()


def test_an_unknown_account_is_refused(paper):
    assert "error" in json.loads(gateway.accept(paper.pk + 999, b'{"messages": []}'))


def test_a_number_blocked_at_the_gateway_is_refused_as_opted_out(paper):
    terms(paper, blocked=[BETTY])
    betty, omar = hand_over(paper, text("qit-1"), text("qit-2", to=OMAR))
    assert (betty["status"], betty["code"], omar["status"]) == ("rejected", "blocked_by_consumer", "accepted")


def test_stop_words_are_the_gateway_s_only_where_it_says_so(paper):
    hand_over(paper, text("qit-1"))
    write_from_phone(phone=BETTY, body="stop", at=TUESDAY)
    assert hand_over(paper, text("qit-2"))[0]["status"] == "accepted"
    terms(paper, handles_stop=True)
    assert hand_over(paper, text("qit-3"))[0]["code"] == "blocked_by_consumer"
    write_from_phone(phone=BETTY, body="START", at=TUESDAY)
    assert hand_over(paper, text("qit-4"))[0]["status"] == "accepted"


def test_a_text_that_would_arrive_too_late_is_refused(paper):
    terms(paper, delay_seconds=600)
    (answer,) = hand_over(paper, text("qit-1", valid_until="2020-01-01T00:00:00+00:00"))
    assert answer["code"] == "expired"


def told(paper):
    """What the adapter reads from the webhooks that arrived."""
    return [it for row in Webhook.objects.order_by("pk") for it in adapter_of("paper").read(row.body)]


def test_receipts_arrive_once_through_the_signed_door(paper):
    ids = [answer["id"] for answer in hand_over(paper, text("qit-1"), text("qit-2", to=OMAR))]
    assert gateway.report(at=TUESDAY) == 2
    assert gateway.report(at=TUESDAY) == 0
    assert [(it.provider_id, it.status, it.at) for it in told(paper)] == [(id, "delivered", TUESDAY) for id in ids]


def test_a_lost_text_is_never_reported_and_a_failed_one_says_why(paper):
    terms(paper, lost=1)
    hand_over(paper, text("qit-1"))
    terms(paper, undelivered=1, codes={"undelivered": {"30003": "Switched off."}})
    hand_over(paper, text("qit-2"))
    assert gateway.report(at=TUESDAY) == 1
    assert [(it.status, it.code, it.text) for it in told(paper)] == [("undelivered", "30003", "Switched off.")]


def test_a_receipt_waits_for_its_delay(paper):
    terms(paper, delay_seconds=3600)
    hand_over(paper, text("qit-1"))
    kept = PaperText.objects.get()
    assert gateway.report(at=kept.at) == 0
    assert gateway.report(at=kept.report_due_at) == 1


def test_receipts_of_two_accounts_come_by_their_own_webhooks(paper, stranger_org):
    other = ProviderAccount.objects.get(organization=stranger_org)
    hand_over(paper, text("qit-1"))
    hand_over(other, text("qit-2"))
    assert gateway.report(at=TUESDAY) == 2
    assert set(Webhook.objects.values_list("provider_id", flat=True)) == {paper.pk, other.pk}


def test_a_phone_answers_whoever_wrote_last(paper, stranger_org):
    other = ProviderAccount.objects.get(organization=stranger_org)
    hand_over(paper, text("qit-1"))
    hand_over(other, {**text("qit-2"), "from": "+13125550199"})
    written = write_from_phone(phone=BETTY, body="who is this?", at=TUESDAY)
    assert (written.provider_id, written.sender) == (other.pk, "+13125550199")
    (inbound,) = told(paper)
    assert (inbound.address, inbound.recipient, inbound.body) == (BETTY, "+13125550199", "who is this?")


def test_within_an_organization_only_its_own_numbers_are_answered(paper, larkfield, stranger_org):
    hand_over(ProviderAccount.objects.get(organization=stranger_org), text("qit-1"))
    written = write_from_phone(phone=BETTY, body="hello?", at=TUESDAY, organization=larkfield)
    assert (written.provider_id, written.sender) == (paper.pk, US)


def test_a_phone_that_nobody_writes_to_has_nobody_to_answer(larkfield):
    with pytest.raises(NobodyToAnswer):
        write_from_phone(phone="+12125550143", body="hello?", at=TUESDAY)
    with pytest.raises(NothingWritten):
        write_from_phone(phone=BETTY, body="  ", at=TUESDAY, organization=larkfield)


def test_the_same_words_written_twice_are_two_texts(paper):
    hand_over(paper, text("qit-1"))
    first, second = (write_from_phone(phone=BETTY, body="yes", at=TUESDAY) for _ in range(2))
    assert first.gateway_id != second.gateway_id
    assert len(told(paper)) == 2


def test_shares_come_near_the_odds_and_are_the_same_every_time():
    odds = Terms.of({"reject": 0.01, "undelivered": 0.05, "lost": 0.02, "seed": "s"})
    fates = [odds.fate_of(f"qit-{n}")[0] for n in range(40_000)]
    for fate, share in ((Fate.REJECTED, 0.01), (Fate.UNDELIVERED, 0.05), (Fate.LOST, 0.02), (Fate.DELIVERED, 0.92)):
        assert abs(fates.count(fate) / len(fates) - share) < 0.004
    assert fates[:500] == [odds.fate_of(f"qit-{n}")[0] for n in range(500)]
    other = Terms.of({"reject": 0.01, "undelivered": 0.05, "lost": 0.02, "seed": "t"})
    assert fates[:5000] != [other.fate_of(f"qit-{n}")[0] for n in range(5000)]


shares = st.floats(0, 0.33)


@given(st.text(min_size=1), shares, shares, shares)
def test_a_fate_has_a_code_exactly_where_something_went_wrong(reference, reject, undelivered, lost):
    fate, code, sentence = Terms.of({"reject": reject, "undelivered": undelivered, "lost": lost}).fate_of(reference)
    assert bool(code) == bool(sentence) == (fate in {Fate.REJECTED, Fate.UNDELIVERED})


def test_a_batch_costs_the_same_statements_whatever_its_size(paper):
    terms(paper, consumers={"stops": 1})
    counts = []
    for size in (1, 2, 300):
        texts = [text(f"qit-{size}-{n}", to=f"+1{2125550100 + size * 1000 + n}") for n in range(size)]
        with CaptureQueriesContext(connection) as statements:
            hand_over(paper, *texts)
            assert gateway.report(at=TUESDAY) == size
        counts.append(len(statements))
    assert counts[1] == counts[2] <= 30
