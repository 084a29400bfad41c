"""The shape of a template on paper."""

from __future__ import annotations

from typing import Any

from django import forms

from forbear.core.refusal import Refusal

from .models import Template
from .queries import BUCKET_TITLES, LANGUAGES
from .states import Channel, Tone
from .wellformed import LONGEST_SUBJECT

CHANNELS = {Channel.SMS: "SMS", Channel.EMAIL: "Email", Channel.WHATSAPP: "WhatsApp", Channel.VOICE: "Voice"}
TONES = {Tone.EMPATHETIC: "Empathetic", Tone.FIRM: "Firm", Tone.NEUTRAL: "Neutral"}
ANY = [("", "Any time")]
BUCKETS = [(str(bucket), title) for bucket, title in BUCKET_TITLES.items() if bucket]


class TemplateForm(forms.Form):
    """Name, where it belongs, and the text. Channel and language stay what they were first; only an e-mail has a
    subject, and the page hides the field of one that has none.
    """

    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    channel = forms.ChoiceField(choices=list(CHANNELS.items()), initial=Channel.SMS)
    language = forms.ChoiceField(choices=list(LANGUAGES.items()), initial="en")
    bucket = forms.ChoiceField(label="Days past due", choices=[*ANY, *BUCKETS], required=False)
    tone = forms.ChoiceField(choices=[("", "Every tone"), *TONES.items()], required=False)
    subject = forms.CharField(
        max_length=LONGEST_SUBJECT,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "true"}),
        help_text="Of an e-mail. Others may see it: it says nothing of a debt.",
    )
    body = forms.CharField(
        label="Text",
        strip=True,
        widget=forms.Textarea(attrs={"rows": 7, "spellcheck": "true"}),
        error_messages={"required": "Write a text."},
    )

    def __init__(self, *args: Any, template: Template | None = None, **kwargs: Any) -> None:
        if template is not None:
            kwargs.setdefault("initial", _words_of(template))
        super().__init__(*args, **kwargs)
        if template is not None:
            del self.fields["channel"], self.fields["language"]
            if template.channel != Channel.EMAIL:
                del self.fields["subject"]

    def clean(self) -> dict[str, Any]:
        """What was typed into a hidden subject is forgotten."""
        cleaned = super().clean() or {}
        if cleaned.get("channel", Channel.EMAIL) != Channel.EMAIL:
            cleaned["subject"] = ""
        return cleaned

    def only_read(self) -> None:
        """Nothing can be typed; the text still goes along to its preview."""
        for name, field in self.fields.items():
            if name in ("body", "subject"):
                field.widget.attrs["readonly"] = True
            else:
                field.disabled = True

    def refuse(self, refusal: Refusal) -> None:
        """Show a verb's refusal beside the fields it is about, and keep what was typed."""
        fields = {name: sentence for name, sentence in refusal.fields.items() if name in self.fields}
        for name, sentence in fields.items():
            self.add_error(name, sentence)
        if not fields:
            self.add_error(None, refusal.sentence)


class Filter(forms.Form):
    """The sieve above the list. bucket: the tab under which it stands."""

    bucket = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)
    language = forms.ChoiceField(choices=[("", "Every language"), *LANGUAGES.items()], required=False)
    channel = forms.ChoiceField(choices=[("", "Every channel"), *CHANNELS.items()], required=False)
    tone = forms.ChoiceField(choices=[("", "Any tone"), *TONES.items()], required=False)
    archived = forms.ChoiceField(choices=[("", "In use"), ("yes", "Archived")], required=False, label="Show")

    def words(self) -> dict[str, Any]:
        """The filter as queries.catalogue takes it; what cannot be chosen filters nothing."""
        chosen = self.cleaned_data if self.is_valid() else {}
        return {
            "language": chosen.get("language", ""),
            "channel": chosen.get("channel", ""),
            "tone": chosen.get("tone", ""),
            "archived": chosen.get("archived") == "yes",
        }


def _words_of(template: Template) -> dict[str, str]:
    body = template.current.body if template.current else ""
    subject = template.current.subject if template.current else ""
    return {
        "name": template.name,
        "bucket": template.bucket,
        "tone": template.tone,
        "subject": subject,
        "body": body,
    }
