"""How a row is told in one sentence on an account's page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from forbear.accounts.models import Account, BucketMove
from forbear.compliance.models import Entry
from forbear.compliance.words import tell
from forbear.consent.models import Act, Hold, OptOut
from forbear.consent.states import CLOSING
from forbear.core.ids import public_id
from forbear.core.phone import readable
from forbear.dispatch.models import Message
from forbear.dispatch.states import Direction
from forbear.dispatch.words import VIA, telling
from forbear.web.navigation import address
from forbear.web.parts import Happening
from forbear.wording.scripts import said

from .acts import words_of
from .names import names_of


def message_told(message: Message, account: Account) -> Happening:
    """Theirs: who answered. Ours: what kind of message, and what became of it."""
    told = telling(message, name=account.consumer.first_name or "the consumer")
    theirs = message.direction == Direction.IN
    return Happening(
        at=message.at,
        sentence=told.sentence[:1].upper() + told.sentence[1:],
        icon=message.channel,
        tone=told.tone,
        quote=said(message.body, channel=message.channel),
        theirs=theirs,
        url="" if theirs else decision_of(message.item_id),
    )


def decision_of(item: int | None) -> str:
    """The page that tells why a planned contact was sent, held or refused."""
    return address("decision", public_id("qit", item)) if item else ""


def opt_outs_told(opt_outs: Sequence[OptOut]) -> list[Happening]:
    """Which channel is closed, at whose word, and whether it was opened again."""
    who = names_of((row.recorded_by for row in opt_outs), opt_outs[0].organization_id) if opt_outs else {}
    return [_opt_out_told(row, who) for row in opt_outs]


def _opt_out_told(opt_out: OptOut, who: Mapping[str, str]) -> Happening:
    what = "Every channel" if opt_out.channel == "all" else VIA.get(opt_out.channel, opt_out.channel)
    where = f" to {_shown(opt_out.address)}" if opt_out.address else ""
    how = f"by {opt_out.source}" if opt_out.source != "staff" else f"recorded by {_name(opt_out.recorded_by, who)}"
    again = "; opened again since" if opt_out.lifted_at else ""
    sentence = f"{what}{where} was closed at the consumer's wish, {how}{again}"
    return Happening(at=opt_out.at, sentence=sentence, icon="stop", tone="stop", quote=opt_out.notes)


def holds_told(holds: Sequence[Hold]) -> list[Happening]:
    """Why nothing may leave, and who lifted it."""
    actors = (actor for row in holds for actor in (row.opened_by, row.closed_by))
    who = names_of(actors, holds[0].organization_id) if holds else {}
    return [_hold_told(row, who) for row in holds]


def _hold_told(hold: Hold, who: Mapping[str, str]) -> Happening:
    kind = hold.get_kind_display().lower()
    closed = f"; closed by {_name(hold.closed_by, who)}" if hold.closed_at else ""
    sentence = f"A hold was opened by {_name(hold.opened_by, who)}: {kind}{closed}"
    return Happening(at=hold.opened_at, sentence=sentence, icon="lock", tone="person", quote=hold.notes)


def moves_told(moves: Sequence[BucketMove]) -> list[Happening]:
    """Which bucket of days past due it came into."""
    return [Happening(at=row.at, sentence=_move_told(row), icon="clock", tone="") for row in moves]


def _move_told(move: BucketMove) -> str:
    before = "it was current before" if move.before == "current" else f"{move.before} before"
    return f"{move.after} days past due from this day on, {before}"


def acts_told(acts: Sequence[Act]) -> list[Happening]:
    """What was done, who told us, and whether it was taken back."""
    who = names_of((row.recorded_by for row in acts), acts[0].organization_id) if acts else {}
    void = set(Act.objects.filter(voids_id__in=[row.pk for row in acts]).values_list("voids_id", flat=True))
    return [_act_told(row, who, void=row.pk in void) for row in acts]


def _act_told(act: Act, who: Mapping[str, str], *, void: bool) -> Happening:
    where = f" ({_shown(act.address)})" if act.address else ""
    more = f", {words}" if (words := words_of(act)) else ""
    by = _name(act.recorded_by, who)
    ending = "; taken back since" if void else ""
    sentence = f"{act.get_type_display()}{where}{more}: recorded by {by}{ending}"
    tone = "" if void else "stop" if act.type in CLOSING else "good"
    return Happening(at=act.at, sentence=sentence, icon="shield", tone=tone, quote=act.evidence)


ICONS = {"accounts": "account", "campaigns": "campaign", "dispatch": "clock", "inbox": "talk", "imports": "list"}


def entries_told(entries: Sequence[Entry]) -> list[Happening]:
    """The log's own words for them."""
    return [
        Happening(
            at=told.entry.at,
            sentence=told.sentence.rstrip("."),
            icon="stop" if told.tone == "stop" else ICONS.get(told.entry.event.partition(":")[0], "shield"),
            tone=told.tone,
            url=decision_of(told.entry.told["facts"].get("item")),
        )
        for told in tell(entries)
    ]


def _name(actor: str, who: Mapping[str, str]) -> str:
    return who.get(actor) or actor.partition(":")[0] or "somebody"


def _shown(address: str) -> str:
    return address if "@" in address else readable(address)
