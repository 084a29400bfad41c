"""The same adapter and the same webhooks over real sockets: hand over by HTTP, receipts and replies by HTTP."""

import threading
import urllib.error
import urllib.request
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections

from forbear.channels.models import ProviderAccount
from forbear.consent.models import OptOut
from forbear.dispatch.actions import send_by_hand
from forbear.dispatch.models import Call, Message
from forbear.dispatch.receipts import read_until_idle
from forbear.providers import paper
from forbear.sandbox import gateway, phones, postman
from forbear.sandbox.models import PaperText, SimulatedConsumer
from tests.cast import TUESDAY, found, owes
from tests.letters_and_calls import CALL, has_mailbox, opened, wording

BETTY = "+14155550106"


class Quiet(WSGIRequestHandler):
    def log_message(self, *words):
        pass


@contextmanager
def served(application):
    """The application on a port of its own; gives its address."""

    def answering(environ, start):
        try:
            return [b"".join(application(environ, start))]
        finally:
            connections.close_all()

    with make_server("127.0.0.1", 0, answering, handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def paper_peer(environ, start):
    """The paper gateway as a gateway stands on the network: one account a path."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start("200 OK", [("Content-Type", "application/json")])
    return [gateway.accept(int(environ["PATH_INFO"].rsplit("/", 1)[1]), body)]


def posted(url, body, headers):
    request = urllib.request.Request(url, data=body, headers=dict(headers), method="POST")
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status, answer.read()


@pytest.fixture
def peer():
    with served(paper_peer) as address:
        paper.connect(lambda account, body: posted(f"{address}/accounts/{account}", body, {})[1])
        yield
    paper.connect(gateway.accept)


@pytest.fixture
def door(own_database):
    """What the gateway posts goes to the house by HTTP."""
    with served(get_wsgi_application()) as address:

        def post(account, headers, body, at):
            status, _ = posted(f"{address}/webhooks/{account.public_id}", body, headers)
            assert status == 200

        yield post


def signed_up(organization):
    """The account at the gateway, which both sides know the key of."""
    account = ProviderAccount.objects.get(organization=organization)
    postman.signing_key(account)
    return account


def test_a_text_and_its_answer_travel_over_sockets(own_database, peer, door, monkeypatch):
    larkfield = found("Larkfield Recovery")
    signed_up(larkfield)
    betty = owes(larkfield, "Betty Ruble", BETTY)
    body = "Larkfield Recovery: hello, Betty. We are a debt collector. Reply STOP to end texts."
    sent = send_by_hand(organization=larkfield, account=betty, channel="sms", body=body, actor="system", at=TUESDAY)
    assert sent.status == "sent"

    assert gateway.report(at=TUESDAY, post=door) == 1
    read_until_idle(at=TUESDAY)
    sent.refresh_from_db()
    assert sent.status == "delivered"

    monkeypatch.setattr(phones, "post_events", lambda *words, **rest: postman.post_events(*words, **rest, post=door))
    phones.write_from_phone(phone=BETTY, body="STOP", at=TUESDAY)
    read_until_idle(at=TUESDAY)
    assert Message.objects.get(direction="in").body == "STOP"
    assert OptOut.objects.get().address == BETTY


def report_by(door):
    """What is due at the gateway is posted through the door, and read."""
    assert gateway.report(at=TUESDAY, post=door) == 1
    read_until_idle(at=TUESDAY)


def test_a_letter_travels_over_sockets_until_its_link_ends_it(own_database, peer, door):
    larkfield = opened(found("Larkfield Recovery"))
    signed_up(larkfield)
    betty = has_mailbox(owes(larkfield, "Betty Ruble", BETTY), "betty@example.com")
    letter = {
        "subject": "About your order",
        "body": "Larkfield Recovery has a question, Betty. We are a debt collector.",
    }
    sent = send_by_hand(organization=larkfield, account=betty, channel="email", **letter, actor="system", at=TUESDAY)
    kept = PaperText.objects.get()
    assert (kept.channel, kept.subject, kept.phone) == ("email", "About your order", "betty@example.com")
    report_by(door)
    sent.refresh_from_db()
    assert sent.status == "delivered"

    with served(get_wsgi_application()) as address:
        path = kept.unsubscribe_url.split("/", 3)[3]
        one_click = {"Content-Type": "application/x-www-form-urlencoded"}
        status, page = posted(f"{address}/{path}", b"List-Unsubscribe=One-Click", one_click)
    assert status == 200
    assert b"betty@example.com" not in page
    assert set(OptOut.objects.values_list("channel", "address")) == {("email", "betty@example.com")}


def test_a_call_and_its_result_travel_over_sockets(own_database, peer, door):
    larkfield = opened(found("Larkfield Recovery"))
    signed_up(larkfield)
    betty = owes(larkfield, "Betty Ruble", BETTY)
    SimulatedConsumer.objects.create(phone=BETTY, answers="right_party", keys="9")
    spoken = wording(larkfield, "voice", CALL).current
    sent = send_by_hand(
        organization=larkfield, account=betty, channel="voice", template_version=spoken, actor="system", at=TUESDAY
    )
    assert sent.status == "sent"
    assert not Call.objects.exists()
    report_by(door)
    sent.refresh_from_db()
    assert (sent.status, sent.call.result, sent.call.keys) == ("delivered", "right_party", "9")
    assert set(OptOut.objects.values_list("channel", "address")) == {("call", BETTY)}


def test_an_unsigned_call_is_turned_away(own_database, door):
    account = signed_up(found("Larkfield Recovery"))
    with pytest.raises(urllib.error.HTTPError) as refused:
        door(account, {"x-paper-signature": "sha256=0"}, b'{"id": "pw-1", "events": []}', TUESDAY)
    assert refused.value.code == 403
