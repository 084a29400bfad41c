"""How a form's field is drawn: its widget's classes, and which words describe it."""

from html import escape
from typing import Any, Final

from django import forms
from django.forms import BoundField
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString

GROUPED: Final = (forms.RadioSelect, forms.CheckboxSelectMultiple)


class Options(forms.Select):
    """A select whose options are written without a template for each: a filter may have hundreds."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        chosen = str(value or "")
        options = "".join(
            f'<option value="{escape(key)}"{" selected" if str(key) == chosen else ""}>{escape(title)}</option>'
            for key, title in self.choices
        )
        return format_html(
            "<select{}>{}</select>",
            flatatt({**self.build_attrs(self.attrs, attrs), "name": name}),
            SafeString(options),
        )


def drawn(bound: BoundField) -> dict[str, Any]:
    """What components/field.html needs: the widget with classes and descriptions, and which shape it has."""
    widget = bound.field.widget
    grouped = isinstance(widget, GROUPED)
    attributes: dict[str, str | bool] = {} if grouped else attributes_of(bound)
    return {
        "field": bound,
        "grouped": grouped,
        "ticked": isinstance(widget, forms.CheckboxInput),
        "optional": not bound.field.required and not isinstance(widget, forms.CheckboxInput) and not grouped,
        "described_by": described_by(bound),
        "widget": "" if grouped else bound.as_widget(attrs=attributes),
    }


def inline(bound: BoundField) -> SafeString:
    """The widget alone, named for ears, as a filter above a table has it."""
    attributes: dict[str, str | bool] = {"class": f"{style_of(bound)} is-inline", "aria-label": str(bound.label)}
    if isinstance(bound.field.widget, forms.TextInput):
        attributes.setdefault("placeholder", bound.field.widget.attrs.get("placeholder", bound.label))
    return bound.as_widget(attrs=attributes)


def attributes_of(bound: BoundField) -> dict[str, str | bool]:
    attributes: dict[str, str | bool] = {"class": style_of(bound)}
    if bound.errors:
        attributes["aria-invalid"] = "true"
    if words := described_by(bound):
        attributes["aria-describedby"] = words
    return attributes


def described_by(bound: BoundField) -> str:
    """Ids of the help and of the error, in the order in which they are read."""
    help_id = f"{bound.auto_id}_help" if bound.help_text else ""
    error_id = f"{bound.auto_id}_error" if bound.errors else ""
    return " ".join(word for word in (help_id, error_id) if word)


def style_of(bound: BoundField) -> str:
    """The component of the widget, after what its form asks for itself (`mono`, `is-inline`)."""
    widget = bound.field.widget
    if isinstance(widget, forms.Select):
        style = "select"
    elif isinstance(widget, forms.Textarea):
        style = "area"
    else:
        style = "" if isinstance(widget, forms.CheckboxInput) else "input"
    return f"{style} {widget.attrs.get('class', '')}".strip()
