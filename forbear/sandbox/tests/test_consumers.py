"""Simulated consumers answer what was delivered to them, once, in its language, as their persona does."""

import json
from datetime import timedelta

import pytest

from forbear.agent.intents import Intent, classify
from forbear.channels.models import ProviderAccount
from forbear.dispatch.models import Webhook
from forbear.sandbox import consumers, gateway
from forbear.sandbox.actions import play_until_idle
from forbear.sandbox.fates import Terms
from forbear.sandbox.models import PaperText, SimulatedConsumer
from forbear.sandbox.phones import write_from_phone
from forbear.sandbox.states import Persona
from forbear.sandbox.wordings import WORDINGS, language_of, reply_of
from tests.cast import TUESDAY

US, BETTY, OMAR = "+13125550100", "+14155550106", "+12135550131"
EVERYBODY_STOPS = {"consumers": {"stops": 1}, "answer_seconds": [60, 60]}
LATER = TUESDAY + timedelta(hours=2)


@pytest.fixture
def paper(larkfield):
    return ProviderAccount.objects.get(organization=larkfield)


def terms(paper, **options):
    ProviderAccount.objects.filter(pk=paper.pk).update(options=options)


def hand_over(paper, *texts):
    messages = [{"reference": ref, "from": US, "to": to, "text": body} for ref, to, body in texts]
    gateway.accept(paper.pk, json.dumps({"messages": messages}).encode())


def replies():
    return list(PaperText.objects.filter(direction="in").order_by("pk").values_list("phone", "body"))


def test_nobody_answers_unless_the_terms_or_a_row_say_so(paper):
    hand_over(paper, ("qit-1", BETTY, "Hello"))
    played = play_until_idle(at=LATER)
    assert (played.receipts, played.replies) == (1, 0)
    SimulatedConsumer.objects.create(phone=OMAR, persona=Persona.ASKS)
    hand_over(paper, ("qit-2", OMAR, "Hello"), ("qit-3", BETTY, "Hello"))
    play_until_idle(at=LATER)
    play_until_idle(at=LATER + timedelta(hours=2))
    assert [phone for phone, _ in replies()] == [OMAR]


def test_an_answer_comes_after_its_pause_through_the_gateway_s_webhook(paper):
    terms(paper, **EVERYBODY_STOPS)
    hand_over(paper, ("qit-1", BETTY, "Hello"))
    play_until_idle(at=TUESDAY)
    assert replies() == []
    assert consumers.answer(at=TUESDAY + timedelta(seconds=60)) == 1
    ((phone, body),) = replies()
    assert phone == BETTY
    assert Intent.OPT_OUT in classify(body).intents
    assert json.loads(Webhook.objects.order_by("-pk")[0].body)["events"][0]["text"] == body


def test_a_text_is_answered_once_and_a_confirmation_not_at_all(paper):
    terms(paper, **EVERYBODY_STOPS)
    hand_over(paper, ("qit-1", BETTY, "Hello"), ("qit-2", BETTY, "Hello again"))
    play_until_idle(at=TUESDAY)
    for hours in range(1, 5):
        hand_over(paper, (f"qit-9{hours}", BETTY, "You are out. No more texts."))
        play_until_idle(at=TUESDAY + timedelta(hours=hours))
    assert len(replies()) == 1


def test_who_wrote_by_hand_lately_is_not_spoken_for(paper):
    terms(paper, **EVERYBODY_STOPS)
    hand_over(paper, ("qit-1", BETTY, "Hello"))
    write_from_phone(phone=BETTY, body="one moment", at=TUESDAY)
    play_until_idle(at=TUESDAY)
    play_until_idle(at=LATER)
    assert [body for _, body in replies()] == ["one moment"]


def test_an_undelivered_text_is_answered_by_nobody(paper):
    terms(paper, **EVERYBODY_STOPS, undelivered=1)
    hand_over(paper, ("qit-1", BETTY, "Hello"))
    play_until_idle(at=TUESDAY)
    play_until_idle(at=LATER)
    assert replies() == []


def test_the_same_phones_are_the_same_people_every_time():
    shares = {"pays": 0.2, "promises": 0.2, "stops": 0.1}
    here = Terms.of({"consumers": shares})
    personas = [here.persona_of(f"+1{n}") for n in range(20_000)]
    assert personas == [Terms.of({"consumers": shares}).persona_of(f"+1{n}") for n in range(20_000)]
    assert abs(personas.count(Persona.STOPS) / 20_000 - 0.1) < 0.01
    assert abs(personas.count(Persona.SILENT) / 20_000 - 0.5) < 0.015


def test_an_unknown_persona_is_no_persona():
    with pytest.raises(ValueError, match="shouts"):
        Terms.of({"consumers": {"shouts": 1}})


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_wording_means_what_its_persona_means(language):
    for wording in WORDINGS[Persona.STOPS, language]:
        assert Intent.OPT_OUT in classify(wording).intents, wording
    for persona in (Persona.PAYS, Persona.PROMISES, Persona.ASKS, Persona.DISPUTES):
        for wording in WORDINGS[persona, language]:
            assert Intent.OPT_OUT not in classify(wording).intents, wording
    for wording in WORDINGS[Persona.DISPUTES, language]:
        assert {Intent.DISPUTE, Intent.HUMAN} & classify(wording).intents, wording


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Larkfield Recovery: $30.00 is open. Reply STOP to end texts.", "en"),
        ("Hola Betty, su saldo es $30.00. Responda STOP para no recibir textos.", "es"),
        ("Hola Betty, you owe $30.00", "en"),
        ("¿Puede pagar su cuenta?", "es"),
    ],
)
def test_people_answer_in_the_language_they_are_written_to(text, language):
    assert language_of(text) == language
    assert reply_of(Persona.PAYS, to=text, roll=0.5) in WORDINGS[Persona.PAYS, language]


def test_silence_is_no_text():
    assert reply_of(Persona.SILENT, to="Hello", roll=0.5) == ""
