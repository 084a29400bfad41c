"""The shapes of the dispatch room's forms."""

from __future__ import annotations

from django import forms

OPEN, ANSWERED, ALL = "", "answered", "all"


class ReferralFilter(forms.Form):
    """Which contacts to show of those that needed a person."""

    show = forms.ChoiceField(
        label="Show",
        required=False,
        choices=[(OPEN, "Waiting"), (ANSWERED, "Answered"), (ALL, "All")],
    )


class ApproveForm(forms.Form):
    """Why this contact may be made, and until when."""

    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What you know that the rules do not. It is kept with your name.",
    )
    until = forms.DateTimeField(
        label="Until",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="At most 30 days. What has not left by then asks again.",
    )


class RefuseForm(forms.Form):
    """Why this contact is not made."""

    reason = forms.CharField(label="Reason", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))


class AskForm(forms.Form):
    """What somebody would write by hand, and why."""

    note = forms.CharField(
        label="What you want to write, and why",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
