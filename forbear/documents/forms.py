"""Documents, loans, outreach and opt-outs on paper."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms

from forbear.accounts.forms import BUCKETS, LANGUAGES, PROVENANCES, Refusable
from forbear.accounts.states import Provenance
from forbear.consent.states import OptOutChannel
from forbear.core.currencies import CODES
from forbear.core.money import Money
from forbear.core.refusal import Refusal
from forbear.staff.models import Organization
from forbear.staff.places import CURRENCIES
from forbear.web.days import NEAR
from forbear.web.fields import Options

from .actions import LONGEST_DESCRIPTION, LONGEST_TITLE
from .chattels import FAMILIES
from .lending import LONGEST_PROVIDER, NewLoan
from .models import Document, Loan
from .outreach import LONGEST_NOTES, LONGEST_REASON, LONGEST_WORDS
from .people import NewPerson
from .planning import Chosen
from .queries import Wanted
from .states import TITLES, Channel, LoanStatus, PartyRole

LOANS = [
    ("", "Any loan"),
    ("with", "With loan"),
    ("behind", "Behind schedule"),
    ("current", "Loan current"),
    ("without", "Without loan"),
]
OUTREACH = [("", "Any outreach"), ("running", "Outreach running"), ("none", "No outreach")]
KINDS = [(family, list(kinds.items())) for family, kinds in FAMILIES.items()]
TONES = ("empathetic", "neutral", "firm")
CADENCES = ("weekly", "bi-weekly", "monthly", "every 3 days", "day 1, day 5, day 14")


def a_day(label: str, **more: Any) -> forms.DateField:
    widget = forms.DateInput({"type": "date"}, "%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, validators=NEAR, **more)


def counted(most: int, **attributes: Any) -> dict[str, Any]:
    """A field with a counter: how much of its room is taken."""
    return {"data-counts": str(most), **attributes}


class DocumentFilter(forms.Form):
    """Above the documents."""

    q = forms.CharField(label="Title, borrower or number", required=False, max_length=120)
    loan = forms.ChoiceField(label="Loan", required=False, choices=LOANS, widget=Options)
    chattel = forms.ChoiceField(
        label="About", required=False, choices=[("", "About anything"), *(pair for _, some in KINDS for pair in some)]
    )
    bucket = forms.ChoiceField(
        label="Days past due",
        required=False,
        choices=[("", "Any days past due"), *((bucket.value, title) for bucket, title in BUCKETS.items())],
        widget=Options,
    )
    outreach = forms.ChoiceField(label="Outreach", required=False, choices=OUTREACH, widget=Options)
    archived = forms.ChoiceField(
        label="Archived", required=False, choices=[("", "Not archived"), ("1", "Archived")], widget=Options
    )

    def wanted(self) -> Wanted:
        """What was chosen; a word that cannot be chosen filters nothing. `behind=true` is the API's own word for it."""
        self.is_valid()
        words = dict(self.cleaned_data)
        loan = words.get("loan", "") or ("behind" if self.data.get("behind") == "true" else "")
        return Wanted(**words | {"loan": loan, "archived": bool(words.get("archived"))})


class CurrencyField(forms.CharField):
    """Three letters of ISO 4217."""

    def clean(self, value: Any) -> Any:
        code = super().clean(value).upper()
        if code and code not in CODES:
            raise forms.ValidationError("Write it in three letters, such as USD.")
        return code


