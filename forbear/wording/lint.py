"""The linter: may these words leave as they are?

One function judges the body while it is written (tags still in it) and the rendered text at hand-over.
An error keeps a template from being saved and a message from leaving; a warning is shown beside the
text.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from forbear.wording import phrases, segments, tags

COLLECTORS = frozenset({"third_party_collector", "debt_buyer", "law_firm"})
SENDER_TAGS = ("${organization", "${creditorName", "${creditor_name")
MANY_SEGMENTS = 3


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong, in a sentence, and where: `span` is a half-open range of the text, (0, 0) for the whole
    of it.
    """

    code: str
    severity: Severity
    sentence: str
    span: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Situation:
    """What the text is for. `senders`: the names that identify us (organization, creditor). `known`: the
    field names that tags may use, None where the text has none left. `stage`: `initial` for the first
    communication about a debt.
    """

    channel: str = "sms"
    language: str = "en"
    actor: str = "creditor"
    senders: tuple[str, ...] = ()
    known: frozenset[str] | None = None
    bucket: str = ""
    stage: str = "subsequent"


Known = Mapping[str, phrases.Phrases]
Rule = Callable[[str, str, Situation], Iterator[Finding]]


def lint(text: str, situation: Situation) -> tuple[Finding, ...]:
    """Every finding, errors first. Fast enough to run on each message of a batch."""
    lowered = text.lower()
    if len(lowered) != len(text):  # a few letters grow when lowered; spans must still point into the text
        lowered = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    findings = [finding for rule in RULES for finding in rule(text, lowered, situation)]
    if len(findings) > 1:
        findings.sort(key=lambda finding: finding.severity)
    return tuple(findings)


