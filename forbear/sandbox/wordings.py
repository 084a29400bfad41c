"""What simulated consumers write back: several wordings of each kind, in English and Spanish. Pure."""

from __future__ import annotations

import re

from .fates import chosen
from .states import Persona

WORDINGS: dict[tuple[Persona, str], tuple[str, ...]] = {
    (Persona.PAYS, "en"): (
        "I just paid it online, thanks for the reminder",
        "Paid! Please check your side",
        "done, sent the money a minute ago",
    ),
    (Persona.PAYS, "es"): (
        "Acabo de pagar en línea, gracias por avisar",
        "Ya pagué, revisen por favor",
        "listo, mandé el pago hace un momento",
    ),
    (Persona.PROMISES, "en"): (
        "I get paid on Friday, I can pay it then",
        "Can I do half now and half on the 1st?",
        "I will pay next week, I promise",
        "could I pay 20 a month?",
    ),
    (Persona.PROMISES, "es"): (
        "Me pagan el viernes, ese día lo pago",
        "¿Puedo pagar la mitad ahora y la otra mitad el día 1?",
        "La próxima semana pago, lo prometo",
    ),
    (Persona.ASKS, "en"): (
        "Who is this? What order is this for?",
        "How much is it with everything included?",
        "Can you send me the invoice?",
        "is there a phone number I can call?",
    ),
    (Persona.ASKS, "es"): (
        "¿Quién es? ¿De qué pedido se trata?",
        "¿Cuánto es en total?",
        "¿Me pueden mandar la factura?",
    ),
    (Persona.DISPUTES, "en"): (
        "I returned this order in October. I do not owe you that.",
        "This is not my debt, I never bought there",
        "the amount is wrong, I already paid half of it",
    ),
    (Persona.DISPUTES, "es"): (
        "Devolví ese pedido en octubre. No debo eso.",
        "Esa deuda no es mía, nunca compré ahí",
        "El monto está mal, ya pagué la mitad",
    ),
    (Persona.STOPS, "en"): ("STOP", "Stop.", " stop ", "STOP!", "unsubscribe", "Please stop texting me"),
    (Persona.STOPS, "es"): ("STOP", "ALTO", "¡No más!", "No me manden más mensajes", "stop por favor"),
}

_SPANISH_SIGNS = re.compile(r"[¿¡ñ]")
_SPANISH_WORDS = frozenset(
    {"hola", "saldo", "cuenta", "pago", "pagar", "vence", "venció", "debe", "deuda", "pedido", "responda"}
)


def reply_of(persona: Persona, *, to: str, roll: float) -> str:
    """The answer to the text `to`, in its language; nothing from who is silent."""
    wordings = WORDINGS.get((persona, language_of(to)), ())
    return chosen(wordings, roll) if wordings else ""


def language_of(text: str) -> str:
    """`es` where two signs of Spanish stand in the text, else `en`."""
    words = set(re.findall(r"\w+", text.casefold()))
    return "es" if bool(_SPANISH_SIGNS.search(text)) + len(words & _SPANISH_WORDS) >= 2 else "en"
