"""The shapes of the staff room's forms."""

from datetime import date
from typing import TYPE_CHECKING, Any

from django import forms

from forbear.core.phone import normalize

from . import places
from .models import Organization
from .permissions import Permission
from .states import Actor, Provenance, Role, choices

if TYPE_CHECKING:
    OrganizationShape = forms.ModelForm[Organization]
else:
    OrganizationShape = forms.ModelForm

WEEKDAYS = list(enumerate(("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")))
KINDS = [("live", "Real work (fb_live_)"), ("test", "Trying things out (fb_test_)")]
MOST_DAYS = 400
LASTS = [("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "Until it is revoked")]


def secret(*, new: bool = False) -> forms.PasswordInput:
    return forms.PasswordInput(attrs={"autocomplete": "new-password" if new else "current-password"})


def named() -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "name"})


class EmailField(forms.EmailField):
    """An address as it is kept: without spaces around it, in small letters."""

    def __init__(self, **options: Any) -> None:
        attributes = {"autocomplete": options.pop("autocomplete", "email"), "spellcheck": "false"}
        super().__init__(label="E-mail", widget=forms.EmailInput(attrs=attributes), **options)

    def clean(self, value: Any) -> Any:
        return super().clean(value).casefold()


class SignInForm(forms.Form):
    email = EmailField(autocomplete="username")
    password = forms.CharField(widget=secret(), strip=False, max_length=1000)


class CodeForm(forms.Form):
    code = forms.CharField(
        label="Code",
        max_length=20,
        help_text="Six digits from your authenticator app, or one of your recovery codes.",
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "inputmode": "numeric",
                "class": "code",
                "autofocus": True,
            }
        ),
    )


class ProofForm(CodeForm):
    """The first code: there are no recovery codes yet."""

    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["code"].help_text = "Six digits, good for half a minute."


class FirstRunForm(forms.Form):
    organization = forms.CharField(
        label="Name of your organization",
        max_length=120,
        help_text="As it stands in the messages that you send.",
    )
    actor = forms.ChoiceField(
        label="What you are to the debts",
        choices=choices(Actor),
        initial=Actor.THIRD_PARTY_COLLECTOR,
        help_text="Decides which rules bind you.",
    )
    time_zone = forms.ChoiceField(choices=places.zones, initial="America/Chicago")
    numbers_from = forms.ChoiceField(
        label="Where your numbers come from",
        choices=choices(Provenance),
        initial=Provenance.GIVEN_BY_CONSUMER,
        required=False,
        help_text="Applied where a file or a program does not say. It decides what may be sent to them.",
    )
    name = forms.CharField(label="Your name", max_length=120, widget=named())
    email = EmailField(autocomplete="username")
    password = forms.CharField(
        widget=secret(new=True), strip=False, max_length=1000, help_text="At least twelve characters."
    )


class JoinForm(forms.Form):
    name = forms.CharField(label="Your name", max_length=120, widget=named())
    password = forms.CharField(
        widget=secret(new=True), strip=False, max_length=1000, help_text="At least twelve characters."
    )


class SettingsForm(OrganizationShape):
    """Some settings of an organization; whether they go together is the verb's to say, in a sentence."""

    def _post_clean(self) -> None:
        """The row stays as it is, and the database's constraints, which cannot explain themselves, are not asked."""


