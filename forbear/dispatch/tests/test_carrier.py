"""How a message travels: planned, judged, handed over, settled, delivered."""

import pytest

from forbear import engine
from forbear.accounts.models import ContactList, ListMember
from forbear.campaigns import actions as campaigns
from forbear.campaigns.models import Enrollment
from forbear.compliance.models import Entry
from forbear.dispatch.models import Message, QueueItem
from forbear.wording.models import Template, TemplateVersion
from tests.cast import TUESDAY


@pytest.fixture
def template(larkfield):
    template = Template.objects.create(organization=larkfield, name="First", bucket="1-30", created_at=TUESDAY)
    body = "${organization}: Hello ${firstName}, $${amount} is open. We are a debt collector. Reply STOP to end texts."
    template.current = TemplateVersion.objects.create(
        template=template, number=1, body=body, created_at=TUESDAY, created_by="system"
    )
    template.save()
    return template


def broadcast(organization, template, accounts, **also):
    people = ContactList.objects.create(organization=organization, name="November", created_at=TUESDAY)
    ListMember.objects.bulk_create(ListMember(contact_list=people, account=a) for a in accounts)
    return campaigns.create_campaign(
        organization=organization,
        kind="broadcast",
        name="SMS 1-30DPD",
        template=template,
        contact_list=people,
        start_date=TUESDAY.date(),
        end_date=TUESDAY.date(),
        actor="system",
        at=TUESDAY,
        **also,
    )


def test_a_broadcast_goes_out_and_is_told_in_the_log(larkfield, template, betty, omar, hana):
    campaign = broadcast(larkfield, template, [betty, omar, hana])
    campaigns.activate(campaign=campaign, actor="system", at=TUESDAY)
    counts = engine.run_until_idle(TUESDAY)
    assert (counts["enqueued"], counts["sent"], counts["deferred"]) == (3, 2, 1)
    sent = Message.objects.get(account_id=betty.pk)
    assert sent.body.startswith("Larkfield Recovery: Hello Betty, $30.00 is open.")
    assert sent.status == "sent"
    held = QueueItem.objects.get(account=hana)
    assert held.status == "pending"
    assert held.reason == "outside_hours"
    assert held.scheduled_for.isoformat() == "2026-11-24T18:00:00+00:00"
    assert set(Enrollment.objects.values_list("status", flat=True)) == {"done", "open"}
    told = list(Entry.objects.order_by("pk").values_list("event", flat=True))
    assert told.count("dispatch:item:cleared") == told.count("dispatch:message:sent") == 2
    assert told.count("dispatch:item:deferred") == 1
