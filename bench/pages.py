"""Every list page over N accounts: milliseconds of server time and statements, against 100 ms and 12.

    python -m bench.pages [--accounts 200000]

The tables are filled by SQL: people with numbers and e-mail addresses, accounts with five custom fields on one list, a
campaign that has written to all of them, its queue items, messages and log entries, conversations, opt-outs. Each page is
asked for through Django's test client, signed in, with everything that a request goes through; the middle of five.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from .ground import ground, say, timed

AT = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
MOST_MS, MOST_STATEMENTS = 100, 12
TIMES = 5
CODES = ("212", "312", "415", "617", "213", "206", "303", "713", "404", "602")
FIRST = ("Betty", "Omar", "June", "Petra", "Luis", "Hana", "Noor", "Evan", "Ana", "Ines", "Bruno", "Tess")
LAST = ("Ruble", "Castellan", "Sato", "Kern", "Alder", "Voss", "Quist", "Marlow", "Tamm", "Okafor")


def fill(accounts: int) -> dict[str, Any]:
    """An organization, its person, and so many rows of everything. Answers the ids that addresses need."""
    from django.db import connection

    from forbear.accounts.models import ContactList, Creditor
    from forbear.campaigns.models import Campaign
    from forbear.channels.actions import open_paper
    from forbear.staff.models import Organization, Person
    from forbear.wording.actions import install_catalogue

    organization = Organization.objects.create(name="Bench", created_at=AT)
    person = Person.objects.create(
        organization=organization, name="Dana Kern", email="dana@example.com", role="manager", created_at=AT
    )
    open_paper(organization=organization, sender="+13125550100", actor="system", at=AT)
    install_catalogue(organization=organization, actor="system", at=AT)
    creditor = Creditor.objects.create(organization=organization, name="Harbor Furniture")
    lists = [ContactList.objects.create(organization=organization, name=f"List {n}", created_at=AT) for n in range(60)]
    for number in range(60):
        campaign = Campaign.objects.create(
            organization=organization, kind="broadcast", name=f"Campaign {number}", contact_list=lists[number],
            start_date=AT.date(), end_date=AT.date(), time_zone="America/Chicago", created_at=AT, created_by="system",
            status="active", activated_at=AT,
        )  # fmt: skip
    values = {
        "n": accounts, "o": organization.pk, "at": AT, "l": lists[-1].pk, "c": campaign.pk, "d": creditor.pk,
        "p": person.pk, "codes": list(CODES), "first": list(FIRST), "last": list(LAST),
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in _FILL:
            cursor.execute(statement, values)
    _tidy()
    return {"organization": organization, "person": person, "list": lists[-1], "campaign": campaign}


def _tidy() -> None:
    """What autovacuum does to a table that has been filled: statistics and the map of visible pages."""
    import psycopg

    with psycopg.connect(os.environ["FORBEAR_OWNER_DATABASE_URL"], autocommit=True) as owner:
        owner.execute("VACUUM ANALYZE")


_FILL = (
    """INSERT INTO accounts_consumer (id, organization_id, first_name, last_name, language, time_zone, postal_code, state,
           country, created_at)
       SELECT i, %(o)s, (%(first)s::text[])[1 + i %% 12], (%(last)s::text[])[1 + i %% 10] || chr(97 + i * 7 %% 26)
           || chr(97 + i * 11 %% 25) || (i %% 97), '', '', '', '', '', %(at)s FROM generate_series(1, %(n)s) i""",
    """INSERT INTO accounts_contactpoint (organization_id, consumer_id, kind, address, place, provenance, status,
           status_reason, position, observed_at)
       SELECT %(o)s, i, 'phone', '+1' || (%(codes)s::text[])[1 + i %% 10] || lpad((2000000 + i)::text, 7, '0'), 'mobile',
           'given_by_consumer', 'usable', '', 0, %(at)s FROM generate_series(1, %(n)s) i""",
    """INSERT INTO accounts_contactpoint (organization_id, consumer_id, kind, address, place, provenance, status,
           status_reason, position, observed_at)
       SELECT %(o)s, i, 'email', 'person' || i || '@example.com', 'unknown', 'unknown', 'usable', '', 0, %(at)s
       FROM generate_series(1, %(n)s) i""",
    """INSERT INTO accounts_account (id, organization_id, consumer_id, creditor_id, external_id, number, placed_minor,
           balance_minor, currency, due_date, status, status_changed_at, fields, created_at, updated_at)
       SELECT i, %(o)s, i, %(d)s, 'E-' || i, 'N-' || i, 3000, 3000 + i * 7919 %% 500000, 'USD',
           DATE '2026-11-24' - (i * 7919 %% 400),
           CASE WHEN i %% 500 = 0 THEN 'paused' WHEN i %% 3 = 0 THEN 'pending_contact' ELSE 'in_auto_management' END,
           %(at)s, jsonb_build_object('retailer', 'Corner Store', 'paymentLink', 'https://pay.example.com/' || i,
               'orderNo', 'N-' || i, 'ZipCode', '60601', 'region', 'north'), %(at)s, %(at)s
       FROM generate_series(1, %(n)s) i""",
    "INSERT INTO accounts_listmember (contact_list_id, account_id) SELECT %(l)s, i FROM generate_series(1, %(n)s) i",
    """INSERT INTO campaigns_enrollment (id, organization_id, campaign_id, account_id, consumer_id, status, reason, step,
           attempt, enrolled_at)
       SELECT i, %(o)s, %(c)s, i, i, 'done', '', 1, 0, %(at)s FROM generate_series(1, %(n)s) i""",
    """INSERT INTO dispatch_queueitem (id, organization_id, occasion, campaign_id, enrollment_id, step, attempt,
           account_id, consumer_id, channel, address, body, status, scheduled_for, deferrals, reason, error, verdict,
           created_at, created_by, claimed_at, settled_at)
       SELECT i, %(o)s, 'campaign', %(c)s, i, 0, 0, i, i, CASE WHEN i <= 45 THEN 'email' ELSE 'sms' END, '', '',
           CASE WHEN i <= 40 THEN 'cancelled' WHEN i <= 45 THEN 'pending' WHEN i %% 1000 = 0 THEN 'skipped'
           ELSE 'completed' END, %(at)s, 0, '', '', '', %(at)s, 'system', %(at)s, %(at)s FROM generate_series(1, %(n)s) i""",
    # The few that rare filters look for are the oldest: whoever reads from the newest on comes to them last.
    """INSERT INTO dispatch_message (organization_id, direction, channel, occasion, address, consumer_id, account_id, body,
           segments, status, error_code, error, intent, created_by, at, sent_at)
       SELECT %(o)s, CASE WHEN i <= 20 THEN 'in' ELSE 'out' END, CASE WHEN i <= 40 THEN 'email' ELSE 'sms' END,
           CASE WHEN i <= 20 THEN 'campaign' ELSE 'manual' END, 'person' || i || '@example.com', i, i,
           'Could I pay 80 a month?', 1, CASE WHEN i <= 20 THEN 'received' WHEN i <= 40 THEN 'delivered' ELSE 'rejected' END,
           '', '', '', CASE WHEN i <= 20 THEN 'consumer:' || i ELSE 'person:' || %(p)s END, %(at)s, %(at)s
       FROM generate_series(1, 60) i""",
    """WITH calls AS (
           INSERT INTO dispatch_message (organization_id, direction, channel, occasion, address, consumer_id, account_id,
               campaign_id, body, segments, status, error_code, error, intent, created_by, at, sent_at)
           SELECT %(o)s, 'out', 'voice', 'campaign', '+1' || (%(codes)s::text[])[1 + i %% 10]
               || lpad((2000000 + i)::text, 7, '0'), i, i, %(c)s, 'Hello.', 1, 'delivered', '', '', '', 'system', %(at)s,
               %(at)s FROM generate_series(1, 40) i RETURNING id)
       INSERT INTO dispatch_call (message_id, organization_id, result, disposition, ended_at, duration_seconds, keys,
           transcript)
       SELECT id, %(o)s, CASE WHEN id %% 2 = 0 THEN 'busy' ELSE 'no_answer' END, 'none', %(at)s, 0, '', '' FROM calls""",
    """INSERT INTO dispatch_message (organization_id, direction, channel, occasion, address, consumer_id, account_id,
           campaign_id, item_id, body, segments, status, error_code, error, intent, created_by, at, sent_at, delivered_at)
       SELECT %(o)s, 'out', 'sms', 'campaign', '+1' || (%(codes)s::text[])[1 + i %% 10] || lpad((2000000 + i)::text, 7, '0'),
           i, i, %(c)s, i, 'Bench for Harbor Furniture: Hello, $30.00 is open. Reply STOP to end texts.', 1,
           CASE WHEN i %% 50 = 0 THEN 'undelivered' ELSE 'delivered' END, '', '', '', 'system', %(at)s, %(at)s, %(at)s
       FROM generate_series(1, %(n)s) i""",
    """INSERT INTO compliance_entry (organization_id, event, actor, account_id, campaign_id, channels, at, body,
           leaf_hash)
       SELECT %(o)s, CASE WHEN i %% 2 = 0 THEN 'dispatch:item:cleared' ELSE 'dispatch:message:sent' END, 'system',
           (i + 1) / 2, %(c)s, ARRAY['sms'], %(at)s, '{"facts":{}}', '' FROM generate_series(1, 2 * %(n)s) i""",
    """INSERT INTO inbox_conversation (organization_id, channel, address, consumer_id, account_id, status, unread,
           last_text, last_intent, last_at, waiting_since)
       SELECT %(o)s, 'sms', '+1' || (%(codes)s::text[])[1 + i %% 10] || lpad((2000000 + i)::text, 7, '0'), i, i,
           CASE WHEN i %% 4 = 0 THEN 'closed' ELSE 'open' END, i %% 3, 'Could I pay 80 a month?', '',
           %(at)s::timestamptz - i * interval '1 minute', NULL FROM generate_series(1, %(n)s / 10) i""",
    """INSERT INTO consent_optout (organization_id, channel, address, consumer_id, source, notes, at, recorded_at,
           recorded_by, lifted_by, lift_reason, lift_evidence)
       SELECT %(o)s, 'sms', '+1' || (%(codes)s::text[])[1 + i %% 10] || lpad((2000000 + i)::text, 7, '0'), i, 'reply', '',
           %(at)s, %(at)s, 'system', '', '', '' FROM generate_series(1, %(n)s, 20) i""",
)


def pages(known: dict[str, Any], accounts: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(what it is, address, query) of every list page, with its filters and orders."""
    from django.urls import reverse

    people, campaign = known["list"].public_id, known["campaign"].public_id
    middle = _middle(known["organization"], accounts // 2)
    yield "accounts", reverse("accounts"), {}
    for what, query in {
        "by name": {"sort": "name"},
        "by name, in the middle": {"sort": "name", "cursor": middle},
        "by balance": {"sort": "-balance"},
        "by due date": {"sort": "due"},
        "by score": {"sort": "-score"},
        "by amount": {"amount_from": "4000", "amount_to": "4100"},
        "status, rare": {"status": "paused"},
        "status, common": {"status": "pending_contact"},
        "bucket": {"bucket": "61-90"},
        "of a list": {"list": people},
        "of a campaign": {"campaign": campaign},
        "last name": {"q": "rublea"},
        "last name, a tenth of all": {"q": "ruble"},
        "first name, a twelfth of all": {"q": "betty"},
        "both names": {"q": "betty ruble"},
        "account number": {"q": "N-1234"},
        "digits of a number": {"q": "55501"},
        "whole number": {"q": "(415) 200-0002"},
        "e-mail": {"q": "person77@"},
        "all at once": {"q": "kern", "status": "pending_contact", "bucket": "final", "list": people, "sort": "name"},
    }.items():
        yield f"accounts, {what}", reverse("accounts"), query
    yield "contact lists", reverse("contact_lists"), {}
    for what, query in {"": {}, ", by name": {"sort": "name"}, ", searched": {"q": "quist"}}.items():
        yield f"contact list{what}", reverse("contact_list", args=[people]), query
    yield "campaigns", reverse("campaigns"), {}
    yield "campaign, recipients", reverse("campaign", args=[campaign]), {}
    yield "campaign, of a status", reverse("campaign", args=[campaign]), {"status": "undelivered"}
    for what, query in {
        "": {},
        ", by SMS": {"channel": "sms"},
        ", by e-mail, rare": {"channel": "email"},
        ", by WhatsApp, none": {"channel": "whatsapp"},
        ", delivered": {"result": "delivered"},
        ", undelivered": {"result": "undelivered"},
        ", rejected, rare": {"result": "rejected"},
        ", of busy calls, rare": {"result": "call_busy"},
        ", by the engine": {"by": "engine"},
        ", by staff, rare": {"by": "staff"},
        ", by consumers, rare": {"by": "consumer"},
        ", all at once": {"channel": "email", "result": "delivered", "by": "staff"},
    }.items():
        yield f"interactions{what}", reverse("interactions"), query
    for what, query in {
        "": {},
        ", by time": {"sort": "scheduled"},
        ", completed": {"status": "completed"},
        ", skipped": {"status": "skipped"},
        ", pending, rare": {"status": "pending"},
        ", cancelled, rare": {"status": "cancelled"},
        ", by e-mail, rare": {"channel": "email"},
        ", of a campaign": {"campaign": campaign},
        ", all at once": {"status": "cancelled", "channel": "email", "campaign": campaign},
    }.items():
        yield f"execution{what}", reverse("execution"), query
    for name in (
        "inbox",
        "compliance",
        "templates",
        "opt_outs",
        "holds",
        "imports",
        "today",
        "reports",
        "report_aging",
        "report_operations",
    ):
        if address := _address(name):
            yield name.replace("_", "-"), address, {}


def _address(name: str) -> str:
    from forbear.web.navigation import address

    return address(name)


def _middle(organization: Any, number: int) -> str:
    """The cursor of a page in the middle of the names."""
    from forbear.accounts import queries
    from forbear.accounts.models import Account
    from forbear.accounts.views import BY_NAME
    from forbear.web.pagination import order_of, write_cursor

    rows = queries.sortable(Account.objects.of(organization), organization)
    row = rows.order_by("last", "first", "pk")[number]
    return write_cursor(row, order_of(rows, BY_NAME, "name"), "name", "next")


def measure(client: Any, address: str, query: dict[str, Any]) -> tuple[float, float, int, int]:
    """Milliseconds (the quickest, the middle one), statements of a first visit, bytes."""
    from django.core.cache import cache
    from django.db import connection

    cache.clear()
    statements: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        statements.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        answer = client.get(address, query)
    if answer.status_code != 200:
        raise SystemExit(f"{address} {query} answered {answer.status_code}.")
    took = []
    for _ in range(TIMES):
        started = time.perf_counter()
        client.get(address, query)
        took.append((time.perf_counter() - started) * 1000)
    return min(took), statistics.median(took), len(statements), len(answer.content)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=200_000)
    wanted = parser.parse_args()
    seconds: dict[str, float] = {}
    with ground():
        from django.conf import settings
        from django.test import Client

        settings.ALLOWED_HOSTS = ["*"]
        with timed(seconds, "fill"):
            known = fill(wanted.accounts)
        say(f"{wanted.accounts:,} accounts, filled in {seconds['fill']:.0f} s")
        client = Client()
        client.force_login(known["person"])
        client.get("/")
        over = 0
        say(f"{'page':<42}{'ms':>8}{'quickest':>10}{'statements':>12}{'KB':>7}")
        for what, address, query in pages(known, wanted.accounts):
            quickest, middle, statements, size = measure(client, address, query)
            late = middle > MOST_MS or statements > MOST_STATEMENTS
            over += late
            say(
                f"{what:<42}{middle:>8.1f}{quickest:>10.1f}{statements:>12}{size / 1000:>7.0f}{'  over' if late else ''}"
            )
    say(f"{over} of the pages are over {MOST_MS} ms or {MOST_STATEMENTS} statements.")
    raise SystemExit(over > 0)


if __name__ == "__main__":
    main()
