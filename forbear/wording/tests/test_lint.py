from dataclasses import replace

import pytest

from forbear.wording import tags
from forbear.wording.closing import closed
from forbear.wording.lint import Severity, Situation, as_written_and_as_read, errors, lint

GOOD = "Hi Betty, this is Harbor Furniture. $30.00 was due 12/19/22. Reply STOP to end texts."
MISMATCH = "mini_miranda.language_mismatch"
HARBOR = Situation(senders=("Harbor Furniture",))


def codes(text, situation=HARBOR):
    return {finding.code for finding in lint(text, situation)}


def test_a_good_text_has_no_findings():
    assert lint(GOOD, HARBOR) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Hi Betty, $30.00 was due. Reply STOP to end texts.", "sender.missing"),
        ("Harbor Furniture: $30.00 was due.", "opt_out_notice.missing"),
        ("Harbor Furniture: to opt out visit our website.", "opt_out_notice.method_not_simple"),
        ("Harbor Furniture: to opt out write to PO Box 1.", "opt_out_notice.method_not_simple"),
        (
            "Harbor Furniture: reply STOP with your Social Security number.",
            "opt_out_notice.fee_or_extra_data",
        ),
        (GOOD + " We will file a lawsuit.", "words.threat"),
        (GOOD + " You may be ARRESTED.", "words.threat"),
        (GOOD + " Evite una acción legal.", "words.threat"),
        (GOOD + " URGENT", "words.hurry"),
        (GOOD + " This is the Final Notice.", "words.hurry"),
        (GOOD + " Respond immediately.", "words.hurry"),
        (GOOD + " Último aviso.", "words.hurry"),
        (GOOD + " Responda de inmediato", "words.hurry"),
        (GOOD + " Get 20% off your next sofa", "purpose.mixed"),
        (GOOD + " Apply today for a new loan", "purpose.mixed"),
        (GOOD + " https://bit.ly/x1", "link.shortener"),
        (GOOD + " tinyurl.com/x", "link.shortener"),
        (GOOD + " ${amount}", "tag.left"),
    ],
)
def test_what_may_not_leave(text, code):
    found = {finding.code for finding in errors(lint(text, HARBOR))}
    assert code in found


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (GOOD + " http://pay.example.com/k7", "link.not_https"),
        (GOOD + " Do not stay delinquent.", "words.harsh"),
        (GOOD + " a" * 240, "segments.many"),
    ],
)
def test_what_is_only_warned_of(text, code):
    assert [(finding.code, finding.severity) for finding in lint(text, HARBOR)] == [(code, Severity.WARNING)]


@pytest.mark.parametrize(
    "words",
    [
        "The court street shop is closed.",
        "Your final payment was received.",
        "https://habit.ly/x and https://about.co/y",
        "See https://pay.example.com/t.co/x",
        "Call at noon, or wait until tomorrow.",
        "You are free to choose the date.",
    ],
)
def test_innocent_words_pass(words):
    assert codes(f"{GOOD} {words}") == set()


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ("Reply STOP to stop texts to this telephone number.", True),
        ("Text STOP to end.", True),
        ("STOP to opt out", True),
        ("Responda STOP para no recibir más textos en este número.", True),
        ("Responda ALTO para no recibir textos", True),
        ("Please do not stop paying.", False),
        ("We stop at nothing.", False),
    ],
)
def test_the_opt_out_line(line, good):
    assert ("opt_out_notice.missing" not in codes(f"Harbor Furniture here. {line}")) is good


def test_an_e_mail_opts_out_by_link_too():
    email = Situation(channel="email", senders=("ABC",))
    assert codes("ABC about your account. Opt out of further emails: https://abc.example/u/7k1", email) == set()
    assert codes("ABC about your account. Click https://abc.example/u/7k1 to unsubscribe", email) == set()


@pytest.mark.parametrize(
    ("words", "language", "stage", "found"),
    [
        ("We are a debt collector.", "en", "subsequent", set()),
        ("A message from ABC, a debt collector.", "en", "subsequent", set()),
        ("About your account.", "en", "subsequent", {"mini_miranda.debt_collector_missing"}),
        ("Somos un cobrador de deudas.", "es", "subsequent", set()),
        ("We are a debt collector.", "es", "subsequent", {"mini_miranda.language_mismatch"}),
        (
            "ABC is attempting to collect a debt and any information obtained will be used for that purpose.",
            "en",
            "initial",
            set(),
        ),
        (
            "Any information obtained will be used for that purpose.",
            "en",
            "initial",
            {"mini_miranda.attempt_to_collect_missing"},
        ),
        ("This is an attempt to collect a debt.", "en", "initial", {"mini_miranda.information_used_missing"}),
    ],
)
def test_a_collector_says_so(words, language, stage, found):
    collector = Situation(actor="third_party_collector", senders=("Harbor",), language=language, stage=stage)
    assert codes(f"Harbor. {words} Reply STOP to end texts.", collector) == found
    assert codes(f"Harbor. {words} Reply STOP to end texts.", Situation(senders=("Harbor",))) == set()


