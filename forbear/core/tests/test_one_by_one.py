"""What breaks for one organization is told, and the others have their turn."""

from __future__ import annotations

import pytest

from forbear.core.one_by_one import LeftOut, one_by_one


def test_the_sum_of_what_each_answered():
    assert one_by_one("counting", [1, 2, 3], lambda number: number) == 6
    assert one_by_one("counting", [], lambda number: number) == 0


def test_one_that_breaks_is_named_once_the_others_are_done():
    done = []

    def deed(number: int) -> int:
        if number == 2:
            raise ValueError("no")
        done.append(number)
        return 1

    with pytest.raises(LeftOut, match=r"^counting: left out 1, the first of them 2$") as told:
        one_by_one("counting", [1, 2, 3], deed)
    assert done == [1, 3]
    assert isinstance(told.value.__cause__, ValueError)