class DocumentForm(Refusable):
    """A document, its loan and, while there is none yet, its borrower."""

    title = forms.CharField(label="Title", max_length=LONGEST_TITLE)
    chattel_type = forms.ChoiceField(label="About", choices=[("", "Choose one"), *KINDS])
    description = forms.CharField(
        label="Description",
        required=False,
        max_length=LONGEST_DESCRIPTION,
        widget=forms.Textarea(counted(LONGEST_DESCRIPTION, rows=3)),
    )
    provider_name = forms.CharField(label="Provider", required=False, max_length=LONGEST_PROVIDER)
    original = forms.DecimalField(label="Original amount", required=False, min_value=0, max_digits=13)
    remaining = forms.DecimalField(
        label="Remaining", required=False, min_value=0, max_digits=13, help_text="The balance of the loan's account."
    )
    currency = CurrencyField(label="Currency", required=False, max_length=3)
    due_date = a_day("Due", help_text="Days past due count from here.")
    maturity_date = a_day("Matures")
    status = forms.ChoiceField(label="Status", required=False, choices=[("CURRENT", "Current"), ("BEHIND", "Behind")])
    first_name = forms.CharField(label="First name", required=False, max_length=120)
    last_name = forms.CharField(label="Last name", required=False, max_length=120)
    phone = forms.CharField(label="Phone", required=False, max_length=254)
    email = forms.CharField(label="Email", required=False, max_length=254)
    state = forms.CharField(label="State", required=False, max_length=3)
    postal_code = forms.CharField(label="Postal code", required=False, max_length=16)
    time_zone = forms.CharField(
        label="Time zone", required=False, max_length=60, help_text="As the person stated it: America/Chicago."
    )
    language = forms.ChoiceField(label="Language", required=False, choices=LANGUAGES)
    provenance = forms.ChoiceField(label="Where number and address come from", required=False, choices=PROVENANCES)

    OF_DOCUMENT = ("title", "chattel_type", "description")
    OF_LOAN = ("provider_name", "original", "remaining", "currency", "due_date", "maturity_date", "status")
    OF_PERSON = ("first_name", "last_name", "state", "postal_code", "time_zone", "language")
    SAYS_NOTHING = {"currency", "status", "provenance", "language"}

    def __init__(self, *given: Any, organization: Organization, document: Document | None = None, **also: Any) -> None:
        super().__init__(*given, **also)
        self.organization, self.document = organization, document
        self.kept: Loan | None = getattr(document, "loan", None) if document else None
        self.fields["currency"].widget = forms.Select(choices=CURRENCIES)
        self.initial |= {"currency": organization.currency, "provenance": organization.numbers_from}
        if document is not None:
            self.initial |= {name: getattr(document, name) for name in self.OF_DOCUMENT}
        if self.kept is not None:
            self._fill(self.kept)

    def _fill(self, loan: Loan) -> None:
        self.initial |= {
            "provider_name": loan.provider_name,
            "original": loan.original.plain(),
            "remaining": loan.remaining.plain(),
            "currency": loan.account.currency,
            "due_date": loan.account.due_date,
            "maturity_date": loan.maturity_date,
            "status": loan.status,
        }
        self.fields["currency"].disabled = True
        if loan.account.currency not in dict(CURRENCIES):
            self.fields["currency"].widget = forms.TextInput()

    @property
    def has_loan(self) -> bool:
        """Whether one is told, or there is one."""
        told = any(self.cleaned_data.get(name) not in (None, "") for name in self.OF_LOAN if name != "currency")
        told = told and any(
            self.cleaned_data.get(name) not in (None, "") for name in self.OF_LOAN if name not in self.SAYS_NOTHING
        )
        return told or self.kept is not None

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.is_bound and not self.errors and self.has_loan:
            for name in ("provider_name", "remaining"):
                if given.get(name) in (None, ""):
                    self.add_error(name, "A loan needs this.")
            for name in ("original", "remaining"):
                self._check_decimals(name, given.get(name))
        return given

    def _check_decimals(self, name: str, value: Decimal | None) -> None:
        try:
            self._money(value)
        except ValueError as wrong:
            self.add_error(name, str(wrong))

    def _money(self, value: Decimal | None) -> Money:
        currency = self.cleaned_data.get("currency") or self.organization.currency
        return Money.of(value or Decimal(0), self.kept.account.currency if self.kept else currency)

    def document_values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.OF_DOCUMENT}

    def new_loan(self) -> NewLoan | None:
        """None where nothing of one was filled in."""
        if not self.has_loan:
            return None
        given = self.cleaned_data
        original = given["remaining"] if given["original"] is None else given["original"]
        says = "status" in self.changed_data
        return NewLoan(
            provider_name=given["provider_name"],
            original=self._money(original),
            remaining=self._money(given["remaining"]),
            maturity_date=given["maturity_date"],
            due_date=given["due_date"],
            status=LoanStatus(given["status"]) if given["status"] and (says or given["status"] == "BEHIND") else None,
        )

    def loan_changes(self) -> dict[str, Any]:
        """What was changed of the loan that is there."""
        changes: dict[str, Any] = {}
        for name in set(self.OF_LOAN) & set(self.changed_data):
            value = self.cleaned_data[name]
            changes[name] = self._money(value) if name in ("original", "remaining") else value
        changes.pop("currency", None)
        return changes

    def borrower(self) -> NewPerson | None:
        """None where nobody was named."""
        given = self.cleaned_data
        values = {name: given[name] for name in self.OF_PERSON if given[name]}
        if not (values.keys() - self.SAYS_NOTHING) and not given["phone"] and not given["email"]:
            return None
        provenance = Provenance(given["provenance"] or self.organization.numbers_from)
        return NewPerson(values=values, phone=given["phone"], email=given["email"], provenance=provenance)


