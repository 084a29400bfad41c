"""Which wording speaks: tables of cases, and what holds for every choice."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.wording import actions
from forbear.wording.choosing import Choices, Kind, choices_of, tone_of
from forbear.wording.models import Template
from tests.cast import TUESDAY

HOUSE = 1


@pytest.mark.parametrize(
    ("words", "tone"),
    [
        ("empathetic", "empathetic"),
        ("Warm and friendly, please", "empathetic"),
        ("friendly but firm", "empathetic"),
        ("firm but fair", "firm"),
        ("FIRM", "firm"),
        ("Strict / serious", "firm"),
        ("neutral", "neutral"),
        ("professional", "neutral"),
        ("", "neutral"),
        ("not too firm", "neutral"),
        ("not firm, rather gentle", "empathetic"),
        ("several reminders", "neutral"),
        ("empático y cercano", "empathetic"),
        ("con firmeza", "firm"),
        ("serio", "firm"),
        ("empática", "empathetic"),
        ("tom acolhedor", "empathetic"),
        ("direto e sério", "firm"),
        ("não muito sério", "neutral"),
        ("bienveillant", "empathetic"),
        ("ton ferme", "firm"),
        ("ni dur ni mou", "neutral"),
    ],
)
def test_a_free_text_means_one_of_three_tones(words, tone):
    assert tone_of(words) == tone


@given(st.text(max_size=80))
def test_any_text_means_a_tone(words):
    assert tone_of(words) in {"empathetic", "firm", "neutral"}


def offered(*kinds: tuple[str, str, str, str], language: str = "en") -> Choices:
    """Version 1, 2 … of organization 1, each (channel, language, bucket, tone)."""
    return Choices({Kind(HOUSE, *kind): number for number, kind in enumerate(kinds, 1)}, {HOUSE: language})


@pytest.mark.parametrize(
    ("bucket", "tone", "chosen"),
    [
        ("31-60", "firm", 1),
        ("31-60", "empathetic", 2),
        ("31-60", "", 2),
        ("61-90", "firm", 1),
        ("final", "neutral", 3),
        ("1-30", "firm", 4),
        ("current", "firm", 4),
        (None, "neutral", 4),
        ("", "", 4),
    ],
)
def test_the_tone_gives_way_to_none_and_to_neutral_the_bucket_to_the_nearest_lower(bucket, tone, chosen):
    choices = offered(
        ("sms", "en", "31-60", "firm"),
        ("sms", "en", "31-60", ""),
        ("sms", "en", "final", "neutral"),
        ("sms", "en", "1-30", "neutral"),
    )
    assert choices.choose(HOUSE, "sms", "en", bucket, tone) == chosen


def test_a_tone_that_was_not_asked_for_is_never_put_on():
    choices = offered(("sms", "en", "1-30", "firm"))
    assert choices.choose(HOUSE, "sms", "en", "1-30", "empathetic") is None
    assert choices.choose(HOUSE, "sms", "en", "1-30", "") is None


@pytest.mark.parametrize(
    ("language", "own", "chosen"),
    [("es-MX", "en", 2), ("es", "en", 2), ("fr", "es", 2), ("fr", "pt", 1), ("", "es", 2)],
)
def test_the_language_gives_way_to_the_organizations_and_to_english(language, own, chosen):
    choices = offered(("email", "en", "1-30", ""), ("email", "es", "1-30", ""), language=own)
    assert choices.choose(HOUSE, "email", language, "1-30") == chosen


def test_a_text_for_any_time_comes_before_one_for_later_days():
    later = ("sms", "en", "final", "")
    assert offered(later, ("sms", "en", "", "")).choose(HOUSE, "sms", "en", "31-60") == 2
    assert offered(later).choose(HOUSE, "sms", "en", "31-60") == 1


channels = st.sampled_from(["sms", "email", "voice"])
languages = st.sampled_from(["en", "es", "es-MX", "fr", ""])
buckets = st.sampled_from(["", "current", "1-30", "31-60", "61-90", "final"])
tones = st.sampled_from(["", "empathetic", "firm", "neutral"])
kinds = st.builds(Kind, st.integers(1, 3), channels, languages, buckets, tones)


@given(st.sets(kinds, max_size=25), kinds)
def test_a_choice_is_of_the_organization_and_the_channel(on_offer, wanted):
    numbered = dict(enumerate(sorted(on_offer)))
    choices = Choices({kind: number for number, kind in numbered.items()}, {})
    chosen = choices.choose(*_words(wanted))
    fitting = [
        one for one in on_offer if (one.organization_id, one.channel) == (wanted.organization_id, wanted.channel)
    ]
    if chosen is not None:
        assert numbered[chosen] in fitting
        assert numbered[chosen].tone in {wanted.tone, "", "neutral"}
    if wanted in on_offer and wanted.language and wanted.bucket:
        assert numbered[chosen] == wanted
    if any(one.language == "en" and not one.tone for one in fitting):
        assert chosen is not None


def _words(kind: Kind) -> Iterable[object]:
    return kind.organization_id, kind.channel, kind.language, kind.bucket, kind.tone


def _write(organization, name: str, **words: str) -> Template:
    given = {"body": "Hi ${firstName}.", "bucket": "1-30", **words}
    return actions.create_template(organization=organization, name=name, actor="system", at=TUESDAY, **given)


def test_what_is_archived_or_someone_elses_or_about_other_things_is_not_on_offer(
    larkfield, stranger_org, django_assert_num_queries
):
    ours = _write(larkfield, "Ours")
    _write(larkfield, "Added later")
    _write(larkfield, "News", purpose="servicing", bucket="31-60")
    gone = _write(larkfield, "Gone", bucket="final")
    theirs = _write(stranger_org, "Theirs", channel="email", subject="Hello")
    actions.archive_template(template=gone, actor="system", at=TUESDAY)
    with django_assert_num_queries(1):
        choices = choices_of([larkfield.pk, larkfield.pk])
    assert set(choices.versions.values()) == {ours.current_id}
    assert choices.choose(larkfield.pk, "sms", "es", "final", "firm") == ours.current_id
    assert choices.choose(larkfield.pk, "email", "en", "1-30") is None
    both = choices_of([larkfield.pk, stranger_org.pk])
    assert both.choose(stranger_org.pk, "email", "en", "1-30") == theirs.current_id


def test_a_new_version_speaks_from_then_on(larkfield):
    ours = _write(larkfield, "Ours")
    revised = actions.revise_template(template=ours, body="Hello ${firstName}.", actor="system", at=TUESDAY)
    assert choices_of([larkfield.pk]).choose(larkfield.pk, "sms", "en", "1-30") == revised.current_id != ours.current_id
