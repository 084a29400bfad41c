"""What the linter finds, and where each rule comes from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from forbear.policy.content import SENTENCES

COLLECTORS = frozenset({"third_party_collector", "debt_buyer", "law_firm"})

_HOUSE = "House rule on wording"
CITATIONS: Mapping[str, str] = {
    "tag.left": "House rule: no tag reaches a reader",
    "tag.broken": "House rule: no tag reaches a reader",
    "tag.unknown": "House rule: no tag reaches a reader",
    "sender.missing": "15 U.S.C. 1692e(14); CTIA Messaging Principles, 5.1",
    "opt_out_notice.missing": "12 CFR 1006.6(e)",
    "opt_out_notice.method_not_simple": "12 CFR 1006.6(e), comment 6(e)-1",
    "opt_out_notice.fee_or_extra_data": "12 CFR 1006.6(e)",
    "mini_miranda.debt_collector_missing": "12 CFR 1006.18(e)(2)",
    "mini_miranda.attempt_to_collect_missing": "12 CFR 1006.18(e)(1)",
    "mini_miranda.information_used_missing": "12 CFR 1006.18(e)(1)",
    "mini_miranda.language_mismatch": "12 CFR 1006.18(e)(4)",
    "words.threat": "15 U.S.C. 1692e(4)-(5); 12 CFR 1006.18(c)",
    "words.hurry": "15 U.S.C. 1692e(10)",
    "words.harsh": "15 U.S.C. 1692d",
    "purpose.mixed": "47 CFR 64.1200(f)(15): a message that also sells is a solicitation",
    "link.shortener": "CTIA Messaging Principles, 5.3",
    "link.not_https": _HOUSE,
    "bucket.named": _HOUSE,
    "segments.many": _HOUSE,
    "voice.heading_unknown": _HOUSE,
    "voice.heading_twice": _HOUSE,
    "voice.message_missing": _HOUSE,
    "voice.long": _HOUSE,
    "voice.check_missing": "12 CFR 1006.6(d)(1); 15 U.S.C. 1692c(b)",
    "third_party_disclosure.check": "12 CFR 1006.6(d)(1); 15 U.S.C. 1692c(b)",
    **{code: each.cite for code, each in SENTENCES.items()},
}


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

    @property
    def cite(self) -> str:
        """The text that the rule keeps."""
        return CITATIONS[self.code]


@dataclass(frozen=True, slots=True)
class Situation:
    """What the text is for. `senders`: the names that identify us (organization, creditor). `known`: the
    field names that tags may use, None where the text has none left. `stage`: `initial` for the first
    communication about a debt. `time_barred`: None where nobody knows, which is treated as yes. `link_follows`: a
    letter is closed with its unsubscribe link when it is handed over, so that its body need not have one.
    """

    channel: str = "sms"
    language: str = "en"
    actor: str = "creditor"
    senders: tuple[str, ...] = ()
    known: frozenset[str] | None = None
    bucket: str = ""
    stage: str = "subsequent"
    time_barred: bool | None = None
    in_validation_period: bool = False
    subject: str = ""
    link_follows: bool = True


def error(code: str, sentence: str, span: tuple[int, int] = (0, 0)) -> Finding:
    return Finding(code, Severity.ERROR, sentence, span)


def warning(code: str, sentence: str, span: tuple[int, int] = (0, 0)) -> Finding:
    return Finding(code, Severity.WARNING, sentence, span)
