"""Which days a report is about."""

from __future__ import annotations

from django import forms


class DaysForm(forms.Form):
    """From and until, both included; empty: this year up to today."""

    start_date = forms.DateField(
        label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    end_date = forms.DateField(
        label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