class OrganizationForm(SettingsForm):
    def __init__(self, *given: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        self.fields["numbers_from"].required = False

    def clean_numbers_from(self) -> Any:
        return self.cleaned_data["numbers_from"] or self.instance.numbers_from

    class Meta:
        model = Organization
        fields = (
            "name", "actor", "country", "time_zone", "currency", "locale", "phone", "postal_address", "numbers_from",
        )  # fmt: skip
        labels = {
            "name": "Name",
            "actor": "What you are to the debts",
            "locale": "Language",
            "phone": "Telephone",
            "postal_address": "Postal address",
            "numbers_from": "Where your numbers come from",
        }
        help_texts = {
            "name": "As it stands in the messages that you send.",
            "actor": "Decides which rules bind you.",
            "time_zone": "Days, reports and campaign dates follow it.",
            "currency": "For amounts that come without one.",
            "phone": "Where people can call you back.",
            "postal_address": "On one line, for the foot of every letter.",
            "numbers_from": "For numbers and addresses that come without saying. One that the consumer gave the"
            " creditor is consent; one that was found by others is not.",
        }
        widgets = {
            "country": forms.Select(choices=places.COUNTRIES),
            "currency": forms.Select(choices=places.CURRENCIES),
            "locale": forms.Select(choices=places.LOCALES),
            "phone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
            "postal_address": forms.TextInput(attrs={"autocomplete": "street-address"}),
        }

    time_zone = forms.ChoiceField(choices=places.zones, help_text=Meta.help_texts["time_zone"])

    def clean_postal_address(self) -> str:
        return " ".join(self.cleaned_data["postal_address"].split())

    def clean_phone(self) -> str:
        text, country = self.cleaned_data["phone"], self.data.get("country", "US")
        if not text:
            return ""
        if (number := normalize(text, country)) is None:
            raise forms.ValidationError(f"“{text}” is not a telephone number there.")
        return number


class DaysField(forms.CharField):
    """Days, one a line; empty: nobody has told them."""

    widget = forms.Textarea(attrs={"rows": 3, "class": "mono"})

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(day.isoformat() for day in value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        lines = super().clean(value).split()
        try:
            return sorted({date.fromisoformat(line) for line in lines})[:MOST_DAYS] or None
        except ValueError:
            raise forms.ValidationError("Write each day like 2026-12-24, one a line.") from None


class LimitsForm(SettingsForm):
    class Meta:
        model = Organization
        fields = (
            "window_from",
            "window_to",
            "per_day",
            "per_week",
            "min_interval_hours",
            "weekdays",
            "holidays_closed",
            "local_holidays",
        )
        labels = {
            "window_from": "Write from",
            "window_to": "Write until",
            "per_day": "Messages a day",
            "per_week": "Messages a week",
            "min_interval_hours": "Hours between two messages",
            "holidays_closed": "Closed on federal holidays",
        }
        help_texts = {
            "window_from": "On the clock of every place where the person may be.",
            "per_day": "To one person and about one account, all campaigns and channels together.",
            "min_interval_hours": "0 for none.",
        }
        widgets = {
            "window_from": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
            "window_to": forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        }

    local_holidays = DaysField(
        label="Holidays where you are",
        required=False,
        help_text="One day a line, like 2026-12-24. Some laws close on local holidays; where nobody has told them, a"
        " person is asked before each contact.",
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Days on which you write", choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )


class AutomationForm(SettingsForm):
    class Meta:
        model = Organization
        fields = ("auto_enqueue", "scores_nightly", "queue_by_score", "aging_ends")
        labels = {
            "auto_enqueue": "auto_enqueue: active campaigns are enqueued by themselves",
            "scores_nightly": "Score every live account by the scorecard each night",
            "queue_by_score": "The highest score first",
            "aging_ends": "Last day of each bucket of the aging report",
        }
        help_texts = {
            "scores_nightly": "It takes the place of the scores that files and people gave.",
            "queue_by_score": "Contacts that are due at the same time leave in the order of the score.",
            "aging_ends": "Days past due, from small to large: 0, 30, 60, 90, 180 gives six buckets.",
            "auto_enqueue": "Every minute each active campaign within its dates is enqueued. Switched off, somebody"
            " presses Enqueue on the campaign's page or under Execution; a broadcast is enqueued by its launch anyway.",
        }

    def __init__(self, *given: Any, **also: Any) -> None:
        super().__init__(*given, **also)
        self.fields["aging_ends"].required = False

    def clean_aging_ends(self) -> list[int]:
        """Left empty they stay as they are."""
        ends: list[int] = self.cleaned_data["aging_ends"] or self.instance.aging_ends
        if not 1 <= len(ends) <= 10 or ends != sorted(set(ends)) or ends[-1] > 3650:
            raise forms.ValidationError("Write one to ten different days from small to large, at most 3650.")
        return ends


class InviteForm(forms.Form):
    email = EmailField(autocomplete="off")
    role = forms.ChoiceField(choices=choices(Role), initial=Role.OPERATOR)


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=choices(Role))


class KeyForm(forms.Form):
    name = forms.CharField(max_length=80, help_text="Which program will use it.")
    kind = forms.ChoiceField(label="What for", choices=KINDS, initial="live", widget=forms.RadioSelect)
    lasts = forms.ChoiceField(label="Expires after", choices=LASTS, required=False, initial="90")
    scopes = forms.MultipleChoiceField(
        choices=[(word.value, word.value) for word in Permission],
        widget=forms.CheckboxSelectMultiple,
        help_text="Only what the program needs.",
    )


class PasswordForm(forms.Form):
    present = forms.CharField(label="Present password", widget=secret(), strip=False, max_length=1000)
    password = forms.CharField(
        label="New password",
        widget=secret(new=True),
        strip=False,
        max_length=1000,
        help_text="At least twelve characters.",
    )


class WithoutCodesForm(forms.Form):
    password = forms.CharField(widget=secret(), strip=False, max_length=1000)
