"""The embedded PostgreSQL: a real server from a directory of binaries, under our own small supervisor."""

from forbear.postgres.cluster import Cluster
from forbear.postgres.refusals import PostgresRefusal
from forbear.postgres.server import Running

__all__ = ["Cluster", "PostgresRefusal", "Running"]
