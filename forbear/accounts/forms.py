"""The filters above the lists, and what is changed about an account and its person by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from forbear.core.ids import public_id
from forbear.core.refusal import Refusal
from forbear.web.fields import Options
from forbear.web.formats import worded

from .kept import LONGEST_FIELD
from .models import Account, ContactList
from .states import Bucket, Place, Provenance, Status, by_hand

LANGUAGES = [("", "The organization's"), ("en", "English"), ("es", "Spanish")]
BUCKETS = {
    Bucket.CURRENT: "Not past due",
    Bucket.FIRST: "1-30 days past due",
    Bucket.SECOND: "31-60 days past due",
    Bucket.THIRD: "61-90 days past due",
    Bucket.FINAL: "91 days and more",
}
PROVENANCES = [
    (Provenance.GIVEN_BY_CONSUMER.value, "The consumer gave it"),
    (Provenance.SKIP_TRACED.value, "Found by a search"),
    (Provenance.UNKNOWN.value, "Unknown"),
]


def titled(words: Iterable[Any]) -> list[tuple[str, str]]:
    """Words as choices: `pending_contact` is Pending contact."""
    return [(word.value, worded(word.value)) for word in words]


class NameFilter(forms.Form):
    """Above the contact lists."""

    q = forms.CharField(label="Name", required=False, max_length=120)


class WordFilter(forms.Form):
    """Above the people of one list."""

    q = forms.CharField(label="Name, phone or number", required=False, max_length=120)


class AccountFilter(WordFilter):
    """Above the accounts. Lists and campaigns come as (number, name)."""

    status = forms.ChoiceField(
        label="Status", required=False, choices=[("", "Any status"), *titled(Status)], widget=Options
    )
    bucket = forms.ChoiceField(
        label="Days past due",
        required=False,
        choices=[("", "Any days past due"), *((bucket.value, title) for bucket, title in BUCKETS.items())],
        widget=Options,
    )
    list = forms.ChoiceField(label="Contact list", required=False, widget=Options)
    campaign = forms.ChoiceField(label="Campaign", required=False, widget=Options)

    creditor = forms.CharField(label="Creditor", required=False, max_length=120)
    amount_from = forms.DecimalField(label="Balance from", required=False, min_value=0, max_value=10**12)
    amount_to = forms.DecimalField(label="Balance to", required=False, min_value=0, max_value=10**12)
    score_from = forms.IntegerField(label="Score from", required=False, min_value=-32_768, max_value=32_767)
    score_to = forms.IntegerField(label="Score to", required=False, min_value=-32_768, max_value=32_767)
    field = forms.CharField(label="Field of your own", required=False, max_length=120)
    value = forms.CharField(label="Its value", required=False, max_length=500)
    ALWAYS = ("q", "status", "bucket", "list", "campaign")

    def __init__(
        self, *given: Any, lists: Iterable[tuple[int, str]], campaigns: Iterable[tuple[int, str]], **also: Any
    ) -> None:
        super().__init__(*given, **also)
        self._offer("list", "Any list", ContactList.prefix, lists)
        self._offer("campaign", "Any campaign", "cmp", campaigns)

    def _offer(self, name: str, blank: str, prefix: str, rows: Iterable[tuple[int, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", blank), *((public_id(prefix, number), title) for number, title in rows)]

    def words(self) -> dict[str, str]:
        """What was chosen; a word that cannot be chosen filters nothing."""
        self.is_valid()
        return {name: "" if value is None else str(value) for name, value in self.cleaned_data.items()}

    @property
    def more(self) -> list[forms.BoundField]:
        """What stands behind the first row of the filter."""
        return [bound for bound in self if bound.name not in self.ALWAYS]

    @property
    def usual(self) -> list[forms.BoundField]:
        """The first row of the filter."""
        return [bound for bound in self if bound.name in self.ALWAYS]


class NameForm(forms.Form):
    """A contact list's name."""

    name = forms.CharField(label="Name", max_length=120)


