"""The SQL of an import, in the order in which a chunk goes through it. Every statement takes the same named values:

org, batch (the import's number), list, at, provenance, currency, creditor (for rows that name none), and the places of
the primary phone and e-mail. `incoming` has the rows that may be about somebody known; `fresh` writes the others. Texts
are put together from constants only.
"""
# ruff: noqa: S608

from __future__ import annotations

TABLES = {
    "incoming": """line int, person int, first_name text, last_name text, language text, time_zone text,
        postal_code text, state text, creditor text, external_id text, number text, currency text, balance bigint,
        due_date date, score smallint, phone text, email text, others jsonb, fields jsonb""",
    "candidate": "line int, consumer_id bigint, same_name boolean",
    "known": "line int, account_id bigint, consumer_id bigint",
    "placed": """line int, consumer_id bigint, account_id bigint, creditor_id bigint,
        new_account boolean, new_consumer boolean""",
    "changed": "line int, account_id bigint, consumer_id bigint, finished boolean",
}
PER_CHUNK = tuple(TABLES)
TOUCHED = "account_id bigint PRIMARY KEY"

NEW_CREDITORS = """
INSERT INTO accounts_creditor (organization_id, name) SELECT %(org)s, unnest(%(names)s::text[])
ON CONFLICT DO NOTHING
"""
CREDITORS = "SELECT name, id FROM accounts_creditor WHERE organization_id = %(org)s AND name = ANY(%(names)s)"

# Which of these words somebody known has: the places of those that are, from 1. OFFSET 0 as below.
MET_BY_ADDRESS = """
SELECT given.place FROM unnest(string_to_array(%(words)s, E'\\n')) WITH ORDINALITY AS given (address, place)
CROSS JOIN LATERAL (SELECT FROM accounts_contactpoint
                    WHERE organization_id = %(org)s AND address = given.address LIMIT 1 OFFSET 0) p
WHERE given.address <> ''
"""
MET_BY_EXTERNAL_ID = """
SELECT given.place
FROM unnest(string_to_array(%(words)s, E'\\n'), %(creditors)s::bigint[])
    WITH ORDINALITY AS given (external_id, creditor_id, place)
CROSS JOIN LATERAL (
    SELECT FROM accounts_account
    WHERE organization_id = %(org)s AND creditor_id = given.creditor_id AND external_id = given.external_id
    UNION ALL
    SELECT FROM accounts_account WHERE given.creditor_id IS NULL
      AND organization_id = %(org)s AND creditor_id IS NULL AND external_id = given.external_id) a
WHERE given.external_id <> ''
"""

_CREDITOR = """
LEFT JOIN accounts_creditor c ON c.organization_id = %(org)s AND c.name = coalesce(i.creditor, %(creditor)s)
"""

# An external id is unique for its organization and creditor (domain decision 22). OFFSET 0 makes the planner look rows
# up by index: it has no figures about what this transaction has written, and would walk through all of it for each row.
KNOWN_BY_EXTERNAL_ID = f"""
INSERT INTO known
SELECT i.line, a.id, a.consumer_id
FROM incoming i {_CREDITOR}
CROSS JOIN LATERAL (
    SELECT id, consumer_id FROM accounts_account
    WHERE organization_id = %(org)s AND creditor_id = c.id AND external_id = i.external_id OFFSET 0) a
UNION ALL
SELECT i.line, a.id, a.consumer_id
FROM incoming i {_CREDITOR}
CROSS JOIN LATERAL (
    SELECT id, consumer_id FROM accounts_account
    WHERE organization_id = %(org)s AND creditor_id IS NULL AND external_id = i.external_id OFFSET 0) a
WHERE c.id IS NULL AND i.external_id IS NOT NULL
"""

CANDIDATES = """
INSERT INTO candidate
SELECT given.line, p.consumer_id, lower(c.first_name) = given.first AND lower(c.last_name) = given.last
FROM (
    SELECT line, phone AS address, lower(coalesce(first_name, '')) AS first, lower(coalesce(last_name, '')) AS last
    FROM incoming WHERE phone IS NOT NULL
    UNION ALL
    SELECT line, email, lower(coalesce(first_name, '')), lower(coalesce(last_name, ''))
    FROM incoming WHERE email IS NOT NULL
) given
CROSS JOIN LATERAL (
    SELECT consumer_id FROM accounts_contactpoint
    WHERE organization_id = %(org)s AND address = given.address OFFSET 0) p
CROSS JOIN LATERAL (SELECT first_name, last_name FROM accounts_consumer WHERE id = p.consumer_id OFFSET 0) c
"""

