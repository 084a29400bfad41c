"""What a person's own words still need before they may leave: who writes, that it is a collector, how to opt out."""

from __future__ import annotations

from .lint import COLLECTORS, Situation, lint

_COLLECTOR = {
    "en": "a debt collector",
    "es": "cobrador de deudas",
    "pt": "empresa de cobrança de dívidas",
    "fr": "agent de recouvrement",
}
_DISCLOSED = {
    "en": "We are a debt collector.",
    "es": "Somos un cobrador de deudas.",
    "pt": "Somos uma empresa de cobrança de dívidas.",
    "fr": "Nous sommes un agent de recouvrement.",
}
_OPT_OUT = {
    "en": "Reply STOP to end texts.",
    "es": "Responda STOP para no recibir textos.",
    "pt": "Responda PARAR para não receber textos.",
    "fr": "Répondez STOP pour ne plus recevoir de textos.",
}


def closed(body: str, *, organization: str, situation: Situation) -> str:
    """The body with whatever the linter misses at its end; a body that has it all stays as it is."""
    missing = {finding.code for finding in lint(body, situation)}
    language = situation.language[:2] if situation.language[:2] in _OPT_OUT else "en"
    ending = [_signature(missing, organization, situation, language)]
    if missing & {"opt_out_notice.missing", "opt_out_notice.method_not_simple"}:
        ending.append(_OPT_OUT[language])
    return " ".join([body.strip(), *(part for part in ending if part)])


def _signature(missing: set[str], organization: str, situation: Situation, language: str) -> str:
    undisclosed = bool(missing & {"mini_miranda.debt_collector_missing", "mini_miranda.language_mismatch"})
    if "sender.missing" in missing:
        discloses = undisclosed and situation.actor in COLLECTORS
        return f"{organization}, {_COLLECTOR[language]}." if discloses else f"{organization}."
    return _DISCLOSED[language] if undisclosed else ""
