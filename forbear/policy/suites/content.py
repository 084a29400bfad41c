"""``content``: what the pure checks can judge. The text of messages is judged by whoever owns the linter:
the caller passes it in as ``lint``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from forbear.policy.content import Codes, letters, scripts, validation, voicemail

Given = Mapping[str, Any]
Lint = Callable[[Given], Codes]
"""A case's input to the codes of its text: opt-out notice and disclosures."""

_LIMITED = "limited_content_message"


def answer(case: Mapping[str, Any], lint: Lint) -> dict[str, Any]:
    given = case["input"]
    if "provided_date" in given:
        return _period(date.fromisoformat(given["provided_date"]))
    codes = [code for rule in case["rules"] for code in _codes(rule, given, lint)]
    return {"ok": not codes, "violations_must_include": codes, "violations": codes}


def _period(provided_on: date) -> dict[str, Any]:
    found = validation.period(provided_on)
    return {
        "assumed_receipt_date": found.assumed_receipt.isoformat(),
        "validation_end_date": found.end.isoformat(),
    }


def _codes(rule: str, given: Given, lint: Lint) -> Codes:
    if rule == "content.opt_out_notice" and "confirmation" in given.get("message", ""):
        return letters.confirmation(given["text"])
    if rule in ("content.opt_out_notice", "content.mini_miranda"):
        kinds = f"{given.get('kind', '')} {given.get('kind_override', '')}"
        limited = _LIMITED in kinds or (rule == "content.mini_miranda" and "pleading" in kinds)
        prefix = "mini_miranda" if rule == "content.mini_miranda" else "opt_out_notice"
        return () if limited else tuple(code for code in lint(given) if code.startswith(prefix))
    return _PURE[rule](given)


def _voicemail(given: Given) -> Codes:
    return voicemail.check(
        given["text"],
        channel=given["channel"],
        recipient=given.get("recipient", "consumer"),
        cut_off=bool(given.get("cut_off", False)),
    )


def _location(given: Given) -> Codes:
    return scripts.location_call(
        mentions_debt=bool(given.get("mentions_debt", False)),
        identifies_caller=bool(given.get("identifies_caller_by_name", True)),
        names_employer=str(given.get("names_employer", "no")),
        calls_before=int(given.get("previous_calls", 0)),
        may_repeat=any(given[key] for key in given if any(word in key for word in ("again", "wrong", "incomplete"))),
    )


def _recording(given: Given) -> Codes:
    return scripts.recording(
        business_at_start=bool(given.get("states_business_at_start", False)),
        telephone_number=bool(given.get("states_telephone_number", False)),
        opt_out=bool(given.get("offers_opt_out", True)),
    )


def _delivery(given: Given) -> Codes:
    initial, sent = given.get("initial_communication_date"), given.get("sent_date")
    return validation.delivery(
        channel=given["channel"],
        in_initial_communication="initial" in str(given.get("part", "")),
        esign_consent=bool(given.get("esign_consent", False)),
        initial_on=date.fromisoformat(initial) if initial else None,
        sent_on=date.fromisoformat(sent) if sent else None,
    )


def _envelope(given: Given) -> Codes:
    shown = " ".join(str(text) for key, text in given.items() if key.startswith("envelope"))
    return letters.mail(channel=given["channel"], envelope=shown)


def _barred(given: Given) -> Codes:
    told = given.get("time_barred")
    return letters.time_barred(given["text"], barred=told if isinstance(told, bool) else None)


_PURE: Mapping[str, Callable[[Given], Codes]] = {
    "content.lcm": _voicemail,
    "content.identity": lambda given: scripts.live_call(
        discloses_identity=bool(given.get("discloses_identity", False))
    ),
    "content.location_call": _location,
    "content.recording": _recording,
    "content.mail": _envelope,
    "content.time_barred": _barred,
    "content.overshadowing": lambda given: letters.overshadowing(
        given["text"], in_validation_period=bool(given.get("in_validation_period", False))
    ),
    "content.validation_delivery": _delivery,
    "content.email_headers": lambda given: letters.headers(given["headers"], given.get("dkim_signed_headers", ())),
    "content.discretion": lambda given: letters.discretion(
        subject=given.get("subject", ""), preview=given.get("preview", "")
    ),
}
