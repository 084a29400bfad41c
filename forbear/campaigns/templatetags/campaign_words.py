"""Words of campaigns in templates."""

from __future__ import annotations

from django import template

from forbear.campaigns.reasons import sentence_of, words_of

register = template.Library()


@register.filter
def reason(code: str) -> str:
    """`{{ item.reason|reason }}`: one sentence."""
    return sentence_of(code)


@register.filter
def reason_words(code: str) -> str:
    """`{{ item.reason|reason_words }}`: a few words."""
    return words_of(code) if code else ""
