"""What machines ask: health, metrics, the OpenAPI document, its page."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

from forbear.accounts.models import Account
from forbear.core import clock
from forbear.dispatch.models import QueueItem
from forbear.staff.models import Person


def test_health_names_the_service_without_a_key(client: Client, db: None) -> None:
    answer = client.get("/health")
    body = answer.json()
    assert answer.status_code == 200
    assert (body["ok"], body["service"]) == (True, "forbear")
    assert set(body) == {"ok", "service", "version", "ts", "checks"}
    assert set(body["checks"]) == {"database", "queue", "workers"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:.]+Z", body["ts"])


def test_health_counts_living_workers(client: Client, db: None) -> None:
    assert client.get("/health").json()["checks"]["workers"] == {"ok": False, "alive": 0}
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers DEFAULT VALUES")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    assert client.get("/health").json()["checks"]["workers"] == {"ok": True, "alive": 1}


@pytest.mark.parametrize(
    ("typed", "leads"),
    [
        ("/campaigns/", "/campaigns"),
        ("/settings/staff/", "/settings/staff"),
        ("/inbox/?show=mine", "/inbox?show=mine"),
        ("/paper-phone", "/paper-phone/"),
    ],
)
def test_a_slash_too_many_or_too_few_leads_to_the_page(client: Client, db: None, typed: str, leads: str) -> None:
    answer = client.get(typed)
    assert (answer.status_code, answer["Location"]) == (301, leads)


@pytest.mark.parametrize("path", ["/nowhere/", "/v1/campaigns/nobody/", "/campaigns//x"])
def test_a_slash_leads_nowhere_else(client: Client, db: None, path: str) -> None:
    assert client.get(path).status_code in (401, 404)
    assert client.post("/campaigns/").status_code == 404


def test_a_value_that_cannot_be_kept_is_refused_in_a_sentence(browser: Client) -> None:
    answer = browser.get("/inbox?q=%00")
    assert answer.status_code == 422
    assert "outside of what can be kept" in answer.content.decode()


@pytest.mark.parametrize(
    ("referer", "shown"), [("http://testserver/campaigns", True), ("https://example.com/", False), ("", False)]
)
def test_a_refusal_leads_back_to_where_one_came_from(browser: Client, referer: str, shown: bool) -> None:
    page = browser.get("/accounts?sort=weight", headers={"Referer": referer}).content.decode()
    assert ("Go back" in page) is shown
    assert "example.com" not in page


@pytest.fixture
def database_away(monkeypatch: Any) -> None:
    def away(*_: object, **__: object) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", away)


def test_everything_answers_calmly_while_the_database_is_away(database_away: None) -> None:
    client = Client(raise_request_exception=False)
    health = client.get("/health")
    assert (health.status_code, health.json()["ok"]) == (503, False)
    for path in ("/v1/engine", "/metrics", "/v1/accounts"):
        answer = client.get(path, headers={"Authorization": "Bearer fb_live_x"})
        assert (answer.status_code, answer.json()["code"]) == (503, "database_away")
        assert answer["Retry-After"] == "5"
    page = client.get("/compliance")
    assert page.status_code == 503
    assert "Back in a moment" in page.content.decode()


def test_metrics_tell_requests_and_what_waits(client: Client, betty: Account) -> None:
    now = clock.now()
    QueueItem.objects.create(
        organization=betty.organization, account=betty, channel="sms", scheduled_for=now, created_at=now
    )
    client.get("/v1/engine")
    text = client.get("/metrics").content.decode()
    families = {family.name: family for family in text_string_to_metric_families(text)}
    pending = {s.labels["status"]: s.value for s in families["forbear_queue_items"].samples}
    assert pending == {"pending": 1.0}
    assert families["forbear_workers_alive"].samples[0].value == 0
    wanted = {"method": "GET", "route": "v1/engine", "status": "401"}
    assert any(sample.labels == wanted for sample in families["forbear_requests"].samples)
    assert betty.public_id not in text


def test_the_openapi_document_says_what_holds_for_all(client: Client, db: None) -> None:
    document = client.get("/v1/openapi.json").json()
    assert document["openapi"].startswith("3.1")
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert operation["x-scope"], (path, method)
            assert {"401", "403", "404", "422", "429"} <= set(operation["responses"])
            names = {parameter["name"] for parameter in operation["parameters"]}
            assert ("Idempotency-Key" in names) == (method == "post")
    identifiers = [o["operationId"] for methods in document["paths"].values() for o in methods.values()]
    assert len(identifiers) == len(set(identifiers))


def test_the_docs_need_nothing_from_elsewhere(client: Client, dana: Person) -> None:
    page = client.get("/v1/docs").content.decode()
    assert "/v1/engine/pause" in page
    assert "campaigns:run" in page
    addresses = re.findall(r'(?:src|href)="([^"]+)"', page)
    assert addresses
    assert not [one for one in addresses if one.startswith(("http", "//"))]
    places = set(re.findall(r'\bid="([^"]+)"', page))
    assert {one for one in addresses if one.startswith("#")} <= {f"#{place}" for place in places}


def test_the_mark_is_served_to_whoever_asks_for_it_by_its_old_name(client: Client, db: None) -> None:
    moved = client.get("/favicon.ico")
    assert (moved.status_code, moved["Location"]) == (301, "/static/forbear/icon.svg")
    assert client.get(moved["Location"])["Content-Type"] == "image/svg+xml"


def test_a_request_leaves_one_line_that_names_the_route_and_nobody(
    client: Client, betty: Account, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="forbear.web")
    answer = client.get(f"/v1/accounts/{betty.public_id}/contactability?channel=sms")
    (line,) = [json.loads(one.getMessage()) for one in caplog.records if one.name == "forbear.web"]
    assert line["event"] == "request"
    assert (line["method"], line["status"]) == ("GET", 401)
    assert line["route"] == "v1/accounts/<account_id>/contactability"
    assert line["request"] == answer["X-Request-Id"]
    assert line["ms"] >= 0
    assert betty.public_id not in json.dumps(line)
