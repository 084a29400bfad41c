"""Which column means what. Both header dialects (`firstName`, `first_name`) and their kin are known by spelling."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from .refusals import BadMapping, NothingUsable


class Field(StrEnum):
    """What a column can become. `CUSTOM` keeps its text under its exact header name, `IGNORED` leaves it out."""

    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    NAME = "name"
    PHONE = "phone"
    EMAIL = "email"
    OTHER_PHONE = "other_phone"
    OTHER_EMAIL = "other_email"
    BALANCE = "balance"
    CURRENCY = "currency"
    DUE_DATE = "due_date"
    DUE_DATE_MONTH_FIRST = "due_date_month_first"
    DUE_DATE_DAY_FIRST = "due_date_day_first"
    NUMBER = "number"
    EXTERNAL_ID = "external_id"
    CREDITOR = "creditor"
    POSTAL_CODE = "postal_code"
    STATE = "state"
    LANGUAGE = "language"
    TIME_ZONE = "time_zone"
    SCORE = "score"
    CUSTOM = "custom"
    IGNORED = "ignored"


LABELS: Mapping[Field, str] = {
    Field.FIRST_NAME: "First name",
    Field.LAST_NAME: "Last name",
    Field.NAME: "Full name",
    Field.PHONE: "Phone",
    Field.EMAIL: "E-mail",
    Field.OTHER_PHONE: "Another phone",
    Field.OTHER_EMAIL: "Another e-mail",
    Field.BALANCE: "Balance",
    Field.CURRENCY: "Currency",
    Field.DUE_DATE: "Due date",
    Field.DUE_DATE_MONTH_FIRST: "Due date, month/day/year",
    Field.DUE_DATE_DAY_FIRST: "Due date, day/month/year",
    Field.NUMBER: "Account number",
    Field.EXTERNAL_ID: "External id",
    Field.CREDITOR: "Creditor",
    Field.POSTAL_CODE: "Postal code",
    Field.STATE: "State",
    Field.LANGUAGE: "Language",
    Field.TIME_ZONE: "Time zone",
    Field.SCORE: "Score",
}

_SPELLINGS: Mapping[Field, str] = {
    Field.FIRST_NAME: "firstname fname givenname forename first nombre primernombre",
    Field.LAST_NAME: "lastname lname surname familyname last apellido apellidos",
    Field.NAME: "name fullname contactname customername consumername debtorname borrowername nombrecompleto",
    Field.PHONE: "phone phonenumber mobile mobilenumber mobilephone cell cellphone cellnumber telephone telephonenumber"
    " tel primaryphone contactphone phone1 telefono celular movil",
    Field.EMAIL: "email emailaddress mail primaryemail contactemail email1 correo correoelectronico",
    Field.BALANCE: "amount balance totalamount amountdue balancedue amountowed totaldue outstanding outstandingbalance"
    " outstandingamount currentbalance remainingamount openbalance saldo monto importe",
    Field.CURRENCY: "currency currencycode moneda",
    Field.DUE_DATE: "duedate datedue due paymentduedate vencimiento fechavencimiento fechadevencimiento",
    Field.NUMBER: "orderno ordernumber accountnumber accountno acctno acctnumber account number invoiceno invoicenumber"
    " loanno loannumber reference referenceno referencenumber numerodecuenta",
    Field.EXTERNAL_ID: "externalid accountid customaccountid clientexternalid debtid",
    Field.CREDITOR: "creditor creditorname originalcreditor acreedor",
    Field.POSTAL_CODE: "zip zipcode postalcode postcode codigopostal",
    Field.STATE: "state stateorprovince province estado",
    Field.LANGUAGE: "language lang preferredlanguage idioma",
    Field.TIME_ZONE: "timezone tz",
    Field.SCORE: "score accountscore riskscore",
}
_BY_SPELLING = {word: field for field, words in _SPELLINGS.items() for word in words.split()}
# Columns that close when they say yes: the kind of act, and the channel of an opt-out.
CLOSING: Mapping[str, tuple[str, str]] = {
    word: (kind, channel)
    for words, kind, channel in (
        ("optout optedout donotcontact dnc unsubscribed", "opt_out", "all"),
        ("smsoptout textoptout donottext smsoptedout", "opt_out", "sms"),
        ("emailoptout donotemail emailoptedout", "opt_out", "email"),
        ("calloptout donotcall phoneoptout", "opt_out", "call"),
        ("cease ceaseanddesist ceasedesist ceasenotice ceaserequest", "cease_notice", ""),
        ("attorneyrepresented representedbyattorney hasattorney attorneyonfile", "attorney_known", ""),
        ("bankruptcy bankrupt bankruptcyfiled", "bankruptcy", ""),
        ("deceased isdeceased", "deceased", ""),
        ("disputed indispute isdisputed", "dispute", ""),
    )
    for word in words.split()
}
_PLACES = {"mobile": "mobile", "cell": "mobile", "home": "home", "work": "work", "office": "work", "business": "work"}
_OTHER_POINT = re.compile(
    r"(?P<before>[a-z]*?)(?P<what>phonenumber|phone|emailaddress|email|mail|mobile|cell|tel)(?P<after>[a-z]*?)\d*"
)
_POINT_WORDS = {"", "other", "additional", "alternate", "alternative", "alt", "second", "secondary", *_PLACES}

# Repeating these in the custom fields would let a text quote yesterday's balance or another person's number.
_KEPT_ONCE = frozenset(
    {
        Field.FIRST_NAME, Field.LAST_NAME, Field.NAME, Field.PHONE, Field.EMAIL, Field.OTHER_PHONE, Field.OTHER_EMAIL,
        Field.BALANCE, Field.CURRENCY, Field.DUE_DATE, Field.DUE_DATE_MONTH_FIRST, Field.DUE_DATE_DAY_FIRST,
        Field.CREDITOR, Field.IGNORED,
    }
)  # fmt: skip
_REPEATABLE = frozenset({Field.OTHER_PHONE, Field.OTHER_EMAIL, Field.CUSTOM, Field.IGNORED})
_DUE_DATES = frozenset({Field.DUE_DATE, Field.DUE_DATE_MONTH_FIRST, Field.DUE_DATE_DAY_FIRST})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file and what it becomes. `place` says whose phone an additional one is: work, home, mobile.

    `keeps_text` off: the text of a recognized column is no tag, as in a request, where fields of its own are named.
    """

    index: int
    header: str
    field: Field
    place: str = "unknown"
    keeps_text: bool = True

    @property
    def reaches(self) -> bool:
        """A way to reach somebody."""
        return self.field in {Field.PHONE, Field.EMAIL, Field.OTHER_PHONE, Field.OTHER_EMAIL}

    @property
    def is_tag(self) -> bool:
        """Its text is kept under its exact header name too, so that `${ZipCode}` works as written in the file."""
        return self.keeps_text and self.field not in _KEPT_ONCE and bool(self.header)

    @property
    def closes(self) -> bool:
        """Whether its yes closes a way to somebody."""
        return self.field is Field.CUSTOM and spelled(self.header) in CLOSING

    @property
    def label(self) -> str:
        """What it becomes, for people."""
        if self.closes:
            return f"New field “{self.header}”; where it says yes, it closes"
        if self.field is Field.CUSTOM:
            return f"New field “{self.header}”"
        return LABELS.get(self.field, "Left out")


