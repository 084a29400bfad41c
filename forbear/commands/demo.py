"""`forbear demo`: the first story on real input, then the pages."""

from __future__ import annotations

from contextlib import ExitStack

import click
from rich.console import Console

from forbear.commands.house import home, house
from forbear.commands.serving import address, listening, serve_until_told_to_stop

HOST = "127.0.0.1"


@click.command()
@click.option("--no-serve", is_flag=True, help="End after the story; exit status 0 only if it went right.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
def demo(no_serve: bool, port: int) -> int:
    """Tell the first story on real input, then serve its pages."""
    with ExitStack() as held:
        listener = None if no_serve else held.enter_context(listening(HOST, port))
        ground = held.enter_context(house())
        from forbear.sandbox.story import run

        story = run(home=home(), say=Console(), serve=listener is not None)
        if listener is not None and story.went_right:
            serve_until_told_to_stop(ground, listener, address(HOST, port))
    return 0 if story.went_right else 1
