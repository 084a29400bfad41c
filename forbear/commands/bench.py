"""`forbear bench`: lists the measurements of a checkout, or runs some of them."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import click

from forbear.commands.house import CHECKOUT, house

BENCHES = CHECKOUT / "bench"


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def bench(name: str | None, options: tuple[str, ...]) -> int:
    """Run the measurement NAME of bench/ with its own OPTIONS, or list them all."""
    there = {path.stem: path for path in sorted(BENCHES.glob("[!_]*.py"))}
    if not there:
        raise click.ClickException(f"There are no measurements in {BENCHES}: they come with a checkout.")
    if name is None:
        for stem, path in there.items():
            click.echo(f"{stem:<20} {_first_line(path)}")
        return 0
    if name not in there:
        raise click.BadParameter(f"{name!r} is none of {', '.join(there)}", param_hint="NAME")
    with house():
        command = (sys.executable, "-m", f"bench.{name}", *options)
        return subprocess.run(command, cwd=CHECKOUT, env=os.environ).returncode


def _first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
