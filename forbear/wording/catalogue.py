"""The wordings we ship: industry Debt Collection, four buckets, English and Spanish, for creditors and
for collectors.

They use the tags of the collections file (and `${organization}` where a collector must name itself),
keep to the GSM-7 alphabet so that they stay short (Spanish therefore avoids á, í, ó and ú), and pass the
linter.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from forbear.wording.lint import COLLECTORS


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of the catalogue; only an e-mail has a subject, and the first ones have no tone."""

    name: str
    bucket: str
    language: str
    body: str
    channel: str = "sms"
    tone: str = ""
    subject: str = ""


_NAMES = {
    ("1-30", "en"): "1-30 Days Past Due (DPD)",
    ("31-60", "en"): "31-60 Days Past Due (DPD)",
    ("61-90", "en"): "61-90 Days Past Due (DPD)",
    ("final", "en"): "Final Days Past Due (DPD)",
    ("1-30", "es"): "1-30 días de atraso",
    ("31-60", "es"): "31-60 días de atraso",
    ("61-90", "es"): "61-90 días de atraso",
    ("final", "es"): "Final, días de atraso",
}

_FIRST_PARTY = {
    ("1-30", "en"): (
        "Hi ${firstName}, this is ${creditorName}. $${amount} for your ${retailer} order ${orderNo} was "
        "due on ${dueDate}. "
        "You can pay here: ${paymentLink} Any question, just reply. Reply STOP to end texts."
    ),
    ("31-60", "en"): (
        "Hello ${firstName}, ${creditorName} here. $${amount} for your ${retailer} order ${orderNo}, due "
        "${dueDate}, is still "
        "open. Pay at ${paymentLink} or reply with a date that suits you. Reply STOP to end texts."
    ),
    ("61-90", "en"): (
        "Hello ${firstName}, this is ${creditorName} about $${amount} for ${retailer} order ${orderNo}. "
        "If paying at once is "
        "hard, reply and we will look for smaller payments together. Pay: ${paymentLink} Reply STOP to "
        "end texts."
    ),
    ("final", "en"): (
        "Hello ${firstName}, this is ${creditorName}. $${amount} for ${retailer} order ${orderNo} has "
        "been open since "
        "${dueDate}. Tell us what you can manage, or pay at ${paymentLink} A person reads every reply. "
        "Reply STOP to end texts."
    ),
    ("1-30", "es"): (
        "Hola ${firstName}, le escribe ${creditorName}. Su pago de $${amount} por la compra ${orderNo} en "
        "${retailer} era para el "
        "${dueDate}. Puede pagar en ${paymentLink} Si tiene preguntas, responda. Responda STOP para no "
        "recibir textos."
    ),
    ("31-60", "es"): (
        "Hola ${firstName}, somos ${creditorName}. Quedan por pagar $${amount} de su compra ${orderNo} en "
        "${retailer}, del "
        "${dueDate}. Pague en ${paymentLink} o responda con una fecha que le convenga. Responda STOP para "
        "no recibir textos."
    ),
    ("61-90", "es"): (
        "Hola ${firstName}, somos ${creditorName}, por $${amount} de su compra ${orderNo} en ${retailer}. "
        "Si no puede pagar todo "
        "de una vez, responda y buscamos pagos menores. Pague en ${paymentLink} Responda STOP para no "
        "recibir textos."
    ),
    ("final", "es"): (
        "Hola ${firstName}, le escribe ${creditorName}. Desde el ${dueDate} quedan por pagar $${amount} "
        "de su compra ${orderNo} en "
        "${retailer}. Responda lo que puede pagar o use ${paymentLink} Una persona lee cada respuesta. "
        "Responda STOP para no "
        "recibir textos."
    ),
}