def spelled(header: str) -> str:
    """A header as it is compared: small letters and digits."""
    return re.sub(r"[^a-z0-9]", "", header.casefold())


def recognize(header: str, index: int = 0) -> Column:
    """One header by its spelling; whatever is not known becomes a custom field."""
    spelling = spelled(header)
    if spelling in CLOSING:
        return Column(index, header, Field.CUSTOM)
    field = _BY_SPELLING.get(spelling)
    if field:
        place = "mobile" if spelling.startswith(("mobile", "cell")) else "unknown"
        return Column(index, header, field, place)
    other = _OTHER_POINT.fullmatch(spelling)
    if other and other["before"] in _POINT_WORDS and other["after"] in _POINT_WORDS:
        mail = "mail" in other["what"]
        place = _PLACES.get(other["before"]) or _PLACES.get(other["after"]) or _PLACES.get(other["what"], "unknown")
        return Column(index, header, Field.OTHER_EMAIL if mail else Field.OTHER_PHONE, place)
    return Column(index, header, Field.CUSTOM if header else Field.IGNORED)


def propose(headers: Sequence[str]) -> tuple[Column, ...]:
    """Every column by its spelling. A second phone or e-mail is an additional one, a second balance a custom field."""
    columns: list[Column] = []
    taken: set[Field] = set()
    for index, header in enumerate(headers):
        column = recognize(header, index)
        if column.field in taken and column.field not in _REPEATABLE:
            column = Column(index, header, _SECOND.get(column.field, Field.CUSTOM), column.place)
        taken.add(column.field)
        columns.append(column)
    return _with_primaries(columns, taken)


