"""Icons by our own nouns, drawn by the packaged lucide set, so that templates never name a drawing."""

from functools import cache

from django.utils.safestring import SafeString
from lucide.templatetags.lucide import lucide

DRAWINGS = {
    "today": "house",
    "inbox": "inbox",
    "document": "file-text",
    "account": "user",
    "accounts": "users",
    "list": "list",
    "campaign": "megaphone",
    "strategy": "workflow",
    "template": "message-square-text",
    "report": "chart-column",
    "shield": "shield-check",
    "settings": "settings",
    "paper_phone": "smartphone",
    "sms": "message-square-more",
    "email": "mail",
    "voice": "phone",
    "whatsapp": "message-circle",
    "portal_link": "link",
    "run": "play",
    "stop": "ban",
    "talk": "message-square",
    "promise": "check",
    "payment": "credit-card",
    "dispute": "triangle-alert",
    "escalation": "arrow-up",
    "agent": "sparkles",
    "more": "ellipsis",
    "right": "chevron-right",
    "help": "circle-question-mark",
    "warning": "triangle-alert",
    "judge": "scale",
    "bell": "bell",
    "key": "key-round",
    "staff": "users-round",
    "organization": "building-2",
    "delete": "trash-2",
    "edit": "pencil",
    "close": "x",
    "leave": "log-out",
    "theme": "sun-moon",
}


@cache
def draw(name: str, label: str = "") -> SafeString:
    """The icon as inline SVG of 16 px. Hidden from screen readers unless it carries a label of its own.

    Raises lucide.IconDoesNotExist for a name that is neither ours nor the set's.
    """
    drawing = DRAWINGS.get(name, name)
    spoken = {"role": "img", "aria_label": label} if label else {"aria_hidden": "true"}
    return SafeString(lucide(drawing, size=16, **{"class": "icon"}, **spoken))
