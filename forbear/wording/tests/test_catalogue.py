import pytest

from forbear.staff.states import Actor
from forbear.wording import catalogue, segments, tags
from forbear.wording.lint import Situation, errors, lint

CSV_TAGS = frozenset(tags.SAMPLES) - {"organization", "accountNumber"}
ALL = [(actor, wording) for actor in Actor for wording in catalogue.wordings(actor)]


def test_four_buckets_in_two_languages():
    for actor in Actor:
        found = {(wording.bucket, wording.language) for wording in catalogue.wordings(actor)}
        assert found == {(bucket, code) for bucket in ("1-30", "31-60", "61-90", "final") for code in ("en", "es")}


@pytest.mark.parametrize(("actor", "wording"), ALL)
def test_a_wording_passes_the_linter_as_written_and_as_sent(actor, wording):
    known = CSV_TAGS | {"organization"}
    for stage in ("initial", "subsequent") if wording.bucket == "1-30" else ("subsequent",):
        situation = Situation(language=wording.language, actor=actor, known=known, bucket=wording.bucket, stage=stage)
        assert lint(wording.body, situation) == ()
    sent = tags.compile_template(wording.body).render(tags.SAMPLES)
    names = (tags.SAMPLES["organization"], tags.SAMPLES["creditorName"])
    rendered = Situation(language=wording.language, actor=actor, senders=names, bucket=wording.bucket)
    assert sent.ok
    assert errors(lint(sent.text, rendered)) == ()
    assert segments.count(sent.text).segments <= 2


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