def errors(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that keep a text from leaving."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def _error(code: str, sentence: str, span: tuple[int, int] = (0, 0)) -> Finding:
    return Finding(code, Severity.ERROR, sentence, span)


def _warning(code: str, sentence: str, span: tuple[int, int] = (0, 0)) -> Finding:
    return Finding(code, Severity.WARNING, sentence, span)


def _tags(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    if tags.OPENING not in text:
        return
    if situation.known is None:
        yield _error(
            "tag.left",
            "A tag is still in the text: it would reach the reader as it stands.",
            _span(text, "${"),
        )
        return
    try:
        compiled = tags.compile_template(text)
    except tags.BrokenTag as broken:
        yield _error("tag.broken", broken.sentence, _span(text, "${"))
        return
    for name in compiled.unknown(situation.known):
        yield _error("tag.unknown", f"No contact has a field named {name}.", _span(text, "${" + name))


def _sender(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    if any(tag in text for tag in SENDER_TAGS):
        return
    if not any(name.lower() in lowered for name in situation.senders if name):
        yield _error("sender.missing", "The text does not say who is writing: name your organization or the creditor.")


def _opt_out(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    if phrases.OPT_OUT_COSTS.find(lowered):
        yield _error(
            "opt_out_notice.fee_or_extra_data",
            "Opting out must not ask for money or for more than the address.",
        )
    if not _has_opt_out(lowered, situation.channel):
        if phrases.OPT_OUT_MENTIONED.find(lowered):
            yield _error("opt_out_notice.method_not_simple", f"The way to opt out is not simple: {_simple(situation)}.")
        else:
            yield _error("opt_out_notice.missing", f"The text does not say how to opt out: {_simple(situation)}.")


def _has_opt_out(lowered: str, channel: str) -> bool:
    if channel == "voice":
        return True
    if channel == "email" and phrases.OPT_OUT_BY_LINK.find(lowered):
        return True
    return phrases.OPT_OUT_BY_WORD.find(lowered) is not None


def _simple(situation: Situation) -> str:
    if situation.channel == "email":
        return "give a link that opts out"
    words = {
        "es": "Responda STOP para no recibir más textos.",
        "pt": "Responda PARAR para não receber mais mensagens.",
    }
    return f"add “{words.get(situation.language[:2], 'Reply STOP to end texts.')}”"


def _disclosure(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    if situation.actor not in COLLECTORS:
        return
    language = situation.language[:2]
    if situation.stage == "initial":
        yield from _both_halves(lowered, language)
    elif not _says(phrases.DEBT_COLLECTOR, lowered, language):
        code = "mini_miranda.debt_collector_missing"
        yield _undisclosed(phrases.DEBT_COLLECTOR, lowered, language, code)


def _both_halves(lowered: str, language: str) -> Iterator[Finding]:
    halves = (
        ("mini_miranda.attempt_to_collect_missing", phrases.ATTEMPT_TO_COLLECT),
        ("mini_miranda.information_used_missing", phrases.INFORMATION_USED),
    )
    for code, known in halves:
        if not _says(known, lowered, language):
            yield _undisclosed(known, lowered, language, code)


def _says(known: Known, lowered: str, language: str) -> bool:
    return known.get(language, known["en"]).find(lowered) is not None


_UNSAID = {
    "mini_miranda.debt_collector_missing": "Say that the text is from a debt collector: “{0}”",
    "mini_miranda.attempt_to_collect_missing": "The first message must say that you try to collect a debt.",
    "mini_miranda.information_used_missing": "The first message must say what information will be used for.",
    "mini_miranda.language_mismatch": "The debt collector disclosure is in another language than the text.",
}


def _undisclosed(known: Known, lowered: str, language: str, code: str) -> Finding:
    if any(_says(known, lowered, other) for other in known if other != language):
        code = "mini_miranda.language_mismatch"
    example = "Somos un cobrador de deudas." if language == "es" else "We are a debt collector."
    return _error(code, _UNSAID[code].format(example))


_FORBIDDEN: tuple[tuple[str, phrases.Phrases, str], ...] = (
    ("words.threat", phrases.THREATS, "“{0}” reads as a threat: say what is owed and what can be done."),
    ("words.hurry", phrases.HURRY, "“{0}” presses the reader: give the date and leave the choice."),
    ("purpose.mixed", phrases.MARKETING, "“{0}” sells something: a text about a debt has one purpose."),
    (
        "link.shortener",
        phrases.SHORTENERS,
        "{0} is a public link shortener, which carriers block: use your own address.",
    ),
)
_DOUBTFUL: tuple[tuple[str, phrases.Phrases, str], ...] = (
    ("words.harsh", phrases.HARSH, "“{0}” judges the reader: they “owe” or have something “left to pay”."),
    ("link.not_https", phrases.PLAIN_HTTP, "{0} is not encrypted: use https."),
)


def _words(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    for code, known, sentence in _FORBIDDEN:
        if found := known.find(lowered):
            yield _error(code, sentence.format(text[slice(*found.span())]), found.span())
    for code, known, sentence in _DOUBTFUL:
        if found := known.find(lowered):
            yield _warning(code, sentence.format(text[slice(*found.span())]), found.span())


def _bucket(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    if situation.bucket == "final" and (found := phrases.FINAL.find(lowered)):
        yield _error("bucket.named", "The name of the bucket must not appear in the text.", found.span())


def _length(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    if situation.channel != "sms" or len(text) <= 67 * MANY_SEGMENTS:
        return
    parts = segments.count(estimate(text)).segments
    if parts > MANY_SEGMENTS:
        yield _warning(
            "segments.many",
            f"The text takes {parts} segments; {MANY_SEGMENTS} or fewer are read and cost less.",
        )


def estimate(text: str) -> str:
    """The text with samples in place of its tags, to measure it; unknown names stand for themselves."""
    return _estimate(text) if tags.OPENING in text else text


@lru_cache(maxsize=512)
def _estimate(text: str) -> str:
    try:
        compiled = tags.compile_template(text)
    except tags.BrokenTag:
        return text
    return compiled.render({**{name: name for name in compiled.names}, **tags.SAMPLES}).text


def _span(text: str, piece: str) -> tuple[int, int]:
    start = text.find(piece)
    if start < 0:
        return (0, 0)
    end = text.find("}", start)
    return (start, end + 1 if end > 0 else len(text))


RULES: tuple[Rule, ...] = (_tags, _sender, _opt_out, _disclosure, _words, _bucket, _length)
