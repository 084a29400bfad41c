"""`/v1/accounts/{id}/timeline`, `/v1/compliance/bundle` and `/v1/policy/rules`."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpResponse
from ninja import Query
from pydantic import Field

from forbear.accounts.models import Account
from forbear.core import clock
from forbear.dispatch.queries import call_of
from forbear.dispatch.schemas import CallShown
from forbear.policy.rulebook import Rule
from forbear.staff.permissions import Permission
from forbear.web.routes import Asked, Router, needs
from forbear.web.wire import Cursor, Limit, Listed, file_of, found

from .bundle import ZIP, bundle
from .law import PackShown, packs
from .schemas import CiteShown, Happened, RuleShown
from .story import Told, story

router = Router("accounts")


def account_of(request: Asked, account_id: str) -> Account:
    """The organization's account. Raises NotFound."""
    rows = Account.objects.of(request.auth.organization).select_related("consumer", "creditor", "organization")
    return found(rows.prefetch_related("consumer__points"), account_id)


@router.get("/accounts/{account_id}/timeline", response=Listed[Happened])
def read_timeline(request: Asked, account_id: str, limit: Limit = 50, cursor: Cursor = "") -> Listed[Happened]:
    """Everything that happened to the account, newest first. What was written is told to those who may read the inbox
    (`inbox:read`); for all others `subject` and `body` of messages are null.
    """
    chapter = story(account_of(request, account_id), cursor=cursor, limit=limit)
    words = request.auth.can(Permission.INBOX_READ)
    return Listed(items=[happened(told, words=words) for told in chapter.told], next_cursor=chapter.next_cursor)


@router.get("/compliance/bundle", openapi_extra=file_of(ZIP))
@needs("log:read")
def download_bundle(request: Asked, account_id: Annotated[str, Query(), Field(max_length=60)]) -> HttpResponse:
    """A ZIP about one account that an outsider can verify offline: the record as PDF, its entries, their proofs, the
    signed checkpoint, and a program that checks them.
    """
    made = bundle(account=account_of(request, account_id), actor=request.auth.actor, at=clock.now())
    return made.response()


@router.get("/policy/rules", response=Listed[RuleShown])
def list_rules(request: Asked) -> Listed[RuleShown]:
    """Every rule of every law pack that comes with this version, with its sources."""
    shown = packs(clock.now().date())
    return Listed(items=[_rule(pack, rule) for pack in shown for rule in pack.rules], next_cursor=None)


def _rule(pack: PackShown, rule: Rule) -> RuleShown:
    return RuleShown(
        rule=rule.id,
        pack=pack.label,
        place=pack.place,
        kind=rule.shape.kind,
        in_use=pack.state == "in_force",
        begins=rule.begins,
        ends=rule.ends,
        reviewed=pack.reviewed,
        cite=[CiteShown(ref=cite.ref, url=cite.url, read_on=cite.read_on) for cite in rule.cite],
    )


def happened(told: Told, *, words: bool) -> Happened:
    """The shape of one line. words: whether what a message says is told too."""
    row = told.row
    shown = Happened(id=row.public_id, kind=told.source, at=told.at, sentence=told.happening.sentence)
    if told.source == "message":
        shown.direction, shown.channel, shown.status = row.direction, row.channel, row.status
        shown.call = CallShown.of(call) if (call := call_of(row)) else None
        if words:
            shown.subject, shown.body = row.subject or None, row.body
    elif told.source == "entry":
        shown.event = row.event
    elif told.source == "opt_out":
        shown.channel = row.channel
    return shown