# Without an external id: the same phone or e-mail and the same account number; without a number the same name too.
# What the candidates owe is put down first: else the planner might walk through all rows for each of them.
KNOWN_BY_NUMBER = f"""
INSERT INTO known
WITH owed AS MATERIALIZED (
    SELECT d.line, d.same_name, a.*
    FROM candidate d
    CROSS JOIN LATERAL (SELECT id, consumer_id, creditor_id, external_id, number
                        FROM accounts_account WHERE consumer_id = d.consumer_id OFFSET 0) a
)
SELECT DISTINCT ON (i.line) i.line, a.id, a.consumer_id
FROM incoming i {_CREDITOR}
JOIN owed a ON a.line = i.line
WHERE a.number = coalesce(i.number, '')
  AND (i.external_id IS NULL OR a.external_id IS NULL)
  AND (i.number IS NOT NULL OR a.same_name)
  AND (a.creditor_id = c.id OR a.creditor_id IS NULL OR c.id IS NULL)
  AND NOT EXISTS (SELECT FROM known k WHERE k.line = i.line)
ORDER BY i.line, a.same_name DESC, a.id
"""

# Rows about an account that an earlier row of this file has already made or changed.
DOUBLES = """
WITH doubled AS (
    SELECT k.line
    FROM (SELECT line, account_id, row_number() OVER (PARTITION BY account_id ORDER BY line) AS nth FROM known) k
    JOIN accounts_account a ON a.id = k.account_id
    WHERE k.nth > 1 OR a.import_id = %(batch)s OR EXISTS (SELECT FROM touched t WHERE t.account_id = k.account_id)
), gone AS (DELETE FROM known USING doubled WHERE known.line = doubled.line)
DELETE FROM incoming USING doubled WHERE incoming.line = doubled.line RETURNING incoming.line
"""

PLACED = f"""
INSERT INTO placed
WITH people AS (
    SELECT i.person, coalesce(min(k.consumer_id), min(d.consumer_id) FILTER (WHERE d.same_name)) AS consumer_id
    FROM incoming i LEFT JOIN known k ON k.line = i.line LEFT JOIN candidate d ON d.line = i.line
    GROUP BY i.person ORDER BY i.person
), numbered AS MATERIALIZED (
    SELECT person, consumer_id IS NULL AS is_new,
           coalesce(consumer_id, nextval('accounts_consumer_id_seq')) AS consumer_id
    FROM people
)
SELECT i.line, coalesce(k.consumer_id, n.consumer_id), coalesce(k.account_id, nextval('accounts_account_id_seq')), c.id,
       k.account_id IS NULL, n.is_new AND i.line = i.person
FROM incoming i {_CREDITOR}
JOIN numbered n ON n.person = i.person
LEFT JOIN known k ON k.line = i.line
ORDER BY i.line
"""

CONSUMERS = """
INSERT INTO accounts_consumer (id, organization_id, first_name, last_name, language, time_zone, postal_code, state,
                               country, created_at)
SELECT p.consumer_id, %(org)s, coalesce(i.first_name, ''), coalesce(i.last_name, ''), coalesce(i.language, ''),
       coalesce(i.time_zone, ''), coalesce(i.postal_code, ''), coalesce(i.state, ''), '', %(at)s
FROM placed p JOIN incoming i ON i.line = p.line
WHERE p.new_consumer ORDER BY p.consumer_id
"""

_POINT = """
INSERT INTO accounts_contactpoint (organization_id, consumer_id, kind, address, place, provenance, status,
                                   status_reason, position, observed_at)
SELECT %(org)s, p.consumer_id, v.kind, v.address, v.place, %(provenance)s, 'usable', '', v.position, %(at)s
FROM placed p JOIN incoming i ON i.line = p.line
"""
_PRIMARY = """
CROSS JOIN LATERAL (VALUES ('phone', i.phone, %(phone_place)s, 0), ('email', i.email, %(email_place)s, 0))
    AS v (kind, address, place, position)
"""

POINTS_OF_NEW = f"""{_POINT} {_PRIMARY}
WHERE p.new_consumer AND v.address IS NOT NULL ORDER BY p.consumer_id
"""

# What the file says is the primary one now; the others move back.
POINTS_OF_KNOWN = f"""
WITH added AS ({_POINT} {_PRIMARY}
    WHERE NOT p.new_consumer AND v.address IS NOT NULL
    ON CONFLICT (consumer_id, kind, address) DO NOTHING RETURNING consumer_id, kind
)
UPDATE accounts_contactpoint p SET position = p.position + 1
FROM added WHERE p.consumer_id = added.consumer_id AND p.kind = added.kind
"""

