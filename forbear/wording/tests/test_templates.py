"""Stories of the wording room: templates are written, revised, shown and refused."""

import json

import pytest
from django.db import DatabaseError, transaction

from forbear.accounts.models import KnownField
from forbear.compliance.models import Entry
from forbear.staff.states import Role
from forbear.wording import actions, previews, queries
from forbear.wording.housewords import full_catalogue
from forbear.wording.models import Template
from tests.cast import TUESDAY, employ, owes

BODY = "Hi ${firstName}, this is ${organization}. We are a debt collector. Reply STOP to end texts."


@pytest.fixture
def reminder(larkfield, dana):
    return actions.create_template(
        organization=larkfield, name="Reminder", body=BODY, bucket="1-30", actor=dana.actor, at=TUESDAY
    )


def revise(template, dana, **words):
    return actions.revise_template(template=template, actor=dana.actor, at=TUESDAY, **words)


def test_a_new_text_is_the_next_version_and_the_old_one_stays(reminder, dana):
    revise(reminder, dana, body=BODY + " Thanks.")
    again = revise(reminder, dana, body=BODY + " Thanks.")
    assert again.current.number == 2
    assert [version.body for version in queries.versions_of(reminder)] == [BODY + " Thanks.", BODY]


def test_the_database_refuses_to_change_a_version(reminder):
    version = reminder.current
    version.body = "Something else."
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        version.save()


def test_every_change_is_in_the_log(reminder, dana):
    revise(reminder, dana, body=BODY + " Thanks.", name="Kind reminder")
    actions.archive_template(template=reminder, actor=dana.actor, at=TUESDAY)
    entries = Entry.objects.of(reminder.organization).filter(event__startswith="wording:").order_by("id")
    assert [entry.event.rpartition(":")[2] for entry in entries] == ["created", "changed", "revised", "archived"]
    assert json.loads(entries[2].facts)["version"] == 2
    assert all(entry.actor == dana.actor for entry in entries)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("Hi ${colour} and ${FirstName}", "No contact has a field named colour, FirstName: take a tag from the list."),
        ("Hi ${firstName", "A tag that opens with ${ is not finished: write it as ${firstName} or ${firstName|there}."),
        ("   ", "Write a text."),
        ("a" * 1531, "The text is 1,531 characters long; at most 1,530 fit."),
    ],
)
def test_a_text_that_cannot_be_filled_in_is_refused_by_name(larkfield, dana, body, sentence):
    with pytest.raises(actions.UnusableTemplate) as refused:
        actions.create_template(organization=larkfield, name="X", body=body, actor=dana.actor, at=TUESDAY)
    assert refused.value.fields == {"body": sentence}
    assert not Template.objects.of(larkfield).exists()


def test_a_column_of_a_file_becomes_a_tag(larkfield, dana):
    KnownField.objects.create(organization=larkfield, name="ZipCode")
    template = actions.create_template(
        organization=larkfield, name="Zip", body="${ZipCode} ${first_name}", actor=dana.actor, at=TUESDAY
    )
    assert template.current.number == 1
    assert "ZipCode" in [choice.name for choice in queries.known_fields(larkfield) if not choice.standard]


def test_a_name_is_taken_once_a_language_and_free_again_after_archiving(reminder, dana, larkfield):
    words = {"organization": larkfield, "body": BODY, "actor": dana.actor, "at": TUESDAY}
    with pytest.raises(actions.UnusableTemplate, match="already"):
        actions.create_template(name="REMINDER", **words)
    actions.create_template(name="Reminder", language="es", **words)
    actions.archive_template(template=reminder, actor=dana.actor, at=TUESDAY)
    assert actions.create_template(name="Reminder", **words).pk
    with pytest.raises(actions.TemplateArchived):
        revise(reminder, dana, body="Other")


def test_a_new_organization_finds_four_buckets_in_two_languages(larkfield):
    actions.install_catalogue(organization=larkfield, at=TUESDAY)
    actions.install_catalogue(organization=larkfield, at=TUESDAY)
    shelves = queries.catalogue(larkfield, language="en")
    assert [shelf.bucket for shelf in shelves] == ["1-30", "31-60", "61-90", "final"]
    assert {shelf.industry for shelf in shelves} == {"Debt Collection"}
    assert all(one.can_be_sent for shelf in shelves for one in shelf.listed)
    assert Template.objects.of(larkfield).count() == len(full_catalogue(larkfield.actor)) == 80
    assert Template.objects.of(larkfield).filter(tone="").count() == 8


def test_what_somebody_put_away_does_not_come_back(larkfield, dana):
    (first, *_) = actions.install_catalogue(organization=larkfield, at=TUESDAY)
    actions.archive_template(template=first, actor=dana.actor, at=TUESDAY)
    assert actions.install_catalogue(organization=larkfield, at=TUESDAY) == []


def test_a_preview_shows_what_this_contact_would_read(reminder, larkfield):
    betty = owes(larkfield, "Betty Ruble", "+14155550143")
    seen = previews.preview(larkfield, body=reminder.current.body, account=betty)
    assert seen.text == "Hi Betty, this is Larkfield Recovery. We are a debt collector. Reply STOP to end texts."
    assert seen.leaves
    without = previews.preview(larkfield, body="Hi ${firstName}, ${retailer}", account=betty)
    assert without.reason == "No value for retailer."
    assert not without.leaves


@pytest.fixture
def at_desk(client, dana):
    client.force_login(dana)
    return client


