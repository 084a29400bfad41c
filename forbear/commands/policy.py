"""`forbear policy`: the rules alone, asked about cases in files or about one account."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from forbear.commands.house import house
from forbear.core.ids import number_of
from forbear.core.refusal import NotFound
from forbear.web.formats import plural


class NoSuchAccount(NotFound):
    """There is no account with this id."""


@click.group()
def policy() -> None:
    """Ask the rules that every message has to pass."""


@policy.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(files: tuple[Path, ...]) -> int:
    """Run vector FILES: one JSON line a case; exit status 1 if any answer differs."""
    from forbear.commands.suites import all_suites
    from forbear.policy.check import check_file

    differing = 0
    for file in files:
        for case in check_file(file, suites=all_suites()):
            differing += not case["ok"]
            click.echo(json.dumps({key: case[key] for key in ("id", "ok", "expect", "got")}, ensure_ascii=False))
    return 1 if differing else 0


@policy.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def overlay(files: tuple[Path, ...]) -> None:
    """Hold an organization's own packs (FILES, TOML with a `parent`) against the law: they may only narrow it."""
    from forbear.policy.loading import everything, load_overlay

    for file in files:
        pack = load_overlay(file, everything())
        click.echo(f"{pack.label}: {plural(len(pack.rules), 'rule')}, none wider than the law.")


@policy.command()
def table() -> None:
    """Print every law pack as a Markdown table: the one in docs/compliance.md."""
    from forbear.policy.loading import everything
    from forbear.policy.table import markdown

    click.echo(markdown(everything()))


class Instant(click.ParamType[datetime]):
    """ISO 8601; without an offset it is UTC."""

    name = "instant"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value} is no time like 2026-11-24T15:00:00Z", param, ctx)
        return at if at.tzinfo else at.replace(tzinfo=UTC)


@policy.command()
@click.argument("account")
@click.option("--channel", type=click.Choice(["sms", "email", "call", "whatsapp"]), default="sms", show_default=True)
@click.option("--at", type=Instant(), help="ISO 8601, the present by default.")
@click.option("--json", "as_json", is_flag=True, help="The whole verdict, for machines.")
def explain(account: str, channel: str, at: datetime | None, as_json: bool) -> None:
    """Say whether ACCOUNT (acc_...) may be written to, and why or why not. Nothing is sent."""
    with house():
        verdict = explained(account, channel, at)
    if as_json:
        click.echo(json.dumps(verdict, ensure_ascii=False))
        return
    click.echo(f"{verdict['outcome']}" + (f", until {until}" if (until := verdict["next_allowed_at"]) else ""))
    for finding in verdict["because"]:
        click.echo(f"  {finding['outcome']:<6} {finding['say']} ({'; '.join(finding['cite'])})")


def explained(account: str, channel: str, at: datetime | None) -> dict[str, Any]:
    """The verdict in the API's shape. Raises NoSuchAccount."""
    from forbear.accounts.models import Account
    from forbear.core import clock
    from forbear.dispatch.queries import contactability

    number = number_of("acc", account)
    found = Account.objects.select_related("consumer", "organization").filter(pk=number or 0).first()
    if found is None:
        raise NoSuchAccount
    return contactability(account=found, channel=channel, at=at or clock.now())
