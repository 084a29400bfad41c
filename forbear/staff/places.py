"""Where an organization can be: the countries, currencies, languages and zones that its pages offer."""

from functools import cache
from typing import Final
from zoneinfo import available_timezones

COUNTRIES: Final = (
    ("US", "United States"),
    ("CA", "Canada"),
    ("MX", "Mexico"),
    ("BR", "Brazil"),
    ("GB", "United Kingdom"),
    ("IE", "Ireland"),
    ("ES", "Spain"),
    ("PT", "Portugal"),
    ("FR", "France"),
    ("DE", "Germany"),
    ("AU", "Australia"),
    ("NZ", "New Zealand"),
)
CURRENCIES: Final = tuple(
    (code, f"{code}, {name}")
    for code, name in (
        ("USD", "US dollar"),
        ("CAD", "Canadian dollar"),
        ("MXN", "Mexican peso"),
        ("BRL", "Brazilian real"),
        ("GBP", "pound sterling"),
        ("EUR", "euro"),
        ("AUD", "Australian dollar"),
        ("NZD", "New Zealand dollar"),
    )
)
LOCALES: Final = (
    ("en-US", "English, United States"),
    ("es-US", "Spanish, United States"),
    ("en-CA", "English, Canada"),
    ("fr-CA", "French, Canada"),
    ("es-MX", "Spanish, Mexico"),
    ("pt-BR", "Portuguese, Brazil"),
    ("en-GB", "English, United Kingdom"),
    ("es-ES", "Spanish, Spain"),
    ("pt-PT", "Portuguese, Portugal"),
    ("fr-FR", "French, France"),
    ("de-DE", "German, Germany"),
)
CONTINENTS: Final = (
    "America/", "Pacific/", "Atlantic/", "Europe/", "Africa/", "Asia/", "Australia/", "Indian/", "Arctic/",
)  # fmt: skip


@cache
def zones() -> tuple[tuple[str, str], ...]:
    """Every zone of the pinned data by its town, in the order of the alphabet."""
    names = sorted(name for name in available_timezones() if name.startswith(CONTINENTS))
    return tuple((name, name.replace("_", " ")) for name in (*names, "UTC"))
