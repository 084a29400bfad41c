"""The limited-content message, 12 CFR 1006.2(j): a closed list of what may be said, so that it says
nothing of a debt.

Required: a business name that does not show the debt collection business, a request to reply, the name of
one or more natural persons, a telephone number. Allowed besides: a salutation, date and time, suggested
times to reply, and that any representative may be spoken to. Whatever is left after these is too much.
"""

from __future__ import annotations

import re

from forbear.policy.content import Codes

_NUMBER = re.compile(r"(?<![\w])(?:\+?1[-. ]?)?\(?\d{3}\)?[-. ]\d{3}[-. ]\d{4}(?!\d)")
_NAME = r"[A-Z][\w’'-]*(?:\.(?=\s[A-Z]))?(?:(?:\s+|,\s+(?=Inc|LLC|Ltd|Corp))[A-Z][\w’'-]*)*"
_BUSINESS = r"[A-Z0-9][\w&’'-]*(?:,?\s+(?:&\s+)?(?:of\s+)?[A-Z][\w&’'-]*)*\.?"
_FROM = re.compile(rf"\b(?:from|with|at|of)\s+({_BUSINESS})")
_PERSON = re.compile(
    rf"\b(?:[Tt]his is|[Mm]y name is|[Ii]t is|[Ii]t['’]s|[Cc]ontact|[Cc]all|[Aa]sk for|[Rr]each|or|[Dd]ear|"
    rf"[Hh]ello|[Hh]i|[Gg]ood (?:morning|afternoon|evening)|[Ff]or),?\s+({_NAME})"
)
_CORPORATE = re.compile(
    r"\b(?:Inc|LLC|L\.L\.C|Ltd|LLP|Corp|Corporation|Company|Co|Group|Services?|Bank|Associates|Partners|Agency)\b"
)
_COLLECTS = re.compile(r"\b(?:debts?|collect\w*|recover\w*|receivables?)\b", re.IGNORECASE)
_REPLY = re.compile(r"\b(?:call|contact|reach|return|reply|respond|phone|ring)\b", re.IGNORECASE)
_WHEN = re.compile(
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b|\b(?:january|february|march|april|may|june|july|august"
    r"|september|october|november|december)\b|\b\d{1,2}(?::\d{2})?\s*(?:[ap]\.?\s?m\.?)(?!\w)|\b\d{1,2}:\d{2}\b"
    r"|\b\d{1,2}(?:st|nd|rd|th)\b|\b(?:19|20)\d{2}\b|\b(?:noon|midnight)\b|(?<=\w\s)\b[0-3]?\d\b(?=[\s,.]|$)",
    re.IGNORECASE,
)
_ALLOWED_WORDS = (
    "a also am an and any anyone anytime are at available back be best between by "
    "call called calling can central contact convenience could daily day days dear during earliest "
    "eastern evening for from good hello hi hour hours i if in is it "
    "its local may me message morning afternoon mountain mr mrs ms my name number of "
    "office on one or our ours pacific person phone please possible reach reached reply "
    "representative representatives respond return ring s soon as speak staff standard talk team telephone "
    "thank thanks that the this time times to today tomorrow until us we week "
    "weekday weekdays weekends when will with you your "
)
_ALLOWED = frozenset(_ALLOWED_WORDS.split())


def check(text: str, *, channel: str = "voicemail", recipient: str = "consumer", cut_off: bool = False) -> Codes:
    """The codes of everything that keeps the text from being a limited-content message; none: it is one."""
    found = [code for code, wrong in _findings(text, channel, recipient, cut_off) if wrong]
    return tuple(found)


def _findings(text: str, channel: str, recipient: str, cut_off: bool) -> list[tuple[str, bool]]:
    business = _businesses(text)
    people = _people(text)
    return [
        ("lcm.not_a_voicemail", channel not in ("voicemail", "ringless_voicemail")),
        ("lcm.not_for_consumer", recipient != "consumer"),
        ("lcm.cut_off", cut_off),
        ("lcm.missing_business_name", not business),
        ("lcm.business_name_indicates_debt_collection", any(map(_COLLECTS.search, business))),
        ("lcm.missing_request_to_reply", _REPLY.search(_without(text, ["calling"])) is None),
        ("lcm.missing_natural_person_name", not people),
        ("lcm.missing_telephone_number", _NUMBER.search(text) is None),
        ("lcm.extra_content", bool(_rest(text, [*business, *people]))),
    ]


def _businesses(text: str) -> list[str]:
    named = [found[1] for found in _FROM.finditer(_NUMBER.sub(" ", text))]
    named += [name for name in _called(text) if _CORPORATE.search(name)]
    return [name for name in named if not _WHEN.fullmatch(name) and name.split()[0] not in _ZONES]


_ZONES = frozenset({"Eastern", "Central", "Mountain", "Pacific"})


def _people(text: str) -> list[str]:
    names = (name for name in _called(text) if not _CORPORATE.search(name))
    return [name for name in names if name.lower() not in _ALLOWED]


def _called(text: str) -> list[str]:
    """Who "this is", and whom to ask for."""
    return [found[1] for found in _PERSON.finditer(text)]


def _rest(text: str, names: list[str]) -> set[str]:
    """The words that no item of the list explains."""
    bare = _WHEN.sub(" ", _without(_NUMBER.sub(" ", text), names))
    return set(re.findall(r"[\w@/]+", bare.lower())) - _ALLOWED


def _without(text: str, pieces: list[str]) -> str:
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, " ")
    return text
