"""``judge``: every rule of the law is asked, none is skipped after a refusal, and the strictest answer
stands.

block > human > defer > allow. Deferrals settle by fixpoint: from the latest instant any rule names, ask
all rules again, until none moves it. If that takes more than 90 days, or the clock alone leaves nothing
open for 14, a person is asked. If by the time found a rule would refuse for good (a check that expires, a
law that begins), that refusal is the answer.

An approval answers what one rule asks a person: exactly that rule's "human" becomes "allow", for as long as the
approval runs. Blocks and deferrals stand, and where no lawful moment exists an approval makes none.
"""

from __future__ import annotations

from datetime import UTC, datetime

from forbear.core.refusal import Refusal
from forbear.policy import clock
from forbear.policy.facts import Facts
from forbear.policy.ledger import Approval
from forbear.policy.rulebook import Law, Selection
from forbear.policy.rules.shape import Moment
from forbear.policy.verdict import APPROVED, NO_OPEN_TIME, WEIGHT, Finding, Outcome, Verdict

LIMIT_DAYS = 90


class NaiveInstant(Refusal):
    """The policy judges an instant with a time zone, and this one has none."""


def judge(facts: Facts, law: Law, at: datetime) -> Verdict:
    """The verdict on one contact at one instant (aware). Pure: same arguments, same answer.

    Raises NaiveInstant. Sub-second parts are cut off: windows open and shut on whole seconds.
    """
    if at.tzinfo is None:
        raise NaiveInstant
    moment = Moment.of(facts, at)
    findings, outcome = _ask(law.for_facts(facts, moment), facts, moment)
    next_allowed_at = None
    if outcome is Outcome.DEFER:
        later = _settle(facts, law, moment, findings)
        if isinstance(later, int):
            next_allowed_at = clock.instant_of(later)
        else:
            findings, outcome = [*findings, *later], later[0].outcome
    if outcome is not Outcome.ALLOW:
        findings = _in_order(findings)
    return Verdict(
        outcome,
        next_allowed_at,
        _unblock_by(findings, outcome),
        tuple(findings),
        at.astimezone(UTC),
        law.tzdata,
    )


def _ask(selection: Selection, facts: Facts, moment: Moment) -> tuple[list[Finding], Outcome]:
    findings = list(selection.satisfied)
    worst, outcome = 0, Outcome.ALLOW
    approvals = facts.approvals and _running(facts.approvals, moment)
    for rule in selection.rules:
        shape = rule.shape
        found = shape.find(facts, moment)
        if approvals and rule.id in approvals:
            found = tuple(_answered(finding, approvals[rule.id]) for finding in found)
        findings += found
        if found is shape.allowed:
            continue
        for finding in found:
            if WEIGHT[finding.outcome] > worst:
                worst, outcome = WEIGHT[finding.outcome], finding.outcome
    return findings, outcome


def _running(approvals: tuple[Approval, ...], moment: Moment) -> dict[str, Approval]:
    """By rule, the one that runs longest."""
    standing = [one for one in approvals if moment.ts < clock.second_of(one.until)]
    return {one.rule: one for one in sorted(standing, key=lambda one: one.until)}


def _answered(finding: Finding, approval: Approval) -> Finding:
    if not approvable(finding):
        return finding
    until = f"{approval.until.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
    told = {**finding.facts, "approval": approval.id, "approved": finding.reason, "approved_until": until}
    return Finding(
        finding.rule, finding.pack, Outcome.ALLOW, facts=told, reason=APPROVED, flag=APPROVED, rank=finding.rank
    )


def approvable(finding: Finding) -> bool:
    """Whether a person may answer it: what asks for a person, but not for a lawful hour that does not exist."""
    return finding.outcome is Outcome.HUMAN and finding.reason != NO_OPEN_TIME


def _settle(facts: Facts, law: Law, moment: Moment, findings: list[Finding]) -> int | list[Finding]:
    """The first second at which every rule allows, or the findings that refuse it for good before that."""
    start = shut_since = moment.ts
    while True:
        until, by_clock = _latest(law, findings)
        if not by_clock:
            shut_since = until
        if until - start > LIMIT_DAYS * clock.DAY or until - shut_since > clock.HORIZON_DAYS * clock.DAY:
            return [law.no_open_time(moment.zones)]
        moment = moment.later(until)
        findings, outcome = _ask(law.for_facts(facts, moment), facts, moment)
        if outcome is Outcome.ALLOW:
            return until
        if outcome is not Outcome.DEFER:
            return [f for f in findings if f.outcome is outcome]


def _latest(law: Law, findings: list[Finding]) -> tuple[int, bool]:
    """The latest instant named, and whether only the clock named it."""
    named = [(clock.second_after(f.until), law.by_clock(f.rule)) for f in findings if f.until is not None]
    until = max(second for second, _ in named)
    return until, all(by_clock for second, by_clock in named if second == until)


def _in_order(findings: list[Finding]) -> list[Finding]:
    """Refusals first, the one that decides before the others."""
    refusals = sorted((f for f in findings if f.outcome is not Outcome.ALLOW), key=_order)
    return [*refusals, *(f for f in findings if f.outcome is Outcome.ALLOW)]


def _order(finding: Finding) -> tuple[int, int, str]:
    return (-WEIGHT[finding.outcome], finding.rank, finding.rule)


def _unblock_by(findings: list[Finding], outcome: Outcome) -> tuple[str, ...]:
    if outcome not in (Outcome.BLOCK, Outcome.HUMAN):
        return ()
    return tuple(dict.fromkeys(name for f in findings if f.outcome is outcome for name in f.unblock_by))
