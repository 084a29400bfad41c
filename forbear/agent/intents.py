"""What an inbound message asks for. Exact words first, then rules for short requests, then a person.

`classify` is pure and deterministic. A model may later add a stop to what it finds, never remove one.
"Unclear but possibly a stop" holds the contact point until a person has read it (47 CFR 64.1200(a)(10):
any reasonable manner).
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from forbear.agent import meanings, stopping
from forbear.agent.normalize import clauses, normalize


class Intent(StrEnum):
    """In order of rank: the first of a message's intents is its primary one."""

    OPT_OUT = "opt_out"
    CEASE = "cease"
    ATTORNEY = "attorney"
    BANKRUPTCY = "bankruptcy"
    DECEASED = "deceased"
    DISPUTE = "dispute"
    WRONG_PARTY = "wrong_party"
    WORKPLACE = "workplace"
    REFUSE_TO_PAY = "refuse_to_pay"
    INCONVENIENT_TIME = "inconvenient_time"
    MEDIA_REQUEST = "media_request"
    HELP = "help"
    OPT_IN = "opt_in"
    ANSWER = "answer"
    HUMAN = "human"
    NONE = "none"


RANK = {intent: place for place, intent in enumerate(Intent)}
ALL = "all"
HELP_WORDS = frozenset(
    {"help", "info", "help me", "ayuda", "informacion", "aide", "ajuda", "informacao", "information"}
)
OPT_IN_WORDS = frozenset({"start", "unstop", "un stop", "opt in", "optin", "start again", "start texts"})
YES = frozenset({"yes", "y", "yeah", "yep", "ok", "okay", "sure", "si", "claro", "oui", "sim", "yes please"})
NO = frozenset({"no", "n", "nope", "nah", "no thanks", "no gracias", "non", "nao"})
CEASED_STATES = frozenset({"ceased", "attorney", "bankruptcy", "deceased"})
SHORT, FAIRLY_SHORT = 6, 8  # words
LONGEST = 4_000  # characters that are read
SHORT_TEXT = 160  # characters
_SPELLED_OUT = frozenset({"stop", "stopall", "unsubscribe", "optout", "cancel", "quit", "revoke"})
STOP_SIGNS = frozenset("🛑✋🚫⛔🤚🖕🙅")


@dataclass(frozen=True, slots=True)
class Reading:
    """intents: all that was found, never empty. closes: channels to close at once for the point it came from,
    or `all`. route_to_person: a work item is due. holds: nothing more leaves to this point until a
    person has read it.
    """

    intents: frozenset[Intent]
    closes: frozenset[str] = frozenset()
    route_to_person: bool = False
    holds: bool = False

    @property
    def primary(self) -> Intent:
        return min(self.intents, key=RANK.__getitem__)

    @property
    def opts_out(self) -> bool:
        return Intent.OPT_OUT in self.intents


def classify(body: str, *, channel: str = "sms", language: str = "en", state: str = "", asked: bool = False) -> Reading:
    """Read one inbound message.

    channel: the medium it came by. language: what we wrote in; only a hint, people answer in any.
    state: what already stands for the point (`opted_out`, `ceased`, `attorney` ...). asked: our last
    message put a yes-or-no question.
    """
    read = _remembered if len(body) <= SHORT_TEXT else _read
    return read(body, channel, state, asked)


def _read(body: str, channel: str, state: str, asked: bool) -> Reading:
    text = (_fresh_part(body) if channel == "email" else body)[:LONGEST]
    words = normalize(text)
    found: set[Intent] = set(_legal(words))
    closes = _stops(text, words, channel)
    if channel in closes:
        found.add(Intent.OPT_OUT)
    if closes - {channel} or (closes and channel in {"email", "voice"}):
        found.add(Intent.MEDIA_REQUEST)
    if Intent.CEASE in found:
        closes |= {ALL}
    if not found:
        found.add(_simple(text, words, state=state, asked=asked))
    return _reading(frozenset(found), frozenset(closes), channel)


_remembered = lru_cache(maxsize=8192)(_read)  # most replies are short, and many are the same


def _reading(intents: frozenset[Intent], closes: frozenset[str], channel: str) -> Reading:
    quiet = {Intent.OPT_OUT, Intent.HELP, Intent.OPT_IN, Intent.ANSWER, Intent.NONE}
    weighty = bool(intents - quiet)
    only_own_medium = closes == {channel} and intents <= {Intent.OPT_OUT, Intent.MEDIA_REQUEST}
    return Reading(intents, closes, route_to_person=weighty, holds=weighty and not only_own_medium)


def _fresh_part(body: str) -> str:
    """An e-mail without what it quotes: our own opt-out line comes back in every answer."""
    fresh = re.split(r"\n(?=On .{4,200}wrote:\s*\n|-{2,} ?Original Message|_{8,}\n|From: )", "\n" + body, maxsplit=1)[0]
    return "\n".join(line for line in fresh.splitlines() if not line.lstrip().startswith(">"))


def _simple(text: str, words: str, *, state: str, asked: bool) -> Intent:
    """What is left when nothing of weight was found."""
    core = _without_courtesy(words)
    if words in OPT_IN_WORDS or core in OPT_IN_WORDS:
        return Intent.HUMAN if state in CEASED_STATES else Intent.OPT_IN
    if words in HELP_WORDS or core in HELP_WORDS:
        return Intent.HELP
    if asked and (words in YES or words in NO):
        return Intent.ANSWER
    if words in YES and state == "opted_out":
        return Intent.HUMAN
    return Intent.HUMAN if _unclear(text, words) else Intent.NONE


