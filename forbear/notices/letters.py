"""A letter a day about what is unread, to whoever asked for it, through Django's mail backend."""

from __future__ import annotations

import smtplib
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail

from forbear.web.formats import plural

from . import queries
from .models import Notice, Reader
from .states import DIGEST_HOUR, Digest

DIGEST = """{greeting}

{lines}

Everything: {link}

You asked for this letter; under Notifications you switch it off.
"""


def send_digests(*, at: datetime) -> int:
    """To everybody whose morning it is and who has not had today's; how many letters left. Talks to the network."""
    rows = Reader.objects.filter(digest=Digest.DAILY, person__is_active=True)
    return sum(_send(reader, at) for reader in rows.select_related("person__organization"))


def _send(reader: Reader, at: datetime) -> int:
    """The day is taken before the letter leaves: a second worker finds it taken, and no letter leaves twice."""
    local = at.astimezone(ZoneInfo(reader.person.organization.time_zone))
    if local.hour < DIGEST_HOUR:
        return 0
    taken = Reader.objects.filter(pk=reader.pk).exclude(digest_on=local.date()).update(digest_on=local.date())
    news = queries.untold(reader, at=at) if taken else []
    if not news or not _posted(reader, news):
        return 0
    Reader.objects.filter(pk=reader.pk).update(digest_through_id=max(one.pk for one in news))
    return 1


def _posted(reader: Reader, news: list[Notice]) -> bool:
    lines = [f"- {one.title}{f': {one.body}' if one.body else ''}" for one in news]
    base = settings.PUBLIC_URL.rstrip("/")
    text = DIGEST.format(greeting=f"Hello {reader.person.name},", lines="\n".join(lines), link=f"{base}/notifications")
    subject = f"{plural(len(news), 'notification')} of {reader.person.organization.name}"
    try:
        return bool(send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [reader.person.email]))
    except (smtplib.SMTPException, OSError):
        return False
