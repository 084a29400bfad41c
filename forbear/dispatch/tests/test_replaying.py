"""What a gateway posted and nobody could read is kept, shown without anybody's words, and read once more on demand."""

from __future__ import annotations

import contextlib
import json
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.test import Client

from forbear.channels.models import ProviderAccount
from forbear.cli import cli
from forbear.commands import webhooks as commands
from forbear.compliance.models import Entry
from forbear.consent.models import OptOut
from forbear.dispatch.models import Webhook
from forbear.dispatch.receipts import read_until_idle
from forbear.dispatch.replaying import masked_body, replay
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ

PAGE = "/settings/channels/posts/unread"
LATER = TUESDAY + timedelta(minutes=20)


def unread(organization, body, why="An event of type None is unknown."):
    provider = ProviderAccount.objects.get(organization=organization)
    number = f"pw-{Webhook.objects.count()}"
    return Webhook.objects.create(
        provider=provider, unique_id=number, body=body, status="failed", error=why, received_at=TUESDAY
    )


def stop(number="+14155550106"):
    event = {"type": "text", "id": "in-1", "from": number, "to": "+13125550100", "text": "STOP please now"}
    return json.dumps({"id": "pw", "events": [event | {"at": TUESDAY.isoformat()}]})


def test_what_could_not_be_read_is_shown_with_the_reason_and_without_anybodys_words(larkfield, ada, client):
    unread(larkfield, stop())
    client.force_login(ada)
    page = client.get(PAGE).content.decode()
    assert "An event of type None is unknown." in page
    assert "…06" in page
    assert "4155550106" not in page
    assert "STOP please" not in page
    assert PAGE in client.get("/settings/channels").content.decode()


def test_a_stop_that_could_not_be_read_counts_once_it_is_replayed(larkfield, betty, ada, client):
    webhook = unread(larkfield, stop())
    other = unread(larkfield, "{}")
    client.force_login(ada)
    assert client.post(PAGE, {"webhook": webhook.public_id}).status_code == 302
    read_until_idle(at=LATER)
    assert OptOut.objects.get().address == "+14155550106"
    assert [one.pk for one in Webhook.objects.filter(status="failed")] == [other.pk]
    entry = Entry.objects.get(event="dispatch:webhooks:replayed")
    assert (entry.actor, json.loads(entry.body)["facts"]) == (ada.actor, {"webhooks": 1})


def test_all_of_them_are_replayed_and_what_still_cannot_be_read_comes_back(larkfield, betty, ada, client):
    for body in ("no JSON", "{}", stop()):
        unread(larkfield, body)
    client.force_login(ada)
    client.post(PAGE)
    read_until_idle(at=LATER)
    told = {one.body: one.error for one in Webhook.objects.filter(status="failed")}
    assert told == {"no JSON": "The body is not JSON.", "{}": "The body has no list of events."}
    assert replay(organization=larkfield, webhooks=[Webhook.objects.get(body=stop()).pk], actor="system", at=LATER) == 0


def test_those_of_others_are_neither_seen_nor_replayed(larkfield, stranger_org, stranger, client):
    ours = unread(larkfield, "{}", why="Ours alone.")
    client.force_login(stranger)
    assert "Ours alone." not in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"webhook": ours.public_id}).status_code == 404
    client.post(PAGE)
    ours.refresh_from_db()
    assert ours.status == "failed"


@pytest.mark.parametrize(("role", "sees", "may"), [(Role.AUDITOR, 200, 403), (Role.OPERATOR, 403, 403)])
def test_who_may(larkfield, client: Client, role, sees, may):
    unread(larkfield, "{}")
    client.force_login(employ(larkfield, "Iris Onlooker", role))
    assert (client.get(PAGE).status_code, client.post(PAGE).status_code) == (sees, may)
    assert Webhook.objects.get().status == "failed"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        ('{"to": "+14155550106", "n": 12}', '{"to": "…06", "n": 12}'),
        ('{"from": "betty@example.com"}', '{"from": "b…@example.com"}'),
        (r'{"text": "I said \"no\" to you", "id": "gw-1"}', '{"text": "…", "id": "gw-1"}'),
        ('{"text": "it was cut off in the midd', '{"text": "…"'),
        ("x" * 2000, "x" * 600 + "…"),
    ],
)
def test_a_body_is_shown_by_its_shape(body, shown):
    assert masked_body(body) == shown


def test_the_command_lists_and_replays_what_is_named(larkfield, monkeypatch):
    monkeypatch.setattr(commands, "house", contextlib.nullcontext)
    first, second = unread(larkfield, "{}"), unread(larkfield, "no JSON")
    run = CliRunner().invoke
    listed = [json.loads(line)["id"] for line in run(cli, ["webhooks", "list", "--json"]).output.splitlines()]
    assert listed == [second.public_id, first.public_id]
    assert run(cli, ["webhooks", "replay", first.public_id]).output == "1 post will be read once more.\n"
    assert [one.pk for one in Webhook.objects.filter(status="failed")] == [second.pk]
    refused = run(cli, ["webhooks", "replay", first.public_id, second.public_id])
    assert isinstance(refused.exception, commands.NoSuchWebhook)
    assert Webhook.objects.filter(status="failed").count() == 1
