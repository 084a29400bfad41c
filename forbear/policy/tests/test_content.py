"""What a voicemail, a script, an envelope and a header may say."""

from __future__ import annotations

from datetime import date

import pytest

from forbear.policy.content import SENTENCES, Codes, letters, scripts, validation, voicemail

NUMBER = "1-800-555-0101"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (f"This is Robin Smith calling from ABC, Inc. Please contact me at {NUMBER}.", ()),
        (
            "Hi, this is Robin Smith calling from ABC, Inc. It is 4:15 p.m. on Wednesday, September 1. Please contact "
            f"me or any of our representatives at {NUMBER} today until 6:00 p.m. Eastern time.",
            (),
        ),
        (f"Hello Dana Reyes, this is Robin Smith with Larch Bank. Please call me back at {NUMBER}. Thank you.", ()),
        (f"This is ABC, Inc. Please call {NUMBER}.", ("lcm.missing_natural_person_name",)),
        (f"This is Robin Smith calling from ABC, Inc. {NUMBER}.", ("lcm.missing_request_to_reply",)),
        (f"This is Robin Smith. Please call me at {NUMBER}.", ("lcm.missing_business_name",)),
        ("This is Robin Smith from ABC, Inc. Please call me back.", ("lcm.missing_telephone_number",)),
        (f"This is Robin Smith from ABC, Inc. Call {NUMBER} about your debt.", ("lcm.extra_content",)),
        (f"This is Robin Smith from ABC, Inc. It is important. Call {NUMBER}.", ("lcm.extra_content",)),
        (
            f"This is Robin Smith from Larch Recovery Services. Call me at {NUMBER}.",
            ("lcm.business_name_indicates_debt_collection",),
        ),
    ],
)
def test_the_limited_content_message(text: str, codes: Codes) -> None:
    assert voicemail.check(text) == codes


def test_a_limited_content_message_is_a_whole_voicemail_for_the_consumer() -> None:
    text = f"This is Robin Smith from ABC, Inc. Please call me at {NUMBER}."
    assert voicemail.check(text, channel="sms") == ("lcm.not_a_voicemail",)
    assert voicemail.check(text, recipient="third_party") == ("lcm.not_for_consumer",)
    assert voicemail.check(text, cut_off=True) == ("lcm.cut_off",)


@pytest.mark.parametrize(
    ("text", "threatens"),
    [
        ("We will file a lawsuit.", True),
        ("If you do not pay by Friday we will file a lawsuit against you.", True),
        ("Your wages may be garnished.", True),
        ("The law limits how long you can be sued on a debt. We will not sue you for it.", False),
        ("We can sue you, whatever the law says of time.", True),
        ("Your file goes to counsel for suit.", True),
        ("Não vamos processá-lo.", False),
        ("Haverá uma ação judicial.", True),
        ("Nous irons en justice.", True),
        ("We will not sue you for it.", False),
        ("No lawsuit will follow.", False),
        ("Please call us about your account.", False),
    ],
)
def test_what_threatens_a_suit(text: str, threatens: bool) -> None:
    assert letters.threatens_suit(text) == threatens


def test_time_barred_or_unknown_debts_are_not_threatened_with_suits() -> None:
    for barred, codes in ((True, 1), (None, 1), (False, 0)):
        assert len(letters.time_barred("We will sue you.", barred=barred)) == codes


@pytest.mark.parametrize(
    ("subject", "reveals"),
    [
        ("Your past-due debt of $410", True),
        ("Final balance: 410.00", True),
        ("Su deuda con Larch Bank", True),
        ("A message from Larch Bank", False),
        ("Your account", False),
    ],
)
def test_what_a_subject_tells_others(subject: str, reveals: bool) -> None:
    assert bool(letters.discretion(subject=subject)) == reveals


def test_one_click_unsubscribe() -> None:
    good = {"List-Unsubscribe": "<https://example.com/u/7k1>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    signed = ["from", "list-unsubscribe", "list-unsubscribe-post"]
    assert letters.headers(good, signed) == ()
    assert letters.headers(good, ["from"]) == ("unsubscribe.not_dkim_covered",)
    twice = {**good, "List-Unsubscribe": "<https://example.com/a>, <https://example.com/b>"}
    assert letters.headers(twice, signed) == ("unsubscribe.https_uri_missing",)
    assert "unsubscribe.header_missing" in letters.headers({}, signed)


def test_the_validation_period_may_not_be_overshadowed() -> None:
    press = "You must pay within 10 days."
    assert letters.overshadowing(press, in_validation_period=True) == ("overshadowing",)
    assert letters.overshadowing(press, in_validation_period=False) == ()
    fair = "You have 30 days to dispute this debt."
    assert letters.overshadowing(fair, in_validation_period=True) == ()


@pytest.mark.parametrize(
    ("provided", "end"), [("2026-03-02", "2026-04-08"), ("2026-06-15", "2026-07-23"), ("2026-12-30", "2027-02-06")]
)
def test_the_validation_period_ends(provided: str, end: str) -> None:
    assert validation.period(date.fromisoformat(provided)).end == date.fromisoformat(end)


def test_a_late_or_electronic_validation_notice() -> None:
    first = date(2026, 3, 2)
    assert validation.delivery(channel="letter", initial_on=first, sent_on=date(2026, 3, 7)) == ()
    assert validation.delivery(channel="letter", initial_on=first, sent_on=date(2026, 3, 8)) == (
        "validation_delivery.late",
    )
    assert validation.delivery(channel="email") == ("validation_delivery.esign_consent_missing",)
    assert validation.delivery(channel="email", in_initial_communication=True) == ()


def test_calls() -> None:
    assert scripts.live_call(discloses_identity=False) == ("identity.not_disclosed",)
    assert scripts.location_call(mentions_debt=False, calls_before=1) == ("location.repeat_call",)
    assert scripts.location_call(mentions_debt=False, calls_before=1, may_repeat=True) == ()
    assert scripts.recording(business_at_start=False, telephone_number=True) == ("recording.business_missing_at_start",)


def test_every_code_has_its_sentence_and_source() -> None:
    assert all(each.sentence.endswith(".") and each.cite for each in SENTENCES.values())
    assert {"lcm.extra_content", "mail.postcard", "overshadowing"} <= SENTENCES.keys()
