import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.wording.tags import SAMPLES, BrokenTag, compile_template

BETTY = {"firstName": "Betty", "amount": "30.00", "ZipCode": "94127", "Order no-2": "x"}


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("Hi ${firstName}.", "Hi Betty."),
        ("$${amount} is due", "$30.00 is due"),
        ("${first_name} at ${ZipCode}", "Betty at 94127"),
        ("${Order no-2}", "x"),
        ("Hi ${nickname|there}", "Hi there"),
        ("Hi ${firstName|there}", "Hi Betty"),
        ("${nickname|}.", "."),
        ("costs 5$ {really}", "costs 5$ {really}"),
        ("", ""),
    ],
)
def test_values_are_put_in(body, text):
    rendered = compile_template(body).render(BETTY)
    assert (rendered.text, rendered.ok) == (text, True)


@pytest.mark.parametrize("value", [{}, {"firstName": ""}, {"firstName": "  "}, {"firstname": "Betty"}])
def test_a_missing_or_blank_value_is_reported_by_its_standard_name(value):
    rendered = compile_template("Hi ${first_name}, ${first_name}").render(value)
    assert rendered.missing == ("firstName",)
    assert not rendered.ok
    assert rendered.reason == "No value for firstName."


def test_a_value_is_never_read_again():
    rendered = compile_template("Hi ${firstName}").render({"firstName": "${lastName}", "lastName": "Ruble"})
    assert "Ruble" not in rendered.text
    assert rendered.unsafe
    assert "${" in rendered.reason


def test_a_dollar_sign_before_a_value_in_braces_does_not_make_a_tag():
    assert compile_template("$${amount}").render({"amount": "{lastName}"}).unsafe


@pytest.mark.parametrize("body", ["${", "${firstName", "${}", "${ }", "${a${b}}", "${|x}", "Hi ${a\nb}", "${a|b|c${"])
def test_a_broken_tag_is_refused(body):
    with pytest.raises(BrokenTag):
        compile_template(body)


def test_unknown_tags_are_named_as_they_are_written():
    compiled = compile_template("${firstName} ${first_name} ${Colour} ${FirstName} ${order_no}")
    assert compiled.unknown(frozenset({"firstName", "orderNo"})) == ("Colour", "FirstName")
    assert compiled.names == ("firstName", "Colour", "FirstName", "orderNo")


text = st.text(st.sampled_from("$${}|ab \n") | st.characters(), max_size=40)


@given(body=text, values=st.dictionaries(text, text, max_size=4), fallback=text)
def test_a_literal_opening_never_leaves(body, values, fallback):
    try:
        rendered = compile_template(body + "${a|" + fallback + "} ${b}").render(values)
    except BrokenTag:
        return
    assert not rendered.ok or "${" not in rendered.text


@given(before=st.text("ab $"), value=st.text(min_size=1).filter(lambda value: value.strip()))
def test_what_stands_between_tags_and_in_values_is_kept_as_it_is(before, value):
    assert compile_template(before + "-${firstName}-").render({"firstName": value}).text == f"{before}-{value}-"


def test_every_standard_tag_has_a_sample():
    assert all(SAMPLES.values())
