"""Where in a strategy's text something is wrong: the line on which its author wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import yaml

from forbear.core.refusal import Refusal

from .text import UnreadableStrategy

# What a plan and its text call differently.
_WRITTEN: Final[Mapping[str, str]] = {"kind": "type", "template_id": "template"}


def first_wrong(text: str, refusal: Refusal) -> tuple[int, str]:
    """The first line, from 1, on which something of the text was refused, and the sentence that says what."""
    if isinstance(refusal, UnreadableStrategy) and refusal.line:
        return refusal.line, refusal.sentence
    told = refusal.fields or {"": refusal.sentence}
    return min((line_of(text, place), sentence) for place, sentence in told.items())


def line_of(text: str, place: str) -> int:
    """Of `steps.0.wait`, or of as much of it as the text has."""
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return 1
    line = 0
    for word in place.split("."):
        found = _inside(node, _WRITTEN.get(word, word))
        if found is None:
            break
        line, node = found
    return line + 1


def _inside(node: yaml.Node | None, word: str) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        return next(((key.start_mark.line, value) for key, value in node.value if key.value == word), None)
    if isinstance(node, yaml.SequenceNode) and word.isdigit() and int(word) < len(node.value):
        item = node.value[int(word)]
        return item.start_mark.line, item
    return None
