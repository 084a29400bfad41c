"""Whatever can be written in the log can be read by people."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.conf import settings

from forbear.chronicle import GROUPS, LINES, Named, told
from forbear.compliance.models import Entry


def events() -> set[str]:
    """Every event that some room's events.py names."""
    found = set()
    for room in settings.ROOMS:
        if find_spec(f"forbear.{room}.events"):
            words = vars(import_module(f"forbear.{room}.events"))
            found |= {word for name, word in words.items() if name.isupper() and isinstance(word, str)}
    return found


def test_every_event_has_its_sentence() -> None:
    assert events() - set(LINES) == set()


def test_no_sentence_stands_for_an_event_that_nobody_writes() -> None:
    assert set(LINES) - events() == set()
    assert {event for group in GROUPS for event in group.events} <= set(LINES)


@pytest.mark.parametrize("event", sorted(LINES))
def test_every_sentence_can_be_told_whatever_the_entry_knows(event: str) -> None:
    entry = Entry(event=event, actor="system", body='{"facts": {}}', channels=[])
    assert told(entry, Named({}, {}, {}, {}, {})).sentence
