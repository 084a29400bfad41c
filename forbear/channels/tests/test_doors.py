"""Settings > Channels and senders."""

from __future__ import annotations

import pytest
from django.test import Client

from forbear.channels.models import ProviderAccount, Sender
from forbear.compliance.models import Entry
from forbear.staff.models import Organization, Person

PAGE = "/settings/channels"


@pytest.fixture
def administrator(client: Client, ada: Person) -> Client:
    client.force_login(ada)
    return client


@pytest.fixture
def paper(larkfield: Organization) -> ProviderAccount:
    return ProviderAccount.objects.get(organization=larkfield)


def add(client: Client, provider: ProviderAccount, address: str, channel: str = "sms") -> str:
    form = {"provider": provider.public_id, "channel": channel, "address": address, "label": "Second line"}
    return client.post(PAGE, form, follow=True).content.decode()


def test_a_sender_is_added_renamed_and_taken_out_of_use(administrator: Client, paper: ProviderAccount) -> None:
    assert "312-555-0102" in add(administrator, paper, "(312) 555-0102")
    sender = Sender.objects.get(label="Second line")
    assert sender.address == "+13125550102"
    page = administrator.post(f"{PAGE}/senders/{sender.public_id}", {"label": "Spare"}, follow=True)
    assert "Out of use" in page.content.decode()
    sender.refresh_from_db()
    assert (sender.label, sender.is_active) == ("Spare", False)


@pytest.mark.parametrize(
    ("address", "channel", "sentence"),
    [
        ("nobody", "sms", "is not a telephone number there"),
        ("nobody", "email", "valid email address"),
        ("+13125550100", "sms", "is already set up as a sender"),
    ],
)
def test_a_sender_that_cannot_be_is_refused_in_a_sentence(
    administrator: Client, paper: ProviderAccount, address: str, channel: str, sentence: str
) -> None:
    assert sentence in add(administrator, paper, address, channel)
    assert Sender.objects.count() == 1


def test_the_odds_of_the_paper_gateway_are_set_in_percent(administrator: Client, paper: ProviderAccount) -> None:
    ProviderAccount.objects.filter(pk=paper.pk).update(
        options={"seed": "kept", "consumers": {"asks": 0.07}, "calls": {"busy": 0.2, "right_party": 0.1}}
    )
    path = f"{PAGE}/{paper.public_id}"
    assert 'value="7"' in administrator.get(path).content.decode()
    form = {"reject": "1.5", "undelivered": "3", "stops": "6", "shortest": "60", "longest": "600"}
    form |= {"call_voicemail": "12.5"}
    assert administrator.post(path, {**form, "rate_per_second": "50"}).status_code == 302
    paper.refresh_from_db()
    assert paper.rate_per_second == 50
    assert paper.options == {
        "seed": "kept",
        "reject": 0.015,
        "undelivered": 0.03,
        "lost": 0,
        "consumers": {"stops": 0.06},
        "calls": {"right_party": 0.1, "voicemail": 0.125},
        "delay_seconds": 0,
        "answer_seconds": [60, 600],
        "handles_stop": False,
    }


def test_odds_above_a_hundred_percent_are_refused(administrator: Client, paper: ProviderAccount) -> None:
    form = {"reject": "60", "undelivered": "60", "shortest": "1", "longest": "1"}
    page = administrator.post(f"{PAGE}/{paper.public_id}", form).content.decode()
    assert "more than 100 percent" in page
    assert 'value="60"' in page
    calls = {"shortest": "1", "longest": "1", "call_busy": "60", "call_dropped": "41"}
    assert "more than 100 percent" in administrator.post(f"{PAGE}/{paper.public_id}", calls).content.decode()


def test_a_manager_sees_and_does_not_change(client: Client, dana: Person, paper: ProviderAccount) -> None:
    client.force_login(dana)
    assert "312-555-0100" in client.get(PAGE).content.decode()
    assert client.post(PAGE, {"provider": paper.public_id}).status_code == 403
    assert client.post(f"{PAGE}/{paper.public_id}", {}).status_code == 403


def test_what_a_thousand_cost_is_kept_in_whole_minor_units(administrator: Client, paper: ProviderAccount) -> None:
    address = f"{PAGE}/{paper.public_id}/price"
    page = administrator.post(address, {"price": "7.90", "currency": "USD"}, follow=True).content.decode()
    assert "A thousand segments cost <b>$7.90</b>" in page
    refused = administrator.post(address, {"price": "7.905", "currency": "USD"}, follow=True).content.decode()
    assert "USD has fewer decimal places." in refused
    paper.refresh_from_db()
    assert (paper.price_per_thousand_minor, paper.price_currency) == (790, "USD")
    administrator.post(address, {"price": "", "currency": "USD"})
    paper.refresh_from_db()
    assert paper.price_per_thousand is None


OPEN_THE_REST = "Open letters, calls and WhatsApp"


def test_an_older_paper_gateway_is_given_the_senders_it_lacks_once(
    administrator: Client, paper: ProviderAccount
) -> None:
    assert OPEN_THE_REST in administrator.get(PAGE).content.decode()
    path = f"{PAGE}/{paper.public_id}/complete"
    page = administrator.post(path, follow=True).content.decode()
    assert "3 added." in page
    assert OPEN_THE_REST not in page
    rows = dict(Sender.objects.filter(provider=paper).values_list("channel", "address"))
    number = "+13125550100"
    assert rows == {
        "sms": number,
        "voice": number,
        "whatsapp": number,
        "email": f"office-{paper.organization_id}@example.com",
    }
    assert Entry.objects.filter(event="channels:sender:added").count() == 3
    assert "Every channel has a sender already." in administrator.post(path, follow=True).content.decode()
    assert Sender.objects.filter(provider=paper).count() == 4


def test_whoever_may_not_change_settings_does_not_open_channels(
    client: Client, dana: Person, stranger: Person, paper: ProviderAccount
) -> None:
    path = f"{PAGE}/{paper.public_id}/complete"
    client.force_login(dana)
    assert OPEN_THE_REST not in client.get(PAGE).content.decode()
    assert client.post(path).status_code == 403
    Person.objects.filter(pk=stranger.pk).update(role="administrator")
    client.force_login(Person.objects.get(pk=stranger.pk))
    assert client.post(path).status_code == 404
    assert Sender.objects.filter(provider=paper).count() == 1