def test_the_list_stands_by_days_past_due(at_desk, larkfield):
    actions.install_catalogue(organization=larkfield, at=TUESDAY)
    page = at_desk.get("/templates?language=es").content.decode()
    assert page.index("1-30 days past due") < page.index("31-60 days") < page.index("Final: 91 days")
    assert "Hola ${firstName}" in page
    assert "Hello ${firstName}" not in page


def test_the_editor_keeps_what_was_typed_and_says_what_is_wrong(at_desk):
    typed = {"name": "Mine", "channel": "sms", "language": "en", "bucket": "", "body": "Hi ${colour}"}
    answer = at_desk.post("/templates/new", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "No contact has a field named colour" in page
    assert "Hi ${colour}" in page
    made = at_desk.post("/templates/new", {**typed, "body": BODY})
    assert made.status_code == 302
    page = at_desk.get(made["Location"]).content.decode()
    assert "version 1" in page
    assert "Keeps to every wording rule" in page


def test_a_saved_change_shows_what_it_changed(at_desk, reminder):
    words = {"name": "Reminder", "bucket": "1-30", "body": BODY.replace("Hi", "Hello")}
    assert at_desk.post(f"/templates/{reminder.public_id}", words).status_code == 302
    page = at_desk.get(f"/templates/{reminder.public_id}/versions/2").content.decode()
    assert "<del>Hi</del><ins>Hello</ins>" in page
    assert at_desk.get(f"/templates/{reminder.public_id}/versions/3").status_code == 404


def test_the_preview_follows_the_typing(at_desk, larkfield):
    betty = owes(larkfield, "Betty Ruble", "+14155550143")
    typed = {"body": "URGENT ${firstName} ${retailer}", "account": betty.public_id, "language": "en"}
    part = at_desk.post("/templates/preview", typed).content.decode()
    assert "URGENT Betty" in part
    assert "No value for retailer" in part
    assert "presses the reader" in part
    assert "<html" not in part
    broken = at_desk.post("/templates/preview", {"body": "Hi ${first"}).content.decode()
    assert "is not finished" in broken


@pytest.mark.parametrize("path", ["", "/archive", "/versions/1"])
def test_a_stranger_finds_nothing(client, stranger, reminder, path):
    client.force_login(stranger)
    address = f"/templates/{reminder.public_id}{path}"
    answer = client.post(address) if path == "/archive" else client.get(address)
    assert answer.status_code == 404


def test_who_only_looks_cannot_write(client, larkfield, reminder):
    client.force_login(employ(larkfield, "Olga Operator", Role.OPERATOR))
    assert client.get(f"/templates/{reminder.public_id}").status_code == 200
    assert client.get("/templates/new").status_code == 403
    words = {"name": "Reminder", "bucket": "1-30", "body": "Other"}
    assert client.post(f"/templates/{reminder.public_id}", words).status_code == 403
    reminder.refresh_from_db()
    assert reminder.current.number == 1


def test_the_list_asks_the_database_a_fixed_number_of_times(at_desk, larkfield, django_assert_max_num_queries):
    actions.install_catalogue(organization=larkfield, at=TUESDAY)
    with django_assert_max_num_queries(12):
        at_desk.get("/templates")


def test_a_letter_is_written_previewed_and_compared(at_desk, larkfield):
    letter = {"name": "Letter", "channel": "email", "language": "en", "bucket": "", "tone": "firm", "body": BODY}
    refused = at_desk.post("/templates/new", letter)
    assert refused.status_code == 422
    assert "An e-mail needs a subject." in refused.content.decode()
    made = at_desk.post("/templates/new", {**letter, "subject": "Hello ${firstName}"})
    page = at_desk.get(made["Location"]).content.decode()
    assert "Hello Betty" in page
    assert "unsubscribes" in page
    at_desk.post(
        made["Location"], {"name": "Letter", "bucket": "", "tone": "", "subject": "Dear ${firstName}", "body": BODY}
    )
    changed = at_desk.get(made["Location"] + "/versions/2").content.decode()
    assert "<del>Hello</del><ins>Dear</ins>" in changed


def test_a_call_is_previewed_by_its_parts_and_a_text_forgets_a_hidden_subject(at_desk):
    call = "[check]\nIs ${firstName} there?\n[message]\nWe are a debt collector.\n[voicemail]\nYou owe $5."
    seen = at_desk.post("/templates/preview", {"channel": "voice", "body": call}).content.decode()
    assert "To whoever answers" in seen
    assert "Is Betty there?" in seen
    assert "Nothing: the call hangs up." in seen
    text = {"name": "Text", "channel": "sms", "language": "en", "bucket": "", "subject": "Left over", "body": BODY}
    assert at_desk.post("/templates/new", text).status_code == 302


def test_the_list_is_of_one_channel_and_one_tone(at_desk, larkfield):
    actions.install_catalogue(organization=larkfield, at=TUESDAY)
    page = at_desk.get("/templates?channel=email&tone=firm&language=en").content.decode()
    assert "An amount and a date, please" in page
    assert "Let us find a way together" not in page


def test_the_list_shows_one_bucket_at_a_time_unless_it_is_searched(at_desk, larkfield):
    actions.install_catalogue(organization=larkfield, at=TUESDAY)
    shelf = 'id="shelf-1">{}</h2>'.format
    first = at_desk.get("/templates").content.decode()
    assert shelf("1-30 days past due") in first
    assert 'id="shelf-2"' not in first
    assert shelf("31-60 days past due") in at_desk.get("/templates?bucket=31-60").content.decode()
    assert 'id="shelf-2"' in at_desk.get("/templates?bucket=all").content.decode()
    assert 'id="shelf-2"' in at_desk.get("/templates?tone=firm").content.decode()
    assert at_desk.get("/templates?bucket=nowhere").status_code == 200
