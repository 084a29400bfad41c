"""`forbear webhooks`: what gateways posted and nobody could read."""

from __future__ import annotations

import json

import click

from forbear.commands.house import house
from forbear.commands.organization import chosen_organization
from forbear.core.ids import number_of
from forbear.core.refusal import NotFound
from forbear.web.formats import plural

OF = click.option("--organization", metavar="NAME", help="Needed where there is more than one.")


class NoSuchWebhook(NotFound):
    """No post with this id waits to be read once more."""


@click.group()
def webhooks() -> None:
    """Posts of gateways that could not be read."""


@webhooks.command("list")
@OF
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, for machines.")
def list_failed(organization: str | None, as_json: bool) -> None:
    """Each with its reason; addresses and texts are masked."""
    with house():
        from forbear.dispatch.replaying import failed_webhooks, masked_body

        for row in failed_webhooks(chosen_organization(organization)).iterator():
            told = {
                "id": row.public_id,
                "received_at": row.received_at.isoformat(),
                "gateway": row.provider.name,
                "why": row.error,
                "body": masked_body(row.body),
            }
            click.echo(json.dumps(told, ensure_ascii=False) if as_json else "  ".join(told.values()))


@webhooks.command()
@click.argument("ids", metavar="[ID]...", nargs=-1)
@OF
def replay(ids: tuple[str, ...], organization: str | None) -> None:
    """Let these posts (whk_...), or all that failed, be read once more by the worker."""
    with house():
        from forbear.compliance.actions import SYSTEM
        from forbear.core import clock
        from forbear.dispatch.replaying import failed_webhooks
        from forbear.dispatch.replaying import replay as read_once_more

        owner = chosen_organization(organization)
        numbers = [number_of("whk", one) or 0 for one in ids]
        if failed_webhooks(owner).filter(pk__in=numbers).count() < len(set(numbers)):
            raise NoSuchWebhook
        count = read_once_more(organization=owner, webhooks=numbers or None, actor=SYSTEM, at=clock.now())
    click.echo(f"{plural(count, 'post')} will be read once more.")
