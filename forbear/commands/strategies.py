"""`forbear strategy`: a contact plan as a file, to be kept, compared and reviewed like a program's source."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from forbear.commands.house import house
from forbear.commands.organization import chosen_organization, tell
from forbear.core.ids import number_of
from forbear.core.refusal import Invalid, NotFound, Refusal

if TYPE_CHECKING:
    from forbear.staff.models import Organization
    from forbear.strategies.models import Strategy

OF = click.option("--organization", metavar="NAME", help="Needed where there is more than one.")


class NoSuchStrategy(NotFound):
    """There is no strategy with this name or id."""


class WhichStrategy(Refusal):
    """Several strategies have this name: give the id of one."""


class UnusableFile(Invalid):
    """This file is not a strategy."""


@click.group()
def strategy() -> None:
    """Strategies as YAML files."""


@strategy.command()
@click.argument("wanted", metavar="NAME|ID")
@OF
def export(wanted: str, organization: str | None) -> None:
    """Print the newest version of a strategy as YAML."""
    with house():
        from forbear.strategies.text import to_yaml

        told = to_yaml(chosen_strategy(chosen_organization(organization), wanted))
    click.echo(told, nl=False)


@strategy.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--into", metavar="NAME|ID", help="The strategy that gets a new version, instead of a new draft.")
@OF
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def import_strategy(file: Path, into: str | None, organization: str | None, as_json: bool) -> None:
    """Make a draft of FILE, or the next version of a strategy that there is."""
    text = text_of(file)
    with house():
        owner = chosen_organization(organization)
        known = chosen_strategy(owner, into) if into else None
        try:
            told = take_in(text, owner, known)
        except Invalid as wrong:
            raise UnusableFile(placed(file, text, wrong)) from None
    tell(told, as_json=as_json)


def take_in(text: str, owner: Organization, known: Strategy | None) -> dict[str, str]:
    """A new draft; or type and plan of the strategy that is known, which keeps its name."""
    from forbear.compliance.actions import SYSTEM
    from forbear.core import clock
    from forbear.strategies.actions import create_strategy, edit_strategy
    from forbear.strategies.queries import newest_version
    from forbear.strategies.text import from_yaml

    name, kind, plan = from_yaml(text, owner)
    at = clock.now()
    if known is None:
        known = create_strategy(organization=owner, name=name, kind=kind, plan=plan, actor=SYSTEM, at=at)
    else:
        edit_strategy(strategy=known, kind=kind or None, plan=plan, actor=SYSTEM, at=at)
    version = str(newest_version(known).number)
    return {"strategy": known.public_id, "name": known.name, "status": str(known.status), "version": version}


def chosen_strategy(owner: Organization, wanted: str) -> Strategy:
    """The organization's strategy with this id or name, one that people made. Raises NoSuchStrategy, WhichStrategy."""
    from forbear.strategies.models import Strategy
    from forbear.strategies.queries import strategies_of

    rows = strategies_of(owner).select_related("organization")
    number = number_of(Strategy.prefix, wanted)
    found: list[Strategy] = list(rows.filter(name=wanted) if number is None else rows.filter(pk=number))
    if not found:
        raise NoSuchStrategy
    if len(found) > 1:
        ids = ", ".join(f"{one.public_id} ({one.status})" for one in found)
        raise WhichStrategy(f"Several strategies have this name: give the id of one: {ids}.")
    return found[0]


def text_of(file: Path) -> str:
    """Raises UnusableFile for what is not text."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UnusableFile(f"{file} is not a text in UTF-8.") from None
    except OSError as wrong:
        raise UnusableFile(f"{file} cannot be read: {wrong.strerror}.") from None


def placed(file: Path, text: str, wrong: Invalid) -> str:
    """The first of what is wrong, with file and line, and how much more there is."""
    from forbear.strategies.lines import first_wrong

    line, sentence = first_wrong(text, wrong)
    more = len(wrong.fields) - 1
    return f"{file}, line {line}: {sentence}" + (f" ({more} more after it.)" if more > 0 else "")