_COLLECTOR = {
    ("1-30", "en"): (
        "Hi ${firstName}, this is ${organization} for ${creditorName}: $${amount}, ${retailer} order "
        "${orderNo}, was due "
        "${dueDate}. Pay: ${paymentLink} or reply with any question. We are a debt collector attempting "
        "to collect a debt; "
        "any information obtained will be used for that purpose. Reply STOP to end texts."
    ),
    ("31-60", "en"): (
        "Hello ${firstName}, ${organization} here for ${creditorName}. $${amount} for ${retailer} order "
        "${orderNo}, due "
        "${dueDate}, is still open. Pay at ${paymentLink} or reply with a date that suits you. We are a "
        "debt collector. "
        "Reply STOP to end texts."
    ),
    ("61-90", "en"): (
        "Hello ${firstName}, this is ${organization} for ${creditorName} about $${amount}, ${retailer} "
        "order ${orderNo}. If "
        "paying at once is hard, reply and we will look for smaller payments together. Pay: "
        "${paymentLink} We are a debt "
        "collector. Reply STOP to end texts."
    ),
    ("final", "en"): (
        "Hello ${firstName}, this is ${organization} for ${creditorName}. $${amount} for ${retailer} "
        "order ${orderNo} has been "
        "open since ${dueDate}. Tell us what you can manage, or pay at ${paymentLink} We are a debt "
        "collector. "
        "Reply STOP to end texts."
    ),
    ("1-30", "es"): (
        "Hola ${firstName}, ${organization} por ${creditorName}: $${amount}, compra ${orderNo} en "
        "${retailer}, era para el "
        "${dueDate}. Pague en ${paymentLink} o responda. Somos un cobrador de deudas que intenta cobrar "
        "una deuda; todo "
        "dato que se obtenga se va a usar para ese fin. Responda STOP para no recibir textos."
    ),
    ("31-60", "es"): (
        "Hola ${firstName}, ${organization} por ${creditorName}. Quedan por pagar $${amount} de su compra "
        "${orderNo} en ${retailer}, "
        "del ${dueDate}. Pague en ${paymentLink} o responda con una fecha que le convenga. Somos un "
        "cobrador de deudas. "
        "Responda STOP para no recibir textos."
    ),
    ("61-90", "es"): (
        "Hola ${firstName}, ${organization} por ${creditorName}: $${amount} de su compra ${orderNo} en "
        "${retailer}. Si no puede "
        "pagar todo de una vez, responda y buscamos pagos menores. Pague en ${paymentLink} Somos un "
        "cobrador de deudas. "
        "Responda STOP para no recibir textos."
    ),
    ("final", "es"): (
        "Hola ${firstName}, ${organization} por ${creditorName}. Desde el ${dueDate} quedan por pagar "
        "$${amount} de su compra "
        "${orderNo} en ${retailer}. Responda lo que puede pagar o use ${paymentLink} Somos un cobrador de "
        "deudas. "
        "Responda STOP para no recibir textos."
    ),
}


def wordings(actor: str) -> tuple[Wording, ...]:
    """The eight texts without a tone for an organization of this actor kind; collectors get those that disclose it."""
    bodies = _COLLECTOR if actor in COLLECTORS else _FIRST_PARTY
    return tuple(Wording(_NAMES[key], key[0], key[1], body) for key, body in bodies.items())


_ANSWERS: Mapping[str, Mapping[str, str]] = {
    "stop": {
        "en": "${organization}: we will send no more texts to this number. Reply START if you want them again.",
        "es": "${organization}: ya no le vamos a enviar textos. Responda START si los quiere de nuevo.",
    },
    "start": {
        "en": "${organization}: you will get texts about your account again. Reply HELP for help, STOP to end texts.",
        "es": "${organization}: vuelve a recibir textos sobre su cuenta. Responda HELP para ayuda, STOP "
        "para no recibirlos.",
    },
    "help": {
        "en": "${organization}: texts about your account. Reply here and a person will answer${phone}. "
        "Reply STOP to end texts.",
        "es": "${organization}: textos sobre su cuenta. Responda y una persona le contesta${phone}. "
        "Responda STOP para no recibir textos.",
    },
}


def stop_confirmation(organization: str, *, language: str) -> str:
    """The one confirmation of an opt-out: only that (12 CFR 1006.14(h)(2)(i), 47 CFR 64.1200(a)(12))."""
    return _answer("stop", organization, language)


def start_confirmation(organization: str, *, language: str) -> str:
    """Sent when a consumer has asked for texts again."""
    return _answer("start", organization, language)


def help_answer(organization: str, *, language: str, phone: str = "") -> str:
    """Program, way to reach a person, way to stop (CTIA Messaging Principles)."""
    call = {"en": f", or call {phone}", "es": f", o llame al {phone}"}[_spoken(language)] if phone else ""
    return _answer("help", organization, language).replace("${phone}", call)


def _answer(kind: str, organization: str, language: str) -> str:
    return _ANSWERS[kind][_spoken(language)].replace("${organization}", organization)


def _spoken(language: str) -> str:
    return "es" if language[:2] == "es" else "en"
