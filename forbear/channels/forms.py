"""The shapes of the channels room's forms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from forbear.core.money import Money
from forbear.core.phone import normalize
from forbear.staff.places import CURRENCIES

CHANNELS = [("sms", "SMS"), ("email", "Email"), ("voice", "Voice"), ("whatsapp", "WhatsApp")]
FATES = (
    ("reject", "Refused at once"),
    ("undelivered", "Not delivered"),
    ("lost", "Never heard of again"),
)
CONSUMERS = (
    ("pays", "Pay"),
    ("promises", "Promise"),
    ("asks", "Ask something"),
    ("disputes", "Dispute"),
    ("stops", "Write STOP"),
    ("unsubscribes", "End letters by their link"),
    ("complains", "Report letters as unwanted"),
)
CALLS = (
    ("third_party", "Somebody else answers"),
    ("wrong_number", "A stranger answers"),
    ("no_answer", "Nobody answers"),
    ("busy", "Busy line"),
    ("voicemail", "Voicemail"),
    ("not_in_service", "Dead number"),
    ("dropped", "Broken off"),
    ("unknown", "Never told of"),
)
"""What comes of calls at the paper gateway; the others are answered by the person who was called."""
OF_CALLS = tuple((f"call_{name}", label) for name, label in CALLS)


class SenderForm(forms.Form):
    """A number or an address to write from."""

    channel = forms.ChoiceField(label="Channel", choices=CHANNELS)
    address = forms.CharField(label="Number or address", max_length=254)
    label = forms.CharField(
        label="Name", required=False, max_length=80, help_text="How your colleagues know it: Collections line."
    )

    def __init__(self, *args: Any, country: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.country = country

    def clean_address(self) -> str:
        text = self.cleaned_data["address"]
        if self.cleaned_data.get("channel") == "email":
            return str(forms.EmailField().clean(text)).casefold()
        if (number := normalize(text, self.country)) is None:
            raise forms.ValidationError(f"“{text}” is not a telephone number there.")
        return number


class ChangeSenderForm(forms.Form):
    """Its name, and whether anything leaves by it."""

    label = forms.CharField(label="Name", required=False, max_length=80)
    is_active = forms.BooleanField(label="In use", required=False)


class PriceForm(forms.Form):
    """What a gateway takes for a thousand contacts, of SMS: for a thousand segments. Empty: nobody knows."""

    price = forms.DecimalField(
        label="Price of a thousand", required=False, min_value=0, max_value=100_000, max_digits=9
    )
    currency = forms.ChoiceField(label="Currency", choices=CURRENCIES)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        amount, currency = values.get("price"), values.get("currency")
        try:
            values["money"] = None if amount is None or not currency else Money.of(amount, currency)
        except ValueError:
            self.add_error("price", f"{currency} has fewer decimal places.")
        return values


def percent(label: str) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.FloatField(label=label, min_value=0, max_value=100, required=False, widget=widget)


class PaperForm(forms.Form):
    """What becomes of texts and calls at the paper gateway, and who answers; in percent of all texts or people."""

    rate_per_second = forms.IntegerField(
        label="Messages a second",
        required=False,
        min_value=1,
        max_value=100_000,
        help_text="Empty for as many as we can hand over.",
    )
    delay_seconds = forms.IntegerField(label="Seconds until a receipt", required=False, min_value=0, max_value=86_400)
    shortest = forms.IntegerField(
        label="Seconds until an answer, at least", required=False, min_value=0, max_value=604_800
    )
    longest = forms.IntegerField(label="and at most", required=False, min_value=0, max_value=604_800)
    handles_stop = forms.BooleanField(label="The gateway blocks and confirms STOP itself", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in (*FATES, *CONSUMERS, *OF_CALLS):
            self.fields[name] = percent(label)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for names, field in ((FATES, "reject"), (CONSUMERS, "pays"), (OF_CALLS, OF_CALLS[0][0])):
            if sum(values.get(name) or 0 for name, _ in names) > 100:
                self.add_error(field, "Together these are more than 100 percent.")
        if (values.get("shortest") or 0) > (values.get("longest") or 0):
            self.add_error("longest", "This is before the least.")
        return values

    def options(self, present: Mapping[str, Any]) -> dict[str, Any]:
        """The gateway's options; those that the form does not show stay as they are."""
        given = self.cleaned_data
        shares = {name: (given[name] or 0) / 100 for name, _ in CONSUMERS}
        return {
            **present,
            **{name: (given[name] or 0) / 100 for name, _ in FATES},
            "consumers": {name: share for name, share in shares.items() if share},
            "calls": _calls(given, present),
            "delay_seconds": given["delay_seconds"] or 0,
            "answer_seconds": [given["shortest"] or 0, given["longest"] or 0],
            "handles_stop": given["handles_stop"],
        }


def paper_values(options: Mapping[str, Any], rate: int | None) -> dict[str, Any]:
    """The present options as the form shows them."""
    shortest, longest = options.get("answer_seconds", (90, 5400))
    return {
        "rate_per_second": rate,
        "delay_seconds": options.get("delay_seconds", 0),
        "shortest": shortest,
        "longest": longest,
        "handles_stop": options.get("handles_stop", False),
        **{name: _percent(options.get(name, 0)) for name, _ in FATES},
        **{name: _percent(options.get("consumers", {}).get(name, 0)) for name, _ in CONSUMERS},
        **{f"call_{name}": _percent(options.get("calls", {}).get(name, 0)) for name, _ in CALLS},
    }


def _calls(given: Mapping[str, Any], present: Mapping[str, Any]) -> dict[str, float]:
    """A share that the form does not show stays as it is."""
    kept = {word: share for word, share in present.get("calls", {}).items() if word not in dict(CALLS)}
    return kept | {name: given[f"call_{name}"] / 100 for name, _ in CALLS if given[f"call_{name}"]}


def _percent(share: float) -> float | int:
    """0.07 is 7, not 7.000000000000001."""
    figure = round(share * 100, 4)
    return int(figure) if figure == int(figure) else figure
