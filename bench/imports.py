"""An import of N rows of 12 columns, beside a bare COPY of the same file into one table with two indexes.

    python -m bench.imports [--rows 200000]

The import is the whole of it: detect, clean, match with what is known, people, contact points, accounts, list, entry. It
runs in a process of its own, whose peak memory is told. The same file once more finds every account known.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import random
import resource
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .ground import ground, say

AT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
HEADER = (
    "firstName", "lastName", "amount", "retailer", "orderNo", "paymentLink", "phoneNumber", "email", "dueDate",
    "creditorName", "ZipCode", "region",
)  # fmt: skip
FIRST = ("Betty", "Omar", "June", "Petra", "Luis", "Hana", "Noor", "Evan", "Ana", "Ines")
CODES = (212, 312, 415, 617, 213, 206, 303, 713, 404, 602)
MOST_TIMES = 4.0
MOST_MIB = 300


def write_file(path: Path, rows: int) -> None:
    """Fictional people, no two alike; always the same ones."""
    chance = random.Random(12)
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        for number in range(rows):
            writer.writerow(_row(chance, number))


def _row(chance: random.Random, number: int) -> tuple[object, ...]:
    shuffled = (number * 7_919) % 7_999_993  # every number once, in no order
    phone = f"{chance.choice(CODES)}{2_000_000 + shuffled % 7_999_999:07}"
    return (
        chance.choice(FIRST),
        f"Name{chance.randrange(5_000)}",
        f"{chance.randrange(100, 900_000) / 100:.2f}",
        f"Store {chance.randrange(90)}",
        f"HF-{shuffled:07}",
        f"https://pay.example.com/{chance.randrange(16**8):08x}",
        phone,
        f"person{shuffled}@example.com",
        f"{chance.randrange(1, 13)}/{chance.randrange(1, 29)}/{chance.randrange(22, 27)}",
        chance.choice(("Harbor Furniture", "Blue Pine", "Corner Store")),
        f"{chance.randrange(501, 99_951):05}",
        chance.choice(("north", "south", "east", "west")),
    )


def bare_copy(path: Path) -> float:
    """Seconds that PostgreSQL needs for the file alone: twelve columns of text, two of them indexed."""
    from django.conf import settings
    from psycopg import connect

    with connect(settings.OWNER_DATABASE_URL) as owner:
        owner.execute("DROP TABLE IF EXISTS bare")
        owner.execute(f"CREATE TABLE bare ({', '.join(f'{name} text' for name in HEADER)})")
        owner.execute("CREATE INDEX ON bare (phoneNumber)")
        owner.execute("CREATE INDEX ON bare (email)")
        owner.commit()
        started = time.perf_counter()
        with owner.cursor().copy("COPY bare FROM STDIN (FORMAT csv, HEADER)") as copy, path.open("rb") as file:
            while block := file.read(2**20):
                copy.write(block)
        owner.commit()
        return time.perf_counter() - started


def import_file(path: Path, told: Any) -> None:
    """In a process of its own: seconds, peak MiB, and the counts."""
    import django

    django.setup()
    from forbear.imports.actions import apply_import, begin_import, queue_import
    from forbear.staff.models import Organization

    organization = Organization.objects.first()
    started = time.perf_counter()
    with path.open("rb") as file:
        batch = begin_import(organization=organization, file=file, filename=path.name, list_name="bench", at=AT)
    queue_import(batch=batch, dry_run=False, at=AT)
    apply_import(import_id=batch.pk, at=AT)
    seconds = time.perf_counter() - started
    batch.refresh_from_db()
    counts = {name: getattr(batch, name) for name in ("status", "created", "updated", "unchanged", "rejected")}
    told.put((seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, counts))


def measured(path: Path) -> tuple[float, float, dict[str, Any]]:
    context = multiprocessing.get_context("spawn")
    told = context.Queue()
    process = context.Process(target=import_file, args=(path, told))
    process.start()
    answer: tuple[float, float, dict[str, Any]] = told.get()
    process.join()
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=200_000)
    rows = parser.parse_args().rows
    with ground():
        from django.conf import settings

        from forbear.staff.models import Organization

        path = Path(settings.HOME) / "bench.csv"
        write_file(path, rows)
        Organization.objects.create(name="Bench", created_at=AT)
        floors = [bare_copy(path)]
        seconds, mebibytes, counts = measured(path)
        floors.append(bare_copy(path))
        again, again_mebibytes, known = measured(path)
    floor = sum(floors) / len(floors)
    say(f"bare COPY, two indexes    {floor:8.2f} s  ({', '.join(f'{each:.2f}' for each in floors)})")
    say(f"import                    {seconds:8.2f} s  {seconds / floor:5.1f} x  {mebibytes:4.0f} MiB  {counts}")
    say(f"the same file once more   {again:8.2f} s  {again / floor:5.1f} x  {again_mebibytes:4.0f} MiB  {known}")
    say(f"wanted: at most {MOST_TIMES:.0f} x and {MOST_MIB} MiB")


if __name__ == "__main__":
    main()
