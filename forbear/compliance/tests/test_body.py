"""The bytes of an entry: what RFC 8785 says, and what it cannot say."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from forbear.compliance.body import LARGEST, canonical, commitment, compose, hash_of, moment

WORDS = st.text(st.characters(exclude_categories=["Cs"]))
NAMES = st.text(st.characters(max_codepoint=127))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
NUMBERS = st.none() | st.integers(1, LARGEST)


class Word(StrEnum):
    SENT = "sent"


@given(st.dictionaries(NAMES, VALUES, max_size=5))
def test_facts_are_written_as_the_reference_writes_them(facts: dict[str, Any]) -> None:
    assert canonical(facts).encode() == rfc8785.dumps(facts)


@given(
    facts=st.dictionaries(NAMES, VALUES, max_size=3),
    numbers=st.tuples(NUMBERS, NUMBERS, NUMBERS, NUMBERS),
    channels=st.lists(WORDS, max_size=3),
    actor=WORDS,
    personal=st.dictionaries(NAMES, st.just("0a"), max_size=2),
)
def test_a_whole_body_is_canonical(
    facts: dict[str, Any],
    numbers: tuple[int | None, ...],
    channels: list[str],
    actor: str,
    personal: dict[str, str],
) -> None:
    account, campaign, document, message = numbers
    body = compose(
        sequence=7,
        organization="org_a",
        event="dispatch:item:cleared",
        actor=actor,
        channels=channels,
        at=moment(datetime(2026, 11, 24, 16, 42, tzinfo=UTC)),
        facts=canonical(facts),
        account=account,
        campaign=campaign,
        document=document,
        message=message,
        personal=personal,
    )
    read = json.loads(body)
    assert body.encode() == rfc8785.dumps(read)
    assert (read["facts"], read["actor"], read["channels"]) == (facts, actor, channels)
    assert (read.get("account"), read.get("message")) == (account, message)
    assert read.get("personal", {}) == personal


@pytest.mark.parametrize("wrong", [{"a": 0.5}, {"a": [float("nan")]}, {"a": {"b": 2**53}}, {"ä": 1}, {1: 1}])
def test_what_writers_of_json_disagree_about_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError):
        canonical(wrong)


def test_words_dates_and_tuples_are_written_as_text_and_lists() -> None:
    assert canonical({"b": Word.SENT, "a": (1, date(2026, 11, 24))}) == '{"a":[1,"2026-11-24"],"b":"sent"}'


def test_a_moment_is_utc_with_microseconds() -> None:
    assert moment(datetime.fromisoformat("2026-11-24T10:42:00-06:00")) == "2026-11-24T16:42:00.000000Z"


def test_the_leaf_is_the_hash_of_a_zero_byte_and_the_body() -> None:
    # As sha256sum prints it for '\0{}'.
    assert hash_of("{}").hex() == "28a3a18f6cd6406b086e9ffda1f9b8a13dbcf44b0f3f32cb9031a11fd053acf9"


def test_a_commitment_hides_and_binds() -> None:
    one = commitment(b"salt", "Betty")
    assert one == commitment(b"salt", "Betty") != commitment(b"tlas", "Betty")
    assert one != commitment(b"salt", "Bettina")
