"""A recipient's values by tag name, from plain columns: what `tags.Compiled.render` puts in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Protocol

from forbear.core.money import Money
from forbear.core.phone import readable


class Recipient(Protocol):
    """The columns a wording may speak of."""

    first_name: str
    last_name: str
    number: str
    balance_minor: int
    currency: str
    due_date: date | None
    fields: Mapping[str, Any]
    creditor: str


def values_of(
    recipient: Recipient,
    *,
    organization: str,
    locale: str,
    phone: str = "",
    email: str = "",
    callback: str = "",
    postal: str = "",
) -> dict[str, str]:
    """Custom fields under their exact names, and over them the standard tags, which are always up to date. `callback`
    and `postal`: the organization's own telephone number and postal address.
    """
    values = {name: str(value) for name, value in recipient.fields.items() if value is not None}
    values |= {
        "firstName": recipient.first_name,
        "lastName": recipient.last_name,
        "amount": Money(recipient.balance_minor, recipient.currency).plain(),
        "phoneNumber": readable(phone) if phone else "",
        "email": email,
        "organization": organization,
    }
    if recipient.number:
        values["orderNo"] = values["accountNumber"] = recipient.number
    if recipient.creditor:
        values["creditorName"] = recipient.creditor
    if postal:
        values["organizationAddress"] = postal
    if callback:
        values["callbackNumber"] = readable(callback)
    if recipient.due_date:
        values["dueDate"] = short_date(recipient.due_date, locale)
    return values


def short_date(day: date, locale: str) -> str:
    """12/19/22 in the United States, 19/12/22 elsewhere."""
    return day.strftime("%m/%d/%y" if locale == "en-US" else "%d/%m/%y")
