"""What became of a message in one sentence: of a letter with its subject, of a call with what came of it."""

from __future__ import annotations

from typing import NamedTuple

from .models import Call, Message
from .queries import call_of
from .states import CallResult, Channel, Direction, Disposition, MessageStatus, Occasion

VIA = {"sms": "SMS", "email": "e-mail", "voice": "telephone", "call": "telephone", "whatsapp": "WhatsApp"}


class Telling(NamedTuple):
    """A sentence without its full stop, and its tone: good, going, wait, stop or nothing."""

    sentence: str
    tone: str


def telling(message: Message, *, name: str) -> Telling:
    """Theirs: that `name` wrote, and how. Ours: what kind of message it was, and what became of it."""
    if message.direction == Direction.IN:
        via = VIA.get(message.channel, message.channel)
        return Telling(f"{name} wrote by {via}{_about(message)}", "going")
    kind = kind_of(message.occasion, message.channel)
    if (call := call_of(message)) is not None:
        ending, tone = _RESULTS[CallResult(call.result)]
        return Telling(f"{kind} {ending.format(name=name)}{_course(call)}", tone)
    ending, tone = _PLACED if _is_under_way(message) else _ENDINGS.get(MessageStatus(message.status), ("was sent", ""))
    why = f" ({message.error})" if message.error and tone in ("stop", "wait") else ""
    return Telling(f"{kind}{_about(message)} {ending}{why}", tone)


def kind_of(occasion: str, channel: str) -> str:
    """`A campaign's e-mail`, `A call placed by hand`, `The confirmation`."""
    noun = _NOUNS.get(channel, "text")
    if occasion == Occasion.CAMPAIGN:
        return f"A campaign's {noun}"
    if occasion == Occasion.MANUAL:
        return f"{'An' if noun == 'e-mail' else 'A'} {noun} {'placed' if noun == 'call' else 'written'} by hand"
    return _OCCASIONS[occasion]


def words_of(call: Call) -> str:
    """What came of it in two or three words, and the key that said it: `promise to pay (2)`; the result otherwise."""
    said = call.get_disposition_display() if call.disposition != Disposition.NONE else call.get_result_display()
    word = str(said).lower().replace("_", " ")
    return f"{word} ({call.keys})" if call.keys else word


_ENDINGS = {
    MessageStatus.QUEUED: ("is about to leave", ""),
    MessageStatus.SENDING: ("is being handed over", "going"),
    MessageStatus.SENT: ("was sent", "going"),
    MessageStatus.DELIVERED: ("was delivered", "good"),
    MessageStatus.UNDELIVERED: ("was not delivered", "wait"),
    MessageStatus.REJECTED: ("was refused by the gateway", "stop"),
    MessageStatus.UNCERTAIN: ("may have left: the gateway has not said, so it is not sent again", "wait"),
}
_PLACED = ("was placed: how it ends is not told yet", "going")
_RESULTS = {
    CallResult.RIGHT_PARTY: ("was answered by {name}", "good"),
    CallResult.THIRD_PARTY: ("was answered by somebody else", "wait"),
    CallResult.WRONG_NUMBER: ("reached somebody who does not know {name}", "stop"),
    CallResult.NO_ANSWER: ("was not answered", "wait"),
    CallResult.BUSY: ("found the line busy", "wait"),
    CallResult.VOICEMAIL: ("reached the voicemail", "good"),
    CallResult.NOT_IN_SERVICE: ("found the number out of service", "stop"),
    CallResult.DROPPED: ("broke off", "wait"),
    CallResult.UNKNOWN: ("ended, and the gateway never said how", "wait"),
}
_NOUNS = {"email": "e-mail", "voice": "call", "whatsapp": "WhatsApp message"}
_OCCASIONS = {"answer": "An answer", "confirmation": "The confirmation", "help": "The answer to HELP"}


def _about(message: Message) -> str:
    """The subject of a letter, where it stands in the sentence."""
    if not message.subject:
        return ""
    return f": “{message.subject}”" if message.direction == Direction.IN else f" “{message.subject}”"


def _is_under_way(message: Message) -> bool:
    return message.channel == Channel.VOICE and message.status == MessageStatus.SENT


def _course(call: Call) -> str:
    """How long it went, which keys were pressed, and what that means."""
    told = [
        f"{call.duration_seconds} seconds" if call.duration_seconds else "",
        f"pressed {call.keys}" if call.keys else "",
        call.get_disposition_display().lower() if call.disposition != Disposition.NONE else "",
    ]
    return ": " + ", ".join(filter(None, told)) if any(told) else ""
