"""Every room looks the same inside: the same file names, words in tables, entries that somebody writes."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings

from forbear.core.lifecycle import Lifecycle

ROOT = Path(__file__).resolve().parents[2]
FORBEAR = ROOT / "forbear"
ROOMS = [FORBEAR / room for room in settings.ROOMS]
# What every room may have. Anything else is machinery, and says in its first line what it is.
DOORS = re.compile(r"(views|api)(_\w+)?|urls|forms|schemas|webhooks")
INSIDE = {"__init__", "apps", "models", "states", "events", "refusals", "actions", "queries", "tasks"}
SAYS_NOTHING = re.compile(r"(utils?|helpers?|managers?|misc|common|process(or|ing)?|handlers?|data|stuff|lib|tools?)")
LINES_AT_MOST = 500
# States in which a row begins; every other state is the end of a move.
BEGINNINGS = {
    "STATUS": {"new"},
    "CAMPAIGN": {"draft"},
    "ENROLLMENT": {"open"},
    "ITEM": {"pending"},
    "MESSAGE": {"queued", "received"},
    "REFERRAL": {"open"},
    "LIFT": {"asked"},
    "IMPORT": {"uploaded"},
    "CONVERSATION": {"open"},
    "DRY_RUN": {"queued"},
    "STRATEGY": {"draft"},
    "PROMISE": {"active"},
    "ESCALATION": {"pending"},
    "DISPUTE": {"open"},
}
# Tables of moves that sets of rows make in SQL, and those whose page is still to come.
IN_SQL = {"ENROLLMENT", "ITEM", "MESSAGE", "REFERRAL", "PROMISE"}
WITHOUT_A_PAGE = {"STRATEGY"}
# Its moves are named by where they lead, and are made by whoever says where to.
LED_BY_NAME = {"STATUS"}


def sources(folder: Path = FORBEAR) -> Iterator[Path]:
    """The program's own files, without tests and migrations."""
    for path in sorted(folder.rglob("*.py")):
        if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts):
            yield path


def lifecycles() -> dict[str, tuple[Path, Lifecycle]]:
    """Name -> (room, table of moves)."""
    found = {}
    for room in ROOMS:
        if find_spec(f"forbear.{room.name}.states"):
            words = vars(import_module(f"forbear.{room.name}.states"))
            found |= {name: (room, word) for name, word in words.items() if isinstance(word, Lifecycle)}
    return found


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.name)
def test_a_room_has_the_files_of_every_room_and_machinery_that_says_what_it_is(room: Path) -> None:
    nameless = []
    for path in sources(room):
        known = path.stem in INSIDE or DOORS.fullmatch(path.stem)
        if not known and not ast.get_docstring(ast.parse(path.read_text())):
            nameless.append(path.name)
    assert nameless == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [str(path) for path in sources() if SAYS_NOTHING.fullmatch(path.stem)] == []
    assert [str(path) for path in FORBEAR.rglob("*") if path.is_dir() and SAYS_NOTHING.fullmatch(path.name)] == []


def test_no_file_is_too_long_to_be_read_at_once() -> None:
    own = [FORBEAR, ROOT / "tests", ROOT / "bench", ROOT / "docs"]
    files = [
        path for folder in own for kind in ("*.py", "*.html", "*.css", "*.js", "*.md") for path in folder.rglob(kind)
    ]
    ours = [path for path in files if not {"vendor", "migrations"} & set(path.parts)]
    lengths = {str(path.relative_to(ROOT)): path.read_bytes().count(b"\n") for path in ours}
    assert len(lengths) > 300
    assert {path: lines for path, lines in lengths.items() if lines > LINES_AT_MOST} == {}


def test_every_table_of_moves_is_known_here() -> None:
    assert set(lifecycles()) == set(BEGINNINGS)


@pytest.mark.parametrize("name", BEGINNINGS)
def test_every_state_can_be_reached(name: str) -> None:
    _, table = lifecycles()[name]
    reached = set().union(*(table.reachable(first) for first in BEGINNINGS[name]))
    assert {str(state) for state in table.states} == {str(state) for state in reached}


@pytest.mark.parametrize("name", sorted(set(BEGINNINGS) - IN_SQL - WITHOUT_A_PAGE - LED_BY_NAME))
def test_every_move_is_made_by_a_verb(name: str) -> None:
    room, table = lifecycles()[name]
    verbs = " ".join(path.read_text() for path in sources(room) if path.stem != "states")
    made = set(re.findall(rf'\b{name}\.move\(\s*\w+,\s*"(\w+)"', verbs))
    assert made == set(table.moves)


@pytest.mark.parametrize("name", sorted(IN_SQL))
def test_every_move_of_many_rows_is_made_by_a_statement(name: str) -> None:
    """The word that a move ends in stands in the room's machinery, or comes from a gateway's receipt."""
    room, table = lifecycles()[name]
    written = [path.read_text() for path in (*sources(room), *sources(FORBEAR / "providers")) if path.stem != "states"]
    by_verbs = set(re.findall(rf'\b{name}\.move\(\s*\w+,\s*"(\w+)"', " ".join(written)))
    in_sql = [moves for verb, moves in table.moves.items() if verb not in by_verbs]
    words = {str(target) for moves in in_sql for target in moves.values()}
    said = "|".join(rf"[\"']{word}[\"']|{table.states.__name__}\.{word.upper()}\b" for word in sorted(words))
    found = {match.strip("\"'").rpartition(".")[2].lower() for match in re.findall(said, " ".join(written))}
    assert words - found == set()


def events() -> Iterator[tuple[str, str]]:
    """(room, name of the constant) of everything that can stand in the log."""
    for room in ROOMS:
        if find_spec(f"forbear.{room.name}.events"):
            for name in vars(import_module(f"forbear.{room.name}.events")):
                if name.isupper():
                    yield room.name, name


def test_every_entry_is_written_by_somebody() -> None:
    told_of = {"events", "chronicle"}
    code = " ".join(path.read_text() for path in sources() if path.stem not in told_of)
    words = set(re.findall(r"\b[A-Z_]{4,}\b", code))
    assert [(room, name) for room, name in events() if name not in words] == []


def test_no_template_asks_the_database() -> None:
    """A relation is gathered by the view, where the number of queries is counted."""
    asks = re.compile(r"\{[%{][^%}]*(\.objects\b|_set\b|\.(filter|exists|order_by|values_list|select_related)\b)")
    templates = sorted(FORBEAR.rglob("*.html"))
    assert templates
    assert [str(path) for path in templates if asks.search(path.read_text())] == []


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_names_versions_and_hashes_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    pinned = re.findall(r"^[a-z0-9][\w.\-]*(?:\[[\w,]+\])?==\S+", text, re.MULTILINE)
    packages = re.findall(r"^[a-z0-9]\S*", text, re.MULTILINE)
    assert len(pinned) == len(packages) > 20
    assert text.count("--hash=sha256:") >= len(pinned)
    assert re.findall(r"\S*(?:://|--index-url|--find-links|--extra-index-url| @ )\S*", text) == []
