"""What every text must say: who writes, how to opt out, that it is a debt collector (12 CFR 1006.6(e), 1006.18(e))."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from forbear.wording import phrases, scripts
from forbear.wording.findings import COLLECTORS, Finding, Situation, error

SENDER_TAGS = ("${organization", "${creditorName", "${creditor_name")
Known = Mapping[str, phrases.Phrases]


def sender(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    if any(tag in text for tag in SENDER_TAGS):
        return
    if situation.channel == "voice" and situation.actor in COLLECTORS and not scripts.headings(text):
        return  # a limited-content message names a business, under a name that shows no debt collection
    if not any(name.lower() in lowered for name in situation.senders if name):
        yield error("sender.missing", "The text does not say who is writing: name your organization or the creditor.")


def opt_out(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    if phrases.OPT_OUT_COSTS.find(lowered) or phrases.OPT_OUT_PAYS.find(lowered):
        yield error(
            "opt_out_notice.fee_or_extra_data",
            "Opting out must not ask for money or for more than the address.",
        )
    if not _has_opt_out(lowered, situation):
        if phrases.OPT_OUT_MENTIONED.find(lowered):
            yield error("opt_out_notice.method_not_simple", f"The way to opt out is not simple: {_simple(situation)}.")
        else:
            yield error("opt_out_notice.missing", f"The text does not say how to opt out: {_simple(situation)}.")


def _has_opt_out(lowered: str, situation: Situation) -> bool:
    if situation.channel == "voice" or (situation.channel == "email" and situation.link_follows):
        return True  # a call has its keys, a letter its link
    if situation.channel == "email" and phrases.OPT_OUT_BY_LINK.find(lowered):
        return True
    return phrases.OPT_OUT_BY_WORD.find(lowered) is not None


def _simple(situation: Situation) -> str:
    if situation.channel == "email":
        return "give a link that opts out"
    words = {
        "es": "Responda STOP para no recibir más textos.",
        "pt": "Responda PARAR para não receber mais mensagens.",
        "fr": "Répondez STOP pour ne plus recevoir de textos.",
    }
    return f"add “{words.get(situation.language[:2], 'Reply STOP to end texts.')}”"


def disclosure(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    if situation.actor not in COLLECTORS:
        return
    if situation.channel == "voice":
        if not scripts.headings(text):
            return  # a limited-content message has rules of its own
        lowered = scripts.script_of(lowered).message
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


_EXAMPLES = {
    "en": "We are a debt collector.",
    "es": "Somos un cobrador de deudas.",
    "pt": "Esta é uma empresa de cobrança de dívidas.",
    "fr": "Nous sommes un agent de recouvrement.",
}


def _undisclosed(known: Known, lowered: str, language: str, code: str) -> Finding:
    if any(_says(known, lowered, other) for other in known if other != language):
        code = "mini_miranda.language_mismatch"
    return error(code, _UNSAID[code].format(_EXAMPLES.get(language, _EXAMPLES["en"])))
