"""The subject of an e-mail and the words that stand beside it in a list: strangers see both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from forbear.policy.content import SENTENCES, letters
from forbear.wording import forbidden, tags
from forbear.wording.findings import Finding, Situation, error, warning

PREVIEWED = 90  # characters of the body that a list of mail shows


def subject(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    """What holds for a text holds for its subject, which besides tells nobody of a debt. The sentences say which."""
    written = situation.subject
    if not written:
        return
    own = replace(situation, subject="")
    lower = written.lower() if len(written.lower()) == len(written) else written
    for finding in (
        *tags_of(written, own),
        *forbidden.words(written, lower, own),
        *forbidden.bucket(written, lower, own),
    ):
        yield replace(finding, sentence=f"In the subject: {finding.sentence}", span=(0, 0))
    for code in letters.discretion(subject=written):
        yield error(code, SENTENCES[code].sentence)


def preview(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    """The first words of a letter stand beside its subject."""
    if situation.channel == "email":
        for code in letters.discretion(preview=" ".join(text.split())[:PREVIEWED]):
            yield warning(code, SENTENCES[code].sentence)


def tags_of(text: str, situation: Situation) -> Iterator[Finding]:
    """Tags that are broken, unknown, or left where none may be (`known` is None)."""
    if tags.OPENING not in text:
        return
    if situation.known is None:
        yield error(
            "tag.left", "A tag is still in the text: it would reach the reader as it stands.", _span(text, "${")
        )
        return
    try:
        compiled = tags.compile_template(text)
    except tags.BrokenTag as broken:
        yield error("tag.broken", broken.sentence, _span(text, "${"))
        return
    for name in compiled.unknown(situation.known):
        yield error("tag.unknown", f"No contact has a field named {name}.", _span(text, "${" + name))


def _span(text: str, piece: str) -> tuple[int, int]:
    start = text.find(piece)
    if start < 0:
        return (0, 0)
    end = text.find("}", start)
    return (start, end + 1 if end > 0 else len(text))
