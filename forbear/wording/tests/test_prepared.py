"""A body judged once answers for each of its texts as the linter would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.wording import tags
from forbear.wording.lint import Situation, errors, lint
from forbear.wording.prepared import prepared

GOOD = "Hi ${firstName}, this is Harbor Furniture. $${amount} was due ${dueDate}. Reply STOP to end texts."
BODIES = (
    GOOD,
    GOOD.replace("Harbor Furniture", "${organization}"),
    GOOD + " We are a debt collector.",
    GOOD + " ${note|Thank you}",
    GOOD + " This is your last ${note|day}.",
    GOOD + " Go to bit${note|s}",
    GOOD + " ${note}% off",
    GOOD + " A ${note}suit",
    "Hi ${firstName}, Harbor Furniture here. ${note|Reply STOP to end texts.}",
    "Reply ${note} STOP to end texts. Harbor Furniture",
    "Harbor Furniture: we try to collect a debt, ${firstName}, information ${note} will be used for that purpose."
    " STOP to end",
)
SITUATIONS = (
    Situation(senders=("Harbor Furniture",)),
    Situation(senders=("Larkfield Recovery", "Harbor Furniture"), actor="third_party_collector"),
    Situation(senders=("Harbor Furniture",), actor="debt_buyer", stage="initial"),
    Situation(senders=("Harbor Furniture",), actor="debt_buyer", in_validation_period=True),
    Situation(senders=("Harbor Furniture",), channel="email"),
)
VALUES = [
    *(
        "Betty",
        "chance",
        "notice",
        "law",
        "gent",
        "30.00",
        "12/19/22",
        "20",
        "final",
        "lawsuit",
        ".ly/x",
        "",
        "sue you",
    ),
    *("urgent", "STOP", "a. b", "1. b\nc", "İstanbul", "https://pay.example.com/k7", "court", "t.co/x"),
    *("Harbor Furniture", "password", "opt out, pay 5"),
]
words = st.sampled_from(VALUES)


@given(st.sampled_from(BODIES), st.sampled_from(SITUATIONS), st.fixed_dictionaries({}, optional={
    name: words | st.text(max_size=8) for name in ("firstName", "amount", "dueDate", "note", "organization")
}))  # fmt: skip
def test_it_answers_as_the_linter_does(body, situation, values):
    rendered = tags.compile_template(body).render(values)
    if rendered.ok:
        wrong = errors(lint(rendered.text, situation))
        assert prepared(body, situation)(rendered) == (wrong[0] if wrong else None)


@pytest.mark.parametrize(
    ("note", "code"), [("See you in court", "words.threat"), ("50% off", "purpose.mixed"), ("Thank you", "")]
)
def test_a_value_may_spoil_a_text(note, code):
    body = GOOD + " ${note}"
    values = {"firstName": "Betty", "amount": "30.00", "dueDate": "12/19/22", "note": note}
    found = prepared(body, SITUATIONS[0])(tags.compile_template(body).render(values))
    assert (found.code if found else "") == code
