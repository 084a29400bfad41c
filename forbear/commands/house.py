"""What a command stands on: a home, a running database, and Django ready to use it.

The only place beside settings.py that meets the environment: it completes it before the settings are read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import platformdirs
import psycopg

from forbear.core.refusal import Refusal
from forbear.postgres import Cluster, Running

OLDEST_POSTGRES = 15
CHECKOUT = Path(__file__).resolve().parents[2]


class DatabaseNotReachable(Refusal):
    """The database of DATABASE_URL cannot be reached."""


class DatabaseTooOld(Refusal):
    """Forbear needs PostgreSQL 15 or newer."""


@dataclass(frozen=True)
class Database:
    """Where the rows are; `embedded` is our own server, None where the operator named one."""

    app_url: str
    owner_url: str
    embedded: Running | None


def home() -> Path:
    """FORBEAR_HOME, else `.forbear` in the checkout, else the user's data folder."""
    chosen = os.environ.get("FORBEAR_HOME")
    if chosen:
        return Path(chosen).expanduser().absolute()
    if (CHECKOUT / "pyproject.toml").exists():
        return CHECKOUT / ".forbear"
    return platformdirs.user_data_path("forbear")


@contextmanager
def database() -> Iterator[Database]:
    """A database that answers: the operator's own, or the embedded one, let go of at the end."""
    os.environ["FORBEAR_HOME"] = str(home())
    url = os.environ.get("DATABASE_URL")
    if url:
        refuse_old_server(url)
        yield Database(url, os.environ.get("FORBEAR_OWNER_DATABASE_URL") or url, None)
        return
    is_new = not (home() / "postgres").exists()
    with Cluster(home()).ensure_running() as running:
        if is_new and not running.place.root.is_relative_to(home()):
            click.echo(
                f"forbear: PostgreSQL never runs as root and nobody else may enter {home()}, so its data lies in "
                f"{running.place.root}.",
                err=True,
            )
        os.environ["DATABASE_URL"] = running.app_url
        os.environ["FORBEAR_OWNER_DATABASE_URL"] = running.owner_url
        yield Database(running.app_url, running.owner_url, running)


@contextmanager
def house() -> Iterator[Database]:
    """A database and Django ready to use it; the tables are migrated."""
    from django.db import connections

    with database() as ground:
        furnish()
        try:
            yield ground
        finally:
            connections.close_all()


def furnish() -> None:
    """Set Django up and bring the tables to this version."""
    import django

    from forbear.migrating import migrate

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forbear.settings")
    django.setup()
    migrate()


def refuse_old_server(url: str) -> None:
    """One sentence where the operator's server does not answer or is too old."""
    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            version = connection.info.server_version
    except psycopg.Error as error:
        raise DatabaseNotReachable(f"The database of DATABASE_URL cannot be reached: {first_line(error)}.") from error
    if version < OLDEST_POSTGRES * 10000:
        raise DatabaseTooOld(
            f"Forbear needs PostgreSQL {OLDEST_POSTGRES} or newer, and DATABASE_URL leads to version "
            f"{version // 10000}."
        )


def first_line(error: Exception) -> str:
    """What PostgreSQL says first is the reason; hints follow."""
    return (str(error).strip().splitlines() or ["no reason given"])[0].strip().rstrip(".")
