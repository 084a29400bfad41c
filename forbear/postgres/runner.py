"""As whom the server runs: PostgreSQL refuses root, so root hands it to an unprivileged user."""

from __future__ import annotations

import os
import pwd
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

NOBODY = 65534
SHARED = Path("/var/lib/forbear")
"""Where root keeps clusters and binaries that the unprivileged user cannot reach in the home directory."""


class Dropped(TypedDict, total=False):
    """The arguments of `subprocess.Popen` that drop root in the child, before it runs."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True)
class Runner:
    """The user that the server runs as; `uid` is None where that is ourselves."""

    uid: int | None
    gid: int | None

    @classmethod
    def for_directory(cls, directory: Path) -> Runner:
        """Ourselves, or as root the owner of an existing directory, or nobody."""
        if os.geteuid() != 0:
            return cls(None, None)
        if directory.exists() and directory.stat().st_uid != 0:
            return cls(directory.stat().st_uid, directory.stat().st_gid)
        return cls(NOBODY, _group_of(NOBODY))

    @property
    def effective_uid(self) -> int:
        return os.geteuid() if self.uid is None else self.uid

    def dropped(self) -> Dropped:
        if self.uid is None or self.gid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_enter(self, directory: Path) -> bool:
        """Asks the kernel, as that user: each folder on the way must let it through."""
        if self.uid is None:
            return os.access(directory, os.X_OK)
        return subprocess.run(["test", "-x", str(directory)], cwd="/", **self.dropped()).returncode == 0

    def give(self, path: Path) -> None:
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)


def _group_of(uid: int) -> int:
    try:
        return pwd.getpwuid(uid).pw_gid
    except KeyError:
        return uid
