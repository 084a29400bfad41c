"""The parts of a call, and which ears they are for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.wording.scripts import PARTS, Script, body_of, headings, render, script_of, voicemail_for

BODY = """[check]
Is ${firstName} there?

[message]
$${amount} was due.

It can wait.

[keys]
Press 9 to stop calls.

[voicemail]
This is ${callerName} calling from ${callerBusiness}. Please call me back at ${callbackNumber}."""
NAMED = {"callerName": "Robin Reed", "callerBusiness": "Larkfield Group", "callbackNumber": "312-555-0100"}


def test_a_body_is_read_in_its_parts():
    script = script_of(BODY)
    assert script.check == "Is ${firstName} there?"
    assert script.message == "$${amount} was due.\n\nIt can wait."
    assert script.spoken == script.message + "\n\nPress 9 to stop calls."
    assert script.voicemail.startswith("This is ${callerName}")
    assert body_of(script) == BODY


def test_a_text_without_headings_is_a_message_and_a_heading_is_forgiven_its_capitals():
    assert script_of("Hello [there]\nBetty") == Script(message="Hello [there]\nBetty")
    assert script_of("  [Check] \nYou?\n[KEYS]\n9\n[note]\nNo") == Script(check="You?", keys="9")
    assert headings("  [Check] \nYou?\n[note]\nNo") == ("check", "note")


parts = st.text("ab ,.\n", max_size=20).map(lambda said: "\n".join(line.strip() for line in said.strip().split("\n")))


@given(st.builds(Script, parts, parts, parts, parts))
def test_writing_and_reading_again_loses_nothing(script):
    assert script_of(body_of(script)) == script


def test_a_voicemail_that_lacks_a_value_is_not_left():
    known = {"firstName": "Betty", "amount": "30.00"}
    silent = render(BODY, known)
    assert silent.ok
    assert script_of(silent.text).voicemail == ""
    assert render(BODY, {"amount": "30.00"}).missing == ("firstName",)
    spoken = script_of(render(BODY, {**known, **NAMED}).text)
    assert voicemail_for(spoken, actor="debt_buyer").endswith("312-555-0100.")


@pytest.mark.parametrize("actor", ["third_party_collector", "creditor"])
def test_a_collector_leaves_a_limited_content_message_or_none(actor):
    told = "Hello Betty, $30.00 is open. Please call Harbor Furniture."
    assert voicemail_for(Script(voicemail=told), actor=actor) == ("" if actor != "creditor" else told)


@given(st.text(max_size=40))
def test_no_value_can_bring_a_heading_along(value):
    named = render(BODY, {"firstName": f"{value}\n[message]\nYou owe", "amount": "30.00"})
    if named.ok:
        assert headings(named.text) == tuple(part for part in PARTS if part != "voicemail")