def _unclear(text: str, words: str) -> bool:
    if not words:
        return bool(STOP_SIGNS & set(text))
    squeezed = _squeezed(words)
    if words in stopping.UNCLEAR or squeezed in stopping.UNCLEAR or _without_courtesy(words) in stopping.UNCLEAR:
        return True
    if any(each.search(words) for each in (meanings.SAYS_PAID, meanings.ASKS_ABOUT_SPAM, meanings.PROTECTED)):
        return True
    return any(not found["but"] for found in stopping.LOOSE_STOP.finditer(words))


_MEANINGS: Sequence[tuple[Intent, re.Pattern[str]]] = (
    (Intent.CEASE, meanings.CEASE),
    (Intent.ATTORNEY, meanings.ATTORNEY),
    (Intent.BANKRUPTCY, meanings.BANKRUPTCY),
    (Intent.DECEASED, meanings.DECEASED),
    (Intent.DISPUTE, meanings.DISPUTE),
    (Intent.WRONG_PARTY, meanings.WRONG_PARTY),
    (Intent.WORKPLACE, meanings.WORKPLACE),
    (Intent.REFUSE_TO_PAY, meanings.REFUSE_TO_PAY),
    (Intent.INCONVENIENT_TIME, meanings.INCONVENIENT_TIME),
    (Intent.MEDIA_REQUEST, meanings.MEDIA_REQUEST),
)


def _legal(words: str) -> Iterator[Intent]:
    for intent, pattern in _MEANINGS:
        if any(not found.groupdict().get("but") for found in pattern.finditer(words)):
            yield intent
    yield from (limit for _, limit in _requests(words) if limit is not None)


def _stops(text: str, words: str, channel: str) -> set[str]:
    """The channels that the message asks to close."""
    if _is_keyword(text, words):
        return {channel}
    requests = list(_requests(words))
    if requests:
        return {medium or channel for medium, limit in requests if limit is None}
    return {channel} if _loose_stop(words) else set()


def _requests(words: str) -> Iterator[tuple[str | None, Intent | None]]:
    """Each request for silence: the medium it names, if any, and how it is limited, if at all."""
    for request in stopping.REQUESTS:
        for found in request.finditer(words):
            groups = found.groupdict()
            if not groups.pop("but", None):
                limit = _limit(found)
                medium = next((medium for medium, said in groups.items() if said), None)
                yield medium, limit
                if also := stopping.ALSO.match(words, found.end(medium) if medium else found.end()):
                    yield next(medium for medium, said in also.groupdict().items() if said), limit


def _limit(found: re.Match[str]) -> Intent | None:
    """ "Do not call me at work" and "stop texting so late" ask for another place or time, not for silence."""
    rest = " ".join(found.string[found.end() :].split()[:6])
    if stopping.AT_WORK.search(rest):
        return Intent.WORKPLACE
    mild = not found[0].lstrip().startswith(("stop", "quit", "cease"))
    if stopping.AT_TIMES.search(rest) or (mild and stopping.ONLY_NOW.search(rest)):
        return Intent.INCONVENIENT_TIME
    return None


def _loose_stop(words: str) -> bool:
    if len(words.split()) > FAIRLY_SHORT:
        return False
    return any(not found["but"] for found in stopping.LOOSE_STOP.finditer(words))


def _is_keyword(text: str, words: str) -> bool:
    if _keyword(words, weak=True):
        return True
    parts = clauses(text)
    short = len(words.split()) <= SHORT
    return len(parts) > 1 and any(_keyword(part, weak=short) for part in parts)


def _keyword(words: str, *, weak: bool) -> bool:
    """Whether this is a stop word and nothing else: repeated, lengthened, spelled out, with a please."""
    if not words:
        return False
    return any(_listed(form, weak=weak) for form in _forms(words))


def _forms(words: str) -> Iterator[str]:
    yield words
    tokens = words.split()
    if (joined := "".join(tokens)) in _SPELLED_OUT:
        yield joined
    yield _squeezed(words)
    yield _without_digits(words)
    yield " ".join(dict.fromkeys(tokens))
    core = _without_courtesy(words)
    if core != words:
        yield core
        yield _squeezed(core)
        yield " ".join(dict.fromkeys(core.split()))


def _listed(words: str, *, weak: bool) -> bool:
    if words in stopping.STRONG or (weak and words in stopping.WEAK):
        return True
    return words in stopping.MISSPELLED or _close_to(words, "unsubscribe", 3) or _close_to(words, "stopall", 1)


def _squeezed(words: str) -> str:
    """`stopppp` -> `stop`: three or more of a letter, or a doubled one at the end of a word, become one."""
    return re.sub(r"(\w)\1+\b", r"\1", re.sub(r"(\w)\1{2,}", r"\1", words))


_LEET = str.maketrans("0135@$", "olesas")


def _without_digits(words: str) -> str:
    """`st0p` -> `stop`, only where letters and digits mix in one word."""
    tokens = words.split()
    return " ".join(token.translate(_LEET) if re.search(r"[a-z]", token) else token for token in tokens)


def _without_courtesy(words: str) -> str:
    """The words without the please, ok, now and thanks around them."""
    tokens = words.split()
    while tokens and tokens[0] in stopping.COURTESY:
        tokens.pop(0)
    while tokens and tokens[-1] in stopping.COURTESY:
        tokens.pop()
    return " ".join(tokens)


def _close_to(word: str, target: str, most: int) -> bool:
    """Within `most` insertions, deletions, substitutions or swaps (optimal string alignment)."""
    if word[:1] != target[:1] or abs(len(word) - len(target)) > most or " " in word:
        return False
    before: list[int] = []
    row = list(range(len(target) + 1))
    for i, a in enumerate(word, 1):
        older, before, row = before, row, [i]
        for j, b in enumerate(target, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (a != b))
            if i > 1 and j > 1 and a == target[j - 2] and word[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
    return row[-1] <= most
