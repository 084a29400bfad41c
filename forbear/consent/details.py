"""What each kind of act may say beside who, when and where: the shapes of its details, as the policy folds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from .refusals import UnusableAct
from .states import ActType

Reader = Callable[[Any], Any]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
LONGEST = 500
_END_OF_DAY = 86_400


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip() or len(value) > LONGEST:
        raise ValueError(f"a text of at most {LONGEST} characters")
    return value.strip()


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


def _day(value: Any) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError):
        raise ValueError("a day like 2026-12-31") from None


def _second(value: Any) -> int:
    """ "09:30" as seconds since midnight; "24:00" is the end of the day."""
    hours, _, minutes = value.partition(":") if isinstance(value, str) else ("", "", "")
    if not (hours.isdigit() and minutes.isdigit() and len(minutes) == 2 and int(minutes) < 60):
        raise ValueError("a time like 09:30")
    second = int(hours) * 3600 + int(minutes) * 60
    if second > _END_OF_DAY:
        raise ValueError("a time until 24:00")
    return second


def _weekdays(value: Any) -> list[int]:
    if not isinstance(value, list) or not value or any(day not in WEEKDAYS for day in value):
        raise ValueError(f"some of {', '.join(WEEKDAYS)}")
    return sorted({WEEKDAYS.index(day) for day in value})


def _zone(value: Any) -> str:
    if value not in available_timezones():
        raise ValueError("a time zone like America/Chicago")
    return str(value)


def _one_of(*words: str) -> Reader:
    def read(value: Any) -> str:
        if value not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return str(value)

    return read


_MEDIUM = _one_of("sms", "email", "voice", "whatsapp", "letter")
_COMMON: Mapping[str, Reader] = {"method": _text, "said": _text}
_TOLD: Mapping[ActType, Mapping[str, Reader]] = {
    ActType.CONSENT: {"given_to": _one_of("collector", "creditor", "prior_collector"), "through": _day},
    ActType.MEDIA_REQUEST: {"medium": _MEDIUM, "scope": _one_of("all", "contact")},
    ActType.MEDIA_REQUEST_LIFTED: {"medium": _MEDIUM},
    ActType.INCONVENIENT_TIME: {"weekdays": _weekdays, "start": _second, "end": _second, "tz": _zone},
    ActType.INCONVENIENT_PLACE: {"place": _one_of("work", "home")},
    ActType.CEASE_NOTICE: {"in_writing": _yes_or_no, "medium": _text},
    ActType.CEASE_REQUEST: {"in_writing": _yes_or_no, "medium": _text},
    ActType.REFUSAL_TO_PAY: {"in_writing": _yes_or_no, "medium": _text},
    ActType.ATTORNEY_KNOWN: {
        "name_and_address": _one_of("known", "readily_ascertainable", "unknown"),
        "name": _text,
        "address": _text,
    },
    ActType.BANKRUPTCY: {
        "status": _one_of("pending", "discharged", "dismissed", "closed", "withdrawn"),
        "chapter": _text,
    },
    ActType.DISPUTE: {"in_writing": _yes_or_no, "portion": _text, "duplicative": _yes_or_no},
    ActType.ORIGINAL_CREDITOR_REQUEST: {"in_writing": _yes_or_no},
    ActType.VALIDATION_NOTICE_SENT: {"validation_end": _day},
    ActType.CREDITOR_EMAIL_NOTICE: {"opt_out_deadline": _day, "domain_public": _yes_or_no},
    ActType.REASSIGNED_CHECK: {"answer": _one_of("yes", "no", "no_data"), "consent_date": _day},
    ActType.BOUNCE: {"class": _one_of("permanent", "transient")},
    ActType.NUMBER_SOURCE: {"source": _one_of("skip_trace")},
}
_NEEDED: Mapping[ActType, tuple[str, ...]] = {
    ActType.MEDIA_REQUEST: ("medium",),
    ActType.MEDIA_REQUEST_LIFTED: ("medium",),
    ActType.INCONVENIENT_TIME: ("weekdays", "start", "end"),
    ActType.CREDITOR_EMAIL_NOTICE: ("opt_out_deadline",),
    ActType.REASSIGNED_CHECK: ("answer",),
    ActType.NUMBER_SOURCE: ("source",),
}
ENDED = frozenset({"dismissed", "closed", "withdrawn"})
"""States of a bankruptcy in which it holds nothing any more."""


def told(kind: ActType, given: Mapping[str, Any]) -> dict[str, Any]:
    """The details as they are kept. Raises UnusableAct, naming every detail that is wrong or missing."""
    readers = {**_COMMON, **_TOLD.get(kind, {})}
    kept: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for name, value in given.items():
        try:
            kept[name] = readers[name](value)
        except KeyError:
            wrong[f"details.{name}"] = f"{kind} has no such detail; it has {', '.join(sorted(readers))}."
        except ValueError as problem:
            wrong[f"details.{name}"] = f"Give {problem}."
    wrong |= {f"details.{name}": "This is needed." for name in _NEEDED.get(kind, ()) if name not in given}
    if wrong:
        raise UnusableAct(fields=wrong)
    return _with_defaults(kind, kept)


def _with_defaults(kind: ActType, kept: dict[str, Any]) -> dict[str, Any]:
    """What is asked by word of mouth is no written notice unless somebody says so."""
    if kind is ActType.CEASE_REQUEST:
        return {"in_writing": False, **kept}
    return kept
