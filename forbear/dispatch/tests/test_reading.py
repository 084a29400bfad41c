"""Webhooks are read whatever is in them: one that cannot be taken in holds up nobody's STOP."""

import json
from datetime import timedelta

import pytest

from forbear.channels.models import ProviderAccount
from forbear.consent.models import OptOut
from forbear.dispatch import receipts
from forbear.dispatch.models import Message, Webhook
from forbear.dispatch.receipts import read_until_idle, read_webhooks
from tests.cast import TUESDAY

LATER = TUESDAY + timedelta(minutes=20)


def told(*events, at=LATER):
    """A stored webhook of the paper gateway, as it came."""
    number = Webhook.objects.count()
    body = json.dumps({"id": f"pw-{number}", "events": list(events)})
    provider = ProviderAccount.objects.get()
    return Webhook.objects.create(provider=provider, unique_id=f"pw-{number}", body=body, received_at=at)


def text(body, number, *, sender="+14155550106", at=LATER):
    return {
        "type": "text", "id": f"in-{number}", "from": sender, "to": "+13125550100", "text": body, "at": at.isoformat(),
    }  # fmt: skip


def receipt(number, status="delivered"):
    return {"type": "receipt", "id": f"gw-{number}", "status": status, "at": LATER.isoformat()}


@pytest.mark.parametrize(
    "event",
    [
        text("nul \x00 and half a pair \ud83d", 1),
        text("from afar", 1, sender="+" + "1" * 300),
        text("x", "9" * 200),
        receipt("9" * 200) | {"code": "E" * 99, "text": "why\x00not"},
    ],
)
def test_what_no_column_can_hold_keeps_nobody_from_stopping(larkfield, betty, event):
    told(event)
    told(text("STOP", 2))
    read_until_idle(at=LATER)
    assert OptOut.objects.get().address == "+14155550106"
    assert not Webhook.objects.filter(status="failed").exists()


def test_a_webhook_that_nobody_foresaw_is_put_aside_and_the_next_ones_are_read(larkfield, betty, monkeypatch):
    told(text("a telex", 1) | {"channel": "telex"})
    told(text("STOP", 2))
    classify = receipts.apply_inbound

    def stumbles(arrived, at):
        if any(inbound.channel == "telex" for one in arrived for inbound in one.told):
            raise KeyError("telex")
        classify(arrived, at)

    monkeypatch.setattr(receipts, "apply_inbound", stumbles)
    assert read_until_idle(at=LATER) == 2
    put_aside = Webhook.objects.get(status="failed")
    assert put_aside.error == "It could not be taken in (KeyError)."
    assert "telex" in put_aside.body
    assert OptOut.objects.count() == 1


def test_receipts_that_came_too_early_hold_up_nothing_behind_them(larkfield, betty):
    for number in range(4):
        told(receipt(number))
    told(text("STOP", 9))
    assert read_until_idle(at=LATER, limit=2) == 1
    assert OptOut.objects.count() == 1
    assert Webhook.objects.filter(status="new").count() == 4


@pytest.mark.parametrize("moved", [timedelta(minutes=3), timedelta(days=-30)])
def test_a_receipt_for_nothing_of_ours_is_not_tried_for_ever(larkfield, moved):
    """Neither when time has passed, nor when the sandbox's clock was moved back."""
    told(receipt(1))
    assert read_webhooks(at=LATER) == 0
    assert read_webhooks(at=LATER + moved) == 1
    assert not Message.objects.exists()
