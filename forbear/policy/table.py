"""The packs as a table for readers: what is encoded, for whom, from which text, and whether anybody reviewed it."""

from __future__ import annotations

from collections.abc import Iterator

from forbear.policy.rulebook import Law, Pack

HEAD = "| pack | place | what it says | since | state |\n|---|---|---|---|---|"
EVERYWHERE = "everywhere"


def markdown(law: Law) -> str:
    """One row a pack, by place: its rules with their citations, when the first began, and how far it is in force."""
    rows = (_row(pack) for pack in sorted(law.packs, key=lambda pack: (pack.place, pack.id)))
    return "\n".join((HEAD, *rows))


def _row(pack: Pack) -> str:
    begins = min(rule.begins for rule in pack.rules).isoformat()
    said = "; ".join(dict.fromkeys(_said(pack)))
    return f"| `{pack.id}` {pack.title} | {pack.place or EVERYWHERE} | {said} | {begins} | {', '.join(_state(pack))} |"


def _said(pack: Pack) -> Iterator[str]:
    for rule in pack.rules:
        waits = "" if rule.in_use else " (waits for its facts)"
        kind = rule.shape.kind.replace("_", " ")
        yield f"{kind}: {rule.cite[0].ref}{waits}".replace("|", "/")


def _state(pack: Pack) -> Iterator[str]:
    if not pack.in_use:
        yield "waiting"
    elif pack.elective:
        yield "elective"
    else:
        yield "in force"
    yield f"reviewed by {pack.reviewed_by}" if pack.reviewed else "unreviewed"
