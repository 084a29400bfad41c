"""`forbear strategy`: a plan goes out as a file, is changed there, and comes back."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest

from forbear import cli
from forbear.commands import strategies as commands
from forbear.compliance.models import Entry
from forbear.strategies.actions import archive_strategy
from forbear.strategies.models import Strategy
from forbear.strategies.plans import Plan, StepPlan
from forbear.strategies.queries import newest_version, plan_of
from forbear.strategies.waits import parse_wait
from tests.engine_room import template_of
from tests.portfolios import BY, strategy_of

GENTLE = "name: Gentle\ntype: recontact\nsteps:\n- channel: sms\n  wait: 3d\n- channel: voice\n  max_retries: 2\n"


@pytest.fixture(autouse=True)
def open_house(larkfield, monkeypatch):
    monkeypatch.setattr(commands, "house", nullcontext)


@pytest.fixture
def gentle(larkfield):
    steps = (StepPlan("sms", template_id=template_of(larkfield).pk, wait=parse_wait("3d")), StepPlan("voice"))
    return strategy_of(larkfield, Plan(steps))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "gentle.yaml"


@pytest.fixture
def forbear(capfd):
    """`forbear(*words)`: the exit status, what stands on standard output, and on standard error."""

    def run(*words: str | Path) -> tuple[int, str, str]:
        status = cli.run(["strategy", *map(str, words)])
        return status, *capfd.readouterr()

    return run


def test_a_strategy_goes_out_and_comes_back_as_it_was(gentle, file, forbear):
    status, told, _ = forbear("export", "Gentle")
    assert (status, forbear("export", gentle.public_id)[1]) == (0, told)
    assert "template: First" in told
    file.write_text(told)
    status, told, wrong = forbear("import", file, "--json")
    assert (status, wrong) == (0, "")
    made = Strategy.objects.latest("pk")
    assert json.loads(told) == {"strategy": made.public_id, "name": "Gentle", "status": "draft", "version": "1"}
    assert plan_of(newest_version(made)) == plan_of(newest_version(gentle))
    assert Entry.objects.filter(event="strategies:strategy:created").count() == 2


def test_a_changed_file_is_the_next_version_of_the_strategy_that_is_named(gentle, file, forbear):
    file.write_text(GENTLE.replace("Gentle", "Another name").replace("3d", "9d"))
    for _ in range(2):  # the second time nothing differs
        status, told, _ = forbear("import", file, "--into", "Gentle")
        assert (status, told.split()[-1]) == (0, "2")
    gentle.refresh_from_db()
    assert (gentle.name, gentle.kind, gentle.status) == ("Gentle", "recontact", "active")
    assert [version.steps.count() for version in gentle.versions.order_by("number")] == [2, 2]
    assert Strategy.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("name: {", 1, "This is not YAML"),
        ("name: Gentle\n\ttype: recontact\n", 2, "This is not YAML"),
        ("name: Gentle\ntype: recontact\nsteps: [*a]", 3, "references"),
        ("- name: Gentle\n", 1, "not a strategy"),
        (GENTLE.replace("wait", "weight"), 5, "Unknown here: weight"),
        (GENTLE.replace("3d", "soon"), 5, "Write a wait as"),
        (GENTLE.replace("retries: 2", "retries: two"), 7, "'two' is not a whole number"),
        (GENTLE.replace("voice", "pigeon"), 6, "One of sms,"),
        (GENTLE.replace("recontact", "rude"), 2, "One of early_collection"),
        (GENTLE.replace("sms", "sms\n  template: Unheard of"), 5, "There is no such template"),
        (GENTLE + "escalation:\n  max_attempts: 0\n", 9, "From 1 to 100"),
        (GENTLE + "escalation:\n  attempts: 1\n", 9, "Unknown here: attempts"),
        ("type: recontact\nsteps:\n- channel: sms\n", 1, "Give it a name"),
    ],
)
def test_what_is_wrong_is_told_with_file_and_line(file, forbear, text, line, sentence):
    file.write_text(text)
    status, told, wrong = forbear("import", file)
    assert (status, told, wrong.count("\n")) == (1, "", 1)
    assert wrong.startswith(f"forbear: {file}, line {line}: ")
    assert sentence in wrong
    assert not Strategy.objects.exists()


def test_the_first_of_several_is_told_and_the_others_counted(file, forbear):
    file.write_text(GENTLE.replace("voice", "pigeon") + "escalation:\n  max_attempts: 0\n")
    assert "line 6: One of" in (told := forbear("import", file)[2])
    assert "(2 more after it.)" in told


def test_what_is_no_text_is_no_strategy(file, forbear):
    file.write_bytes(b"\xff\xfe\x00n")
    assert forbear("import", file)[::2] == (1, f"forbear: {file} is not a text in UTF-8.\n")
    assert forbear("import", file.with_name("gone.yaml"))[0] == 2


def test_names_are_asked_for_until_one_strategy_is_meant(gentle, larkfield, stranger_org, file, forbear):
    wide = ("--organization", "Larkfield Recovery")
    assert forbear("export", "Gentle")[::2] == (1, "forbear: Say which organization is meant with --organization.\n")
    assert forbear("export", "Rude", *wide)[::2] == (1, "forbear: There is no strategy with this name or id.\n")
    other = ("--organization", stranger_org.name)
    assert forbear("export", gentle.public_id, *other)[::2] == forbear("export", "Rude", *wide)[::2]
    second = strategy_of(larkfield, Plan((StepPlan("sms"),)))
    assert second.public_id in forbear("export", "Gentle", *wide)[2]
    archive_strategy(strategy=second, **BY)
    file.write_text(GENTLE)
    status, _, wrong = forbear("import", file, "--into", second.public_id, *wide)
    assert (status, wrong) == (1, "forbear: This strategy is archived; duplicate it to go on from it.\n")
