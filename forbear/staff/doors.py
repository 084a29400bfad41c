"""What the views of this room share: a verb's refusal lands on the form, and a secret is shown once."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django import forms
from django.http import HttpRequest

from forbear.core.refusal import Invalid, Refusal


@contextmanager
def refusals_on(form: forms.BaseForm, *kinds: type[Refusal]) -> Iterator[None]:
    """A refusal inside is written on the form, at its fields where it names some."""
    try:
        yield
    except Refusal as refusal:
        if not isinstance(refusal, (Invalid, *kinds)):
            raise
        form.refusal = refusal  # type: ignore[attr-defined]
        at_fields = {name: sentence for name, sentence in refusal.fields.items() if name in form.fields}
        for name, sentence in at_fields.items():
            form.add_error(name, sentence)
        if not at_fields:
            form.add_error(None, refusal.sentence)


def show_once(request: HttpRequest, name: str, value: Any) -> None:
    """Keeps something for the next page only."""
    request.session[f"once_{name}"] = value


def shown_once(request: HttpRequest, name: str) -> Any:
    """What was kept for this page, or None; it is gone afterwards."""
    return request.session.pop(f"once_{name}", None)
