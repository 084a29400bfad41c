"""`/v1/docs`: the OpenAPI document as a page, without a script and without anything from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from ninja import NinjaAPI
from ninja.openapi.docs import DocsBase

from .openapi import REFUSALS, operations


class Readable(DocsBase):
    """Routes by noun, each with its scope, parameters and shapes."""

    def render_page(self, request: HttpRequest, api: NinjaAPI, **kwargs: Any) -> HttpResponse:
        document = api.get_openapi_schema()
        context = {
            "info": document["info"],
            "says": with_code(document["info"]["description"]),
            "groups": groups(document),
            "shapes": shapes(document),
            "refusals": REFUSALS,
        }
        return render(request, "doors/docs.html", context)


def with_code(text: str) -> SafeString:
    """What stands between backticks as code."""
    parts = enumerate(text.split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", p) if n % 2 else p,) for n, p in parts))


def groups(document: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Noun -> its routes."""
    found: dict[str, list[dict[str, Any]]] = {}
    for path, method, operation in operations(dict(document)):
        route = {
            "path": path,
            "method": method.upper(),
            "says": with_code(operation.get("description") or operation["summary"]),
            "scope": operation.get("x-scope", ""),
            "parameters": [parameter(given) for given in operation["parameters"]],
            "bodies": bodies(operation),
            "answers": answers(operation),
        }
        for noun in operation.get("tags", ["more"]):
            found.setdefault(noun, []).append(route)
    return found


def parameter(given: Mapping[str, Any]) -> dict[str, Any]:
    words = {"name": given["name"], "where": given["in"], "required": given["required"]}
    return {**words, "kind": kind_of(given["schema"]), "says": with_code(given.get("description", ""))}


def bodies(operation: Mapping[str, Any]) -> list[dict[str, str]]:
    content = operation.get("requestBody", {}).get("content", {})
    return [{"type": media, **shown(told["schema"])} for media, told in content.items()]


def answers(operation: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The good ones; refusals are the same everywhere and stand once on the page."""
    found = []
    for status, told in operation["responses"].items():
        if status.startswith("2"):
            kinds = [shown(body["schema"], media) for media, body in told.get("content", {}).items()]
            found.append({"status": status, "kinds": kinds})
    return found


def shown(schema: Mapping[str, Any], otherwise: str = "fields") -> dict[str, str]:
    """A schema in a few words, and the name of the shape on this page that tells the rest, if there is one."""
    inner = schema.get("items", {}) if schema.get("type") == "array" else schema
    return {"kind": kind_of(schema) or otherwise, "shape": str(inner.get("$ref", "")).rpartition("/")[2]}


def shapes(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each named schema with its fields."""
    return [
        {
            "name": name,
            "says": with_code(shape.get("description", "")),
            "fields": fields(shape),
            "words": shape.get("enum"),
        }
        for name, shape in sorted(document["components"]["schemas"].items())
    ]


def fields(shape: Mapping[str, Any]) -> list[dict[str, Any]]:
    required = set(shape.get("required", ()))
    return [
        {
            "name": name,
            "kind": kind_of(told),
            "required": name in required,
            "says": with_code(told.get("description", "")),
        }
        for name, told in shape.get("properties", {}).items()
    ]


def kind_of(schema: Mapping[str, Any]) -> str:
    """A schema in a few words: "string, at most 120 long", "list of AccountShown", "integer or null"."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema or "allOf" in schema:
        return " or ".join(kind_of(one) for one in schema.get("anyOf") or schema["allOf"])
    if "enum" in schema:
        return " | ".join(json.dumps(word) for word in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {kind_of(schema.get('items', {}))}"
    kind = str(schema.get("format") or schema.get("type", ""))
    return ", ".join([kind, *(words.format(schema[key]) for key, words in BOUNDS.items() if key in schema)])


BOUNDS = {
    "minLength": "at least {} long",
    "maxLength": "at most {} long",
    "minimum": "from {}",
    "maximum": "to {}",
    "pattern": "like {}",
}
