"""`forbear migrate` and `forbear database-url`."""

from __future__ import annotations

import click

from forbear.commands.house import database, house


@click.command()
def migrate() -> None:
    """Bring the database to this version."""
    with house():
        click.echo("The database is up to date.")


@click.command("database-url")
@click.option("--owner", is_flag=True, help="The role that owns the tables, instead of the running one.")
def database_url(owner: bool) -> None:
    """Print the address of the database; an embedded one is left running for whoever asked."""
    with database() as ground:
        if ground.embedded:
            ground.embedded.keep()
        click.echo(ground.owner_url if owner else ground.app_url)
