"""What the page behind a letter's last link says, in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Farewell:
    """`asks`, `done` and `rest` speak of {organization} and {address}."""

    language: str
    title: str
    asks: str
    button: str
    done_title: str
    done: str
    rest: str


_WORDS: Mapping[str, Farewell] = {
    word.language: word
    for word in (
        Farewell(
            "en",
            "End these e-mails?",
            "{organization} will send no more e-mail to {address}.",
            "End these e-mails",
            "Done",
            "{organization} sends no more e-mail to {address}. You need to do nothing else.",
            "It costs nothing, and it takes effect at once. Other ways in which you are reached stay as they are.",
        ),
        Farewell(
            "es",
            "¿Dejar de recibir estos correos?",
            "{organization} ya no enviará correos a {address}.",
            "Dejar de recibirlos",
            "Listo",
            "{organization} ya no envía correos a {address}. No tiene que hacer nada más.",
            "No cuesta nada y vale de inmediato. Las demás formas de contacto quedan como están.",
        ),
        Farewell(
            "pt",
            "Parar de receber estes e-mails?",
            "{organization} não enviará mais e-mails para {address}.",
            "Parar de recebê-los",
            "Pronto",
            "{organization} não envia mais e-mails para {address}. Você não precisa fazer mais nada.",
            "Não custa nada e vale desde já. As outras formas de contato ficam como estão.",
        ),
        Farewell(
            "fr",
            "Ne plus recevoir ces e-mails ?",
            "{organization} n’enverra plus d’e-mails à {address}.",
            "Ne plus les recevoir",
            "C’est fait",
            "{organization} n’envoie plus d’e-mails à {address}. Vous n’avez rien d’autre à faire.",
            "C’est gratuit et immédiat. Les autres moyens de vous joindre restent inchangés.",
        ),
    )
}
LANGUAGES: Mapping[str, str] = {"en": "English", "es": "Español", "pt": "Português", "fr": "Français"}


def farewell(language: str) -> Farewell:
    """English for a language that nobody here speaks."""
    return _WORDS.get(language[:2], _WORDS["en"])


def hinted(address: str) -> str:
    """Enough for its owner to know it, too little for anybody else: `be…@example.com`."""
    name, _, domain = address.partition("@")
    return f"{name[:2] if len(name) > 3 else name[:1]}…@{domain}"
