from collections import Counter
from itertools import product

import pytest

from forbear.staff.states import Actor
from forbear.wording import catalogue, scripts, segments, tags
from forbear.wording.housewords import full_catalogue
from forbear.wording.lint import COLLECTORS, Situation, as_written_and_as_read, errors, lint
from forbear.wording.wellformed import wrong_body, wrong_subject

CSV_TAGS = frozenset(tags.SAMPLES) - {
    "organization", "accountNumber", "callbackNumber", "callerName", "callerBusiness"
}  # fmt: skip
KNOWN = frozenset(tags.SAMPLES)
FAMILIES = ("creditor", "third_party_collector")
ALL = [(actor, wording) for actor in FAMILIES for wording in full_catalogue(actor)]
BUCKETS = ("1-30", "31-60", "61-90", "final")
SPARSE = {"firstName": "Dana", "amount": "12.00", "organization": "Larkfield Recovery"}
"""What every account has, be it of a loan that somebody typed in."""


def test_four_buckets_in_two_languages():
    for actor in Actor:
        found = {(wording.bucket, wording.language) for wording in catalogue.wordings(actor)}
        assert found == {(bucket, code) for bucket in BUCKETS for code in ("en", "es")}


def test_there_are_two_families():
    assert full_catalogue("servicer") == full_catalogue("creditor")
    assert full_catalogue("debt_buyer") == full_catalogue("law_firm") == full_catalogue("third_party_collector")


@pytest.mark.parametrize("actor", FAMILIES)
def test_every_channel_bucket_and_language_has_three_tones(actor):
    kinds = Counter((one.channel, one.bucket, one.language, one.tone) for one in full_catalogue(actor))
    tones = ("empathetic", "firm", "neutral")
    wanted = set(product(("sms", "email", "voice"), BUCKETS, ("en", "es"), tones))
    assert set(kinds) == wanted | set(product(("sms",), BUCKETS, ("en", "es"), ("",)))
    assert set(kinds.values()) == {1}
    names = {(one.name.lower(), one.language, one.channel) for one in full_catalogue(actor)}
    assert len(names) == len(full_catalogue(actor))
    assert len({one.body for one in full_catalogue(actor)}) == len(full_catalogue(actor))


@pytest.mark.parametrize(("actor", "wording"), ALL)
def test_a_wording_passes_the_linter_as_written_and_as_sent(actor, wording):
    is_early = wording.bucket == "1-30" or wording.channel != "sms"
    for stage in ("initial", "subsequent") if is_early else ("subsequent",):
        situation = Situation(
            channel=wording.channel,
            language=wording.language,
            actor=actor,
            senders=("Larkfield Recovery", "Harbor Furniture"),
            known=KNOWN,
            bucket=wording.bucket,
            stage=stage,
            subject=wording.subject,
        )
        assert lint(wording.body, situation) == ()
        assert as_written_and_as_read(wording.body, situation, organization="Larkfield Recovery") == ()
    found = {
        "body": wrong_body(wording.body, channel=wording.channel, known=KNOWN),
        "subject": wrong_subject(wording.subject, channel=wording.channel, known=KNOWN),
    }
    assert found == {"body": "", "subject": ""}


@pytest.mark.parametrize(("actor", "wording"), ALL)
def test_a_wording_is_short_enough_for_its_channel(actor, wording):
    sent = tags.compile_template(wording.body).render(tags.SAMPLES)
    assert sent.ok
    if wording.channel == "sms":
        assert segments.count(sent.text).segments <= 2
        assert segments.odd_characters(sent.text) == ()
    elif wording.channel == "voice":
        assert scripts.script_of(sent.text).seconds <= 60


@pytest.mark.parametrize(("actor", "wording"), [pair for pair in ALL if pair[1].tone])
def test_a_wording_with_a_tone_reaches_an_account_of_which_little_is_known(actor, wording):
    render = scripts.render if wording.channel == "voice" else _render
    sent = render(wording.body, SPARSE)
    assert sent.reason == ""
    situation = Situation(
        channel=wording.channel, language=wording.language, actor=actor, senders=("Larkfield Recovery",)
    )
    assert errors(lint(sent.text, situation)) == ()
    assert _render(wording.subject, SPARSE).ok


def _render(body, values):
    return tags.compile_template(body).render(values)


@pytest.mark.parametrize(("actor", "wording"), [pair for pair in ALL if pair[1].channel == "voice"])
def test_a_call_tells_no_stranger_and_offers_its_keys(actor, wording):
    script = scripts.script_of(_render(wording.body, tags.SAMPLES).text)
    assert "30.00" not in script.check + script.voicemail
    assert "30.00" in script.message
    assert all(key in script.keys for key in ("1", "2", "3", "9"))
    if actor in COLLECTORS:
        assert "Larkfield Recovery" not in script.check
        assert bool(scripts.voicemail_for(script, actor=actor)) is (wording.language == "en")


def test_those_who_are_owed_need_nothing_but_the_collections_file():
    for wording in catalogue.wordings("creditor"):
        assert set(tags.compile_template(wording.body).names) <= CSV_TAGS


@pytest.mark.parametrize("language", ["en", "es", "es-MX", "fr"])
def test_answers_fit_one_segment_and_name_us(language):
    answers = [
        catalogue.stop_confirmation("Larkfield Recovery", language=language),
        catalogue.start_confirmation("Larkfield Recovery", language=language),
        catalogue.help_answer("Larkfield Recovery", language=language, phone="312-555-0100"),
    ]
    for answer in answers:
        assert answer.startswith("Larkfield Recovery: ")
        assert segments.count(answer).segments == 1
        assert "${" not in answer
    assert "312-555-0100" in answers[2]
    assert "START" in answers[0]
