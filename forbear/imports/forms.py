"""The file on its way in, and what its columns become."""

from __future__ import annotations

from typing import Any

from django import forms

from forbear.accounts.states import Provenance
from forbear.consent.states import OptOutChannel

from .mapping import LABELS, Field

PROVENANCES = [
    (Provenance.GIVEN_BY_CONSUMER.value, "The consumer gave them to the creditor"),
    (Provenance.SKIP_TRACED.value, "Found by a search service"),
    (Provenance.UNKNOWN.value, "Nobody knows"),
]


LEFT_ALONE = [
    (OptOutChannel.ALL.value, "Every channel"),
    (OptOutChannel.SMS.value, "SMS"),
    (OptOutChannel.EMAIL.value, "Email"),
    (OptOutChannel.CALL.value, "Telephone"),
    (OptOutChannel.WHATSAPP.value, "WhatsApp"),
]


class RegistryForm(forms.Form):
    """A file of numbers and addresses to be left alone."""

    channel = forms.ChoiceField(label="Channel", choices=LEFT_ALONE)
    file = forms.FileField(
        label="File",
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.xlsx"}),
        help_text="CSV or XLSX, at most 100,000 rows. Columns that name a number or an e-mail address are read.",
    )
    notes = forms.CharField(label="Notes", required=False, max_length=2000, help_text="Where the list comes from.")


class ListWords(forms.Form):
    """What holds for all rows of a file."""

    list_name = forms.CharField(
        label="Contact list", max_length=120, required=False, help_text="Left blank, it is called like the file."
    )
    creditor = forms.CharField(
        label="Creditor", max_length=120, required=False, help_text="For rows that name none themselves."
    )
    provenance = forms.ChoiceField(
        label="Where the numbers come from", choices=PROVENANCES, widget=forms.RadioSelect, initial=Provenance.UNKNOWN
    )


class UploadForm(ListWords):
    """Add Contacts, the first stage."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"required": "Choose a CSV or XLSX file."},
    )
    field_order = ["file", "list_name", "creditor", "provenance"]

    def clean(self) -> dict[str, Any]:
        words = super().clean() or {}
        if not words.get("list_name") and words.get("file"):
            words["list_name"] = words["file"].name[:120]
        return words


def column_choices(header: str) -> list[tuple[str, str]]:
    """What a column can become, for its select."""
    known = [(field.value, label) for field, label in LABELS.items()]
    return [*known, (Field.CUSTOM.value, f"New field “{header}”"), (Field.IGNORED.value, "Leave it out")]
