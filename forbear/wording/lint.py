"""The linter: may these words leave as they are?

One function judges the body while it is written (tags still in it), the text rendered with samples or with a
contact's own values, and the text at hand-over. An error keeps a message from leaving; a warning is shown
beside the text.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

from forbear.wording import disclosures, forbidden, segments, tags
from forbear.wording.findings import COLLECTORS, Finding, Severity, Situation, error, warning

__all__ = ["COLLECTORS", "Finding", "Severity", "Situation", "errors", "estimate", "lint"]

MANY_SEGMENTS = 3
Rule = Callable[[str, str, Situation], Iterator[Finding]]


def lint(text: str, situation: Situation) -> tuple[Finding, ...]:
    """Every finding, errors first."""
    lowered = lowered_of(text)
    findings = [finding for rule in RULES for finding in rule(text, lowered, situation)]
    if len(findings) > 1:
        findings.sort(key=lambda finding: finding.severity)
    return tuple(findings)


def as_written_and_as_read(body: str, situation: Situation, *, organization: str) -> tuple[Finding, ...]:
    """What is wrong with the body as it stands, and what only its reader would see, with samples for the values."""
    written = lint(body, situation)
    if tags.OPENING not in body or any(finding.code.startswith("tag.") for finding in written):
        return written
    compiled = tags.compile_template(body)
    values = {**{name: name for name in compiled.names}, **tags.SAMPLES, "organization": organization}
    seen = {finding.code for finding in written}
    read = lint(compiled.render(values).text, replace(situation, known=None))
    new = [replace(finding, span=(0, 0)) for finding in read if finding.code not in seen]
    return tuple(sorted((*written, *new), key=lambda finding: finding.severity))


def lowered_of(text: str) -> str:
    """Lower case, letter by letter: a few letters would grow, and spans must still point into the text."""
    lowered = text.lower()
    if len(lowered) != len(text):
        lowered = "".join(c if len(c.lower()) != 1 else c.lower() for c in text)
    return lowered


def errors(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Those that keep a text from leaving."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)


def _tags(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    if tags.OPENING not in text:
        return
    if situation.known is None:
        yield error(
            "tag.left",
            "A tag is still in the text: it would reach the reader as it stands.",
            _span(text, "${"),
        )
        return
    try:
        compiled = tags.compile_template(text)
    except tags.BrokenTag as broken:
        yield error("tag.broken", broken.sentence, _span(text, "${"))
        return
    for name in compiled.unknown(situation.known):
        yield error("tag.unknown", f"No contact has a field named {name}.", _span(text, "${" + name))


def _length(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    if situation.channel != "sms" or len(text) <= 67 * MANY_SEGMENTS:
        return
    parts = segments.count(estimate(text)).segments
    if parts > MANY_SEGMENTS:
        yield warning(
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


RULES: tuple[Rule, ...] = (
    _tags,
    disclosures.sender,
    disclosures.opt_out,
    disclosures.disclosure,
    forbidden.words,
    forbidden.bucket,
    forbidden.old_debts,
    forbidden.overshadowing,
    forbidden.recorded,
    forbidden.subject,
    _length,
)
