"""What can be saved as a template."""

import pytest

from forbear.wording import actions, tags
from forbear.wording.wellformed import one_line, wrong_body, wrong_subject
from tests.cast import TUESDAY

KNOWN = frozenset(tags.SAMPLES)


@pytest.mark.parametrize(
    ("channel", "subject", "sentence"),
    [
        ("email", "About your order ${orderNo}", ""),
        ("email", "  Hello ${first_name}  ", ""),
        ("email", "x" * 200, ""),
        ("email", "", "An e-mail needs a subject."),
        ("email", "   ", "An e-mail needs a subject."),
        ("email", "x" * 201, "The subject is 201 characters long; at most 200 fit."),
        ("email", "Hi\r\nBcc: all@example.com", "A subject is one line, without line breaks and control characters."),
        ("email", "Hi\u2028there", "A subject is one line, without line breaks and control characters."),
        ("email", "Hi\x00there", "A subject is one line, without line breaks and control characters."),
        ("email", "Hi ${colour}", "No contact has a field named colour: take a tag from the list."),
        ("email", "Hi ${first", str(tags.BrokenTag().sentence)),
        ("sms", "", ""),
        ("sms", "Hello", "Only an e-mail has a subject."),
        ("voice", "Hello", "Only an e-mail has a subject."),
    ],
)
def test_an_e_mail_has_a_subject_of_one_line_and_nothing_else_has_one(channel, subject, sentence):
    assert wrong_subject(subject, channel=channel, known=KNOWN) == sentence


def test_a_value_cannot_begin_a_header():
    assert one_line("Order 7\r\nBcc: all@example.com\t!") == "Order 7 Bcc: all@example.com !"


@pytest.mark.parametrize(
    ("channel", "fits"), [("sms", 1_530), ("voice", 2_000), ("whatsapp", 4_096), ("email", 20_000)]
)
def test_every_channel_has_its_length(channel, fits):
    assert wrong_body("a" * fits, channel=channel, known=KNOWN) == ""
    assert f"at most {fits:,} fit" in wrong_body("a" * (fits + 1), channel=channel, known=KNOWN)


def test_a_letter_keeps_its_subject_and_a_new_one_is_a_new_version(larkfield, dana):
    letter = actions.create_template(
        organization=larkfield,
        name="Letter",
        channel="email",
        tone="empathetic",
        subject=" Order ${orderNo} ",
        body="Hi ${firstName}",
        actor=dana.actor,
        at=TUESDAY,
    )
    assert (letter.tone, letter.current.subject) == ("empathetic", "Order ${orderNo}")
    revised = actions.revise_template(template=letter, subject="Hello", tone="firm", actor=dana.actor, at=TUESDAY)
    assert (revised.tone, revised.current.number) == ("firm", 2)
    assert (revised.current.subject, revised.current.body) == ("Hello", "Hi ${firstName}")
    with pytest.raises(actions.UnusableTemplate) as refused:
        actions.revise_template(template=letter, subject="", tone="angry", actor=dana.actor, at=TUESDAY)
    assert refused.value.fields == {
        "tone": "Choose one of: empathetic, firm, neutral.",
        "subject": "An e-mail needs a subject.",
    }
