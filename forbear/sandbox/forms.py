"""What the paper phone's page is told."""

from __future__ import annotations

from django import forms

from .states import Answers


class AnswerForm(forms.Form):
    """A text typed on the phone."""

    body = forms.CharField(max_length=1600)


class CallForm(forms.Form):
    """How calls to a phone are answered; the keys are pressed in order."""

    result = forms.ChoiceField(
        label="A call", choices=[(str(word), str(word).replace("_", " ").capitalize()) for word in Answers]
    )
    keys = forms.RegexField(
        r"^[0-9*#]*$",
        label="Keys",
        required=False,
        max_length=40,
        help_text="1 talk to a person, 2 promise, 3 dispute, 9 no more calls.",
    )


class ClockForm(forms.Form):
    """A span (`1h`), the word `now` for the machine's own time, or a time in the organization's zone."""

    advance = forms.CharField(max_length=12, required=False)
    at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if not cleaned.get("advance") and not cleaned.get("at") and not self.errors:
            raise forms.ValidationError("Say by how much the clock shall move, or what time it shall be.")
        return cleaned
