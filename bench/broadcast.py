"""A broadcast to N contacts through the paper gateway, beside floors measured in the same run.

    python -m bench.broadcast [--contacts 200000] [--workers 2]

Planning (taking the list into the campaign, and the queue items: one statement at launch) is measured against a bare
INSERT ... SELECT of as many queue items, pending as they are; dispatch (claim, judge, hand over, settle, with every verdict, message row and log entry) is reported
beside a bare loop that claims and completes the same rows in batches of 500.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from datetime import UTC, datetime
from typing import Any

from .ground import ground, say, timed

AT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)  # a Tuesday, open from New York to Los Angeles
CODES = ("212", "312", "415", "617", "213", "206", "303", "713", "404", "602")


def fill(contacts: int, *, ages: int = 0) -> Any:
    """An organization with so many consumers, each with a number and an account, on one list.

    ages: due dates of so many days in a row, of which the last thirty are still to come; without it there are none.
    """
    from django.db import connection

    from forbear.accounts.models import ContactList
    from forbear.channels.actions import open_paper
    from forbear.staff.models import Organization
    from forbear.wording.models import Template, TemplateVersion

    organization = Organization.objects.create(name="Bench", created_at=AT)
    open_paper(organization=organization, sender="+13125550100", actor="system", at=AT)
    people = ContactList.objects.create(organization=organization, name="All", created_at=AT)
    template = Template.objects.create(organization=organization, name="First", bucket="1-30", created_at=AT)
    body = (
        "${organization} for ${creditorName|us}: Hello ${firstName}, $${amount} for ${retailer} order ${orderNo} is open."
        " We are a debt collector. Reply STOP to end texts."
    )
    template.current = TemplateVersion.objects.create(
        template=template, number=1, body=body, created_at=AT, created_by="system"
    )
    template.save()
    values = {"n": contacts, "o": organization.pk, "at": AT, "l": people.pk, "ages": ages, "codes": list(CODES)}
    with connection.cursor() as cursor:
        for statement in _FILL:
            cursor.execute(statement, values)
    return organization, people, template


_FILL = (
    """INSERT INTO accounts_consumer (id, organization_id, first_name, last_name, language, time_zone, postal_code, state,
           country, created_at)
       SELECT i, %(o)s, 'First' || i, 'Last' || i, '', '', '', '', '', %(at)s FROM generate_series(1, %(n)s) i""",
    """INSERT INTO accounts_contactpoint (organization_id, consumer_id, kind, address, place, provenance, status,
           status_reason, position, observed_at)
       SELECT %(o)s, i, 'phone', '+1' || (%(codes)s::text[])[1 + i %% 10] || lpad((2000000 + i)::text, 7, '0'), 'mobile',
           'given_by_consumer', 'usable', '', 0, %(at)s FROM generate_series(1, %(n)s) i""",
    """INSERT INTO accounts_account (id, organization_id, consumer_id, number, placed_minor, balance_minor, currency, due_date,
           status, status_changed_at, fields, created_at, updated_at)
       SELECT i, %(o)s, i, 'N-' || i, 3000, 3000 + i, 'USD', %(at)s::date + 30 - i %% nullif(%(ages)s, 0),
           'pending_contact', %(at)s,
           jsonb_build_object('retailer', 'Corner Store', 'paymentLink', 'https://pay.example.com/' || i), %(at)s, %(at)s
       FROM generate_series(1, %(n)s) i""",
    """INSERT INTO accounts_listmember (contact_list_id, account_id)
       SELECT %(l)s, i FROM generate_series(1, %(n)s) i""",
)

_COLUMNS = """organization_id, occasion, campaign_id, enrollment_id, step, attempt, account_id, consumer_id, channel, address,
    template_version_id, body, not_after, status, scheduled_for, deferrals, reason, error, verdict, created_at, created_by"""


def floor_of_planning(organization: Any, *, status: str = "cancelled") -> None:
    """As many rows into the same table with one bare statement.

    A pending item stands in six indexes, as the planned ones do; a cancelled one in three of them.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO dispatch_queueitem ({_COLUMNS})
                SELECT %s, 'campaign', 0, 1000000000 + a.id, 0, 0, a.id, a.consumer_id, 'sms', '', NULL, '', NULL, %s,
                    %s, 0, '', '', '', %s, 'system' FROM accounts_account a""",
            [organization.pk, status, AT, AT],
        )


def take_back() -> None:
    """The rows of a floor: nobody is to find them, and what is measured next writes none of their pages."""
    from django.conf import settings
    from django.db import connection
    from psycopg import connect

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM dispatch_queueitem")
    with connect(settings.OWNER_DATABASE_URL, autocommit=True) as owner:
        owner.execute("VACUUM FULL dispatch_queueitem")


def floor_of_dispatch(contacts: int) -> None:
    """Claim 500, complete 500, nothing else: what the queue itself can do."""
    from django.db import connection, transaction

    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE bare (id bigint PRIMARY KEY, status text, scheduled_for timestamptz)")
        cursor.execute("INSERT INTO bare SELECT i, 'pending', now() FROM generate_series(1, %s) i", [contacts])
        cursor.execute("CREATE INDEX ON bare (scheduled_for, id) WHERE status = 'pending'")
        while True:
            with transaction.atomic():
                cursor.execute(
                    """SELECT id FROM bare WHERE status = 'pending' ORDER BY scheduled_for, id LIMIT 500
                       FOR UPDATE SKIP LOCKED"""
                )
                ids = [row[0] for row in cursor.fetchall()]
                if not ids:
                    return
                cursor.execute("UPDATE bare SET status = 'processing' WHERE id = ANY(%s)", [ids])
            with transaction.atomic():
                cursor.execute("UPDATE bare SET status = 'completed' WHERE id = ANY(%s)", [ids])


def work(results: Any) -> None:
    """One worker process, as `forbear worker` begins: batches until nothing is due."""
    import django

    django.setup()
    from forbear.dispatch.carrier import carry_until_idle
    from forbear.engine import settle_in

    settle_in()
    results.put(carry_until_idle(at=AT).sent)


def dispatch(workers: int) -> int:
    """Several processes over the same queue; gives how many messages were handed over."""
    from django.db import connections

    connections.close_all()
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    processes = [context.Process(target=work, args=(results,)) for _ in range(workers)]
    for process in processes:
        process.start()
    sent = sum(results.get() for _ in processes)
    for process in processes:
        process.join()
    return sent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--contacts", type=int, default=200_000)
    parser.add_argument("--workers", type=int, default=2)
    wanted = parser.parse_args()
    seconds: dict[str, float] = {}
    with ground():
        from forbear.campaigns import actions

        organization, people, template = fill(wanted.contacts)
        for status in ("cancelled", "pending"):
            with timed(seconds, status):
                floor_of_planning(organization, status=status)
            take_back()
        campaign = actions.create_campaign(
            organization=organization, kind="broadcast", name="Bench", template=template, contact_list=people,
            start_date=AT.date(), end_date=AT.date(), actor="system", at=AT,
        )  # fmt: skip
        with timed(seconds, "plan"):
            actions.activate(campaign=campaign, actor="system", at=AT)
        planned = campaign.enrollments.filter(status="open").count() - campaign.due.count()
        with timed(seconds, "bare loop"):
            floor_of_dispatch(wanted.contacts)
        started = time.perf_counter()
        sent = dispatch(wanted.workers)
        took = time.perf_counter() - started
        check(planned, sent, wanted.contacts)
    say(f"{wanted.contacts:,} contacts, {wanted.workers} workers, {os.cpu_count()} cores")
    say(f"bare INSERT ... SELECT      {seconds['pending']:8.2f} s   (of cancelled items {seconds['cancelled']:.2f} s)")
    say(
        f"enroll the list and plan    {seconds['plan']:8.2f} s   {seconds['plan'] / seconds['pending']:.2f}x the bare insert"
        f" ({seconds['plan'] / seconds['cancelled']:.2f}x that of cancelled items)"
    )
    say(f"bare claim and complete     {wanted.contacts / seconds['bare loop']:8,.0f} rows/s")
    say(f"dispatch                    {sent / took:8,.0f} messages/s (start of the processes included)")


def check(planned: int, sent: int, contacts: int) -> None:
    """The figures are worth something only if everything happened: rows, entries, and the gateway's own memory."""
    from forbear.compliance.models import Entry
    from forbear.dispatch.models import Message
    from forbear.sandbox.models import PaperText

    messages = Message.objects.filter(status__in=["sent", "delivered", "undelivered"]).count()
    entries = Entry.objects.filter(event__in=["dispatch:item:cleared", "dispatch:message:sent"]).count()
    texts = PaperText.objects.filter(direction="out").count()
    if (planned, sent, messages, entries, texts) != (contacts, contacts, contacts, 2 * contacts, contacts):
        raise SystemExit(f"Not everything happened: {planned=} {sent=} {messages=} {entries=} {texts=}")


if __name__ == "__main__":
    main()