def test_a_body_is_judged_with_its_tags_in_it():
    known = Situation(known=frozenset({"firstName", "creditorName"}))
    body = "Hi ${first_name}, this is ${creditorName}. Reply STOP to end texts."
    assert codes(body, known) == set()
    findings = lint(body + " ${colour}", known)
    assert [finding.sentence for finding in findings] == ["No contact has a field named colour."]
    assert (body + " ${colour}")[slice(*findings[0].span)] == "${colour}"
    assert codes(body + " ${", known) == {"tag.broken"}


def test_the_name_of_the_last_bucket_stays_out():
    final = Situation(senders=("Harbor Furniture",), bucket="final")
    assert codes(GOOD + " This is the final one.", final) == {"bucket.named"}


def test_spans_point_at_the_words_even_where_lowering_grows_a_letter():
    text = "İ " + GOOD + " URGENT"
    (finding,) = lint(text, HARBOR)
    assert text[slice(*finding.span)] == "URGENT"


def test_errors_come_first():
    findings = lint("delinquent http://x.example urgent", HARBOR)
    severities = [finding.severity for finding in findings]
    assert severities == sorted(severities)


@pytest.mark.parametrize(
    ("words", "language", "found"),
    [
        ("Esta é uma tentativa de cobrar uma dívida; a informação será usada para esse fim.", "pt", set()),
        ("Tentativa de cobrança de uma dívida.", "pt", {"mini_miranda.information_used_missing"}),
        (
            "Ceci est une tentative de recouvrement d'une dette; tout renseignement sera utilisé à cette fin.",
            "fr",
            set(),
        ),
        ("Tout renseignement sera utilisé à cette fin.", "fr", {"mini_miranda.attempt_to_collect_missing"}),
        ("This is an attempt to collect a debt; information will be used for that purpose.", "fr", {MISMATCH}),
        ("We are trying to collect a debt. We will use any information to help collect the debt.", "en", set()),
    ],
)
def test_both_halves_in_the_language_of_the_text(words, language, found):
    first = Situation(actor="debt_buyer", senders=("Harbor",), language=language, stage="initial")
    assert codes(f"Harbor. {words} Reply STOP to end texts.", first) == found


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("Derniere relance", "words.hurry"),
        ("Nous engagerons des poursuites", "words.threat"),
        ("Haverá uma ação judicial", "words.threat"),
        ("Pague imediatamente", "words.hurry"),
        ("Compre com desconto", "purpose.mixed"),
        ("Un cadeau vous attend", "purpose.mixed"),
    ],
)
def test_portuguese_and_french_words(words, code):
    assert code in codes(f"{GOOD} {words}")


def test_an_old_debt_is_not_threatened_and_may_be_told_its_age():
    collector = Situation(actor="law_firm", senders=("Harbor Furniture",))
    text = GOOD + " We are a debt collector. "
    assert "time_barred.threat_of_suit" in codes(text + "We may go to court.", collector)
    notice = "The law limits how long you can be sued on a debt. We will not sue you."
    assert "time_barred.threat_of_suit" not in codes(text + notice, collector)
    assert "time_barred.threat_of_suit" not in codes(text + "We sue.", replace(collector, time_barred=False))


def test_the_validation_period_is_not_overshadowed():
    disputable = replace(HARBOR, in_validation_period=True)
    assert codes(GOOD + " Please pay today.", disputable) == {"overshadowing"}
    assert codes(GOOD + " Please pay today.") == set()


def test_a_collectors_voicemail_is_a_limited_content_message():
    voice = Situation(channel="voice", actor="debt_buyer", senders=("Harbor Recovery",))
    good = "This is Robin Smith calling from Harbor, Inc. Please call me at 1-800-555-0101."
    assert codes(good, voice) == set()
    assert codes(good + " It is about your debt.", voice) == {"lcm.extra_content"}


def test_every_finding_names_its_source():
    found = lint("delinquent http://x.example urgent lawsuit bit.ly/x 20% off", Situation(actor="debt_buyer"))
    assert len(found) > 6
    assert all(finding.cite for finding in found)


def test_a_body_is_judged_as_written_and_as_read():
    body = "Hi ${firstName}, Harbor Furniture: ${retailer|final notice}. Reply STOP to end texts."
    assert as_written_and_as_read(body, replace(HARBOR, known=frozenset(tags.SAMPLES)), organization="Harbor") != ()
    short = "Hi ${paymentLink}, Harbor Furniture. Reply STOP to end texts."
    assert as_written_and_as_read(short, replace(HARBOR, known=frozenset(tags.SAMPLES)), organization="Harbor") == ()


