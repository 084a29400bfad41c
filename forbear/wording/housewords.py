"""The wordings we ship in three tones: SMS, letters and calls, from one file a language. Pure.

A file holds the core of each text by tone and bucket, and per channel a frame that says who writes and what the law
wants said; collectors have frames of their own. What may be the first word about a debt, or is not short, carries both
halves of the disclosure (12 CFR 1006.18(e)(1)).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from .catalogue import Wording, wordings
from .findings import COLLECTORS
from .states import Channel, Tone

LANGUAGES = ("en", "es")
_BUCKETS = ("1-30", "31-60", "61-90", "final")
_CORE = {Channel.SMS: "sms", Channel.EMAIL: "letter", Channel.VOICE: "call"}


@cache
def full_catalogue(actor: str) -> tuple[Wording, ...]:
    """Everything a new organization starts with. Those without a tone come last: the newest are listed first."""
    toned = [one for language in LANGUAGES for one in _toned(_file(language), language, actor in COLLECTORS)]
    return (*toned, *wordings(actor))


def _toned(words: Mapping[str, Any], language: str, collects: bool) -> Iterator[Wording]:
    for tone in Tone:
        for bucket in _BUCKETS:
            for channel in _CORE:
                core = words[tone][bucket]
                yield Wording(
                    name=f"{words['names'][bucket]}, {words['tones'][tone]}",
                    bucket=bucket,
                    language=language,
                    channel=channel,
                    tone=tone,
                    subject=core["subject"] if channel == Channel.EMAIL else "",
                    body=_body(words["frames"][channel], core, channel, collects),
                )


def _body(frames: Mapping[str, str], core: Mapping[str, str], channel: str, collects: bool) -> str:
    first = channel == Channel.SMS and "sms_first" in core
    if not collects:
        return frames["creditor"].replace("{text}", core[_CORE[Channel(channel)]]).strip()
    if first:
        return frames["collector_first"].replace("{text}", core["sms_first"])
    return frames["collector"].replace("{text}", core[_CORE[Channel(channel)]]).strip()


@cache
def _file(language: str) -> Mapping[str, Any]:
    text = files(__package__).joinpath("house", f"{language}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
