"""What an account's page says about money and cases: the balance as a sum, promises, disputes, who looks after it."""

from __future__ import annotations

from dataclasses import dataclass

from forbear.accounts.models import Account
from forbear.cases.models import Dispute, Escalation
from forbear.cases.queries import disputes, names_of
from forbear.cases.states import UNRESOLVED
from forbear.payments.models import Promise
from forbear.payments.queries import pairs_of, promises, sums_of
from forbear.payments.states import OPEN
from forbear.web.parts import Pair

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Affairs:
    """The newest promises and disputes are shown; `case` is the one that is not resolved, taken by `taken_by`."""

    pairs: list[Pair]
    promises: list[Promise]
    disputes: list[Dispute]
    case: Escalation | None
    taken_by: str

    @property
    def disputed(self) -> bool:
        """Whether one stands."""
        return any(one.closed_at is None for one in self.disputes)


def affairs_of(account: Account) -> Affairs:
    """Four statements, and one for the name of whoever took the case."""
    case = Escalation.objects.filter(account=account.pk, status__in=UNRESOLVED).first()
    promised = promises(account.organization, account_id=account.pk).order_by("-id")[:SHOWN]
    disputed = disputes(account.organization, account_id=account.pk).order_by("-id")[:SHOWN]
    names = names_of([case.taken_by]) if case and case.taken_by else {}
    return Affairs(
        pairs_of(account, sums_of(account)),
        sorted(promised, key=lambda one: (one.status not in OPEN, -one.pk)),
        list(disputed),
        case,
        names.get(case.taken_by, "") if case else "",
    )
