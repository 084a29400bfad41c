import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.agent.intents import ALL, Intent, classify

VECTORS = json.loads((Path(__file__).parent / "opt_out_keywords.json").read_text())["vectors"]


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["id"])
def test_the_vectors(vector):
    asked, expected = vector["input"], vector["expect"]
    state = asked.get("context", {}).get("state", "")
    reading = classify(asked["body"], channel=asked["channel"], language=asked["language"], state=state)
    assert reading.primary in expected.get("intent_in", [expected.get("intent", reading.primary)])
    assert set(expected.get("intents_must_include", [])) <= reading.intents
    assert set(expected.get("must_suppress", [])) <= reading.closes
    assert reading.route_to_person or expected.get("route") != "human"


STOPS = r"""
stop or I call my lawyer|ѕтор|𝐬𝐭𝐨𝐩|ⓢⓣⓞⓟ|🛑 STOP|STOP. Maria Lopez|«stop»|S-T-O-P|plus de messages|stop svp|cancel please
Stop all|cancel please|pls stop|s t o p|st.op|st0p|ＳＴＯＰ
stóp|STOP!!!!!|Stop, Maria|STOP or I will report you
I said stop
can you please stop texting me|Stop with the texts|stop bothering me|I want to unsubscribe|Opt me out
I withdraw my consent
dont text me anymore|never text me again|no more messages please|no more of this|remove me
please take my number off your list
lose my number|leave me the hell alone|I don't want these texts|don't want to hear from you
I never signed up for these messages
unsubsribe|stpo|stoop|end these messages|you need to stop|STOP. I already paid.
stop texting, I have a lawyer|Stop\n\nSent from my phone
Arrêt|ARRÊTEZ|arrêtez de m'envoyer des textos|ne m'envoyez plus de messages|Laissez-moi tranquille
Retirez mon numéro
ALTO POR FAVOR|ya basta|no me manden más mensajes|ya no me escriban|No quiero recibir mensajes|denme de baja
Déjenme en paz
quiten mi número de su lista|deténganse|ya paren|cancelar suscripción
ALTO|cancelar|basta de mensajes|saquenme de su lista
pare de mandar mensagem|Não quero mais receber mensagens|remova meu número|SAIR|me deixe em paz|descadastrar
"""
FALSE_FRIENDS = """
cancelar mi deuda|Quiero cancelar mi deuda hoy, ¿cuánto es?|voy a parar en la tienda|cancelar minha dívida
revoke my bank authorization
I'll stop by on Friday|I had to stop working|I can stop in after work|the bus stop is near
please stop the late fees
When does the interest stop?|stop payment on the check|don't stop texting me|I get paid end of week
weekend is better|I quit my job
cancel my order|I want to cancel my payment plan|Can I cancel the payment for tomorrow?
can you remove the late fee
take me off the payment plan|remove this from my credit report|don't send me to collections
I did not get your text|I didn't opt out
no more than 20 a week|I start my new job Monday|my phone died|text me tomorrow|Yes|ok|how much
para mañana|voy a cancelar el viernes|quiero cancelar mi saldo|no puedo pagar más de 50
pago al fin de semana|a fin de mes
posso cancelar a dívida?|je peux payer fin juin
"""


def each(table):
    return [text for line in table.strip().split("\n") for text in line.replace("\\n", "\n").split("|")]


@pytest.mark.parametrize("body", each(STOPS))
def test_people_ask_for_silence_in_many_ways(body):
    reading = classify(body)
    assert reading.primary == Intent.OPT_OUT
    assert "sms" in reading.closes


@pytest.mark.parametrize("body", each(FALSE_FRIENDS))
def test_the_same_words_mean_other_things(body):
    reading = classify(body)
    assert reading.primary in {Intent.NONE, Intent.HUMAN, Intent.ANSWER}
    assert not reading.closes


@pytest.mark.parametrize(
    "body",
    [
        "This is harassment",
        "I'm on active duty",
        "I will file a complaint",
        "🖕",
        "no",
        "Nope.",
        "NO THANKS",
        "enough",
        "not interested",
        "🛑",
        "no gracias",
        "this is spam",
    ],
)
def test_perhaps_a_stop_is_held_for_a_person(body):
    reading = classify(body)
    assert reading.primary == Intent.HUMAN
    assert reading.holds
    assert reading.route_to_person


