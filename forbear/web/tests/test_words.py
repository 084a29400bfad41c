"""How values are written for people."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory

from forbear.core.money import Money
from forbear.web import formats, htmx, navigation
from forbear.web.parts import Bar, CalendarDay, Happening, Hours, Length, Said, Share

NOW = datetime(2026, 11, 24, 16, 42, tzinfo=UTC)


def drawn(text, **context):
    return Template(text).render(Context(context))


@pytest.mark.parametrize(
    ("template", "value", "text"),
    [
        ("{{ v|money }}", Money(128460, "USD"), "$1,284.60"),
        ("{{ v|money:'CAD' }}", 112000, "CA$1,120.00"),
        ("{{ v|money:'USD' }}", -25000, "−$250.00"),
        ("{{ v|money }}", None, "–"),
        ("{{ v|when:'America/Chicago' }}", NOW, "Tue 24 Nov, 10:42"),
        ("{{ v|when }}", None, "–"),
        ("{{ v|clock:'America/Chicago' }}", datetime(2026, 11, 24, 15, 5, tzinfo=UTC), "9:05"),
        ("{{ v|day }}", date(2026, 10, 8), "8 Oct 2026"),
        ("{{ v|weekday:'Asia/Tokyo' }}", datetime(2026, 11, 24, 20, tzinfo=UTC), "Wed 25 Nov"),
        ("{{ v|phone }}", "+14155550106", "415-555-0106"),
        ("{{ v|phone }}", "nobody", "nobody"),
        ("{{ v|number }}", 12480, "12,480"),
        ("{{ v|plural:'account' }}", 1, "1 account"),
        ("{{ v|plural:'account' }}", 1860, "1,860 accounts"),
        ("{{ v|plural:'entry,entries' }}", 2, "2 entries"),
        ("{{ v|initials }}", "Dana M. Kern", "DK"),
        ("{{ v|initials }}", "", ""),
        ("{{ v|place }}", "America/Los_Angeles", "Los Angeles"),
        ("{{ v|answer }}", "defer", "Not yet"),
        ("{{ v|cited }}", ("12 CFR 1006.6", "47 CFR 64"), "12 CFR 1006.6, 47 CFR 64"),
    ],
)
def test_values_in_words(template, value, text):
    assert drawn(template, v=value) == text


@pytest.mark.parametrize(
    ("passed", "text"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=14), "14 min ago"),
        (timedelta(hours=2, minutes=50), "2 h ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=6), "6 days ago"),
        (timedelta(days=30), "25 Oct 2026"),
        (timedelta(hours=-1), "Tue 24 Nov, 17:42"),
    ],
)
def test_how_long_ago(passed, text):
    assert formats.ago(NOW - passed, NOW) == text


def test_a_share_of_nothing_is_a_dash():
    assert [formats.share(1, 0), formats.share(581, 1000)] == ["–", "58.1%"]


def test_a_status_is_a_word_a_shape_and_a_colour():
    html = drawn('{% status "campaign" "in_review" %}{% status "x" "y" word bare=True tone="wait" %}', word="<b>")
    assert 'data-of="campaign" data-status="in_review">In review</span>' in html
    assert 'class="status is-bare"' in html
    assert 'data-tone="wait"><span>&lt;b&gt;: </span></span>' in html


def test_icons_are_silent_unless_they_stand_alone():
    html = drawn('{% icon "inbox" %}{% icon "more" "More" %}')
    assert html.count('aria-hidden="true"') == 1
    assert 'aria-label="More"' in html


class Form(forms.Form):
    name = forms.CharField(help_text="As it stands on letters.")
    mine = forms.BooleanField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)


def test_a_field_has_label_help_error_and_widget_in_this_order():
    html = drawn("{% field form.name %}{% field form.mine %}{% field form.kind %}", form=Form({}))
    marks = ['for="id_name"', 'id="id_name_help"', 'id="id_name_error"', '<input type="text"']
    assert [html.index(mark) for mark in marks] == sorted(html.index(mark) for mark in marks)
    assert 'aria-describedby="id_name_help id_name_error"' in html
    assert "<fieldset" in html
    assert "<legend>Kind</legend>" in html


def test_a_progress_bar_says_its_sentence_and_asks_again_only_while_told_to():
    html = drawn('{% progress 3 4 "3 of 4" parts=parts url="/x" %}', parts=[Share(value=3, words="done", tone="good")])
    assert 'role="progressbar"' in html
    assert "--n:75" in html
    assert 'hx-get="/x"' in html
    assert "hx-get" not in drawn('{% progress 4 4 "4 of 4" %}')


COMPONENTS = "timeline said calendar week rules phone clock note empty strip pairs confirm drop crumbs"


def test_every_component_can_be_drawn():
    happening = Happening(at=NOW, sentence="Ana answered", quote="yes", theirs=True, url="/")
    said = Said(text="Hello <b>", at=NOW, ours=True, status="delivered", label="Delivered")
    week = [
        CalendarDay(day="24", leaves=3, held=1, refused=1, today=True),
        CalendarDay(day="25", closed="holiday"),
        None,
    ]
    context = {
        "zone": "America/Chicago",
        "happenings": [happening],
        "said": [said],
        "weeks": [[*week, None]],
        "days": [Hours(day="Tue 24", words="8:00 to 21:00", spans=[(8, 21)], now=10.7)],
        "findings": [{"outcome": "allow", "say": "It is 8:42 there.", "cite": ["12 CFR 1006.6"]}],
        "rows": [Length(label="Opted out", value=11, tone="stop")],
        "values": [Bar(label=f"{hour}:00", value=hour, planned=1) for hour in range(24)],
        "now": NOW,
        "number": "+12125550100",
    }
    for name in COMPONENTS.split():
        assert drawn(f'{{% include "components/{name}.html" %}}', **context).strip(), name
    assert "Hello &lt;b&gt;" in drawn('{% include "components/said.html" %}', **context)
    assert "Opted out" in drawn('{% lengths rows "Why" %}', **context)
    chart = drawn('{% bars values "Sent today" key="Sent" labels="0:00,12:00" opens=8 closes=21 now=10.7 %}', **context)
    assert chart.count("bar-sent") == 23
    assert "<table>" in chart
    assert "is-each" not in chart
    assert 'class="axis is-each"' in drawn('{% bars values "Sent today" %}', **context)


def test_the_longest_address_is_where_we_are(monkeypatch):
    urls = {"today": "/", "inbox": "/inbox", "campaigns": "/campaigns", "paper_phone": "/phone"}
    monkeypatch.setattr(navigation, "address", lambda name: urls.get(name, ""))
    may = {"accounts:read", "inbox:read", "campaigns:read", "sandbox:write"}
    groups = navigation.groups("/campaigns/cmp_1", {"unread": 3, "may": may})
    assert [(link.title, link.here, link.count) for group in groups for link in group.links] == [
        ("Today", False, 0),
        ("Inbox", False, 3),
        ("Campaigns", True, 0),
    ]
    assert [group.title for group in navigation.groups("/", {"sandbox": True, "may": may})] == ["", "Work", "On record"]


def test_the_navigation_names_only_pages_that_one_may_open(monkeypatch):
    monkeypatch.setattr(navigation, "address", lambda name: f"/{name}")

    def titles(*may):
        return [link.title for group in navigation.groups("/", {"sandbox": True, "may": may}) for link in group.links]

    assert titles("campaigns:read") == ["Campaigns", "Execution", "Settings"]
    assert titles("consent:read") == ["Opt-outs", "Settings"]
    assert titles("consent:read", "log:read", "sandbox:write") == ["Compliance", "Settings", "Paper phone"]


@pytest.mark.parametrize("url", ["https://example.com/", "//example.com", "javascript:alert(1)", "x"])
def test_nobody_is_sent_to_a_stranger(url):
    request = RequestFactory().post("/", {"next": url})
    assert htmx.next_page(request, "/home") == "/home"


@pytest.mark.parametrize(
    ("code", "words"),
    [("api", "API"), ("sms", "SMS"), ("promise_followup", "Promise followup"), ("bad_api", "Bad API"), ("", "")],
)
def test_a_code_is_read_with_its_proper_names(code, words):
    assert formats.worded(code) == words