OTHER_POINTS = f"""{_POINT}
CROSS JOIN LATERAL jsonb_to_recordset(i.others) AS v (kind text, address text, place text, position smallint)
ON CONFLICT (consumer_id, kind, address) DO NOTHING
"""

ACCOUNTS = """
INSERT INTO accounts_account (id, organization_id, consumer_id, creditor_id, external_id, number, placed_minor,
    balance_minor, currency, due_date, status, status_changed_at, score, fields, created_at, updated_at, import_id)
SELECT p.account_id, %(org)s, p.consumer_id, p.creditor_id, i.external_id, coalesce(i.number, ''),
       coalesce(i.balance, 0), coalesce(i.balance, 0), coalesce(i.currency, %(currency)s), i.due_date,
       CASE WHEN i.balance = 0 THEN 'paid' ELSE 'pending_contact' END, %(at)s, i.score, i.fields, %(at)s, %(at)s,
       %(batch)s
FROM placed p JOIN incoming i ON i.line = p.line
WHERE p.new_account ORDER BY p.account_id
"""

MEMBERS_OF_NEW = """
INSERT INTO accounts_listmember (contact_list_id, account_id, import_id)
SELECT %(list)s, account_id, %(batch)s FROM placed WHERE new_account ORDER BY account_id
"""
MEMBERS_OF_KNOWN = """
INSERT INTO accounts_listmember (contact_list_id, account_id, import_id)
SELECT %(list)s, account_id, %(batch)s FROM placed WHERE NOT new_account ORDER BY account_id
ON CONFLICT (contact_list_id, account_id) DO NOTHING
"""

# A file's amount is what is owed before the payments that were recorded here. What differs from what the files before
# said is an adjustment, so that placed and entries still come to the balance, and no payment is lost to an upsert
# (docs/decisions/balances-are-a-ledger.md). Zero is zero: nothing is owed, whatever was paid. An account that is
# written for the first time has no entry: what it was placed with says it.
_MOVED = "(SELECT coalesce(sum(amount_minor), 0) FROM payments_ledgerentry WHERE account_id = a.id{})"
_SAID = f"(a.placed_minor + {_MOVED.format(' AND import_id IS NOT NULL')})"
_TRUE = f"(a.placed_minor + {_MOVED.format('')})"
_NEWS = f"(i.balance <> a.balance_minor AND i.balance <> {_SAID})"

# A blank cell says nothing: what is known stays. Paid and closed accounts are left as they are.
CHANGED = f"""
INSERT INTO changed
SELECT p.line, a.id, c.id, a.balance_minor <> 0 AND {_NEWS}
    AND (i.balance = 0 OR i.balance + {_MOVED.format(" AND import_id IS NULL")} <= 0)
FROM placed p
JOIN incoming i ON i.line = p.line
JOIN accounts_account a ON a.id = p.account_id
JOIN accounts_consumer c ON c.id = a.consumer_id
WHERE NOT p.new_account AND a.status NOT IN ('paid', 'closed') AND (
    coalesce(p.creditor_id, a.creditor_id) IS DISTINCT FROM a.creditor_id
    OR coalesce(i.external_id, a.external_id) IS DISTINCT FROM a.external_id
    OR coalesce(i.number, a.number) <> a.number
    OR {_NEWS}
    OR coalesce(i.currency, a.currency) <> a.currency
    OR coalesce(i.due_date, a.due_date) IS DISTINCT FROM a.due_date
    OR coalesce(i.score, a.score) IS DISTINCT FROM a.score
    OR NOT a.fields @> i.fields
    OR coalesce(i.first_name, c.first_name) <> c.first_name
    OR coalesce(i.last_name, c.last_name) <> c.last_name
    OR coalesce(i.language, c.language) <> c.language
    OR coalesce(i.time_zone, c.time_zone) <> c.time_zone
    OR coalesce(i.postal_code, c.postal_code) <> c.postal_code
    OR coalesce(i.state, c.state) <> c.state
    OR EXISTS (
        SELECT FROM (VALUES ('phone', i.phone), ('email', i.email)) AS v (kind, address)
        WHERE v.address IS NOT NULL AND NOT EXISTS (
            SELECT FROM accounts_contactpoint q
            WHERE q.consumer_id = c.id AND q.kind = v.kind AND q.address = v.address)))
"""