@pytest.mark.parametrize(
    ("body", "intent"),
    [
        ("cease and desist", Intent.CEASE),
        ("Never contact me again", Intent.CEASE),
        ("My attorney is handling this", Intent.ATTORNEY),
        ("Tengo un abogado", Intent.ATTORNEY),
        ("I'm in Chapter 13", Intent.BANKRUPTCY),
        ("mi mamá falleció", Intent.DECEASED),
        ("I don't owe you anything", Intent.DISPUTE),
        ("the amount is wrong", Intent.DISPUTE),
        ("prove it", Intent.DISPUTE),
        ("he doesn't live here", Intent.WRONG_PARTY),
        ("stop or I call my lawyer", Intent.ATTORNEY),
        ("mon avocat vous écrira", Intent.ATTORNEY),
        ("meu pai faleceu", Intent.DECEASED),
        ("je conteste cette dette", Intent.DISPUTE),
        ("No es mi deuda", Intent.DISPUTE),
        ("you have the wrong person", Intent.WRONG_PARTY),
        ("No soy Maria", Intent.WRONG_PARTY),
        ("My employer does not allow personal calls", Intent.WORKPLACE),
        ("I'm not paying this", Intent.REFUSE_TO_PAY),
        ("evenings are bad", Intent.INCONVENIENT_TIME),
        ("please only email me", Intent.MEDIA_REQUEST),
    ],
)
def test_words_of_legal_weight_reach_a_person_and_hold(body, intent):
    reading = classify(body)
    assert intent in reading.intents
    assert reading.route_to_person
    assert reading.holds


@pytest.mark.parametrize(
    ("body", "intent"),
    [
        ("Don't contact me at work", Intent.WORKPLACE),
        ("no me llamen al trabajo", Intent.WORKPLACE),
        ("Don't text me before 9am", Intent.INCONVENIENT_TIME),
        ("please stop texting so late", Intent.INCONVENIENT_TIME),
        ("no me escriban por la noche", Intent.INCONVENIENT_TIME),
    ],
)
def test_another_place_or_time_is_not_silence(body, intent):
    reading = classify(body)
    assert reading.primary == intent
    assert not reading.closes


def test_a_medium_is_closed_by_name():
    assert classify("stop calling me").closes == {"voice"}
    assert classify("don't call, text me instead").primary == Intent.MEDIA_REQUEST
    assert classify("Stop emailing me", channel="email").closes == {"email"}
    assert ALL in classify("cease all communication").closes


@pytest.mark.parametrize(
    ("body", "closes"),
    [
        ("Stop calling and texting me", {"voice", "sms"}),
        ("don't call or email me", {"voice", "email"}),
        ("do not text me or call me", {"sms", "voice"}),
        ("stop calling me, text only", {"voice"}),
        ("don't call me, text me", {"voice"}),
        ("do not call or text this number", {"voice", "sms"}),
        ("please stop the calls, texts are fine", {"voice"}),
        ("stop texting me", {"sms"}),
    ],
)
def test_every_medium_that_is_named_is_closed(body, closes):
    assert classify(body).closes == closes


def test_an_answered_question_is_an_answer():
    assert classify("YES").primary == Intent.NONE
    assert classify("YES", asked=True).primary == Intent.ANSWER
    assert classify("no", asked=True).primary == Intent.ANSWER
    assert classify("yes", state="opted_out").primary == Intent.HUMAN


@pytest.mark.parametrize("word", ["START", "unstop", "Start please."])
def test_only_start_and_unstop_opt_in_and_never_over_a_cease(word):
    assert classify(word, state="opted_out").primary == Intent.OPT_IN
    assert classify(word, state="ceased").primary == Intent.HUMAN


def test_what_an_e_mail_quotes_is_not_read():
    body = "Thanks, will pay\n\nOn Tue, Larkfield wrote:\n> Reply STOP to unsubscribe"
    assert classify(body, channel="email").primary == Intent.NONE


noise = st.text(st.sampled_from(" .!?*\"'()\u200b\u200d\ufeff\u00ad🛑🙏\t"), max_size=4)


@given(st.sampled_from(["stop", "unsubscribe", "opt out", "parar", "no mas", "arret"]), noise, noise, st.data())
def test_noise_never_hides_a_stop(word, before, after, data):
    inner = "".join(c + data.draw(st.sampled_from(["", "\u200b", "\u2060"])) for c in word)
    shouted = "".join(data.draw(st.sampled_from([c.upper(), c])) for c in inner)
    assert classify(before + shouted + after).primary == Intent.OPT_OUT


@given(st.text(max_size=200))
def test_anything_can_be_read_and_case_does_not_matter(body):
    reading = classify(body)
    assert reading.intents
    if body.isascii():
        assert classify(body.swapcase()).intents == reading.intents
