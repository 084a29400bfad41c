"""The shapes a line of law may take. A rule that fits none becomes a new shape here, with its cases, in
review."""

from __future__ import annotations

from collections.abc import Mapping

from forbear.policy.rules.consent import ConsentRequired, DoNotCall, ExpressConsent, NotReassigned
from forbear.policy.rules.disputes import Disputed
from forbear.policy.rules.frequency import RollingCap, WaitAfterConversation, WaitAfterNotice
from forbear.policy.rules.hours import DesignatedTime, OwnHolidays, OwnHours, TimeWindow
from forbear.policy.rules.limits import OwnCount, OwnInterval
from forbear.policy.rules.patterns import CallPattern, HourlyCap
from forbear.policy.rules.procedures import EmailProcedure, TextProcedure
from forbear.policy.rules.replies import OnceAndSoon
from forbear.policy.rules.requests import MediaRequests, ShunnedPlace, WorkPlace
from forbear.policy.rules.shape import Shape
from forbear.policy.rules.standing import (
    AccountEligible,
    EngineRunning,
    NoHold,
    NotOptedOut,
    OpenTime,
    Route,
    UsableContactPoint,
)
from forbear.policy.rules.validation import ValidationGiven

_ALL: tuple[type[Shape], ...] = (
    EngineRunning,
    NoHold,
    AccountEligible,
    UsableContactPoint,
    NotOptedOut,
    OpenTime,
    OnceAndSoon,
    MediaRequests,
    ShunnedPlace,
    WorkPlace,
    ConsentRequired,
    ExpressConsent,
    TextProcedure,
    EmailProcedure,
    NotReassigned,
    DoNotCall,
    Disputed,
    ValidationGiven,
    Route,
    RollingCap,
    HourlyCap,
    WaitAfterConversation,
    WaitAfterNotice,
    CallPattern,
    OwnCount,
    OwnInterval,
    TimeWindow,
    DesignatedTime,
    OwnHours,
    OwnHolidays,
)

SHAPES: Mapping[str, type[Shape]] = {shape.kind: shape for shape in _ALL}
