"""Tags in a wording: `${name}` and `${name|fallback}`.

Names are exact and case-sensitive; the snake_case spelling of a standard name is an alias of it. Values
are put in once and never read again for tags, and a text in which `${` would remain is reported, not
sent.
"""

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass

from forbear.core.refusal import Refusal

OPENING = "${"

TAG = re.compile(r"\$\{([^{}|\n]+)(?:\|([^{}\n]*))?\}")


class BrokenTag(Refusal):
    """A tag that opens with ${ is not finished: write it as ${firstName} or ${firstName|there}."""


@dataclass(frozen=True, slots=True)
class StandardTag:
    """A tag every organization has, with the sample that stands for it while no contact is chosen."""

    name: str
    label: str
    sample: str


STANDARD_TAGS = (
    StandardTag("firstName", "First name", "Betty"),
    StandardTag("lastName", "Last name", "Ruble"),
    StandardTag("amount", "Amount left to pay", "30.00"),
    StandardTag("retailer", "Retailer", "Corner Store"),
    StandardTag("orderNo", "Order number", "123"),
    StandardTag("paymentLink", "Payment link", "https://pay.example.com/k7"),
    StandardTag("phoneNumber", "Phone number", "(415) 555-0143"),
    StandardTag("email", "E-mail", "betty@example.com"),
    StandardTag("dueDate", "Due date", "12/19/22"),
    StandardTag("creditorName", "Creditor", "Harbor Furniture"),
    StandardTag("accountNumber", "Account number", "HF-20417"),
    StandardTag("organization", "Your organization", "Larkfield Recovery"),
    StandardTag("organizationAddress", "Your postal address", "100 Example Street, Springfield, IL 62701"),
    StandardTag("callbackNumber", "Your telephone number", "(312) 555-0100"),
    StandardTag("callerName", "Who calls, by name", "Robin Reed"),
    StandardTag("callerBusiness", "Name that shows no debt collection", "Larkfield Group"),
)

SAMPLES: Mapping[str, str] = {tag.name: tag.sample for tag in STANDARD_TAGS}


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


ALIASES: Mapping[str, str] = {
    **{_snake(tag.name): tag.name for tag in STANDARD_TAGS if _snake(tag.name) != tag.name},
    "phone": "phoneNumber",
}


def canonical(name: str) -> str:
    """The standard spelling of a tag's name, or the name itself where it has none."""
    return ALIASES.get(name, name)


@dataclass(frozen=True, slots=True)
class Rendered:
    """One recipient's text. `missing` names the tags that had neither value nor fallback; `unsafe` says that
    a value would have let a literal `${` leave. Only an `ok` text may be sent."""

    text: str
    missing: tuple[str, ...] = ()
    unsafe: bool = False
    inserted: tuple[str, ...] = ()
    """The values as they were put in, in order."""

    @property
    def ok(self) -> bool:
        return not self.missing and not self.unsafe

    @property
    def reason(self) -> str:
        """Why this recipient is left out, in a sentence; empty when the text is good."""
        if self.missing:
            return f"No value for {', '.join(self.missing)}."
        return "A value holds ${, which must not reach a reader." if self.unsafe else ""


@dataclass(frozen=True, slots=True)
class _Tag:
    name: str
    canonical: str
    fallback: str | None


@dataclass(frozen=True, slots=True)
class Compiled:
    """A body taken apart once: `parts` are literal strings and tags in order."""

    parts: tuple[str | _Tag, ...]
    names: tuple[str, ...]

    def render(self, values: Mapping[str, str]) -> Rendered:
        """Put the values in, in one pass. A blank value counts as missing."""
        pieces: list[str] = []
        inserted: list[str] = []
        missing: list[str] = []
        for part in self.parts:
            if type(part) is str:
                pieces.append(part)
                continue
            assert type(part) is _Tag
            value = values.get(part.name) or values.get(part.canonical)
            if value is None or not value.strip():
                value = part.fallback
            if value is None:
                missing.append(part.canonical)
            else:
                pieces.append(value)
                inserted.append(value)
        text = "".join(pieces)
        return Rendered(text, tuple(dict.fromkeys(missing)), OPENING in text, tuple(inserted))

    @property
    def literals(self) -> tuple[str, ...]:
        """What stands between the tags, the empty included: one more than there are tags."""
        between = [""]
        for part in self.parts:
            if isinstance(part, str):
                between[-1] += part
            else:
                between.append("")
        return tuple(between)

    def unknown(self, known: Set[str]) -> tuple[str, ...]:
        """The names no field of `known` answers to, as they are written in the body."""
        tags = (part for part in self.parts if isinstance(part, _Tag))
        return tuple(dict.fromkeys(tag.name for tag in tags if tag.name not in known and tag.canonical not in known))


def compile_template(body: str) -> Compiled:
    """Take a body apart for fast rendering; raises BrokenTag where a `${` opens no well-formed tag."""
    parts: list[str | _Tag] = []
    end = 0
    for found in TAG.finditer(body):
        parts.append(body[end : found.start()])
        name = found[1].strip()
        if not name:
            raise BrokenTag
        parts.append(_Tag(name, canonical(name), found[2]))
        end = found.end()
    parts.append(body[end:])
    if any(isinstance(part, str) and OPENING in part for part in parts):
        raise BrokenTag
    names = dict.fromkeys(part.canonical for part in parts if isinstance(part, _Tag))
    return Compiled(tuple(part for part in parts if part != ""), tuple(names))
