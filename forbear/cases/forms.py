"""The shapes of the cases room's forms."""

from __future__ import annotations

from django import forms

from forbear.staff.states import choices

from .states import DisputeStatus, EscalationStatus, Outcome, Reason

BY_HAND = [
    (Reason.AGENT_TRIGGERED, "Needs a colleague"),
    (Reason.LEGAL, "A legal matter"),
    (Reason.CONSUMER_REQUEST, "The consumer asked for it"),
]


class EscalationFilter(forms.Form):
    """What to show of the cases."""

    q = forms.CharField(label="Name or number", required=False, max_length=120)
    status = forms.ChoiceField(
        label="Show",
        choices=[("", "Unresolved"), *choices(EscalationStatus), ("all", "All")],
        required=False,
    )


class EscalateForm(forms.Form):
    """Why an account needs a person."""

    reason = forms.ChoiceField(label="Why", choices=BY_HAND)
    notes = forms.CharField(label="Notes", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class ResolveForm(forms.Form):
    """What came of a case."""

    outcome = forms.ChoiceField(
        label="What happens next",
        choices=[
            (Outcome.RETURN_TO_AUTO, "Return to auto: the engine goes on"),
            (Outcome.RESOLVED, "Resolved: the account is paused"),
        ],
        widget=forms.RadioSelect,
        initial=Outcome.RETURN_TO_AUTO,
    )
    notes = forms.CharField(label="What came of it", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class DisputeFilter(forms.Form):
    """What to show of the disputes."""

    q = forms.CharField(label="Name or number", required=False, max_length=120)
    status = forms.ChoiceField(
        label="Status",
        choices=[("", "Any status"), ("standing", "Not closed"), *choices(DisputeStatus)],
        required=False,
    )


class DisputeForm(forms.Form):
    """What the consumer disputes."""

    reason = forms.CharField(label="What is disputed", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class CloseDisputeForm(forms.Form):
    """How a dispute ends."""

    status = forms.ChoiceField(
        label="Decision",
        choices=[
            (DisputeStatus.REJECTED, "Rejected: the debt stands, collection goes on"),
            (DisputeStatus.RESOLVED, "Resolved: the consumer was right"),
        ],
        widget=forms.RadioSelect,
    )
    close_account = forms.BooleanField(
        label="Close the account", required=False, help_text="Of a resolved one; otherwise the account is paused."
    )
    notes = forms.CharField(label="Notes", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
