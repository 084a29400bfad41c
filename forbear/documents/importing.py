"""Documents with their loans and borrowers from a file: read by the reader of contact files, judged row by row, and
written in a fixed number of statements. Rows that are wrong are left out, each with its reason.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from forbear.accounts.models import Account
from forbear.accounts.states import Provenance
from forbear.core.refusal import Invalid
from forbear.imports import cells, evidence, uploads
from forbear.imports.cells import Flaw, quoted
from forbear.imports.cleaning import RowFlaw
from forbear.imports.reader import open_file
from forbear.imports.sheet import Batch, Sheet
from forbear.staff.models import Organization

from . import chattels
from .importing_rows import Row
from .importing_rows import apply as apply
from .states import LoanStatus

MOST_ROWS: Final = 5_000
KEPT_SECONDS: Final = 2 * 24 * 3600
FOLDER: Final = "documents"
FORGOTTEN: Final = "This file has been added or forgotten meanwhile; upload it again if it is not among the documents."

_NAMES: Final[Mapping[str, str]] = {
    "title": "title", "document": "title", "agreement": "title", "name": "title",
    "description": "description", "notes": "description",
    "chatteltype": "chattel_type", "chattel": "chattel_type", "type": "chattel_type", "kind": "chattel_type",
    "provider": "provider_name", "providername": "provider_name", "lender": "provider_name",
    "creditor": "provider_name", "creditorname": "provider_name",
    "originalamount": "original", "original": "original", "principal": "original",
    "remainingamount": "remaining", "remaining": "remaining", "balance": "remaining", "amount": "remaining",
    "totalamount": "remaining",
    "currency": "currency", "maturitydate": "maturity_date", "maturity": "maturity_date", "matures": "maturity_date",
    "duedate": "due_date", "due": "due_date", "status": "status", "loanstatus": "status",
    "externalid": "external_id", "loanid": "external_id", "number": "number", "accountnumber": "number",
    "loannumber": "number",
    "firstname": "first_name", "lastname": "last_name", "borrower": "name", "borrowername": "name", "fullname": "name",
    "borrowerfirstname": "first_name", "borrowerlastname": "last_name",
    "phone": "phone", "phonenumber": "phone", "mobile": "phone", "borrowerphone": "phone",
    "email": "email", "emailaddress": "email", "borroweremail": "email",
    "state": "state", "zip": "postal_code", "zipcode": "postal_code", "postalcode": "postal_code",
    "timezone": "time_zone", "language": "language",
}  # fmt: skip
"""Column names without blanks, signs and capitals, and what they hold."""
COLUMNS: Final = (
    "title", "chattelType", "description", "provider", "originalAmount", "remainingAmount", "currency", "maturityDate",
    "dueDate", "status", "externalId", "number", "firstName", "lastName", "phone", "email", "state", "zip", "timeZone",
    "language",
)  # fmt: skip
_OF_A_LOAN: Final = ("provider_name", "original", "remaining", "maturity_date", "due_date", "status", "external_id")


@dataclass(slots=True)
class Read:
    """A file as it was read: the rows that can be written, and the flaws of the others."""

    filename: str
    total: int = 0
    rows: list[Row] = field(default_factory=list)
    flaws: list[RowFlaw] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    """Columns that say nothing about documents, and are passed over."""


@contextmanager
def read_upload(organization: Organization, file: Any, *, provenance: str) -> Iterator[Read]:
    """An upload, read and forgotten again. Raises FileRefused of the reader, and Invalid."""
    name, _ = keep(organization, file)
    try:
        yield read_kept(organization, name, file.name or "file", provenance=provenance)
    finally:
        uploads.discard(name)


def keep(organization: Organization, file: Any) -> tuple[str, int]:
    """Where an upload lies until somebody has said yes to it, and its size. Raises FileTooBig, EmptyFile."""
    name, size = uploads.keep(file, file.name or "file", organization.pk)
    kept = f"{FOLDER}/{name}"
    path = uploads.path_of(kept)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    uploads.path_of(name).rename(path)
    return kept, size


@contextmanager
def taken(name: str) -> Iterator[str]:
    """The kept file for whoever adds its rows, under another name: of two who confirm it at once one gets it.

    It is forgotten when they are added, and given back when something refuses or breaks that. Raises Invalid.
    """
    mine = f"{name}.taken"
    try:
        uploads.path_of(name).rename(uploads.path_of(mine))
    except FileNotFoundError:
        raise Invalid(FORGOTTEN) from None
    try:
        yield mine
    except BaseException:
        uploads.path_of(mine).rename(uploads.path_of(name))
        raise
    uploads.discard(mine)


def read_kept(organization: Organization, name: str, filename: str, *, provenance: str) -> Read:
    """What a kept file says. Raises FileRefused of the reader, and Invalid."""
    path = uploads.path_of(name)
    if not path.exists():
        raise Invalid(FORGOTTEN)
    if provenance and provenance not in set(Provenance):
        raise Invalid("Say where the numbers come from.", fields={"provenance": f"One of {', '.join(Provenance)}."})
    return read(organization, path, filename, Provenance(provenance or organization.numbers_from))


def forget_files(*, at: datetime) -> None:
    """Files that nobody said yes to within two days."""
    for path in (Path(settings.UPLOADS) / FOLDER).glob("*/*"):
        if path.stat().st_mtime < time.time() - KEPT_SECONDS:
            path.unlink(missing_ok=True)


def read(organization: Organization, path: Path, filename: str, provenance: Provenance) -> Read:
    """Every row judged. Raises FileRefused of the reader, and Invalid for a file that is too long or names no title."""
    sheet = open_file(path, filename)
    columns = {at: name for at, header in enumerate(sheet.header) if (name := _NAMES.get(_bare(header)))}
    for needed in ("title", "chattel_type"):
        if needed not in columns.values():
            word = "title" if needed == "title" else "chattelType"
            raise Invalid(f"“{filename}” has no column {word}. It may have: {', '.join(COLUMNS)}.")
    batch = sheet.first_rows(MOST_ROWS + 1)
    if len(batch) > MOST_ROWS:
        raise Invalid(f"“{filename}” has more than {MOST_ROWS:,} rows; divide it.")
    found = Read(filename, total=len(batch))
    found.unknown = [header for at, header in enumerate(sheet.header) if at not in columns and header]
    _judge(organization, sheet, columns, batch, provenance, found)
    _refuse_known(organization, found)
    return found


def _bare(header: str) -> str:
    return re.sub(r"[\W_]+", "", header.casefold())


def _judge(
    organization: Organization,
    sheet: Sheet,
    columns: Mapping[int, str],
    batch: Batch,
    provenance: Provenance,
    found: Read,
) -> None:
    clean = cleaners_of(organization, batch, columns)
    for ragged in batch.ragged:
        found.flaws.append(RowFlaw(ragged.line, "", "", f"This row has {ragged.cells} cells, the header fewer."))
    for line, cells_ in zip(batch.lines, batch.rows, strict=True):
        texts = {name: cells_[at].strip() for at, name in columns.items()}
        names = {name: sheet.header[at] for at, name in columns.items()}
        values, flaws = _cleaned(clean, texts)
        flaws |= {} if flaws else _contradictions(texts, values)
        if flaws:
            found.flaws += [
                RowFlaw(line, names.get(name, name), texts.get(name, "")[:200], why) for name, why in flaws.items()
            ]
        else:
            found.rows.append(Row(line, provenance, values))


Clean = Callable[[str], Any]


def cleaners_of(organization: Organization, batch: Batch, columns: Mapping[int, str]) -> dict[str, Clean]:
    """How each column is read, by what its cells show: 19/12/26 can only be day/month, 30,00 only a decimal comma."""
    texts = {name: [row[at].strip() for row in batch.rows] for at, name in columns.items()}
    country = organization.country
    dates = {
        name: partial(cells.clean_date, month_first=evidence.month_comes_first(texts.get(name, ()), country))
        for name in ("due_date", "maturity_date")
    }
    return {
        "title": partial(_words, most=200),
        "description": partial(_words, most=2000, lines=True),
        "chattel_type": _chattel,
        "provider_name": partial(_words, most=120),
        "external_id": partial(_words, most=120),
        "number": partial(_words, most=120),
        "name": partial(_words, most=240),
        "first_name": partial(_words, most=120),
        "last_name": partial(_words, most=120),
        "original": lambda text: text,
        "remaining": lambda text: text,
        "currency": cells.clean_currency,
        "maturity_date": lambda text: date.fromisoformat(dates["maturity_date"](text)),
        "due_date": lambda text: date.fromisoformat(dates["due_date"](text)),
        "status": _status,
        "phone": partial(cells.clean_phone, country=country),
        "email": cells.clean_email,
        "state": partial(cells.clean_state, country=country),
        "postal_code": partial(cells.clean_postal_code, country=country),
        "time_zone": cells.clean_time_zone,
        "language": cells.clean_language,
        "amount_of": partial(
            _amount, mark=evidence.decimal_mark([*texts.get("original", ()), *texts.get("remaining", ())])
        ),
        "usual_currency": lambda text: organization.currency,
    }


def _cleaned(clean: Mapping[str, Clean], texts: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    values: dict[str, Any] = {}
    flaws: dict[str, str] = {}
    for name, text in texts.items():
        if text:
            try:
                values[name] = clean[name](text)
            except Flaw as flaw:
                flaws[name] = str(flaw)
    values["currency"] = values.get("currency") or clean["usual_currency"]("")
    for name in ("original", "remaining"):
        if name in values:
            try:
                values[name] = clean["amount_of"]((values[name], values["currency"]))  # type: ignore[arg-type]
            except Flaw as flaw:
                flaws[name] = str(flaw)
    return values, flaws


def _contradictions(texts: Mapping[str, str], values: dict[str, Any]) -> dict[str, str]:
    """What one cell alone does not tell."""
    if not values.get("title"):
        return {"title": "A document needs a title."}
    if not values.get("chattel_type"):
        return {"chattel_type": f"Say what it is about: {', '.join(chattels.WORDS)}."}
    if not any(texts.get(name) for name in _OF_A_LOAN):
        return {}
    missing = [name for name in ("provider_name", "remaining") if name not in values]
    values.setdefault("original", values.get("remaining"))
    return dict.fromkeys(missing, "A loan needs this.")


def _words(text: str, *, most: int, lines: bool = False) -> str:
    plain = text if lines else " ".join(text.split())
    if len(plain) > most:
        raise Flaw(f"{quoted(plain)} is longer than {most:,} characters.")
    return plain


def _chattel(text: str) -> str:
    word = "_".join(re.findall(r"[a-z]+", text.casefold()))
    by_words = {"_".join(words.split()): kind for kind, words in chattels.WORDS.items()}
    kind = word if word in chattels.WORDS else by_words.get(word)
    if kind is None:
        raise Flaw(f"{quoted(text)} is no chattel type; there are {', '.join(chattels.WORDS)}.")
    return kind


def _status(text: str) -> LoanStatus:
    if text.upper() not in set(LoanStatus):
        raise Flaw(f"{quoted(text)} is neither CURRENT nor BEHIND.")
    return LoanStatus(text.upper())


def _amount(pair: tuple[str, str], *, mark: str) -> int:
    text, currency = pair
    return cells.clean_amount(text, currency, mark)


def _refuse_known(organization: Organization, found: Read) -> None:
    """A loan whose external id is known already, or stands in the file twice, is left out."""
    wanted = [row.values["external_id"] for row in found.rows if row.values.get("external_id")]
    rows = Account.objects.of(organization).filter(external_id__in=wanted)
    known = {(one, name or "") for one, name in rows.values_list("external_id", "creditor__name")}
    kept: list[Row] = []
    for row in found.rows:
        key = (row.values.get("external_id"), row.values.get("provider_name", ""))
        if key[0] and key in known:
            why = "A loan of this provider has this id already."
            found.flaws.append(RowFlaw(row.line, "externalId", str(key[0]), why))
            continue
        if key[0]:
            known.add(key)
        kept.append(row)
    found.rows = kept
    found.flaws.sort()
