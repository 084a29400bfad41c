"""`/v1/accounts/{id}/timeline`"""

from __future__ import annotations

from forbear.accounts.models import Account
from forbear.web.routes import Asked, Router
from forbear.web.wire import Cursor, Limit, Listed, found

from .schemas import Happened
from .story import Told, story

router = Router("accounts")


def account_of(request: Asked, account_id: str) -> Account:
    """The organization's account. Raises NotFound."""
    rows = Account.objects.of(request.auth.organization).select_related("consumer", "organization")
    return found(rows.prefetch_related("consumer__points"), account_id)


@router.get("/accounts/{account_id}/timeline", response=Listed[Happened])
def read_timeline(request: Asked, account_id: str, limit: Limit = 50, cursor: Cursor = "") -> Listed[Happened]:
    """Everything that happened to the account, newest first."""
    chapter = story(account_of(request, account_id), cursor=cursor, limit=limit)
    return Listed(items=[happened(told) for told in chapter.told], next_cursor=chapter.next_cursor)


def happened(told: Told) -> Happened:
    """The shape of one line."""
    row = told.row
    shown = Happened(id=row.public_id, kind=told.source, at=told.at, sentence=told.happening.sentence)
    if told.source == "message":
        shown.direction, shown.channel, shown.status, shown.body = row.direction, row.channel, row.status, row.body
    elif told.source == "entry":
        shown.event = row.event
    elif told.source == "opt_out":
        shown.channel = row.channel
    return shown
