"""What a batch costs must not grow with the queue: also where the database has counted nothing yet, as right after a
launch, every large table is looked into by its keys."""

import re
from datetime import timedelta

from django.db import connection

from bench.broadcast import AT, fill
from forbear.campaigns import actions
from forbear.dispatch import carrier
from forbear.dispatch.models import Message
from forbear.dispatch.receipts import read_webhooks
from forbear.sandbox import gateway

WAITING = 40_000
LATER = timedelta(minutes=10)
_LARGE = r"accounts_(?:consumer|account|contactpoint)|campaigns_(?:enrollment|due)|dispatch_(?:queueitem|message)"
_WHOLE = re.compile(rf"Seq Scan on (?:{_LARGE})\b|(?:using|on) item_due")
_PLANNED = ("SELECT", "WITH", "UPDATE", "DELETE")


class Plans:
    """Asks for the plan of each statement before it runs."""

    def __init__(self):
        self.walks = []

    def __call__(self, execute, sql, params, many, context):
        if sql.lstrip().startswith(_PLANNED) and "SKIP LOCKED" not in sql:  # the claim takes the next few that are due
            with connection.cursor().cursor as beside:
                beside.execute(f"EXPLAIN {sql}", params)
                plan = "\n".join(line for (line,) in beside.fetchall())
            if found := _WHOLE.search(plan):
                self.walks.append((found[0], " ".join(sql.split())[:120]))
        return execute(sql, params, many, context)


def test_a_batch_walks_through_no_table(db):
    organization, people, template = fill(WAITING)
    campaign = actions.create_campaign(
        organization=organization, kind="broadcast", name="All", template=template, contact_list=people,
        start_date=AT.date(), end_date=AT.date(), actor="system", at=AT,
    )  # fmt: skip
    actions.activate(campaign=campaign, actor="system", at=AT)
    plans = Plans()
    with connection.execute_wrapper(plans):
        carrier.carry(at=AT)
        gateway.report(at=AT + LATER)
        read_webhooks(at=AT + LATER)
    assert Message.objects.filter(status="delivered").count() > 400
    assert not plans.walks, "\n".join(map(": ".join, plans.walks))
