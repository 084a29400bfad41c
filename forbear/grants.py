"""What the running role may do: read and write rows, never own a table, never change the log."""

from __future__ import annotations

from psycopg import Connection, sql

# Tables from which the running role may only read and to which it may only add.
APPEND_ONLY = ("compliance_entry",)


def grant(owner: Connection[object], role: str) -> None:
    """Give `role` its rights on all that the migrations made. Runs with the owner's connection, after each migrate."""
    name = sql.Identifier(role)
    for statement in (
        "GRANT USAGE ON SCHEMA public TO {}",
        "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
        "GRANT USAGE, SELECT, UPDATE ON ALL SEQUENCES IN SCHEMA public TO {}",
        "GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {}",
    ):
        owner.execute(sql.SQL(statement).format(name))
    for table in APPEND_ONLY:
        owner.execute(sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), name))
