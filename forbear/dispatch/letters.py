"""What every letter has besides its wording: a subject that tells nothing, and a way to end it with one click.

The link holds its address sealed: whoever sees it reads nothing, it needs no row of ours, and nobody can make one up.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings

from forbear.strongbox import Unsealable, seal, unseal
from forbear.wording import subjects
from forbear.wording.findings import Finding, Situation

PURPOSE = "unsubscribe"
LINK = "unsubscribeUrl"
ADDRESS = "organizationAddress"
SUBJECT_LENGTH = 200

_FOOTERS: Mapping[str, str] = {
    "en": "You can end these e-mails at any time. Unsubscribe: ",
    "es": "Puede dejar de recibir estos correos cuando quiera. Darse de baja: ",
    "pt": "Você pode deixar de receber estes e-mails quando quiser. Descadastrar-se: ",
    "fr": "Vous pouvez ne plus recevoir ces e-mails à tout moment. Se désabonner : ",
}
_SUBJECTS: Mapping[str, str] = {
    "en": "A message for you",
    "es": "Un mensaje para usted",
    "pt": "Uma mensagem para você",
    "fr": "Un message pour vous",
}


@dataclass(frozen=True, slots=True)
class Link:
    """Whose e-mail the link ends, and the queue item whose letter it stood in."""

    organization_id: int
    address: str
    item_id: int


def token_of(link: Link) -> str:
    """An opaque word for an address of the web."""
    told = json.dumps([link.organization_id, link.item_id, link.address], separators=(",", ":"), ensure_ascii=False)
    return seal(told, purpose=PURPOSE).rstrip("=")


def read_token(token: str) -> Link | None:
    """What `token_of` wrote; None for anything else."""
    try:
        owner, item, address = json.loads(unseal(token + "=" * (-len(token) % 4), purpose=PURPOSE))
    except (Unsealable, ValueError, TypeError):
        return None
    return Link(owner, address, item)


def url_of(link: Link) -> str:
    """The public page that asks once and then ends the letters."""
    return f"{settings.PUBLIC_URL.rstrip('/')}/unsubscribe/{token_of(link)}"


@lru_cache(maxsize=1024)
def with_footer(body: str, language: str, has_address: bool = False) -> str:
    """The wording of a letter with its last lines: whose it is and where they are (15 U.S.C. 7704(a)(5)), where that
    is known, and the way out. What stands in the wording already is left to it."""
    from_whom = f"${{organization}}, ${{{ADDRESS}}}" if has_address and f"${{{ADDRESS}" not in body else ""
    way_out = "" if f"${{{LINK}}}" in body else f"{_spoken(_FOOTERS, language)}${{{LINK}}}"
    return _below(body, from_whom, way_out)


def footed(text: str, language: str, url: str, from_whom: str = "") -> str:
    """The same below a text without tags."""
    return _below(text, from_whom, f"{_spoken(_FOOTERS, language)}{url}")


def _below(text: str, *lines: str) -> str:
    foot = "\n".join(filter(None, lines))
    return f"{text.rstrip()}\n\n{foot}" if foot else text


def subject_line(given: str, *, answers: str, language: str) -> str:
    """What was given, on one line; an answer keeps the subject it answers; else words that tell nothing."""
    line = " ".join(given.split()) or _answering(answers) or _spoken(_SUBJECTS, language)
    return line[:SUBJECT_LENGTH]


def _answering(subject: str) -> str:
    line = " ".join(subject.split())
    return line if not line or line.casefold().startswith("re:") else f"Re: {line}"


@lru_cache(maxsize=1024)
def wrong_subject(subject: str) -> Finding | None:
    """Why this may not stand where others can see it (15 U.S.C. 1692c(b)), or None."""
    found = subjects.subject("", "", Situation(channel="email", subject=subject))
    return next(iter(found), None)


def _spoken(words: Mapping[str, str], language: str) -> str:
    return words.get(language[:2], words["en"])
