"""Imports on the wire."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from forbear.accounts.states import Provenance
from forbear.consent.bulk import Recorded
from forbear.web.wire import Given, Shown

from .models import Import
from .states import Status

Words = Annotated[str, StringConstraints(max_length=120)]
Text = Annotated[str, StringConstraints(max_length=500)]


class ContactGiven(Given):
    """A person as a row would say it; what is wrong with a value is told with its row."""

    name: Text = ""
    first_name: Text = ""
    last_name: Text = ""
    phone: Text = ""
    email: Text = ""
    language: Text = ""
    time_zone: Text = ""
    postal_code: Text = ""
    state: Text = ""


class RowGiven(Given):
    """One account."""

    contact: ContactGiven
    total_amount: str | int | float
    external_id: Text | None = None
    number: Text = ""
    creditor: Text = ""
    due_date: Text | None = None
    currency: Text | None = None
    score: int | None = None
    fields: dict[Annotated[str, StringConstraints(min_length=1, max_length=120)], str] = Field(
        default_factory=dict, max_length=150
    )


class ImportGiven(Given):
    """Accounts instead of a file."""

    accounts: list[RowGiven] = Field(min_length=1, max_length=10_000)
    list_name: Words = ""
    creditor: Words = ""
    provenance: Provenance | None = None
    dry_run: bool = False


class FileGiven(Given):
    """The fields beside a file; `mapping` is a JSON object {column: field}."""

    list_name: Words = ""
    creditor: Words = ""
    provenance: Provenance
    mapping: str = "{}"
    dry_run: Annotated[str, StringConstraints(pattern="^(true|false)$")] = "false"


class ImportShown(Shown):
    """One import and what has become of its rows."""

    id: str
    status: str
    filename: str
    list_id: str | None
    dry_run: bool
    total: int
    created: int
    updated: int
    unchanged: int
    rejected: int
    error: str
    errors_url: str

    @classmethod
    def of(cls, batch: Import) -> ImportShown:
        return cls(
            id=batch.public_id,
            status=Status.QUEUED if batch.status == Status.UPLOADED else batch.status,
            filename=batch.filename,
            list_id=batch.contact_list.public_id if batch.contact_list else None,
            dry_run=batch.dry_run,
            total=batch.total,
            created=batch.created,
            updated=batch.updated,
            unchanged=batch.unchanged,
            rejected=batch.rejected,
            error=batch.error,
            errors_url=f"/v1/imports/{batch.public_id}/errors.csv",
        )


class UndoneShown(Shown):
    """What an undo took back."""

    id: str
    status: str
    removed: int
    restored: int
    kept: int


_FORM = {
    "type": "object",
    "required": ["file", "provenance"],
    "additionalProperties": False,
    "properties": {
        "file": {"type": "string", "format": "binary", "description": "CSV or XLSX"},
        "list_name": {"type": "string", "maxLength": 120},
        "creditor": {"type": "string", "maxLength": 120},
        "provenance": {"type": "string", "enum": [word.value for word in Provenance]},
        "mapping": {"type": "string", "description": "A JSON object {column: field}"},
        "dry_run": {"type": "string", "enum": ["true", "false"]},
    },
}


def body_schema() -> dict[str, Any]:
    """Both bodies of `POST /v1/imports`, for the readable docs."""
    rows = ImportGiven.model_json_schema(ref_template="#/components/schemas/{model}")
    parts = rows.pop("$defs", {})
    return {
        "requestBody": {
            "required": True,
            "content": {
                "multipart/form-data": {"schema": _FORM},
                "application/json": {"schema": _inlined(rows, parts)},
            },
        }
    }


def _inlined(node: Any, parts: dict[str, Any]) -> Any:
    """The schema with its parts in place, since it stands outside the document's components."""
    if isinstance(node, dict):
        if "$ref" in node:
            return _inlined(parts[node["$ref"].rpartition("/")[2]], parts)
        return {name: _inlined(inner, parts) for name, inner in node.items()}
    if isinstance(node, list):
        return [_inlined(inner, parts) for inner in node]
    return node


class FlawShown(Shown):
    """A cell that could not be used; the header is row 1."""

    row: int
    column: str
    value: str
    reason: str


class RegistryShown(Shown):
    """How many were recorded now, how many stood already, and which cells are wrong (the first thousand)."""

    recorded: int
    already: int
    rejected: int
    errors: list[FlawShown]

    @classmethod
    def of(cls, done: Recorded) -> RegistryShown:
        errors = [
            FlawShown(row=one.line, column=one.column, value=one.value, reason=one.reason)
            for one in done.rejected[:1000]
        ]
        return cls(recorded=done.recorded, already=done.already, rejected=len(done.rejected), errors=errors)
