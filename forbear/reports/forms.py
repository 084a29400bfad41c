"""Which days, and whose accounts, a report is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from forbear.core.ids import public_id
from forbear.web.days import NEAR
from forbear.web.fields import Options


def _day(label: str) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=NEAR)


class DaysForm(forms.Form):
    """From and until, both included; empty: this year up to today."""

    start_date = _day("From")
    end_date = _day("Until")


class CampaignForm(forms.Form):
    """All accounts, or those of one campaign; campaigns come as (number, name)."""

    campaign = forms.ChoiceField(label="Campaign", required=False, widget=Options)

    def __init__(self, *given: Any, campaigns: Iterable[tuple[int, str]], **also: Any) -> None:
        super().__init__(*given, **also)
        field = self.fields["campaign"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Every account"), *((public_id("cmp", number), name) for number, name in campaigns)]

    def chosen(self) -> str:
        """The campaign's public id; nothing for one that cannot be chosen."""
        return str(self.cleaned_data.get("campaign", "")) if self.is_valid() else ""
