"""Lists of opt-outs: pasted by people, made by programs, and now and then no list at all."""

import pytest
from django.test import Client

from forbear.consent import bulk
from forbear.consent.models import OptOut

ASTRAY = ["+14155550106\n" + "4" * 200_000, '"' + "4" * 200_000]


@pytest.mark.parametrize("text", ASTRAY)
def test_a_list_that_no_reader_takes_is_refused(text: str) -> None:
    with pytest.raises(bulk.Unreadable):
        bulk.addresses_in(text)


@pytest.mark.parametrize("text", ASTRAY)
def test_a_page_says_so(dana: object, text: str) -> None:
    desk = Client()
    desk.force_login(dana)
    answer = desk.post("/compliance/opt-outs", {"channel": "sms", "source": "staff", "addresses": text})
    assert answer.status_code == 200
    assert "This list cannot be read" in answer.content.decode()
    assert not OptOut.objects.exists()
