"""Every role walks every page it can reach by links: none leads to a refusal, and who only reads is shown no form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest
from django.test import Client

from forbear.core import clock
from forbear.staff.states import Role
from tests.cast import TUESDAY, employ, owes
from tests.engine_room import broadcast, launch, says
from tests.furnished import furnish

OWN = ("/logout", "/settings/profile", "/compliance/verify", "/notifications")


class Seen(HTMLParser):
    """What a page offers: links, and where its forms post to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.posts: list[str] = []
        self.page = page

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag == "a" and "href" in given:
            self.links.append(urljoin(self.page, given["href"]).split("#")[0])
        if tag == "form" and given.get("method") == "post":
            self.posts.append(urljoin(self.page, given.get("action", "")))


def walk(client: Client, start: str) -> Iterator[tuple[str, int, Seen]]:
    """Each kind of address once, whatever its query, in the order of the links. Downloads are fetched and not read."""
    waiting, known = [start], set[str]()
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"_[a-z0-9]{8,}", "_", path.partition("?")[0])
        if kind in known or not path.startswith("/"):
            continue
        known.add(kind)
        answer = client.get(path)
        seen = Seen(path)
        if answer.status_code in (301, 302):
            waiting.insert(0, answer["Location"])
        elif answer["Content-Type"].startswith("text/html"):
            seen.feed(answer.content.decode())
        yield path, answer.status_code, seen
        waiting += [link for link in seen.links if not link.startswith("/v1/")]


@pytest.fixture
def house(larkfield, omar, monkeypatch):
    """Larkfield with one of everything, a campaign that has been sent, and an answer."""
    monkeypatch.setattr(clock, "now", lambda: TUESDAY)
    furnish(larkfield)
    hana = owes(larkfield, "Hana Sato", "+18085550178")
    launch(broadcast(larkfield, [omar, hana], end_date=TUESDAY.date().replace(day=30)))
    says(omar, "Which order is this?", TUESDAY)
    return larkfield


@pytest.mark.parametrize("role", list(Role))
def test_no_link_leads_to_a_refusal_and_who_only_reads_is_shown_no_form_that_writes(house, role):
    client = Client()
    client.force_login(employ(house, "Somebody Else", role))
    walked = list(walk(client, "/"))
    assert len(walked) > 20
    assert [(path, status) for path, status, _ in walked if status >= 400] == []
    if role in (Role.AUDITOR, Role.ANALYST):
        forms = [(path, post) for path, _, seen in walked for post in seen.posts if not post.startswith(OWN)]
        assert forms == []
