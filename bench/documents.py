"""The list of documents over N of them: milliseconds of server time and statements, against 100 ms and 12.

    python -m bench.documents [--documents 100000]

The tables are filled by SQL: documents, two thirds of them with a loan that is an account of a person with a number, a
third of those BEHIND, one in fifty of these with a running outreach. Each page is asked for through Django's test
client, signed in, with everything that a request goes through; the middle of five.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from .ground import ground, say, timed
from .pages import AT, CODES, FIRST, LAST, MOST_MS, MOST_STATEMENTS, _tidy, measure

_FILL = (
    """INSERT INTO documents_document (id, organization_id, title, description, chattel_type, created_at, created_by,
           updated_at)
       SELECT i, %(o)s, (%(kinds)s::text[])[1 + i %% 4] || ' lease ' || lpad(i::text, 6, '0'), '', 'vehicle', %(at)s,
           'system', %(at)s::timestamptz - i * interval '1 second' FROM generate_series(1, %(n)s) i""",
    """INSERT INTO accounts_consumer (id, organization_id, first_name, last_name, language, time_zone, postal_code, state,
           country, created_at)
       SELECT i, %(o)s, (%(first)s::text[])[1 + i %% 12], (%(last)s::text[])[1 + i %% 10] || chr(97 + i * 7 %% 26)
           || chr(97 + i * 11 %% 25) || (i %% 97), '', '', '', '', '', %(at)s
       FROM generate_series(1, %(n)s) i WHERE i %% 3 <> 0""",
    """INSERT INTO accounts_contactpoint (organization_id, consumer_id, kind, address, place, provenance, status,
           status_reason, position, observed_at)
       SELECT %(o)s, i, 'phone', '+1' || (%(codes)s::text[])[1 + i %% 10] || lpad((2000000 + i)::text, 7, '0'), 'mobile',
           'given_by_consumer', 'usable', '', 0, %(at)s FROM generate_series(1, %(n)s) i WHERE i %% 3 <> 0""",
    """INSERT INTO accounts_account (id, organization_id, consumer_id, creditor_id, number, placed_minor, balance_minor,
           currency, due_date, status, status_changed_at, fields, created_at, updated_at)
       SELECT i, %(o)s, i, %(d)s, 'N-' || i, 3000, 3000 + i * 7919 %% 500000, 'USD',
           DATE '2026-11-24' - (i * 7919 %% 400), 'pending_contact', %(at)s, '{}', %(at)s, %(at)s
       FROM generate_series(1, %(n)s) i WHERE i %% 3 <> 0""",
    """INSERT INTO documents_party (organization_id, document_id, consumer_id, role, added_at)
       SELECT %(o)s, i, i, 'borrower', %(at)s FROM generate_series(1, %(n)s) i WHERE i %% 3 <> 0""",
    """INSERT INTO documents_loan (organization_id, document_id, account_id, original_minor, status, status_changed_at,
           derive_status)
       SELECT %(o)s, i, i, 600000, CASE WHEN i %% 9 = 1 THEN 'BEHIND' ELSE 'CURRENT' END, %(at)s, true
       FROM generate_series(1, %(n)s) i WHERE i %% 3 <> 0""",
    """INSERT INTO documents_outreach (organization_id, document_id, sms, email, call, tone, cadence, notes, active,
           stopped_because, stop_reason, started_on, created_at, created_by, updated_at)
       SELECT %(o)s, i, true, false, false, 'empathetic', 'weekly', '', true, '', '', DATE '2026-11-24', %(at)s, 'system',
           %(at)s FROM generate_series(1, %(n)s) i WHERE i %% 450 = 1""",
    """INSERT INTO documents_outreachversion (outreach_id, number, sms, email, call, tone, cadence, slots,
           strategy_version_id, at, by)
       SELECT id, 1, true, false, false, 'empathetic', 'weekly', '[["2026-11-24", "sms"], ["2026-12-01", "sms"]]', 0,
           %(at)s, 'system' FROM documents_outreach""",
)


def fill(documents: int) -> Any:
    """An organization with its documents; its person."""
    from django.db import connection

    from forbear.accounts.models import Creditor
    from forbear.staff.models import Organization, Person

    organization = Organization.objects.create(name="Bench", created_at=AT)
    person = Person.objects.create(
        organization=organization, name="Dana Kern", email="dana@example.com", role="manager", created_at=AT
    )
    creditor = Creditor.objects.create(organization=organization, name="Bluepine Credit")
    values = {
        "n": documents, "o": organization.pk, "at": AT, "d": creditor.pk, "codes": list(CODES), "first": list(FIRST),
        "last": list(LAST), "kinds": ["Tractor", "Boat", "Truck", "Baler"],
    }  # fmt: skip
    with connection.cursor() as cursor:
        for statement in _FILL:
            cursor.execute(statement, values)
    _tidy()
    return person


def pages(documents: int) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(what it is, address, query) of the list with its filters and orders, and of one document."""
    from forbear.documents.models import Document, Outreach

    one = Document.objects.get(pk=documents // 2 + 1)
    running = Document.objects.get(pk=Outreach.objects.order_by("-pk").values_list("document_id", flat=True)[0])
    yield "documents", "/documents", {}
    yield "documents, behind schedule", "/documents", {"loan": "behind"}
    yield "documents, with loan", "/documents", {"loan": "with"}
    yield "documents, without loan", "/documents", {"loan": "without"}
    yield "documents, 61-90 days past due", "/documents", {"bucket": "61-90"}
    yield "documents, outreach running", "/documents", {"outreach": "running"}
    yield "documents, no outreach, behind", "/documents", {"outreach": "none", "loan": "behind"}
    yield "documents by title", "/documents", {"sort": "title"}
    yield "documents by what remains", "/documents", {"sort": "-remaining"}
    yield "documents by due date, behind", "/documents", {"sort": "due", "loan": "behind"}
    yield "documents found by a title", "/documents", {"q": f"lease {documents // 2:06}"}
    yield "documents found by a common word", "/documents", {"q": "tractor"}
    yield "documents found by a name", "/documents", {"q": "ruble"}
    yield "one document", f"/documents/{one.public_id}", {}
    yield "one document, outreach running", f"/documents/{running.public_id}", {}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=int, default=100_000)
    wanted = parser.parse_args()
    seconds: dict[str, float] = {}
    with ground():
        from django.conf import settings
        from django.test import Client

        settings.ALLOWED_HOSTS = ["*"]
        with timed(seconds, "fill"):
            person = fill(wanted.documents)
        say(f"{wanted.documents:,} documents, filled in {seconds['fill']:.0f} s")
        client = Client()
        client.force_login(person)
        client.get("/")
        over = 0
        say(f"{'page':<42}{'ms':>8}{'quickest':>10}{'statements':>12}{'KB':>7}")
        for what, address, query in pages(wanted.documents):
            quickest, middle, statements, size = measure(client, address, query)
            late = address == "/documents" and (middle > MOST_MS or statements > MOST_STATEMENTS)
            over += late
            mark = "  over" if late else ""
            say(f"{what:<42}{middle:>8.1f}{quickest:>10.1f}{statements:>12}{size / 1000:>7.0f}{mark}")
    say(f"{over} of the lists are over {MOST_MS} ms or {MOST_STATEMENTS} statements.")
    raise SystemExit(over > 0)


if __name__ == "__main__":
    main()
