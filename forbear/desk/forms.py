"""Forms of one account's page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from forbear.accounts.forms import titled
from forbear.accounts.models import WHY, Account
from forbear.accounts.states import by_hand
from forbear.consent.details import WEEKDAYS
from forbear.consent.states import HoldKind, OptOutChannel
from forbear.dispatch.states import Channel
from forbear.web.fields import Options

from .acts import CHOICES as CHOICES_OF_ACTS
from .interactions import MADE_BY, results

CHANNELS = [
    (OptOutChannel.SMS, "SMS"),
    (OptOutChannel.EMAIL, "Email"),
    (OptOutChannel.CALL, "Telephone"),
    (OptOutChannel.WHATSAPP, "WhatsApp"),
    (OptOutChannel.ALL, "Every channel"),
]
KINDS = [
    (HoldKind.MANUAL, "A person asked us to wait"),
    (HoldKind.DISPUTE, "The debt is disputed"),
    (HoldKind.ATTORNEY, "An attorney speaks for the person"),
    (HoldKind.CEASE, "The person asked us to stop contacting"),
    (HoldKind.BANKRUPTCY, "Bankruptcy"),
    (HoldKind.DECEASED, "The person has died"),
    (HoldKind.LEGAL, "Another legal reason"),
]


class WriteForm(forms.Form):
    """One SMS by hand."""

    body = forms.CharField(
        label="Message",
        max_length=1600,
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
        help_text="Say who writes, for whom, and how to stop. The policy is asked before it leaves.",
    )


class OptOutForm(forms.Form):
    """What the consumer asked for."""

    channel = forms.ChoiceField(label="Channel", choices=CHANNELS)
    notes = forms.CharField(
        label="Their words",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="What was said, and how it reached you.",
    )


class StatusForm(forms.Form):
    """Where the account goes from here, and why."""

    status = forms.ChoiceField(label="New status")
    reason = forms.CharField(label="Why", max_length=WHY, help_text="Kept in the account's history, with your name.")

    def __init__(self, *given: Any, account: Account, **also: Any) -> None:
        super().__init__(*given, **also)
        field = self.fields["status"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = titled(by_hand(account.status))


class HoldForm(forms.Form):
    """A reason not to contact this person about this account."""

    kind = forms.ChoiceField(label="Reason", choices=KINDS)
    notes = forms.CharField(label="Notes", max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class CloseHoldForm(forms.Form):
    """Why a hold may end."""

    reason = forms.CharField(label="Why it ends", max_length=500)


NO_MOMENT = "This is no date with a time, so the answer is for now."
# Far from the ends of the calendar, so that no zone leaves it.
FIRST, LAST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2199, 12, 31, tzinfo=UTC)


class MomentForm(forms.Form):
    """The moment about which "Can I contact?" is asked; empty for now."""

    at = forms.DateTimeField(
        label="At another moment",
        required=False,
        error_messages={"invalid": NO_MOMENT},
        validators=[MinValueValidator(FIRST, NO_MOMENT), MaxValueValidator(LAST, NO_MOMENT)],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


class ActForm(forms.Form):
    """What somebody did or said that counts from now on. What the chosen kind does not need is left as it is."""

    what = forms.ChoiceField(label="What happened", choices=CHOICES_OF_ACTS)
    said = forms.CharField(
        label="Their words, and how they reached you",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="This is the evidence. It is kept as it is written, and never edited.",
    )
    at = forms.DateTimeField(
        label="When they said it",
        required=False,
        help_text="Now, if you leave it empty.",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    address = forms.ChoiceField(label="About one number or address", required=False)
    weekdays = forms.MultipleChoiceField(
        label="On these days",
        required=False,
        choices=[(day, day.capitalize()) for day in WEEKDAYS],
        widget=forms.CheckboxSelectMultiple,
        help_text="For an inconvenient time.",
    )
    start = forms.TimeField(label="From", required=False, widget=forms.TimeInput(attrs={"type": "time"}))
    end = forms.TimeField(
        label="Until", required=False, widget=forms.TimeInput(attrs={"type": "time"}), help_text="Empty: all day."
    )
    in_writing = forms.BooleanField(label="In writing", required=False, help_text="For a dispute or a wish to stop.")

    def __init__(self, *given: Any, addresses: Sequence[str] = (), **options: Any) -> None:
        super().__init__(*given, **options)
        known = [("", "The person, wherever they are reached"), *((address, address) for address in addresses)]
        self.fields["address"].choices = known  # type: ignore[attr-defined]  # it is a choice field


class VoidForm(forms.Form):
    """Why something recorded is taken back."""

    reason = forms.CharField(label="Why it was wrong", max_length=500)


class InteractionFilter(forms.Form):
    """Which contacts to show."""

    channel = forms.ChoiceField(
        label="Channel", choices=[("", "Any channel"), *titled(Channel)], required=False, widget=Options
    )
    result = forms.ChoiceField(label="Result", choices=[("", "Any result"), *results()], required=False, widget=Options)
    by = forms.ChoiceField(label="By", choices=[("", "By anybody"), *MADE_BY.items()], required=False, widget=Options)
