"""What the documents say is there is there, and what is there they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from forbear.cli import cli
from forbear.staff.permissions import Permission

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
VARIABLE = re.compile(r'"(FORBEAR_[A-Z_]+|DATABASE_URL|PROMETHEUS_MULTIPROC_DIR)"')
PICTURES_AT_MOST = 4 * 2**20


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """(file or folder, anchor) of every link that stays in the checkout."""
    for found in LINK.findall(page.read_text()):
        if not found.startswith(("http://", "https://", "mailto:")):
            path, _, anchor = found.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    """The headings as a link names them: `## Two roles` is two-roles."""
    plain = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(page.read_text()))
    return {heading.replace(" ", "-") for heading in plain}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    lost = [str(target) for target, _ in links(page) if not target.exists()]
    lost += [f"{target}#{anchor}" for target, anchor in links(page) if anchor and anchor not in anchors(target)]
    assert lost == []


def test_every_page_and_every_picture_is_led_to() -> None:
    led_to = {target for page in PAGES for target, _ in links(page)}
    there = {*PAGES[1:], *DOCS.glob("pictures/*.png")}
    assert {str(path.relative_to(ROOT)) for path in there - led_to - {DOCS / "README.md"}} == set()


def test_the_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in DOCS.glob("pictures/*")) < PICTURES_AT_MOST


def test_every_decision_stands_in_the_index_once() -> None:
    listed = [target.name for target, _ in links(DOCS / "decisions" / "README.md")]
    decisions = [path.name for path in DOCS.glob("decisions/*.md") if path.name != "README.md"]
    assert sorted(listed) == sorted(decisions)


def read_variables() -> set[str]:
    """Every environment variable that the program asks for."""
    files = (path for path in (ROOT / "forbear").rglob("*.py") if "tests" not in path.parts)
    return {name for path in files for name in VARIABLE.findall(path.read_text())}


def table_of_settings() -> set[str]:
    rows = re.findall(r"^\| (`.+?) \|", (DOCS / "operating.md").read_text(), re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}


def test_every_setting_is_explained() -> None:
    assert read_variables() - table_of_settings() == set()


def test_no_setting_is_explained_that_nobody_reads() -> None:
    assert table_of_settings() - read_variables() == set()


def commands(command: click.Command = cli, path: str = "forbear") -> Iterator[tuple[str, click.Command]]:
    """(words to type, command) of everything that can be run."""
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from commands(inner, f"{path} {name}")
    else:
        yield path, command


def section_of(words: str) -> str:
    """The part of docs/commands.md under the heading with these words; empty where there is none."""
    text = (DOCS / "commands.md").read_text()
    found = re.search(rf"^## `{re.escape(words)}\b.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    return found[0] if found else ""


@pytest.mark.parametrize(("words", "command"), [pytest.param(*each, id=each[0]) for each in commands()])
def test_every_command_is_explained_with_its_options(words: str, command: click.Command) -> None:
    section = section_of(words)
    options = {name for given in command.params for name in given.opts if name.startswith("--")}
    assert section, f"docs/commands.md has no section for {words}"
    assert {option for option in options if f"`{option}" not in section} == set()
    assert set(re.findall(r"`(--[a-z-]+)", section)) - options == set()


def test_every_scope_is_explained() -> None:
    text = (DOCS / "security.md").read_text()
    assert {scope for scope in Permission if f"`{scope}`" not in text} == set()
