"""Reads of the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Q, QuerySet

from forbear.accounts.models import Consumer, ContactPoint
from forbear.accounts.states import PointKind
from forbear.channels.models import ProviderAccount, Sender
from forbear.channels.states import PAPER
from forbear.staff.models import Organization

from .fates import START_WORDS, STOP_WORDS
from .models import PaperText, SimulatedConsumer

VOICE = "voice"
_OFFSET = """
SELECT "offset" FROM sandbox_clock WHERE id = 1 AND NOT EXISTS (
    SELECT 1 FROM channels_provideraccount WHERE status = 'active' AND kind <> 'paper')
"""


@dataclass(frozen=True, slots=True)
class Number:
    """A paper number or address that can be written to, how, and the provider account it belongs to. `subject`: of
    the letter that would be answered."""

    provider_id: int
    address: str
    channel: str = "sms"
    subject: str = ""


def clock_offset() -> timedelta:
    """How far the sandbox has moved the clock; nothing while a real gateway is in use."""
    with connection.cursor() as cursor:
        cursor.execute(_OFFSET)
        row = cursor.fetchone()
    return row[0] if row else timedelta(0)


def texts_of(organization: Organization) -> QuerySet[PaperText]:
    """Texts through the organization's own paper accounts."""
    accounts = ProviderAccount.objects.of(organization).filter(kind=PAPER)
    return PaperText.objects.filter(provider_id__in=accounts.values("pk"))


def texts_of_phone(organization: Organization, phone: str) -> QuerySet[PaperText]:
    """Both directions, oldest first: texts at a number, letters at the address of a mailbox."""
    return texts_of(organization).filter(phone=phone).exclude(channel=VOICE).order_by("pk")


def calls_of_phone(organization: Organization, phone: str) -> QuerySet[PaperText]:
    """Calls to it, oldest first."""
    return texts_of(organization).filter(phone=phone, channel=VOICE).order_by("pk")


def noted_answer(phone: str) -> dict[str, str]:
    """How calls to the phone are answered, as somebody noted it; nothing where nobody did."""
    row = SimulatedConsumer.objects.filter(phone=phone).values("answers", "keys").first()
    return {"result": row["answers"], "keys": row["keys"]} if row and row["answers"] else {}


def noted_taking(mailbox: str) -> dict[str, str]:
    """What the mailbox does with letters, as somebody noted it; nothing where nobody did."""
    word = SimulatedConsumer.objects.filter(phone=mailbox).values_list("takes", flat=True).first()
    return {"takes": word} if word else {}


def is_known_address(organization: Organization, address: str) -> bool:
    """Whether the address is a consumer's of this organization, or was texted by it."""
    if consumer_at(organization, address) is not None:
        return True
    return texts_of(organization).filter(phone=address).exists()


def consumer_at(organization: Organization, address: str) -> Consumer | None:
    """Whose address it is; the first of several who share it."""
    point = (
        ContactPoint.objects.of(organization).filter(address=address).select_related("consumer").order_by("pk").first()
    )
    return point.consumer if point else None


def recent_phones(
    organization: Organization, *, channels: Sequence[str] = ("sms", "whatsapp"), limit: int = 50
) -> list[dict[str, str]]:
    """The phones (or mailboxes) that messages of these channels last went to or came from, newest first:
    `{phone, name}`; two queries."""
    latest = (
        texts_of(organization).filter(channel__in=channels).order_by("-pk").values_list("phone", flat=True)[: limit * 8]
    )
    phones = list(dict.fromkeys(latest))[:limit]
    points = ContactPoint.objects.of(organization).filter(address__in=phones).select_related("consumer")
    names = {point.address: str(point.consumer) for point in points.order_by("-pk")}
    return [{"phone": phone, "name": names.get(phone, "")} for phone in phones]


def phone_of_name(organization: Organization, words: str, *, kind: PointKind = PointKind.PHONE) -> str:
    """A telephone, or a mailbox, of the first consumer whose names begin with these words; nothing where there is
    none."""
    rows = ContactPoint.objects.of(organization).filter(kind=kind)
    for word in words.split()[:4]:
        rows = rows.filter(Q(consumer__first_name__istartswith=word) | Q(consumer__last_name__istartswith=word))
    return str(rows.order_by("pk").values_list("address", flat=True).first() or "")


def number_to_answer(
    phone: str, *, sender: str | None = None, organization: Organization | None = None
) -> Number | None:
    """`sender` where given, else the number that last wrote to the phone, else the organization's first."""
    texts = texts_of(organization) if organization else PaperText.objects.all()
    wrote = texts.filter(phone=phone, direction="out").exclude(channel=VOICE)
    if sender is not None:
        wrote = wrote.filter(sender=sender)
    last = wrote.order_by("-pk").first()
    if last is not None:
        return Number(last.provider_id, last.sender, last.channel, last.subject)
    return _first_number(sender, organization)


def _first_number(sender: str | None, organization: Organization | None) -> Number | None:
    if sender is None and organization is None:
        return None
    numbers = Sender.objects.filter(provider__kind=PAPER, channel="sms", is_active=True)
    if organization is not None:
        numbers = numbers.of(organization)
    if sender is not None:
        numbers = numbers.filter(address=sender)
    row = numbers.order_by("pk").values("provider_id", "address").first()
    return Number(row["provider_id"], row["address"]) if row else None


_LAST_WORD = """
SELECT DISTINCT ON (phone) phone, lower(btrim(body)) FROM sandbox_papertext
WHERE provider_id = %s AND phone = ANY(%s) AND direction = 'in' AND lower(btrim(body)) = ANY(%s)
ORDER BY phone, id DESC
"""


def stopped_at_gateway(account: ProviderAccount, phones: Sequence[str]) -> frozenset[str]:
    """Those of the phones that stopped this account at the gateway itself and did not start it again."""
    with connection.cursor() as cursor:
        cursor.execute(_LAST_WORD, [account.pk, list(phones), [*STOP_WORDS, *START_WORDS]])
        return frozenset(phone for phone, word in cursor.fetchall() if word in STOP_WORDS)


_LATELY = """
SELECT DISTINCT phone FROM sandbox_papertext WHERE phone = ANY(%s) AND id <> ALL(%s) AND (
    (direction = 'in' AND at > %s) OR answer_due_at > %s)
"""


def phones_that_spoke(phones: Sequence[str], *, since: datetime, but_for: Sequence[int]) -> frozenset[str]:
    """Those of the phones that have answered since then, or are about to; the texts `but_for` do not count."""
    with connection.cursor() as cursor:
        cursor.execute(_LATELY, [list(phones), list(but_for), since, since])
        return frozenset(phone for (phone,) in cursor.fetchall())
