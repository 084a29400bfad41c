"""What no text may say: threats, pressure, other business, and what would tell strangers or mislead."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forbear.policy.content import SENTENCES as REASONS
from forbear.policy.content import letters, voicemail
from forbear.wording import phrases, scripts
from forbear.wording.findings import COLLECTORS, Finding, Situation, error, warning

FORBIDDEN: tuple[tuple[str, phrases.Phrases, str], ...] = (
    ("words.threat", phrases.THREATS, "“{0}” reads as a threat: say what is owed and what can be done."),
    ("words.hurry", phrases.HURRY, "“{0}” presses the reader: give the date and leave the choice."),
    ("purpose.mixed", phrases.MARKETING, "“{0}” sells something: a text about a debt has one purpose."),
    (
        "link.shortener",
        phrases.SHORTENERS,
        "{0} is a public link shortener, which carriers block: use your own address.",
    ),
)
DOUBTFUL: tuple[tuple[str, phrases.Phrases, str], ...] = (
    ("words.harsh", phrases.HARSH, "“{0}” judges the reader: they “owe” or have something “left to pay”."),
    ("link.not_https", phrases.PLAIN_HTTP, "{0} is not encrypted: use https."),
)


def words(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    for code, known, sentence in FORBIDDEN:
        if found := known.find(lowered):
            yield error(code, sentence.format(text[slice(*found.span())]), found.span())
    for code, known, sentence in DOUBTFUL:
        if found := known.find(lowered):
            yield warning(code, sentence.format(text[slice(*found.span())]), found.span())


def bucket(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    """`final` is a word, the others are spans of days such as 31-60."""
    name = situation.bucket
    found = phrases.FINAL.find(lowered) if name == "final" else None
    if found is None and "-" in name:
        found = re.search(rf"(?<![\d-]){re.escape(name)}(?![\d-])", lowered)
    if found:
        yield error("bucket.named", "The name of the bucket must not appear in the text.", found.span())


def old_debts(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    """No suit is announced on a debt that is, or may be, time-barred (12 CFR 1006.26(b))."""
    if situation.actor in COLLECTORS and situation.time_barred is not False and phrases.SUIT.find(lowered):
        yield from _reasons(letters.time_barred(text, barred=situation.time_barred))


def overshadowing(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    """No pressure while the consumer may still dispute (12 CFR 1006.38(b)(1))."""
    if situation.in_validation_period:
        yield from _reasons(letters.overshadowing(text, in_validation_period=True))


def recorded(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    """A collector says to whoever or whatever answers nothing but a limited-content message (12 CFR 1006.2(j)); a call
    in parts keeps the rest for the right party.
    """
    if situation.channel == "voice" and situation.actor in COLLECTORS and not scripts.headings(text):
        yield from _reasons(voicemail.check(text))


def _reasons(codes: tuple[str, ...]) -> Iterator[Finding]:
    for code in codes:
        yield error(code, REASONS[code].sentence)
