"""`forbear import`: a file of contacts, as the pages would take it in."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import Progress

from forbear.commands.house import house
from forbear.commands.organization import chosen_organization
from forbear.core.refusal import Refusal

if TYPE_CHECKING:
    from forbear.imports.models import Import

PROVENANCES = ("given_by_consumer", "skip_traced", "unknown")
COUNTS = ("total", "created", "updated", "unchanged", "rejected")
ERRORS_SHOWN = 10
GLANCE_SECONDS = 0.25


class ImportFailed(Refusal):
    """The file could not be taken in."""


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--list", "list_name", required=True, metavar="NAME", help="The contact list that the rows go to.")
@click.option("--provenance", required=True, type=click.Choice(PROVENANCES), help="Who gave the phone numbers.")
@click.option("--creditor", default="", metavar="NAME")
@click.option("--organization", metavar="NAME", help="Needed where there is more than one.")
@click.option("--dry-run", is_flag=True, help="Look the file over and save nothing.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def import_file(
    file: Path,
    list_name: str,
    provenance: str,
    creditor: str,
    organization: str | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take in FILE (CSV or XLSX): all of its usable rows, or nothing."""
    with house():
        from forbear.core import clock
        from forbear.imports.actions import begin_import

        with file.open("rb") as body:
            batch = begin_import(
                organization=chosen_organization(organization),
                file=body,
                filename=file.name,
                list_name=list_name,
                creditor=creditor,
                provenance=provenance,
                dry_run=dry_run,
                at=clock.now(),
            )
        take_in(batch, dry_run=dry_run)
        tell(batch, as_json=as_json)


def take_in(batch: Import, *, dry_run: bool) -> None:
    """Applies it here, unless a worker is quicker; then waits for that. Raises ImportFailed."""
    from forbear.core import clock
    from forbear.imports.actions import apply_import, queue_import
    from forbear.imports.states import Status

    ended = threading.Event()
    with progress_of(batch, ended):
        queue_import(batch=batch, dry_run=dry_run, at=clock.now())
        while batch.status in (Status.QUEUED, Status.RUNNING):
            apply_import(import_id=batch.pk, at=clock.now())
            batch.refresh_from_db()
            if batch.status in (Status.QUEUED, Status.RUNNING):
                ended.wait(GLANCE_SECONDS)
    if batch.status == Status.FAILED:
        show_errors(batch)
        raise ImportFailed(batch.error)


@contextmanager
def progress_of(batch: Import, ended: threading.Event) -> Iterator[None]:
    """A bar on the terminal's error stream, fed by what the import writes about itself."""
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        bar = progress.add_task(f"Importing {batch.filename}", total=batch.total or None)
        watcher = threading.Thread(target=_watch, args=(batch.pk, progress, bar, ended), daemon=True)
        watcher.start()
        try:
            yield
        finally:
            ended.set()
            watcher.join()


def _watch(import_id: int, progress: Progress, bar: object, ended: threading.Event) -> None:
    from django.db import connection

    from forbear.imports.models import Import

    while not ended.wait(GLANCE_SECONDS):
        read = Import.objects.filter(pk=import_id).values_list("rows_read", flat=True).first()
        progress.update(bar, completed=read or 0)  # type: ignore[arg-type]
    connection.close()


def tell(batch: Import, *, as_json: bool) -> None:
    """The counts, and the first rows that were left out."""
    counts = {name: getattr(batch, name) for name in COUNTS}
    if as_json:
        click.echo(json.dumps({"id": batch.public_id, "status": batch.status, "dry_run": batch.dry_run, **counts}))
        return
    click.echo("Looked over, nothing saved:" if batch.dry_run else f"Imported into {batch.list_name}:")
    for name, count in counts.items():
        click.echo(f"  {name:<9} {count:>9,}")
    show_errors(batch)


def show_errors(batch: Import) -> None:
    """The first rows that were left out and why, on stderr."""
    from forbear.imports.queries import row_errors

    for row, column, _, reason in islice(row_errors(batch), ERRORS_SHOWN):
        click.echo(f"  row {row}, {column}: {reason}", err=True)
    if batch.rejected > ERRORS_SHOWN:
        click.echo("  The others are in the errors file on the page of the import.", err=True)
