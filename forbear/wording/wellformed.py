"""What can be saved as a template: names from their lists, a body and a subject whose tags can be filled in. Pure.

Wording rules are not asked here: those are judged when the text is shown and when it is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from forbear.accounts.states import Bucket

from . import tags
from .states import Channel, Purpose, Tone

LONGEST = {Channel.SMS: 1_530, Channel.WHATSAPP: 4_096, Channel.VOICE: 2_000}
"""Characters of a body: ten segments of an SMS, two minutes of a call."""
LONGEST_OTHER = 20_000
LONGEST_SUBJECT = 200
_LANGUAGE = re.compile(r"[a-z]{2}(-[A-Z]{2})?$")
_BREAKS = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")


def wrong_words(*, name: str, channel: str, language: str, bucket: str, purpose: str, tone: str) -> dict[str, str]:
    """Field to sentence, for whatever stands on no list."""
    wrong = {}
    if not name.strip() or len(name.strip()) > 120 or "\x00" in name:
        wrong["name"] = "Give it a name of 1 to 120 characters."
    if channel not in set(Channel):
        wrong["channel"] = f"Choose one of: {', '.join(Channel)}."
    if not _LANGUAGE.match(language):
        wrong["language"] = "Write the language as two letters, such as en or es."
    if bucket and bucket not in set(Bucket):
        wrong["bucket"] = f"Choose one of: {', '.join(Bucket)}."
    if purpose not in set(Purpose):
        wrong["purpose"] = f"Choose one of: {', '.join(Purpose)}."
    if tone and tone not in set(Tone):
        wrong["tone"] = f"Choose one of: {', '.join(Tone)}."
    return wrong


def wrong_text(body: str, *, subject: str, channel: str, known: Iterable[str]) -> dict[str, str]:
    """Field to sentence, for a body or a subject that cannot be saved."""
    known = frozenset(known)
    told = {
        "body": wrong_body(body, channel=channel, known=known),
        "subject": wrong_subject(subject, channel=channel, known=known),
    }
    return {field: sentence for field, sentence in told.items() if sentence}


def wrong_body(body: str, *, channel: str, known: Iterable[str]) -> str:
    """Why this body cannot be saved, in a sentence; empty when it can."""
    if not body.strip():
        return "Write a text."
    if "\x00" in body:
        return "The text holds a character that no telephone can show."
    longest = LONGEST.get(Channel(channel), LONGEST_OTHER) if channel in set(Channel) else LONGEST_OTHER
    if len(body) > longest:
        return f"The text is {len(body):,} characters long; at most {longest:,} fit."
    return _wrong_tags(body, known)


def wrong_subject(subject: str, *, channel: str, known: Iterable[str]) -> str:
    """Why this subject cannot be saved: an e-mail needs one, of one line; nothing else has one."""
    if channel != Channel.EMAIL:
        return "Only an e-mail has a subject." if subject.strip() else ""
    if not subject.strip():
        return "An e-mail needs a subject."
    if _BREAKS.search(subject.strip()):
        return "A subject is one line, without line breaks and control characters."
    if len(subject.strip()) > LONGEST_SUBJECT:
        return f"The subject is {len(subject.strip()):,} characters long; at most {LONGEST_SUBJECT} fit."
    return _wrong_tags(subject, known)


def one_line(subject: str) -> str:
    """A rendered subject as a header may hold it: a value with a line break cannot begin a header of its own."""
    return " ".join(_BREAKS.sub(" ", subject).split())


def _wrong_tags(text: str, known: Iterable[str]) -> str:
    try:
        unknown = tags.compile_template(text).unknown(frozenset(known))
    except tags.BrokenTag as broken:
        return broken.sentence
    if unknown:
        return f"No contact has a field named {', '.join(unknown)}: take a tag from the list."
    return ""
