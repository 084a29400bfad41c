"""A batch as one parameter: what goes in comes out, whatever it holds."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.dispatch.rows import fetched

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)


@pytest.mark.django_db
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(texts, max_size=5), st.lists(st.integers(-(2**62), 2**62), max_size=5))
def test_lists_arrive_as_they_were(words: list[str], numbers: list[int]) -> None:
    assert fetched("SELECT %s::text[], %s::bigint[]", words, numbers) == [(words, numbers)]