@pytest.mark.parametrize("language", ["en", "es", "pt", "fr", "de"])
def test_what_is_added_to_a_persons_own_words_satisfies_the_linter(language):
    collector = Situation(actor="debt_buyer", senders=("Harbor",), language=language)
    whole = closed("Ok.", organization="Harbor", situation=collector)
    assert errors(lint(whole, collector)) == ()
    assert closed(whole, organization="Harbor", situation=collector) == whole


LETTER = Situation(channel="email", senders=("ABC",), subject="About your account", known=frozenset(tags.SAMPLES))


@pytest.mark.parametrize(
    ("subject", "found"),
    [
        ("About your account, ${firstName}", set()),
        ("Hello ${colour}", {"tag.unknown"}),
        ("Hello ${first", {"tag.broken"}),
        ("URGENT: please read", {"words.hurry"}),
        ("Before we sue you", {"words.threat"}),
        ("Get 20% off", {"purpose.mixed"}),
        ("Your unpaid balance", {"third_party_disclosure.subject"}),
        ("You owe ${amount}", {"third_party_disclosure.subject"}),
    ],
)
def test_a_subject_keeps_the_rules_of_a_text_and_tells_nobody_of_a_debt(subject, found):
    seen = lint("Hello, this is ABC.", replace(LETTER, subject=subject))
    assert {finding.code for finding in seen} == found
    assert all("subject" in finding.sentence.lower() for finding in seen)


def test_a_subject_is_judged_with_samples_in_it_too():
    told = as_written_and_as_read("Hello, ABC here.", replace(LETTER, subject="$${amount}"), organization="ABC")
    assert {finding.code for finding in told} == {"third_party_disclosure.subject"}


def test_what_stands_beside_the_subject_is_warned_of():
    (finding,) = lint("ABC: your past due payment.", LETTER)
    assert (finding.code, finding.severity) == ("third_party_disclosure.preview", Severity.WARNING)
    assert lint("ABC here. " + "We hope that you are well. " * 4 + "Your payment is past due.", LETTER) == ()


def test_a_letter_needs_no_link_of_its_own_where_one_follows():
    assert codes("ABC about your account.", LETTER) == set()
    assert codes("ABC about your account.", replace(LETTER, link_follows=False)) == {"opt_out_notice.missing"}


CALL = """[check]
{check}

[message]
This is Harbor. {message}

[keys]
{keys} Or call 312-555-0100.

[voicemail]
{voicemail}"""
LEFT = "Hello, this is Robin Reed calling from Harbor Group. Please call me at 312-555-0100."


def spoken(check="Is Betty there?", message="We are a debt collector.", keys="Press 9 to stop calls.", voicemail=LEFT):
    return CALL.format(check=check, message=message, keys=keys, voicemail=voicemail)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (spoken(), set()),
        (spoken(check="Is Betty there? It is about her debt."), {"third_party_disclosure.check"}),
        (spoken(check="Harbor Recovery here, is Betty there?"), {"third_party_disclosure.check"}),
        (spoken(check="Is Betty there, about $30.00?"), {"third_party_disclosure.check"}),
        (spoken(check=""), {"voice.check_missing"}),
        (spoken(message="About your account."), {"mini_miranda.debt_collector_missing"}),
        (spoken(message="We are a debt collector and will sue you."), {"words.threat", "time_barred.threat_of_suit"}),
        (spoken(keys="Press 1 for a person."), {"recording.opt_out_missing"}),
        (spoken().replace("[message]", "[massage]"), {"voice.heading_unknown", "voice.message_missing"}),
        (spoken().replace("[keys]", "[message]"), {"voice.heading_twice"}),
    ],
)
def test_a_collectors_call_tells_only_the_right_party(text, found):
    collector = Situation(channel="voice", actor="debt_buyer", senders=("Harbor",))
    assert {finding.code for finding in errors(lint(text, collector))} - {"sender.missing"} >= found
    assert bool(errors(lint(text, collector))) is bool(found)


def test_a_voicemail_that_tells_too_much_is_only_warned_of_since_it_is_not_left():
    collector = Situation(channel="voice", actor="debt_buyer", senders=("Harbor",))
    (finding,) = lint(spoken(voicemail=LEFT + " It is about your debt."), collector)
    assert (finding.code, finding.severity) == ("lcm.extra_content", Severity.WARNING)
    assert "would not be left" in finding.sentence
    assert lint(spoken(voicemail="It is about your order. Harbor."), replace(collector, actor="creditor")) == ()


def test_those_who_are_owed_may_begin_with_what_they_have_to_say():
    harbor = Situation(channel="voice", senders=("Harbor",))
    assert lint("This is Harbor, call 312-555-0100. Press 9 to stop calls.", harbor) == ()
    assert codes("This is Harbor.", harbor) == {"recording.opt_out_missing", "recording.telephone_number_missing"}
    assert "voice.long" in codes(spoken(message="We wish you a good day. " * 40), harbor)
