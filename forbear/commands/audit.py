"""`forbear audit`: holds the log against itself, and against what was kept elsewhere."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.progress import Progress

from forbear.commands.house import house
from forbear.commands.organization import chosen_organization
from forbear.core.ids import number_of
from forbear.core.refusal import NotFound
from forbear.web.formats import plural

if TYPE_CHECKING:
    from forbear.compliance.auditing import Report, Step

A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class NobodysEntries(NotFound):
    """There is no account and no entry with this id."""


@click.group()
def audit() -> None:
    """The compliance log: check it, keep its checkpoint elsewhere, renew its key."""


@audit.command()
@click.argument("bundle", required=False, type=click.Path(exists=True, path_type=Path))
@click.option("--against", multiple=True, type=A_FILE, metavar="FILE", help="A checkpoint that was kept elsewhere.")
@click.option("--key", default="", metavar="KEY", help="The public key as it is known from elsewhere.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def verify(bundle: Path | None, against: tuple[Path, ...], key: str, as_json: bool) -> int:
    """Check every entry, seal and signature of the log, or of BUNDLE. Exit status 1 if something is not as it was."""
    if bundle is not None:
        return verify_bundle(bundle, against, key, as_json=as_json)
    with house():
        from forbear.compliance import auditing
        from forbear.compliance.notes import PublicKey

        started = time.monotonic()
        with progress() as step:
            report = auditing.audit(
                key=PublicKey.read(key) if key else None, kept=[one.read_text() for one in against], step=step
            )
    tell(report, time.monotonic() - started, as_json=as_json)
    return 0 if report.intact else 1


def verify_bundle(bundle: Path, against: tuple[Path, ...], key: str, *, as_json: bool) -> int:
    """With the checker that every bundle brings along."""
    from forbear.compliance import bundle_check

    if against:
        raise click.UsageError("--against is for the log itself; a bundle brings its checkpoint along")
    return bundle_check.main([str(bundle), *(["--key", key] if key else []), *(["--json"] if as_json else [])])


@contextmanager
def progress() -> Iterator[Step]:
    """A bar on stderr, where somebody looks at it."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bars:
        bar = bars.add_task("Checking", total=None)
        yield lambda done, of: bars.update(bar, completed=done, total=of)


def tell(report: Report, seconds: float, *, as_json: bool) -> None:
    """What was checked, and what is not as it was."""
    if as_json:
        click.echo(json.dumps({"ok": report.intact, "seconds": round(seconds, 1), **asdict(report)}))
        return
    for finding in report.findings:
        click.echo(f"NOT INTACT: {f'{finding.organization}: ' if finding.organization else ''}{finding.sentence}")
    held = "The log is intact" if report.intact else "The rest holds"
    waiting = f", {report.waiting:,} wait for their seal" if report.waiting else ""
    entries, checkpoints = counted(report.entries, "entry", "entries"), counted(report.checkpoints, "checkpoint")
    click.echo(f"{held}: {entries} in {checkpoints} checked in {seconds:.1f} s{waiting}.")


def counted(number: int, one: str, many: str = "") -> str:
    return f"{number:,} {one if number == 1 else many or f'{one}s'}"


@audit.command()
@click.option("--organization", metavar="NAME", help="Needed where there is more than one.")
def checkpoint(organization: str | None) -> None:
    """Print the newest checkpoint, a signed note. Kept elsewhere, it finds a log that was cut or exchanged."""
    with house():
        from forbear.compliance.proofs import newest_seal

        click.echo(newest_seal(chosen_organization(organization)).note, nl=False)


@audit.command()
def key() -> None:
    """Print the public key that checkpoints are signed with now."""
    with house():
        from forbear.compliance.keys import known

        for row in known()[-1:]:
            click.echo(str(row.verifier))


@audit.command("rotate-key")
def rotate_key() -> None:
    """Let a new key sign from now on. The old one vouches for it, and its private half is destroyed."""
    with house():
        from forbear.compliance.actions import SYSTEM
        from forbear.compliance.keys import rotate
        from forbear.core import clock

        click.echo(str(rotate(actor=SYSTEM, at=clock.now())))


@audit.command()
@click.argument("which", metavar="ACCOUNT|ENTRY")
def erase(which: str) -> None:
    """Erase the personal data in all entries about ACCOUNT (acc_...), or in one ENTRY (ent_...). The entries stay."""
    with house():
        from forbear.compliance.actions import SYSTEM, erase
        from forbear.core import clock

        erased = erase(**entries_of(which), actor=SYSTEM, at=clock.now())
    click.echo(f"{plural(erased, 'text')} erased.")


def entries_of(which: str) -> dict[str, Any]:
    """Whose entries, and which. Raises NobodysEntries."""
    from forbear.accounts.models import Account
    from forbear.compliance.models import Entry
    from forbear.staff.models import Organization

    if account := Account.objects.select_related("organization").filter(pk=number_of("acc", which) or 0).first():
        return {"organization": account.organization, "account_id": account.pk}
    if entry := Entry.objects.filter(pk=number_of("ent", which) or 0).first():
        return {"organization": Organization.objects.get(pk=entry.organization_id), "entries": [entry.pk]}
    raise NobodysEntries
