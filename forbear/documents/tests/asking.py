"""How documents are asked for over HTTP: one document, one that is behind, one that is in outreach."""

from __future__ import annotations

from typing import Any

from tests.door import Program

LOAN = {"providerName": "Bluepine Credit", "originalAmount": 42000, "remainingAmount": 18420.5}
BORROWER = {"firstName": "Walter", "lastName": "Brandt", "phone": "402-555-0119", "email": "walter@example.com"}
START = {"sms": True, "email": True, "call": False, "tone": "empathetic", "cadence": "weekly"}


def tractor(api: Program, **also: Any) -> dict[str, Any]:
    """A document; with a loan where one is told."""
    answer = api.post("/v1/documents", {"title": "Tractor lease 0087", "chattelType": "agricultural_machinery"} | also)
    assert answer.status_code == 201, answer.content
    return answer.json()["document"]


def behind(api: Program, **also: Any) -> dict[str, Any]:
    """A document whose loan is BEHIND, with its borrower."""
    return tractor(api, loan={**LOAN, "status": "BEHIND"}, borrower=BORROWER, **also)


def started(api: Program, document: dict[str, Any], **also: Any) -> dict[str, Any]:
    answer = api.post(f"/v1/documents/{document['id']}/rcm", START | also)
    assert answer.status_code == 201, answer.content
    return answer.json()["campaign"]


def entries(api: Program, document: dict[str, Any], *events: str) -> list[dict[str, Any]]:
    found = api.get(f"/v1/documents/{document['id']}/compliance").json()["entries"]
    return [entry for entry in found if not events or entry["event"] in events]


def opts_out(api: Program, document: dict[str, Any], campaign: dict[str, Any], channel: str, **also: Any) -> Any:
    body = {"campaignId": campaign["id"], "channel": channel} | also
    return api.post(f"/v1/documents/{document['id']}/rcm/opt-out", body)
