"""`forbear policy`: the rules alone, asked about cases in files."""

from __future__ import annotations

import json
from pathlib import Path

import click


@click.group()
def policy() -> None:
    """Ask the rules that every message has to pass."""


@policy.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def check(files: tuple[Path, ...]) -> int:
    """Run vector FILES: one JSON line a case; exit status 1 if any answer differs."""
    from forbear.policy.check import check_file

    differing = 0
    for file in files:
        for case in check_file(file):
            differing += not case["ok"]
            click.echo(json.dumps({key: case[key] for key in ("id", "ok", "expect", "got")}, ensure_ascii=False))
    return 1 if differing else 0
