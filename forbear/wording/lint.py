"""The linter: may these words leave as they are?

One function judges the body while it is written (tags still in it), the text rendered with samples or with a
contact's own values, and the text at hand-over. An error keeps a message from leaving; a warning is shown
beside the text.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from forbear.wording import disclosures, forbidden, segments, spoken, subjects, tags
from forbear.wording.findings import COLLECTORS, Finding, Severity, Situation, warning

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
    """What is wrong with the body and the subject as they stand, and what only their reader would see, with samples for
    the values.
    """
    written = lint(body, situation)
    tagged = tags.OPENING in body or tags.OPENING in situation.subject
    if not tagged or any(finding.code.startswith("tag.") for finding in written):
        return written
    values = {**tags.SAMPLES, "organization": organization}
    seen = {finding.code for finding in written}
    subject = _with_samples(situation.subject, values)
    read = lint(_with_samples(body, values), replace(situation, known=None, subject=subject))
    new = [replace(finding, span=(0, 0)) for finding in read if finding.code not in seen]
    return tuple(sorted((*written, *new), key=lambda finding: finding.severity))


def _with_samples(text: str, values: Mapping[str, str]) -> str:
    compiled = tags.compile_template(text)
    return compiled.render({**{name: name for name in compiled.names}, **values}).text


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
    return subjects.tags_of(text, situation)


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
    subjects.subject,
    subjects.preview,
    spoken.parts,
    spoken.right_party,
    spoken.recording,
    spoken.left_message,
    _length,
)
