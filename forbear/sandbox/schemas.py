"""The shapes of the sandbox on the wire."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from pydantic import Field, model_validator

from forbear.web.wire import Given, Moment, Shown

from .models import PaperText
from .states import Answers, Takes


class PaperMessage(Shown):
    """A text at a paper phone."""

    id: str
    from_: str = Field(alias="from", serialization_alias="from")
    body: str
    at: datetime

    @classmethod
    def of(cls, text: PaperText) -> Self:
        """`from` is whoever wrote it: our number, or the consumer's."""
        wrote = text.sender if text.direction == "out" else text.phone
        return cls.model_validate({"id": text.gateway_id, "from": wrote, "body": text.body, "at": text.at})


class PaperLetter(Shown):
    """A letter in a paper mailbox, or written in it."""

    id: str
    from_: str = Field(alias="from", serialization_alias="from")
    subject: str
    body: str
    at: datetime
    unsubscribe_url: str

    @classmethod
    def of(cls, text: PaperText) -> Self:
        told = PaperMessage.of(text).model_dump(by_alias=True)
        return cls.model_validate(told | {"subject": text.subject, "unsubscribe_url": text.unsubscribe_url})


class PaperCall(Shown):
    """A call to a paper phone: what it says, what came of it, which keys were pressed."""

    id: str
    from_: str = Field(alias="from", serialization_alias="from")
    body: str
    at: datetime
    result: Answers
    keys: str
    duration_seconds: int

    @classmethod
    def of(cls, text: PaperText) -> Self:
        told = PaperMessage.of(text).model_dump(by_alias=True)
        return cls.model_validate(told | {"result": text.result, "keys": text.keys, "duration_seconds": text.seconds})


class AnswersGiven(Given):
    """How calls to a phone are answered from now on. `keys` are what is pressed, in order."""

    result: Answers
    keys: str = Field(default="", max_length=40, pattern=r"^[0-9*#]*$")


class TakesGiven(Given):
    """What a mailbox does with letters from now on."""

    as_: Takes = Field(alias="as")


class ReplyGiven(Given):
    """What the consumer types."""

    body: str = Field(min_length=1, max_length=1600)


class ClockGiven(Given):
    """Either the time it shall be, or a span to move on by."""

    at: Moment | None = None
    advance: str | None = Field(default=None, max_length=12, examples=["1d"])

    @model_validator(mode="after")
    def one_of_the_two(self) -> Self:
        if (self.at is None) == (self.advance is None):
            raise ValueError("Give either at or advance.")
        return self


class ClockShown(Shown):
    """What time it is in the sandbox; `moved` where that is not the machine's own time."""

    at: datetime
    moved: bool
    offset_seconds: int