class Refusable(forms.Form):
    """A form that shows what a verb refused."""

    def refuse(self, refusal: Refusal) -> None:
        """Beside the field it is about, else above the form; what was typed stays."""
        for name, why in refusal.fields.items():
            self.add_error(name if name in self.fields else None, why)
        if not refusal.fields:
            self.add_error(None, refusal.sentence)


class AccountForm(Refusable):
    """An account and its person. Custom fields follow under their exact names, as `custom-0`, `custom-1` ..."""

    first_name = forms.CharField(label="First name", max_length=120, required=False)
    last_name = forms.CharField(label="Last name", max_length=120, required=False)
    language = forms.ChoiceField(
        label="Language", choices=LANGUAGES, required=False, help_text="In which the person is written to."
    )
    time_zone = forms.CharField(
        label="Time zone", max_length=60, required=False, help_text="As the person stated it: America/Chicago."
    )
    state = forms.CharField(label="State", max_length=3, required=False)
    postal_code = forms.CharField(label="Postal code", max_length=16, required=False)
    number = forms.CharField(label="Account number", max_length=120, required=False)
    external_id = forms.CharField(label="External id", max_length=120, required=False)
    creditor = forms.CharField(label="Creditor", max_length=120, required=False)
    due_date = forms.DateField(label="Due date", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    status = forms.ChoiceField(label="Status")
    score = forms.IntegerField(label="Score", min_value=-32_768, max_value=32_767, required=False)
    new_name = forms.CharField(label="Another field", max_length=120, required=False)
    new_value = forms.CharField(label="Its value", max_length=LONGEST_FIELD, required=False)

    OF_PERSON = ("first_name", "last_name", "language", "time_zone", "state", "postal_code")
    OF_ACCOUNT = ("number", "external_id", "creditor", "due_date", "status", "score")

    def __init__(self, *given: Any, account: Account, **also: Any) -> None:
        super().__init__(*given, **also)
        self.account = account
        status = self.fields["status"]
        assert isinstance(status, forms.ChoiceField)
        status.choices = titled([Status(account.status), *by_hand(account.status)])
        self._keep_language(account.consumer.language)
        self.initial |= {name: getattr(account.consumer, name) for name in self.OF_PERSON}
        self.initial |= {name: getattr(account, name) for name in self.OF_ACCOUNT}
        for at, (name, value) in enumerate(sorted(account.fields.items())):
            self.fields[f"custom-{at}"] = forms.CharField(label=name, required=False, max_length=LONGEST_FIELD)
            self.initial[f"custom-{at}"] = value

    def _keep_language(self, language: str) -> None:
        field = self.fields["language"]
        assert isinstance(field, forms.ChoiceField)
        if language and language not in dict(LANGUAGES):
            field.choices = [*LANGUAGES, (language, language)]

    @property
    def custom(self) -> list[forms.BoundField]:
        """The fields of the organization's own."""
        return [self[f"custom-{at}"] for at in range(len(self.account.fields))]

    def person(self) -> dict[str, Any]:
        """What was changed about the person."""
        return {name: self.cleaned_data[name] for name in self.OF_PERSON if name in self.changed_data}

    def debt(self) -> dict[str, Any]:
        """What was changed about the account; a custom field that was emptied is dropped."""
        changed = {name: self.cleaned_data[name] for name in self.OF_ACCOUNT if name in self.changed_data}
        own = {
            name: self.cleaned_data[f"custom-{at}"] or None
            for at, name in enumerate(sorted(self.account.fields))
            if f"custom-{at}" in self.changed_data
        }
        if self.cleaned_data["new_name"]:
            own[self.cleaned_data["new_name"]] = self.cleaned_data["new_value"]
        return changed | ({"fields": own} if own else {})


class PointForm(Refusable):
    """Another telephone number or e-mail address."""

    address = forms.CharField(label="Phone or email", max_length=254)
    place = forms.ChoiceField(label="Place", choices=titled(Place), initial=Place.MOBILE)
    provenance = forms.ChoiceField(label="Where it comes from", choices=PROVENANCES, initial=Provenance.UNKNOWN)


class ClosingForm(forms.Form):
    """Why an address is not used any more."""

    reason = forms.CharField(label="Why", max_length=120)
