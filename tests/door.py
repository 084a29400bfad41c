"""The API as a program sees it: a client with a key, JSON in and out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from django.test import Client

from forbear.staff.keys import issue_key
from forbear.staff.models import Organization, Person
from forbear.staff.permissions import Permission
from tests.cast import TUESDAY


class Program:
    """`api.get("/v1/campaigns")`; answers are Django's test responses, `.json()` reads them."""

    def __init__(self, token: str) -> None:
        self.client = Client()
        self.token = token

    def get(self, path: str, **query: Any) -> Any:
        return self.client.get(path, query, **self.headers({}))

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("post", path, body, headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self._send("patch", path, body, headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.client.delete(path, **self.headers(headers))

    def _send(self, method: str, path: str, body: Any, headers: dict[str, str]) -> Any:
        text = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body)
        send = getattr(self.client, method)
        return send(path, text, content_type="application/json", **self.headers(headers))

    def headers(self, more: dict[str, str]) -> dict[str, Any]:
        """Names as they are sent, with underscores: `Idempotency_Key="a"`."""
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"headers": {"Authorization": f"Bearer {self.token}", **named}}


def program_of(organization: Organization, scopes: Iterable[str] = tuple(Permission)) -> Program:
    """A program with a key of this organization; with all scopes unless told."""
    issued = issue_key(organization=organization, name="A program", scopes=scopes, actor="system", at=TUESDAY)
    return Program(issued.token)


@pytest.fixture
def api(larkfield: Organization) -> Program:
    """A program of Larkfield's that may do everything."""
    return program_of(larkfield)


@pytest.fixture
def browser(dana: Person) -> Client:
    """Dana's browser, signed in; its forms need their CSRF token."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(dana)
    return client
