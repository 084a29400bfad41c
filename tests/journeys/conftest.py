"""Whatever a journey did, no row is left that names another one which is gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from forbear.orphans import orphans


@pytest.fixture(autouse=True)
def no_orphans(request: pytest.FixtureRequest) -> Iterator[None]:
    """After the stories of the shared database, before it forgets them."""
    shared = "db" in request.fixturenames
    if shared:
        request.getfixturevalue("db")
    yield
    if shared:
        assert orphans() == []
