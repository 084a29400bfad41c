"""A fictional portfolio for the demo: consumers all over the country who owe a little, and rows that are wrong. Pure.

Numbers are those kept for fiction (555-0100 to 555-0199), addresses are at example.com.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from .fates import chosen, rolled

HEADER = (
    "firstName", "lastName", "amount", "retailer", "orderNo", "paymentLink", "phoneNumber", "email", "dueDate",
    "creditorName",
)  # fmt: skip
Row = tuple[str, ...]

# Alaska, Hawaii, Puerto Rico, Guam; area codes that lie in two time zones; and the large ones.
_CODES = (
    "907", "907", "808", "808", "808", "787", "939", "671",
    "850", "812", "606", "270", "423", "931", "208", "541", "701", "605", "308", "785", "620", "906", "928", "219",
    "212", "213", "214", "202", "303", "305", "312", "313", "314", "404", "412", "415", "480", "503", "504", "505",
    "512", "515", "602", "612", "615", "617", "619", "646", "702", "704", "713", "718", "720", "801", "816", "901",
    "915", "919", "954", "972",
)  # fmt: skip
_LANGUAGES = {
    "en": (
        ("Alma", "Ben", "Carol", "Dexter", "Edith", "Frank", "Gloria", "Harvey", "Irene", "Jasper", "Kay", "Lionel",
         "Mabel", "Norman", "Opal", "Perry", "Quentin", "Rhoda", "Silas", "Thelma", "Ursula", "Vernon", "Willa"),
        ("Abbott", "Barlow", "Cobb", "Dunmore", "Eastman", "Fairweather", "Garrity", "Holloway", "Ingram", "Joyner",
         "Kettle", "Lockhart", "Merriweather", "Nettles", "Oakes", "Pickering", "Quill", "Rutledge", "Sparrow",
         "Thackeray", "Upton", "Vance", "Whitlock", "Yarrow"),
    ),
    "es": (
        ("Adela", "Bruno", "Carmen", "Diego", "Elena", "Felipe", "Graciela", "Horacio", "Inés", "Joaquín", "Lucía",
         "Mateo", "Noemí", "Óscar", "Pilar", "Ramiro", "Sofía", "Tomás", "Verónica", "Yolanda"),
        ("Acosta", "Benavides", "Cárdenas", "Duarte", "Escobar", "Fuentes", "Galindo", "Herrera", "Ibarra", "Jurado",
         "Lozano", "Montes", "Núñez", "Ojeda", "Paredes", "Quiroga", "Robles", "Salinas", "Trujillo", "Zavala"),
    ),
}  # fmt: skip
_SHOPS = (
    ("Harbor Furniture", "Harbor Furniture", 80, 1900),
    ("Bluebird Phones", "Bluebird Wireless", 25, 420),
    ("Juniper Home", "Juniper Home", 18, 640),
    ("Corner Hardware", "Corner Hardware", 12, 260),
    ("Maple Street Books", "Maple Street Books", 9, 95),
    ("Silver Spoon Kitchens", "Silver Spoon Credit", 120, 2400),
)


def portfolio(count: int, *, language: str, today: date, seed: str = "november") -> list[Row]:
    """So many consumers, 1 to 30 days past due on `today`; the same seed gives the same people."""
    return [_consumer(number, language, today, seed) for number in range(count)]


def wrong_rows(today: date) -> list[Row]:
    """One row of each kind that cannot be taken in."""
    good = _consumer(0, "en", today, "wrong")
    return [
        _with(good, phoneNumber="", email=""),
        _with(good, phoneNumber="555-CALL-ME"),
        _with(good, phoneNumber="12345"),
        _with(good, dueDate="02/30/26"),
        _with(good, amount="-45.00"),
        _with(good, amount="a lot"),
    ]


def same_household(today: date) -> list[Row]:
    """Somebody who shares a telephone with the first consumer of the portfolio: one text to it is enough."""
    return [_with(_consumer(0, "en", today, "november"), firstName="June", email="june.elsewhere@example.com")]


def file_of(rows: Sequence[Row]) -> bytes:
    """The rows as a CSV file, as a spreadsheet would save it: UTF-8 with a byte order mark, CRLF."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([HEADER, *rows])
    return text.getvalue().encode("utf-8-sig")


def _consumer(number: int, language: str, today: date, seed: str) -> Row:
    def roll(what: str) -> float:
        return rolled(seed, language, what, str(number))

    firsts, lasts = _LANGUAGES[language]
    first, last = chosen(firsts, roll("first")), chosen(lasts, roll("last"))
    retailer, creditor, least, most = _SHOPS[int(roll("shop") * len(_SHOPS))]
    cents = int((least + roll("amount") ** 2 * (most - least)) * 100)
    due = today - timedelta(days=1 + int(roll("due") * 30))
    order = f"{retailer.split()[0][:2].upper()}-{language}{10_000 + number}"
    return (
        first,
        last,
        f"{cents / 100:.2f}",
        retailer,
        order,
        f"https://pay.example.com/{order.lower()}",
        _phone(number, language),
        f"{_ascii(first)}.{_ascii(last)}.{number}@example.com",
        f"{due:%m/%d/%y}",
        creditor,
    )


def _phone(number: int, language: str) -> str:
    """A number of its own for everybody: all area codes once, then the next line number."""
    line = number // len(_CODES) * 2 + (1 if language == "es" else 0)
    lines = list(_lines())
    position = number % len(_CODES)
    repeats = _CODES[:position].count(_CODES[position])
    return f"{_CODES[position]}555{lines[(line + repeats * 30) % len(lines)]}"


def _lines() -> Iterator[str]:
    return (f"01{number:02}" for number in range(100))


def _ascii(name: str) -> str:
    table = str.maketrans("áéíóúñÁÉÍÓÚÑ", "aeiounAEIOUN")
    return name.translate(table).lower()


def _with(row: Row, **values: str) -> Row:
    return tuple(values.get(name, value) for name, value in zip(HEADER, row, strict=True))
