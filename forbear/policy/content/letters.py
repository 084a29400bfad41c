"""E-mail headers and subjects, envelopes, and words that no message about a debt may carry at the wrong
time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from forbear.policy.content import Codes

_ONE_CLICK = "List-Unsubscribe=One-Click"
_UNSUBSCRIBE = frozenset({"list-unsubscribe", "list-unsubscribe-post"})
_REVEALS = re.compile(
    r"\bdebts?\b|\bpast[ -]?due\b|\boverdue\b|\bdelinquen|\bcollect|\bbalance\b|\bow(?:e|ed|ing)\b|\bunpaid\b"
    r"|\bsettle|\bamount due\b|\bpayment (?:is )?due\b|\bdefault\b|\bcharged?[ -]off\b|\blawsuit\b|\bdeuda|\bvencid"
    r"|\bcobran|\badeud|[$€£]\s?\d|\d+[.,]\d{2}\b",
    re.IGNORECASE,
)
SUIT = re.compile(
    r"\b(?:law ?suits?|(?:for|file|bring|a) suit|sue|sued|suing|litigat\w*"
    r"|legal (?:action|proceedings?|remed\w+)|court\b(?! (?:street|st\b|road|yard|house))|judgments?|attorney'?s"
    r" office will|garnish\w*|summons|demanda judicial|demandar\w*|acci[oó]n(?:es)? legal(?:es)?|juicio"
    r"|processo judicial|process[aá]-l[oa]|a[cç][aã]o judicial|tribuna(?:l|ux)|poursuites?|poursuivre|en justice)\b",
    re.IGNORECASE,
)
_NO_SUIT = re.compile(
    r"(?:\bnot|n['’]t|\bnever|\bcannot|\bno|\bwithout|\bn[aã]o|\bne)\s+(?:\w+\s+){0,2}$"
    # The notice that several states want on an old debt says that the law limits suits; it announces none.
    r"|\b(?:limits?|limita|expired) (?:how long|(?:on )?the time|el tiempo|cu[aá]nto tiempo)\b[^.]{0,40}$",
    re.IGNORECASE,
)
_OVERSHADOWS = re.compile(
    r"\b(?:within|in) (?:\d+|\w+) (?:hours?|days?)\b|\bimmediate(?:ly)?\b|\bat once\b|\bright (?:now|away)\b"
    r"|\bby (?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\blose your right|\bno longer (?:dispute|question)"
    r"|\b(?:waive|forfeit)\w*\b|\bfinal notice\b|\blast chance\b|\bmust pay\b|\btoday\b|\bbefore it is too late\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(r"\b(?:you have|within) (?:30|thirty)[- ]days?\b[^.]*\bdispute\b", re.IGNORECASE)
_NOT_A_CONFIRMATION = re.compile(
    r"https?://|\b[\w-]+\.\w{2,}/|[$€£%]|\bpay(?:ing)?\b|\bpayments? (?:is|are|of|by|now|due|plan)\b|\bmake a payment\b"
    r"|\bsettle|\boffer|\blast chance\b|\bowe|\bbalance\b|\bdebt\b|\bdue\b"
    r"|\bdiscount|\bbefore you go\b|\bsave\b",
    re.IGNORECASE,
)


def headers(sent: Mapping[str, str], signed: Iterable[str]) -> Codes:
    """Codes for the one-click unsubscribe headers (RFC 8058). ``signed``: header names covered by DKIM."""
    own = {name.lower(): value.strip() for name, value in sent.items()}
    uris = [uri.strip().strip("<>") for uri in own.get("list-unsubscribe", "").split(",")]
    covered = {name.lower() for name in signed}
    checks = (
        ("unsubscribe.header_missing", "list-unsubscribe" not in own),
        ("unsubscribe.https_uri_missing", sum(uri.startswith("https://") for uri in uris) != 1),
        ("unsubscribe.post_header_missing", own.get("list-unsubscribe-post") != _ONE_CLICK),
        ("unsubscribe.not_dkim_covered", not covered >= _UNSUBSCRIBE & own.keys()),
    )
    return tuple(code for code, wrong in checks if wrong)


def discretion(*, subject: str = "", preview: str = "") -> Codes:
    """Codes where what a lock screen or a shared inbox shows would tell others about the debt."""
    shown = (("subject", subject), ("preview", preview))
    return tuple(f"third_party_disclosure.{part}" for part, text in shown if _REVEALS.search(text))


def mail(*, channel: str, envelope: str = "") -> Codes:
    """Codes for the outside of a letter: 15 U.S.C. 1692f(7)-(8)."""
    checks = (("mail.postcard", channel == "postcard"), ("mail.envelope_reveals_debt", reveals(envelope)))
    return tuple(code for code, wrong in checks if wrong)


def reveals(text: str) -> bool:
    """Whether words seen by others tell of a debt."""
    return _REVEALS.search(text) is not None


def time_barred(text: str, *, barred: bool | None) -> Codes:
    """A threat of suit on a debt that is, or may be (None), time-barred: 12 CFR 1006.26(b)."""
    return ("time_barred.threat_of_suit",) if barred is not False and threatens_suit(text) else ()


def threatens_suit(text: str) -> bool:
    """Whether the words announce a suit; "we will not sue you" does not."""
    return any(not _NO_SUIT.search(text[: found.start()]) for found in SUIT.finditer(text))


def overshadowing(text: str, *, in_validation_period: bool) -> Codes:
    """Pressure inside the validation period: 12 CFR 1006.38(b)(1)."""
    bare = _HARMLESS.sub(" ", text)
    return ("overshadowing",) if in_validation_period and _OVERSHADOWS.search(bare) else ()


def confirmation(text: str) -> Codes:
    """A confirmation of an opt-out that does anything else: 47 CFR 64.1200(a)(12)."""
    return ("confirmation.extra_content",) if _NOT_A_CONFIRMATION.search(text) else ()
