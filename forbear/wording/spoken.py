"""What a call may say to whom: nothing of a debt to strangers, who calls and how to stop it to the right party."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forbear.policy.content import SENTENCES, letters, voicemail
from forbear.wording import scripts, tags
from forbear.wording.findings import COLLECTORS, Finding, Situation, error, warning

LONGEST_CALL = 60  # seconds that somebody listens before the keys are through
_TELLS = re.compile(
    r"\b(?:debts?|collect\w*|recover\w*|receivables?|deudas?|cobr(?:o|os|ar|an\w+|ador\w*)|d[ií]vidas?|dettes?|recouvr\w*)\b",
    re.IGNORECASE,
)
_NINE = re.compile(r"\b(?:9|nine|nueve|nove|neuf)\b")
_NUMBER = re.compile(r"\d{3}\)?[-. ]?\d{3}[-. ]?\d{4}|\+\d{8,15}")
_NUMBER_TAGS = ("${callbackNumber", "${callback_number")


def parts(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    """The headings are known ones, each once, and there is something to say."""
    if situation.channel != "voice":
        return
    found = scripts.headings(text)
    for name in dict.fromkeys(found):
        if name not in scripts.PARTS:
            known = ", ".join(f"[{part}]" for part in scripts.PARTS)
            yield error("voice.heading_unknown", f"[{name}] is no part of a call: use {known}.")
        elif found.count(name) > 1:
            yield error("voice.heading_twice", f"[{name}] stands in the text twice.")
    script = scripts.script_of(text)
    if found and not script.message:
        yield error("voice.message_missing", "The call has nothing to say: write a [message].")
    if script.seconds > LONGEST_CALL:
        yield warning(
            "voice.long", f"The call speaks for about {script.seconds} seconds; {LONGEST_CALL} are listened to."
        )


def right_party(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    """Whoever answers may be a stranger (12 CFR 1006.6(d)(1))."""
    if situation.channel != "voice" or not scripts.headings(text):
        return
    check = scripts.script_of(text).check
    collects = situation.actor in COLLECTORS
    if not check and collects:
        yield error(
            "voice.check_missing", "Begin with a [check] of who is on the line: a stranger must not hear of a debt."
        )
    sentence = "The [check] tells whoever answers about the debt: ask for the person, say the rest in the [message]."
    if collects and (letters.reveals(check) or _TELLS.search(check)):
        yield error("third_party_disclosure.check", sentence)
    elif letters.reveals(check):
        yield warning("third_party_disclosure.check", sentence)


def recording(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    """A recorded voice offers a key that stops the calls, and says a telephone number (47 CFR 64.1200(b))."""
    if situation.channel != "voice" or (situation.actor in COLLECTORS and not scripts.headings(text)):
        return
    script = scripts.script_of(lowered)
    if not _NINE.search(script.spoken):
        yield error("recording.opt_out_missing", "The call offers no way to stop calls: add “press 9 to stop calls”.")
    said = text.partition("[voicemail]")[0]
    if not _NUMBER.search(said) and not any(tag in said for tag in _NUMBER_TAGS):
        yield warning("recording.telephone_number_missing", SENTENCES["recording.telephone_number_missing"].sentence)


def left_message(text: str, lowered: str, situation: Situation) -> Iterator[Finding]:
    """A collector's [voicemail] that is not a limited-content message is not left (12 CFR 1006.2(j))."""
    if situation.channel != "voice" or situation.actor not in COLLECTORS:
        return
    message = scripts.script_of(text).voicemail
    if message and tags.OPENING not in message:
        for code in voicemail.check(message):
            yield warning(code, f"The voicemail would not be left, the call hangs up: {SENTENCES[code].sentence}")
