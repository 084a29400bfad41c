"""The shapes of the payments room's forms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from forbear.core.money import Money
from forbear.staff.states import choices
from forbear.web.days import NEAR

from .states import BY_HAND, MOST, PROMISE, Method, Modality, PromiseSource, PromiseStatus

METHODS = choices(Method)
HEARD = [
    (PromiseSource.STAFF, "Told to one of us"),
    (PromiseSource.CALL, "On a call"),
    (PromiseSource.REPLY, "Written"),
]


def day_field(**values: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(widget=widget, validators=NEAR, **values)


class AmountForm(forms.Form):
    """An amount in the account's currency."""

    amount = forms.DecimalField(
        label="Amount", min_value=Decimal("0.001"), max_value=MOST, max_digits=12, decimal_places=3, localize=False
    )

    def __init__(self, *arguments: Any, currency: str, **values: Any) -> None:
        super().__init__(*arguments, **values)
        self.currency = currency
        self.fields["amount"].label = f"Amount in {currency}"
        self.fields["amount"].widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "num"})

    def clean_amount(self) -> Money | None:
        given = self.cleaned_data["amount"]
        if given is None:
            return None
        try:
            return Money.of(given, self.currency)
        except ValueError as wrong:
            raise forms.ValidationError(str(wrong)) from wrong


class PaymentForm(AmountForm):
    """Money that came in."""

    paid_on = day_field(label="Paid on")
    method = forms.ChoiceField(label="Method", choices=METHODS)
    reference = forms.CharField(
        label="Reference", required=False, max_length=120, help_text="Of the check or the transfer."
    )


class PromiseForm(AmountForm):
    """What the consumer promises."""

    due_on = day_field(label="Pays by")
    modality = forms.ChoiceField(label="How much of it", choices=[(Modality.PARTIAL, "Part"), (Modality.TOTAL, "All")])
    source = forms.ChoiceField(label="How we know", choices=HEARD)
    notes = forms.CharField(label="Notes", required=False, max_length=2000)


class AdjustForm(AmountForm):
    """A correction of the balance, or a fee."""

    kind = forms.ChoiceField(
        label="What changes",
        choices=[("less", "Less is owed"), ("more", "More is owed"), ("fee", "A fee is added")],
    )
    reason = forms.CharField(label="Why", max_length=500)


class PaymentFilter(forms.Form):
    """What to show of the payments."""

    q = forms.CharField(label="Name, number or reference", required=False, max_length=120)
    since = day_field(label="From", required=False)
    until = day_field(label="To", required=False)
    method = forms.ChoiceField(label="Method", choices=[("", "Any method"), *METHODS], required=False)
    show = forms.ChoiceField(
        label="Show", choices=[("", "All"), ("standing", "Not reversed"), ("reversed", "Reversed")], required=False
    )


class PromiseFilter(forms.Form):
    """What to show of the promises."""

    q = forms.CharField(label="Name or number", required=False, max_length=120)
    status = forms.ChoiceField(
        label="Status", choices=[("", "Any status"), ("open", "Open"), *choices(PromiseStatus)], required=False
    )


class MoveForm(forms.Form):
    """Where a promise goes, and the new day of one that is rescheduled."""

    to = forms.ChoiceField(label="Status", choices=choices(PromiseStatus))
    due_on = day_field(label="Pays by", required=False)


class ReasonForm(forms.Form):
    """Why a payment is reversed."""

    reason = forms.CharField(label="Why", max_length=500)


class TermsForm(forms.Form):
    """What may be promised."""

    grace_days = forms.IntegerField(
        label="Days of grace", min_value=0, max_value=30, help_text="After them a promise is overdue."
    )
    open_promises = forms.IntegerField(label="Open promises of one account at most", min_value=1, max_value=24)
    longest_days = forms.IntegerField(label="Days ahead at most", min_value=1, max_value=730)


def moves_for(status: str) -> list[tuple[str, str]]:
    """The choices of a row: where it stands, then where a person may lead it."""
    names = dict(choices(PromiseStatus))
    targets = [PROMISE.target(status, verb) for verb in BY_HAND]
    return [(status, names[status])] + [(to, names[to]) for to in targets if to]
