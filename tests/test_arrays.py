"""Lists as parameters: what goes in comes out, whatever it holds."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DataError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.django_db

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
numbers = st.integers(-(2**62), 2**62)


def back(kind: str, members: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT %s::{kind}[]", [members])
        return list(cursor.fetchone()[0])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(texts, max_size=5), st.lists(numbers, max_size=5))
def test_lists_arrive_as_they_were(words: list[str], figures: list[int]) -> None:
    assert back("text", words) == words
    assert back("bigint", figures) == figures


@pytest.mark.parametrize(
    ("kind", "members"),
    [("text", ["a", None]), ("bigint", [1, None]), ("bigint", [[1, 2], [3, 4]]), ("boolean", [True])],
)
def test_others_go_as_the_driver_writes_them(kind: str, members: list[Any]) -> None:
    assert back(kind, members) == members


def test_a_nul_splits_no_text_in_two() -> None:
    with pytest.raises(DataError):
        back("text", ["a\x00b", "c"])
