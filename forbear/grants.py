"""What the running role may do: read and write rows, never own a table, never change the log."""

from __future__ import annotations

from psycopg import Connection, sql

# Tables from which the running role may only read and to which it may only add.
APPEND_ONLY = ("compliance_entry", "compliance_seal", "compliance_node", "compliance_key")
# The vault, where a text can be erased and no row removed; what waits for its seal, which is taken and never changed.
NEVER = dict.fromkeys(APPEND_ONLY, "UPDATE, DELETE, TRUNCATE") | {
    "compliance_personal": "DELETE, TRUNCATE",
    "compliance_unsealed": "UPDATE, TRUNCATE",
    # Only compliance_retire() adds to it, and it looks at the rules itself.
    "compliance_archive": "INSERT, UPDATE, DELETE, TRUNCATE",
    "compliance_legalhold": "DELETE, TRUNCATE",
    "payments_ledgerentry": "UPDATE, DELETE, TRUNCATE",
}


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
    for table, rights in NEVER.items():
        revoke = sql.SQL("REVOKE {} ON {} FROM {}")
        owner.execute(revoke.format(sql.SQL(rights), sql.Identifier(table), name))
