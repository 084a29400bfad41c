"""The OpenAPI document: what the framework knows of the routes, and what holds for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from forbear.web.routes import Admission
from forbear.web.wire import Problem

DESCRIPTION = """\
Send a key as `Authorization: Bearer …` or `X-API-Key: …`; each route names the scope that it asks for.
Errors are `{"error", "code", "fields"}`. Lists are `{"items", "next_cursor"}` with `limit` and `cursor`.
A POST may carry an `Idempotency-Key`: the same key with the same body gives the first answer again for a day.
Times are ISO 8601 in UTC, money is `{"amount": "120.50", "currency": "USD"}`, ids are opaque."""

SECURITY = {
    "key": {"type": "http", "scheme": "bearer", "description": "An API key."},
    "keyHeader": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "session": {
        "type": "apiKey",
        "in": "cookie",
        "name": "sessionid",
        "description": "The session of the pages; writing needs the X-CSRFToken header too.",
    },
}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "Your own word for this request; sent again, it is answered again and happens once.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
}
REFUSALS = {
    "400": "This request cannot be read.",
    "401": "The key is missing, invalid or expired.",
    "403": "The key or the role does not allow this.",
    "404": "There is nothing here by that name, or it belongs to somebody else.",
    "409": "The present state does not allow this.",
    "413": "The body is too large.",
    "415": "Only JSON is read here.",
    "422": "Some of what was given cannot be used.",
    "429": "Too many requests; see Retry-After.",
    "503": "The database is away; see Retry-After.",
}
PROBLEM = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def complete(document: dict[str, Any], scopes: dict[tuple[str, str], str]) -> None:
    """Adds to every operation its scope, the refusals, and the Idempotency-Key of a POST."""
    for path, method, operation in operations(document):
        describe(operation, scopes.get((path, method), ""))
        if method == "post":
            operation["parameters"].append(IDEMPOTENCY_KEY)
        for parameter in operation["parameters"]:
            without_null(parameter)
        written = {int(status) for status in operation["responses"]}
        for status, sentence in REFUSALS.items():
            if int(status) not in written:
                operation["responses"][status] = {"description": sentence, "content": PROBLEM}
    components = document["components"]
    components["schemas"]["Problem"] = Problem.model_json_schema(mode="serialization")
    components["securitySchemes"] = SECURITY


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def describe(operation: dict[str, Any], scope: str) -> None:
    """A route that asks for a scope says which, and takes each way of showing who one is."""
    operation["responses"] = {str(status): told for status, told in operation["responses"].items()}
    if scope:
        operation["x-scope"] = scope
        operation["security"] = [{name: []} for name in SECURITY]


def without_null(parameter: dict[str, Any]) -> None:
    """A parameter is left out, never null: no address can say null."""
    schema = parameter["schema"]
    kinds = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema.update(kinds[0])


def scope_of(operation: Any) -> str:
    """The scope that an operation of the framework asks for."""
    return next((door.scope for door in operation.auth_callbacks if isinstance(door, Admission)), "")