BEFORE = """
INSERT INTO imports_change (batch_id, account_id, before)
SELECT %(batch)s, a.id, jsonb_build_object(
    'account', jsonb_build_object('creditor_id', a.creditor_id, 'external_id', a.external_id, 'number', a.number,
        'placed_minor', a.placed_minor, 'balance_minor', a.balance_minor, 'currency', a.currency,
        'due_date', a.due_date, 'score', a.score, 'fields', a.fields, 'status', a.status,
        'status_changed_at', a.status_changed_at, 'updated_at', a.updated_at),
    'consumer', jsonb_build_object('first_name', c.first_name, 'last_name', c.last_name, 'language', c.language,
        'time_zone', c.time_zone, 'postal_code', c.postal_code, 'state', c.state))
FROM changed d JOIN accounts_account a ON a.id = d.account_id JOIN accounts_consumer c ON c.id = d.consumer_id
"""

ADJUST = f"""
INSERT INTO payments_ledgerentry (organization_id, account_id, kind, amount_minor, currency, import_id, at, by)
SELECT %(org)s, a.id, 'adjustment', i.balance - CASE WHEN i.balance = 0 THEN {_TRUE} ELSE {_SAID} END, a.currency,
       %(batch)s, %(at)s, (SELECT uploaded_by FROM imports_import WHERE id = %(batch)s)
FROM changed d JOIN incoming i ON i.line = d.line JOIN accounts_account a ON a.id = d.account_id
WHERE {_NEWS} AND coalesce(i.currency, a.currency) = a.currency
"""

# Where money has moved, the currency is settled: a row in another one changes neither currency nor balance.
OTHER_CURRENCY = """
UPDATE incoming i SET balance = NULL, currency = NULL FROM known k JOIN accounts_account a ON a.id = k.account_id
WHERE k.line = i.line AND i.currency <> a.currency
  AND EXISTS (SELECT FROM payments_ledgerentry e WHERE e.account_id = a.id)
"""

CHANGE_ACCOUNTS = f"""
WITH told AS (
    INSERT INTO accounts_statuschange (account_id, before, after, why, by, at)
    SELECT a.id, a.status, 'paid', 'imported', f.uploaded_by, %(at)s
    FROM changed d JOIN accounts_account a ON a.id = d.account_id JOIN imports_import f ON f.id = %(batch)s
    WHERE d.finished
)
UPDATE accounts_account a SET
    creditor_id = coalesce(p.creditor_id, a.creditor_id), external_id = coalesce(i.external_id, a.external_id),
    number = coalesce(i.number, a.number),
    balance_minor = CASE WHEN i.balance IS NULL OR i.balance = a.balance_minor THEN a.balance_minor
                         WHEN coalesce(i.currency, a.currency) <> a.currency THEN i.balance
                         ELSE greatest(0, {_TRUE}) END,
    placed_minor = CASE WHEN coalesce(i.currency, a.currency) = a.currency THEN a.placed_minor
                        ELSE coalesce(i.balance, a.balance_minor) END,
    currency = coalesce(i.currency, a.currency), due_date = coalesce(i.due_date, a.due_date),
    score = coalesce(i.score, a.score), fields = a.fields || i.fields, updated_at = %(at)s,
    status = CASE WHEN d.finished THEN 'paid' ELSE a.status END,
    status_changed_at = CASE WHEN d.finished THEN %(at)s ELSE a.status_changed_at END,
    resumes_as = CASE WHEN NOT d.finished THEN a.resumes_as END
FROM changed d JOIN placed p ON p.line = d.line JOIN incoming i ON i.line = d.line
WHERE a.id = d.account_id
"""

CHANGE_CONSUMERS = """
UPDATE accounts_consumer c SET
    first_name = coalesce(i.first_name, c.first_name), last_name = coalesce(i.last_name, c.last_name),
    language = coalesce(i.language, c.language), time_zone = coalesce(i.time_zone, c.time_zone),
    postal_code = coalesce(i.postal_code, c.postal_code), state = coalesce(i.state, c.state)
FROM changed d JOIN incoming i ON i.line = d.line
WHERE c.id = d.consumer_id AND (
    coalesce(i.first_name, c.first_name) <> c.first_name OR coalesce(i.last_name, c.last_name) <> c.last_name
    OR coalesce(i.language, c.language) <> c.language OR coalesce(i.time_zone, c.time_zone) <> c.time_zone
    OR coalesce(i.postal_code, c.postal_code) <> c.postal_code OR coalesce(i.state, c.state) <> c.state)
"""

FINISHED = "SELECT account_id FROM changed WHERE finished"
TOUCH = "INSERT INTO touched SELECT account_id FROM placed WHERE NOT new_account"

KNOWN_FIELDS = """
INSERT INTO accounts_knownfield (organization_id, name) SELECT %s, unnest(%s::text[])
ON CONFLICT (organization_id, name) DO NOTHING
"""
