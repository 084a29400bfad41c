"""Reading a request before a room sees it: strict JSON, no NULs, nothing that no parameter names."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja.operation import Operation
from ninja.parser import Parser

from forbear.core.refusal import Invalid, NotFound

from .refusals import MalformedRequest, WrongContentType

UNREADABLE = "This holds characters that cannot be kept."
BODIES = {"body", "form", "file"}
FORMS = {"multipart/form-data", "application/x-www-form-urlencoded"}
View = Callable[..., Any]


class StrictParser(Parser):
    """JSON in UTF-8 only; names once, no NaN, no infinity, no NUL, no half of a surrogate pair."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Raises WrongContentType, MalformedRequest, Invalid."""
        kind = getattr(request, "content_type", "application/json")
        if kind != "application/json" and not kind.endswith("+json"):
            raise WrongContentType
        body = read_json(request.body)
        refuse_unkeepable(body)
        return body

    def parse_querydict(self, data: Any, list_fields: list[str], request: HttpRequest) -> dict[str, Any]:
        values = super().parse_querydict(data, list_fields, request)
        refuse_unkeepable(values)
        return values


def read_json(body: bytes) -> Any:
    """Raises MalformedRequest with where it stopped making sense."""
    try:
        return json.loads(
            body.decode("utf-8"),
            object_pairs_hook=names_once,
            parse_constant=no_constant,
            parse_float=finite,
        )
    except json.JSONDecodeError as wrong:
        raise MalformedRequest(f"This is no JSON: {wrong.msg}, line {wrong.lineno}, column {wrong.colno}.") from wrong
    except UnicodeDecodeError as wrong:
        raise MalformedRequest("This is no UTF-8.") from wrong
    except RecursionError as wrong:
        raise MalformedRequest("This JSON is nested too deeply.") from wrong
    except ValueError as wrong:
        raise MalformedRequest(f"This is no JSON: {wrong}.") from wrong


def names_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a field stands in it twice")
    return found


def no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError("a number in it is too large")
    return number


def refuse_unkeepable(value: Any, name: str = "") -> None:
    """Raises Invalid, naming the field, for text that PostgreSQL cannot keep."""
    if isinstance(value, str):
        if "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
            raise Invalid(f"{name or 'body'}: {UNREADABLE}", fields={name or "body": UNREADABLE})
    elif isinstance(value, dict):
        for key, inner in value.items():
            refuse_unkeepable(key, "body")
            refuse_unkeepable(inner, f"{name}.{key}".lstrip("."))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            refuse_unkeepable(inner, f"{name}.{index}".lstrip("."))


def only_what_is_named(view: View) -> View:
    """Refuses parameters, form fields and bodies that the route has no name for, and NULs in its path."""
    operation: Operation = view._ninja_operation  # type: ignore[attr-defined]
    query, form = names_in(operation, {"query"}), names_in(operation, {"form", "file"})
    reads_body = getattr(view, "reads_body", False) or takes_body(operation)

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **values: Any) -> Any:
        if "\x00" in request.path:
            raise NotFound
        refuse_others(request.GET, query, "There is no such parameter.")
        if not reads_body:
            refuse_body(request)
        elif form:
            refuse_others([*request.POST, *request.FILES], form, "There is no such field.")
        return view(request, *args, **values)

    return checked


def names_in(operation: Operation, sources: set[str]) -> set[str]:
    """The names by which the parameters of these sources are known outside."""
    names: set[str] = set()
    for model in operation.models:
        if model.__ninja_param_source__ in sources:
            fields = {field.alias or name for name, field in model.model_fields.items()}
            names |= set(getattr(model, "__ninja_flatten_map__", fields))
    return names


def takes_body(operation: Operation) -> bool:
    return any(model.__ninja_param_source__ in BODIES for model in operation.models)


def refuse_others(given: Iterable[str], known: set[str], sentence: str) -> None:
    others = [name for name in given if name not in known]
    if others:
        raise Invalid(f"{others[0]}: {sentence}", fields=dict.fromkeys(others, sentence))


def refuse_body(request: HttpRequest) -> None:
    """A route that needs nothing takes nothing, or an empty object."""
    if request.method in ("GET", "HEAD", "DELETE"):
        return
    if request.content_type in FORMS:
        refuse_others([*request.POST, *request.FILES], set(), "There is no such field.")
        return
    if request.body.strip() in (b"", b"{}"):
        return
    body = StrictParser().parse_body(request)
    if not isinstance(body, dict):
        raise Invalid("body: This address takes no body.", fields={"body": "This address takes no body."})
    refuse_others(body, set(), "There is no such field.")
