"""What this room refuses, in the sentences that staff reads."""

from __future__ import annotations

from forbear.core.refusal import Forbidden, Invalid, WrongState


class WhoseOptOut(Invalid):
    """An opt-out needs an address or a consumer."""


class NotAnAddress(Invalid):
    """This is neither a telephone number nor an e-mail address."""


class AlreadyLifted(WrongState):
    """This opt-out has been lifted already."""


class LiftNeedsEvidence(Invalid):
    """Lifting an opt-out needs a reason and the evidence that the consumer asked for it."""


class LiftAsked(WrongState):
    """Somebody has asked to lift this opt-out already; somebody else confirms it."""


class NoLiftAsked(WrongState):
    """Nobody asks to lift this opt-out."""


class SecondPersonNeeded(Forbidden):
    """Whoever asked cannot confirm it: a second person who may lift opt-outs has to."""


class StoppedAgain(WrongState):
    """The consumer has asked again for no messages since then: the evidence is out of date."""


class NotTheirMessage(Invalid):
    """This is no message that the consumer sent us."""


class EvidenceTooLarge(Invalid):
    """A file of evidence may have at most two megabytes."""


class HoldStands(WrongState):
    """There is an open hold of this kind already."""


class HoldClosed(WrongState):
    """This hold is closed already."""


class UnusableAct(Invalid):
    """This act cannot be recorded as it was told."""


class MayOnlyClose(Invalid):
    """A file or a note may close a way to somebody, never open one again: only the party that acted can do that."""


class OpensByItself(Invalid):
    """A stop is lifted by the consumer's own START from the same address, or by hand with the evidence."""


class NotYetHappened(Invalid):
    """An act is recorded after it happened, and this one lies in the future."""


class EvidenceNeeded(Invalid):
    """What opens a way to somebody needs the evidence: the words, and how they reached us."""


class AlreadyVoid(WrongState):
    """This act has been taken back already."""


class ClosedAnAddress(WrongState):
    """This act closed an address: lift its opt-out instead."""
