"""Named reads of the channels room."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from forbear.core.money import Money
from forbear.staff.models import Organization

from .models import ProviderAccount, Sender
from .states import PAPER, ProviderStatus


@dataclass(frozen=True, slots=True)
class Gate:
    """Through which account and from which address a message leaves."""

    sender_id: int
    provider_id: int
    kind: str
    address: str
    channel: str
    rate_per_second: int | None


class Gates:
    """The open gates of some organizations."""

    def __init__(self, gates: dict[tuple[int, str], list[Gate]]) -> None:
        self._gates = gates

    def choose(self, organization_id: int, channel: str, sender_id: int | None) -> Gate | None:
        """The named sender if it is open, else the organization's first one of the channel."""
        gates = self._gates.get((organization_id, channel), [])
        return next((gate for gate in gates if gate.sender_id == sender_id), gates[0] if gates else None)


def gates_of(organizations: Iterable[int]) -> Gates:
    """Active senders of active providers; one query."""
    rows = (
        Sender.objects.filter(
            organization__in=list(organizations), is_active=True, provider__status=ProviderStatus.ACTIVE
        )
        .select_related("provider")
        .order_by("pk")
    )
    gates: dict[tuple[int, str], list[Gate]] = {}
    for sender in rows:
        gates.setdefault((sender.organization_id, sender.channel), []).append(_gate(sender))
    return Gates(gates)


def _gate(sender: Any) -> Gate:
    provider = sender.provider
    return Gate(sender.pk, provider.pk, provider.kind, sender.address, sender.channel, provider.rate_per_second)


def prices_of(organization_id: int) -> dict[int, Money]:
    """What a thousand contacts cost at each provider account that has a price; one query."""
    rows = ProviderAccount.objects.filter(organization=organization_id, price_per_thousand_minor__isnull=False)
    return {one.pk: one.price_per_thousand for one in rows if one.price_per_thousand is not None}


def a_real_provider_is_active(organization: Organization | None = None) -> bool:
    """Whether any gateway but the paper one is in use: then the clock stands and the sandbox is closed."""
    rows = ProviderAccount.objects.filter(status=ProviderStatus.ACTIVE).exclude(kind=PAPER)
    return (rows.of(organization) if organization else rows).exists()
