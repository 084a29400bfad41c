"""Calls as they are planned: who is told what. A script says of itself what it does; silence is no yes."""

from __future__ import annotations

from forbear.policy.content import Codes


def live_call(*, discloses_identity: bool) -> Codes:
    """12 CFR 1006.14(g): no call without meaningful disclosure of the caller's identity."""
    return () if discloses_identity else ("identity.not_disclosed",)


def location_call(
    *,
    mentions_debt: bool,
    identifies_caller: bool = True,
    names_employer: str = "no",
    calls_before: int = 0,
    may_repeat: bool = False,
) -> Codes:
    """12 CFR 1006.10: location only. ``names_employer``: ``no``, ``asked`` or ``volunteered``."""
    checks = (
        ("location.mentions_debt", mentions_debt),
        ("location.caller_not_identified", not identifies_caller),
        ("location.employer_named_unasked", names_employer == "volunteered"),
        ("location.repeat_call", calls_before > 0 and not may_repeat),
    )
    return tuple(code for code, wrong in checks if wrong)


def recording(*, business_at_start: bool, telephone_number: bool, opt_out: bool = True) -> Codes:
    """47 CFR 64.1200(b): what a recorded voice says."""
    checks = (
        ("recording.business_missing_at_start", not business_at_start),
        ("recording.telephone_number_missing", not telephone_number),
        ("recording.opt_out_missing", not opt_out),
    )
    return tuple(code for code, wrong in checks if wrong)
