"""Words of campaigns in templates."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from forbear.campaigns.queries import Recipient
from forbear.campaigns.reasons import sentence_of, words_of
from forbear.campaigns.standing import WORDS
from forbear.web.templatetags.forbear import status

register = template.Library()


@register.filter
def reason(code: str) -> str:
    """`{{ item.reason|reason }}`: one sentence."""
    return sentence_of(code)


@register.filter
def reason_words(code: str) -> str:
    """`{{ item.reason|reason_words }}`: a few words."""
    return words_of(code) if code else ""


@register.simple_tag
def fate(row: Recipient) -> SafeString:
    """What became of a recipient: word, shape, colour. A pending one that the policy put off is held."""
    if row.is_held:
        return status("message", "held", "Held", tone="wait")
    word, tone = WORDS.get(row.status, ("", ""))
    return status("message", row.status, word, tone=tone)
