"""Letters to colleagues, through Django's mail backend."""

import smtplib

from django.conf import settings
from django.core.mail import send_mail
from django.urls import reverse

from .models import Invitation

INVITATION = """{inviter} invites you to {organization} on Forbear, as {role}.

Open this link to choose your password. It works once, until {until}:

{link}

If you do not know {inviter}, do nothing.
"""


def link_of(token: str) -> str:
    """The address that makes a colleague of whoever opens it."""
    return settings.PUBLIC_URL.rstrip("/") + reverse("accept_invitation", args=[token])


def send_invitation(invitation: Invitation, *, link: str) -> bool:
    """Whether the mail server took the letter. Not for a transaction: it talks to the network."""
    text = INVITATION.format(
        inviter=invitation.invited_by.name,
        organization=invitation.organization.name,
        role=invitation.get_role_display().lower(),
        until=f"{invitation.expires_at:%d %B %Y}",
        link=link,
    )
    subject = f"{invitation.organization.name} on Forbear"
    try:
        return bool(send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [invitation.email]))
    except (smtplib.SMTPException, OSError):
        return False
