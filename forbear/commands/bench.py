"""`forbear bench`: lists the measurements of a checkout, or runs one of them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import click

from forbear.commands.house import CHECKOUT

BENCHES = CHECKOUT / "bench"


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("name", required=False)
@click.argument("options", nargs=-1, type=click.UNPROCESSED)
def bench(name: str | None, options: tuple[str, ...]) -> int:
    """Run the measurement NAME with its own OPTIONS, or list them all.

    Each brings a database of its own and throws it away.
    """
    there = measurements()
    if not there:
        raise click.ClickException(f"There are no measurements in {BENCHES}: they come with a checkout.")
    if name is None:
        for stem, path in there.items():
            click.echo(f"{stem:<12} {_first_line(path)}")
        return 0
    if name not in there:
        raise click.BadParameter(f"{name} is none of {', '.join(there)}", param_hint="NAME")
    return subprocess.run((sys.executable, "-m", f"bench.{name}", *options), cwd=CHECKOUT).returncode


def measurements() -> dict[str, Path]:
    """By name: every file of bench/ that can be run."""
    return {path.stem: path for path in sorted(BENCHES.glob("*.py")) if "__main__" in path.read_text()}


def _first_line(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0]
