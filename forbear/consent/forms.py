"""The shapes of the consent room's forms."""

from __future__ import annotations

from typing import Any

from django import forms

from .bulk import MOST
from .states import HoldKind, OptOutChannel, OptOutSource

CHANNELS = [
    (OptOutChannel.SMS, "SMS"),
    (OptOutChannel.EMAIL, "Email"),
    (OptOutChannel.CALL, "Telephone"),
    (OptOutChannel.WHATSAPP, "WhatsApp"),
    (OptOutChannel.ALL, "Every channel"),
]
KINDS = [
    (HoldKind.MANUAL, "Asked us to wait"),
    (HoldKind.DISPUTE, "Dispute"),
    (HoldKind.ATTORNEY, "Attorney"),
    (HoldKind.CEASE, "Cease request"),
    (HoldKind.BANKRUPTCY, "Bankruptcy"),
    (HoldKind.DECEASED, "Deceased"),
    (HoldKind.LEGAL, "Legal"),
    (HoldKind.UNCLEAR_REPLY, "Unclear reply"),
]
LARGEST_FILE = 2 * 1024 * 1024


class OptOutFilter(forms.Form):
    """What to show of the opt-outs."""

    q = forms.CharField(label="Number, address or name", required=False, max_length=120)
    channel = forms.ChoiceField(label="Channel", choices=[("", "Any channel"), *CHANNELS], required=False)
    show = forms.ChoiceField(
        label="Show",
        choices=[("", "Standing"), ("asked", "Lift asked"), ("lifted", "Lifted"), ("all", "All")],
        required=False,
    )


class HoldFilter(forms.Form):
    """What to show of the holds."""

    q = forms.CharField(label="Name", required=False, max_length=120)
    kind = forms.ChoiceField(label="Reason", choices=[("", "Any reason"), *KINDS], required=False)
    show = forms.ChoiceField(label="Show", choices=[("", "Open"), ("closed", "Closed"), ("all", "All")], required=False)


class OptOutsForm(forms.Form):
    """One opt-out or many: written, pasted, or in a file."""

    channel = forms.ChoiceField(label="Channel", choices=CHANNELS)
    source = forms.ChoiceField(
        label="How it reached us",
        choices=[
            (OptOutSource.STAFF, "Told to one of us"),
            (OptOutSource.FILE, "A list that we were given"),
            (OptOutSource.PROVIDER, "From a gateway"),
        ],
    )
    addresses = forms.CharField(
        label="Numbers or e-mail addresses",
        required=False,
        strip=True,
        max_length=LARGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 4, "class": "mono"}),
        help_text="One a line. They bind every account and campaign, and files imported tomorrow.",
    )
    file = forms.FileField(
        label="Or a file",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,text/csv,text/plain"}),
        help_text=f"CSV or text with the addresses in its first column, at most {MOST:,} lines.",
    )
    notes = forms.CharField(label="Notes", required=False, max_length=2000)

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and file.size > LARGEST_FILE:
            raise forms.ValidationError("This file is larger than 2 MB.")
        return file

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if not values.get("addresses") and not values.get("file") and not self.errors:
            self.add_error("addresses", "Write an address, or choose a file.")
        return values

    def text(self) -> str:
        """What was written and what stands in the file, one below the other."""
        file = self.cleaned_data["file"]
        read = file.read().decode("utf-8-sig", "replace") if file else ""
        return f"{self.cleaned_data['addresses']}\n{read}".replace("\x00", "")


class LiftForm(forms.Form):
    """Why the channel may be open again."""

    reason = forms.CharField(label="Reason", max_length=2000)
    evidence = forms.CharField(
        label="Evidence",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What shows that the consumer asked for it: when, how, in which words.",
    )
    file = forms.FileField(
        label="A file that shows it",
        required=False,
        help_text="A scan, a letter, a transcript; at most 2 MB.",
    )


class CloseForm(forms.Form):
    """Why a hold ends."""

    reason = forms.CharField(label="Why it ends", max_length=2000)
