"""The roles of the embedded database: one that owns it and migrates, one that the program runs as."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

DATABASE = "forbear"
OWNER = "forbear_owner"
APP = "forbear_app"


@dataclass(frozen=True)
class Passwords:
    superuser: str = field(repr=False)
    owner: str = field(repr=False)
    app: str = field(repr=False)

    def as_words(self) -> dict[str, str]:
        return asdict(self)

    def url(self, role: str, database: str, sockets: Path) -> str:
        """A libpq URL over the unix socket; the passwords need no escaping, the directory does."""
        secret = {"postgres": self.superuser, OWNER: self.owner, APP: self.app}[role]
        return f"postgresql://{role}:{secret}@/{database}?host={quote(str(sockets), safe='')}"


def provision(superuser_url: str, passwords: Passwords) -> None:
    """Makes the roles and the database where they are missing; a second call changes nothing."""
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        there = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        if OWNER not in there:
            _create_role(connection, OWNER, "CREATEDB", passwords.owner)
        if APP not in there:
            _create_role(connection, APP, "NOCREATEDB", passwords.app)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )


def _create_role(connection: psycopg.Connection, name: str, right: str, password: str) -> None:
    statement = sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE {} PASSWORD {}")
    connection.execute(statement.format(sql.Identifier(name), sql.SQL(right), sql.Literal(password)))