class PartyForm(Refusable):
    """Somebody to put on a document."""

    role = forms.ChoiceField(label="Role", choices=[])
    first_name = forms.CharField(label="First name", required=False, max_length=120)
    last_name = forms.CharField(label="Last name", required=False, max_length=120)
    phone = forms.CharField(label="Phone", required=False, max_length=254)
    email = forms.CharField(label="Email", required=False, max_length=254)
    provenance = forms.ChoiceField(label="Where number and address come from", choices=PROVENANCES)

    def __init__(self, *given: Any, roles: list[PartyRole], organization: Organization, **also: Any) -> None:
        super().__init__(*given, **also)
        role = self.fields["role"]
        assert isinstance(role, forms.ChoiceField)
        role.choices = [(one.value, one.value.replace("_", "-").capitalize()) for one in roles]
        self.initial.setdefault("provenance", organization.numbers_from)

    def person(self) -> NewPerson:
        given = self.cleaned_data
        values = {name: given[name] for name in ("first_name", "last_name")}
        return NewPerson(
            values=values, phone=given["phone"], email=given["email"], provenance=Provenance(given["provenance"])
        )


class FileForm(Refusable):
    """A file to attach."""

    file = forms.FileField(label="File", allow_empty_file=True)


class ChannelsForm(Refusable):
    """What an outreach is to be."""

    channels = forms.MultipleChoiceField(
        label="Channels",
        required=False,
        choices=[(channel.value, TITLES[channel]) for channel in Channel],
        widget=forms.CheckboxSelectMultiple,
    )
    tone = forms.CharField(
        label="Tone",
        max_length=LONGEST_WORDS,
        help_text="Empathetic, firm and neutral have wordings of their own.",
        widget=forms.TextInput(counted(LONGEST_WORDS, list="tones", autocomplete="off")),
    )
    cadence = forms.CharField(
        label="Cadence",
        max_length=LONGEST_WORDS,
        help_text="For example weekly, every 3 days, or day 1, day 5, day 14.",
        widget=forms.TextInput(counted(LONGEST_WORDS, list="cadences", autocomplete="off")),
    )
    notes = forms.CharField(
        label="Notes",
        required=False,
        max_length=LONGEST_NOTES,
        help_text="Only your colleagues read this.",
        widget=forms.Textarea(counted(LONGEST_NOTES, rows=3)),
    )

    def clean_channels(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["channels"]
        if not chosen:
            raise forms.ValidationError("Choose at least one channel.")
        return chosen

    def chosen(self) -> Chosen:
        given = self.cleaned_data
        flags = {str(channel): str(channel) in given["channels"] for channel in Channel}
        return Chosen(**flags, tone=given["tone"], cadence=given["cadence"], notes=given["notes"])

    def refuse(self, refusal: Refusal) -> None:
        names = {str(channel): "channels" for channel in Channel}
        refusal.fields = {names.get(name, name): why for name, why in refusal.fields.items()}
        super().refuse(refusal)


class ChangeForm(Refusable):
    """Another tone or cadence."""

    tone = forms.CharField(label="Tone", max_length=LONGEST_WORDS, widget=forms.TextInput({"list": "tones"}))
    cadence = forms.CharField(label="Cadence", max_length=LONGEST_WORDS, widget=forms.TextInput({"list": "cadences"}))


class OptOutForm(Refusable):
    """What the borrower asked for."""

    channel = forms.ChoiceField(
        label="Channel",
        choices=[
            (OptOutChannel.SMS.value, "SMS"),
            (OptOutChannel.EMAIL.value, "Email"),
            (OptOutChannel.CALL.value, "Call"),
            (OptOutChannel.ALL.value, "All of them"),
        ],
    )
    notes = forms.CharField(
        label="What was said",
        required=False,
        max_length=LONGEST_NOTES,
        widget=forms.Textarea(counted(LONGEST_NOTES, rows=2)),
    )


class ReasonForm(Refusable):
    """Why."""

    reason = forms.CharField(label="Why", required=False, max_length=LONGEST_REASON)


class ImportForm(Refusable):
    """A file of documents."""

    file = forms.FileField(
        label="File",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx"}),
        error_messages={"required": "Choose a CSV or XLSX file."},
    )
    provenance = forms.ChoiceField(
        label="Where numbers and addresses come from", choices=PROVENANCES, initial=Provenance.UNKNOWN
    )
