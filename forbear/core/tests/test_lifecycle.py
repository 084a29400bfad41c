"""The table of moves feeds the guards, one row at a time or many."""

from __future__ import annotations

from enum import StrEnum

from forbear.core.lifecycle import Lifecycle


class Light(StrEnum):
    RED = "red"
    GREEN = "green"
    OFF = "off"


LIGHT = Lifecycle(
    Light,
    {
        "go": {Light.RED: Light.GREEN},
        "stop": {Light.GREEN: Light.RED},
        "end": {Light.RED: Light.OFF, Light.GREEN: Light.OFF},
    },
)


def test_a_batch_takes_the_steps_that_the_table_allows() -> None:
    assert LIGHT.steps("end") == (["green", "red"], ["off", "off"])
    assert set(zip(*LIGHT.steps(), strict=True)) == {
        ("red", "green"), ("green", "red"), ("red", "off"), ("green", "off"),
    }  # fmt: skip


def test_a_verb_names_the_states_in_which_it_is_legal() -> None:
    assert LIGHT.sources("go") == ["red"]
    assert LIGHT.sources("stop", "end") == ["red", "green"]