_SECOND = {Field.PHONE: Field.OTHER_PHONE, Field.EMAIL: Field.OTHER_EMAIL}


def _with_primaries(columns: list[Column], taken: set[Field]) -> tuple[Column, ...]:
    """A file whose only phone is called `phone_work` has it as its phone."""
    for other, primary in ((Field.OTHER_PHONE, Field.PHONE), (Field.OTHER_EMAIL, Field.EMAIL)):
        if primary not in taken and other in taken:
            at = next(number for number, column in enumerate(columns) if column.field is other)
            columns[at] = Column(at, columns[at].header, primary, columns[at].place)
    return tuple(columns)


def choose(headers: Sequence[str], mapping: Mapping[str, str | None]) -> tuple[Column, ...]:
    """The proposal with somebody's own choices: {header: field word, "" or "custom", None or "ignored"}.

    Raises BadMapping for a header that the file does not have, a word that is no field, and a field chosen twice.
    """
    for header in mapping:
        if header not in headers:
            raise BadMapping(f"The mapping names a column “{header}” that the file does not have.")
    columns = [
        Column(column.index, column.header, _field(column.header, mapping[column.header]), column.place)
        if column.header in mapping
        else column
        for column in propose(headers)
    ]
    _refuse_doubles(columns)
    return tuple(columns)


def _field(header: str, word: str | None) -> Field:
    if word is None:
        return Field.IGNORED
    try:
        return Field(word or "custom")
    except ValueError:
        known = ", ".join(Field)
        raise BadMapping(f"“{word}” for the column “{header}” is no field; the fields are {known}.") from None


def _refuse_doubles(columns: Sequence[Column]) -> None:
    seen: dict[Field, str] = {}
    for column in columns:
        field = Field.DUE_DATE if column.field in _DUE_DATES else column.field
        if field in seen and field not in _REPEATABLE:
            raise BadMapping(f"Both “{seen[field]}” and “{column.header}” are chosen as {LABELS[field].lower()}.")
        seen[field] = column.header


def require_reachable(columns: Sequence[Column], filename: str) -> None:
    """Raises NothingUsable if no column is a phone number or an e-mail address."""
    if not any(column.reaches for column in columns):
        raise NothingUsable(filename, [column.header for column in columns if column.header])


def as_mapping(columns: Sequence[Column]) -> dict[str, str | None]:
    """What `choose` reads back: {header: field word, "" for a custom field, None for a column left out}."""
    return {column.header: _WORDS.get(column.field, column.field.value) for column in columns if column.header}


_WORDS: Mapping[Field, str | None] = {Field.CUSTOM: "", Field.IGNORED: None}
