"""The inbox on paper: an answer, and an automatic reply."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from forbear.channels.models import Sender
from forbear.core.phone import readable
from forbear.core.refusal import Refusal
from forbear.staff.models import Organization

from .actions import LONGEST_REPLY
from .models import AutoReply


class AutoReplyForm(forms.Form):
    """One rule of one number."""

    sender = forms.ChoiceField(label="Number")
    keywords = forms.CharField(
        required=False,
        max_length=1400,
        help_text="Whole words, parted by commas. Leave it empty to answer everything else.",
        widget=forms.TextInput(attrs={"placeholder": "hours, opening times", "autocomplete": "off"}),
    )
    body = forms.CharField(
        label="Reply",
        max_length=LONGEST_REPLY,
        help_text="Who writes, the disclosure and the opt-out line are added by themselves where they are missing.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_active = forms.BooleanField(label="In use", required=False, initial=True)

    def __init__(self, *args: Any, organization: Organization, rule: AutoReply | None = None, **kwargs: Any) -> None:
        if rule is not None:
            kwargs.setdefault("initial", _words_of(rule))
        super().__init__(*args, **kwargs)
        self.senders = {sender.public_id: sender for sender in _senders(organization)}
        self.fields["sender"].choices = [(public, _named(sender)) for public, sender in self.senders.items()]  # type: ignore[attr-defined]

    def words(self) -> dict[str, Any]:
        """As `actions.save_auto_reply` takes it."""
        given = self.cleaned_data
        return {
            "sender": self.senders[given["sender"]],
            "keywords": re.split(r"[,;\n]", given["keywords"]),
            "body": given["body"],
            "is_active": given["is_active"],
        }

    def refuse(self, refusal: Refusal) -> None:
        """Show a verb's refusal beside its fields."""
        for name, sentence in refusal.fields.items():
            self.add_error(name if name in self.fields else None, sentence)


def _senders(organization: Organization) -> Any:
    return Sender.objects.of(organization).select_related("organization").filter(is_active=True).order_by("pk")


def _named(sender: Sender) -> str:
    address = readable(sender.address)
    return f"{address}, {sender.label}" if sender.label else address


def _words_of(rule: AutoReply) -> dict[str, Any]:
    return {
        "sender": rule.sender.public_id,
        "keywords": ", ".join(rule.keywords),
        "body": rule.body,
        "is_active": rule.is_active,
    }
