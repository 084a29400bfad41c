"""What the paper phone's page is told."""

from __future__ import annotations

from django import forms

from .states import Answers, Takes

ANSWERED = {
    Answers.RIGHT_PARTY: "Answered by them",
    Answers.THIRD_PARTY: "Answered by somebody else",
    Answers.WRONG_NUMBER: "Answered by a stranger",
    Answers.NO_ANSWER: "Not answered",
    Answers.BUSY: "Met by a busy line",
    Answers.VOICEMAIL: "Taken by the voicemail",
    Answers.NOT_IN_SERVICE: "Met by a dead number",
    Answers.DROPPED: "Broken off",
    Answers.UNKNOWN: "Never told of",
}
TAKEN = {
    Takes.DELIVERED: "Delivered and read",
    Takes.HARD_BOUNCE: "Returned: no such mailbox",
    Takes.SOFT_BOUNCE: "Returned: mailbox full",
    Takes.COMPLAINT: "Reported as unwanted",
    Takes.UNSUBSCRIBE: "Answered by its unsubscribe link",
}


class AnswerForm(forms.Form):
    """A text typed on the phone."""

    body = forms.CharField(max_length=1600)


class CallForm(forms.Form):
    """How calls to a phone are answered; the keys are pressed in order."""

    result = forms.ChoiceField(label="A call is", choices=[(str(word), ANSWERED[word]) for word in Answers])
    keys = forms.RegexField(
        r"^[0-9*#]*$",
        label="Keys that are pressed",
        required=False,
        max_length=40,
        help_text="1 talk to a person, 2 promise, 3 dispute, 9 no more calls.",
    )


class TakesForm(forms.Form):
    """What a mailbox does with letters."""

    takes = forms.ChoiceField(label="A letter is", choices=[(str(word), TAKEN[word]) for word in Takes])


class ClockForm(forms.Form):
    """A span (`1h`), the word `now` for the machine's own time, or a time in the organization's zone."""

    advance = forms.CharField(max_length=12, required=False)
    at = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"])

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if not cleaned.get("advance") and not cleaned.get("at") and not self.errors:
            raise forms.ValidationError("Say by how much the clock shall move, or what time it shall be.")
        return cleaned
