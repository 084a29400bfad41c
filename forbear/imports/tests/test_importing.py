"""A file becomes people and accounts: once, again, with errors, taken back."""

from __future__ import annotations

import io
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from forbear.accounts.models import Account, Consumer, ContactList, ContactPoint, KnownField, ListMember
from forbear.accounts.states import Provenance
from forbear.compliance.models import Entry
from forbear.consent.actions import opt_out
from forbear.consent.models import OptOut
from forbear.imports import actions, applying, queries, uploads
from forbear.imports.models import Import, RowError
from forbear.imports.refusals import FileRefused
from forbear.staff.models import Organization
from tests.cast import TUESDAY

from .files import BETTY, COLLECTIONS

WALK_THROUGH = f"{COLLECTIONS}\n{BETTY}\n"
LATER = TUESDAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, settings: Any) -> None:
    settings.UPLOADS = tmp_path / "uploads"


def bring_in(
    organization: Organization, text: str, *, at: Any = TUESDAY, list_name: str = "file.csv", **also: Any
) -> Import:
    dry_run = also.pop("dry_run", False)
    batch = actions.begin_import(
        organization=organization, file=io.BytesIO(text.encode()), filename="file.csv", list_name=list_name,
        provenance=Provenance.GIVEN_BY_CONSUMER, actor="system", at=at, **also,
    )  # fmt: skip
    actions.queue_import(batch=batch, dry_run=dry_run, at=at)
    actions.apply_import(import_id=batch.pk, at=at)
    batch.refresh_from_db()
    return batch


def counts(batch: Import) -> tuple[int, int, int, int]:
    return batch.created, batch.updated, batch.unchanged, batch.rejected


def test_the_walk_through_file_brings_betty_in(larkfield: Organization) -> None:
    batch = bring_in(larkfield, WALK_THROUGH, list_name="test_collections_1-30dpd.csv")
    assert (batch.status, counts(batch)) == ("completed", (1, 0, 0, 0))
    account = Account.objects.select_related("consumer", "creditor").get()
    assert str(account.consumer) == "Betty Ruble"
    assert (account.creditor.name, account.number, account.due_date) == ("The Collectors", "123", date(2022, 12, 19))
    assert (str(account.balance), account.status) == ("$30.00", "pending_contact")
    assert account.fields == {"retailer": "Amazon", "orderNo": "123", "paymentLink": "https://www.stripe.com"}
    points = account.consumer.points.order_by("kind")
    assert [(p.kind, p.address, p.provenance) for p in points] == [
        ("email", "betty.ruble@example.com", "given_by_consumer"),
        ("phone", "+14158906431", "given_by_consumer"),
    ]
    assert list(account.lists.values_list("name", flat=True)) == ["test_collections_1-30dpd.csv"]
    assert set(KnownField.objects.values_list("name", flat=True)) == {"retailer", "orderNo", "paymentLink"}
    assert Entry.objects.filter(event="imports:import:applied").count() == 1


def test_the_file_is_gone_once_its_rows_are_saved(
    larkfield: Organization, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        batch = bring_in(larkfield, WALK_THROUGH)
    assert not uploads.path_of(batch.path).exists()


def test_the_same_file_again_changes_nothing(larkfield: Organization) -> None:
    bring_in(larkfield, WALK_THROUGH)
    before = list(Account.objects.values()), list(ContactPoint.objects.values())
    assert counts(bring_in(larkfield, WALK_THROUGH, at=LATER)) == (0, 0, 1, 0)
    assert (list(Account.objects.values()), list(ContactPoint.objects.values())) == before
    assert ContactList.objects.count() == ListMember.objects.count() == 1


def test_a_later_file_brings_the_account_up_to_date(larkfield: Organization) -> None:
    bring_in(larkfield, WALK_THROUGH)
    later = WALK_THROUGH.replace("30.00", "45.50").replace("Amazon", "Harbor").replace("4158906431", "415-555-0106")
    assert counts(bring_in(larkfield, later, at=LATER)) == (0, 1, 0, 0)
    account = Account.objects.get()
    assert (account.balance_minor, account.placed_minor) == (4550, 3000)
    assert account.fields["retailer"] == "Harbor"
    phones = account.consumer.points.filter(kind="phone").order_by("position")
    assert [p.address for p in phones] == ["+14155550106", "+14158906431"]


def test_blank_cells_say_nothing(larkfield: Organization) -> None:
    bring_in(larkfield, WALK_THROUGH)
    blank = WALK_THROUGH.replace(",30.00,Amazon,", ",,,").replace("12/19/22", "")
    assert counts(bring_in(larkfield, blank, at=LATER)) == (0, 0, 1, 0)
    assert Account.objects.get().balance_minor == 3000


def test_a_stop_survives_tomorrows_file(larkfield: Organization) -> None:
    bring_in(larkfield, WALK_THROUGH)
    opt_out(
        organization=larkfield,
        channel="sms",
        address="+14158906431",
        source="reply",
        notes="",
        actor="system",
        at=TUESDAY,
    )
    bring_in(larkfield, WALK_THROUGH.replace("30.00", "31.00"), at=LATER)
    assert OptOut.objects.filter(lifted_at__isnull=True).count() == 1


@pytest.mark.parametrize("status", ["paid", "closed"])
def test_finished_accounts_are_not_revived(larkfield: Organization, status: str) -> None:
    bring_in(larkfield, WALK_THROUGH)
    Account.objects.update(status=status, balance_minor=0)
    assert counts(bring_in(larkfield, WALK_THROUGH, at=LATER)) == (0, 0, 1, 0)
    account = Account.objects.get()
    assert (account.status, account.balance_minor) == (status, 0)


def test_a_file_that_says_nothing_is_left_closes_the_matter(larkfield: Organization) -> None:
    bring_in(larkfield, WALK_THROUGH)
    bring_in(larkfield, WALK_THROUGH.replace("30.00", "0.00"), at=LATER)
    account = Account.objects.get()
    assert account.status == "paid"
    assert Entry.objects.filter(event="accounts:account:status_changed", account_id=account.pk).exists()


def test_external_ids_are_unique_for_their_creditor(larkfield: Organization) -> None:
    head = "name,phone,externalId,creditor,amount\n"
    bring_in(larkfield, head + "Ann One,4155550101,X1,Harbor,10\nAnn One,4155550101,X1,Blue Pine,20\n")
    assert Account.objects.count() == 2
    assert Consumer.objects.count() == 1
    batch = bring_in(larkfield, head + "Ann Uno,4155550199,X1,Harbor,11\n", at=LATER)
    assert counts(batch) == (0, 1, 0, 0)
    changed = Account.objects.get(creditor__name="Harbor")
    assert (changed.balance_minor, str(changed.consumer)) == (1100, "Ann Uno")


def test_two_people_who_share_a_phone_stay_two(larkfield: Organization) -> None:
    bring_in(larkfield, "name,phone\nAnn One,4155550101\nBob One,4155550101\n")
    assert counts(bring_in(larkfield, "name,phone\nAnn One,4155550101\nBob One,4155550101\n", at=LATER)) == (0, 0, 2, 0)
    assert Consumer.objects.count() == Account.objects.count() == 2


def test_one_person_with_two_accounts_is_one_person(larkfield: Organization) -> None:
    bring_in(larkfield, "name,phone,number\nAnn One,4155550101,A\n")
    batch = bring_in(larkfield, "name,phone,number\nANN ONE,4155550101,B\nAnn One,4155550101,C\n", at=LATER)
    assert counts(batch) == (2, 0, 0, 0)
    assert Consumer.objects.count() == 1


def test_rows_that_cannot_be_used_are_told_and_the_others_saved(larkfield: Organization) -> None:
    text = "name,phone,amount\nJune Abara,555-01,96\nOmar Castellan,2135550131,418.20\nLuis Ferreira,6175550122,-12\n"
    batch = bring_in(larkfield, text)
    assert (batch.status, counts(batch)) == ("completed", (1, 0, 0, 2))
    assert list(queries.row_errors(batch)) == [
        (2, "phone", "555-01", "“555-01” is too short to be a telephone number."),
        (4, "amount", "-12", "A balance cannot be below zero; record a credit as a payment."),
    ]
    assert [(group.column, group.rows, group.first) for group in queries.error_groups(batch)] == [
        ("phone", 1, 2), ("amount", 1, 4),
    ]  # fmt: skip


def test_the_same_account_twice_in_a_file_counts_once(larkfield: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "CHUNK_ROWS", 2)
    rows = "Ann One,4155550101,A\n" * 2 + "Bob Two,4155550102,B\nAnn One,4155550101,A\nBob Two,4155550102,B\n"
    batch = bring_in(larkfield, "name,phone,number\n" + rows)
    assert counts(batch) == (2, 0, 0, 3)
    again = bring_in(larkfield, "name,phone,number\n" + rows, at=LATER)
    assert counts(again) == (0, 0, 2, 3)
    assert Account.objects.count() == 2
    assert sorted(RowError.objects.filter(batch=again).values_list("row", flat=True)) == [3, 5, 6]


def test_more_phones_and_emails_stay_behind_the_primary_one(larkfield: Organization) -> None:
    bring_in(larkfield, "name,phone,phone_work,email2\nAnn One,4155550101,4155550102,ann@example.com\n")
    points = ContactPoint.objects.order_by("position", "kind")
    assert [(p.kind, p.place, p.position) for p in points] == [
        ("email", "unknown", 0), ("phone", "unknown", 0), ("phone", "work", 1),
    ]  # fmt: skip


def test_strangers_and_known_people_come_in_one_file(larkfield: Organization, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(applying, "CHUNK_ROWS", 3)
    head = "name,phone,phone_work,email,externalId,creditor,amount,score\n"
    bring_in(larkfield, head + "Ann One,4155550101,,,X1,Harbor,10,\n")
    rows = [
        "Ann One,4155550101,,ann@example.com,X1,Harbor,11,",  # known
        "Bob Two,4155550102,4155550102,bob@example.com,X2,Harbor,20,640",  # a stranger
        "Cy Three,4155550101,,,X3,,30,",  # a stranger with a known telephone
        "Dot Four,4155550104,,,X4,Blue Pine,40,",  # two accounts of one stranger
        "Dot Four,4155550104,,dot@example.com,X5,Blue Pine,50,",
        "Bob Two,4155550102,,,X6,Harbor,60,",  # another account of somebody an earlier chunk brought
        "Eve Five,4155550105,,,X2,Harbor,0,",  # the same account as an earlier row
    ]
    batch = bring_in(larkfield, head + "\n".join(rows), at=LATER)
    assert counts(batch) == (5, 1, 0, 1)
    found = Account.objects.order_by("external_id").values_list(
        "external_id", "creditor__name", "consumer__last_name", "balance_minor", "score"
    )
    assert list(found) == [
        ("X1", "Harbor", "One", 1100, None), ("X2", "Harbor", "Two", 2000, 640), ("X3", None, "Three", 3000, None),
        ("X4", "Blue Pine", "Four", 4000, None), ("X5", "Blue Pine", "Four", 5000, None),
        ("X6", "Harbor", "Two", 6000, None),
    ]  # fmt: skip
    assert Consumer.objects.count() == 4
    assert ContactPoint.objects.filter(consumer__last_name="Two").count() == 2
    assert ListMember.objects.count() == 6
    assert no_orphans()


def test_a_person_whose_first_row_is_left_out_is_still_made(larkfield: Organization) -> None:
    head = "name,phone,externalId,creditor\n"
    batch = bring_in(larkfield, head + "Ann One,4155550101,X1,H\nBob Two,4155550102,X1,H\nBob Two,4155550102,X2,H\n")
    assert counts(batch) == (2, 0, 0, 1)
    assert sorted(str(person) for person in Consumer.objects.all()) == ["Ann One", "Bob Two"]
    assert no_orphans()


def test_texts_arrive_as_they_stand_in_the_file(larkfield: Organization) -> None:
    bring_in(larkfield, 'firstName,lastName,phone,note\n"O\\Neil",\\N,4155550101,"a\tb\nc\\d ""e"" \\. ${x}"\n')
    account = Account.objects.select_related("consumer").get()
    assert (account.consumer.first_name, account.consumer.last_name) == ("O\\Neil", "\\N")
    assert account.fields == {"note": 'a\tb\nc\\d "e" \\. ${x}'}


def test_a_dry_run_counts_and_saves_nothing(larkfield: Organization) -> None:
    bring_in(larkfield, WALK_THROUGH)
    text = (
        WALK_THROUGH.replace("30.00", "31.00")
        + BETTY.replace("123", "124")
        + "\n"
        + BETTY.replace("4158906431", "1")
        + "\n"
    )
    batch = bring_in(larkfield, text, at=LATER, dry_run=True, list_name="new list")
    assert (batch.status, counts(batch)) == ("completed", (1, 1, 0, 1))
    assert (Account.objects.count(), Account.objects.get().balance_minor) == (1, 3000)
    assert not ContactList.objects.filter(name="new list").exists()
    assert uploads.path_of(batch.path).exists()
    actions.queue_import(batch=batch, dry_run=False, at=LATER)
    actions.apply_import(import_id=batch.pk, at=LATER)
    batch.refresh_from_db()
    assert counts(batch) == (1, 1, 0, 1)
    assert Account.objects.count() == 2


def test_a_file_of_flaws_only_fails_with_a_reason(larkfield: Organization) -> None:
    batch = bring_in(larkfield, "name,phone\nAnn,1\nBob,2\n")
    assert (batch.status, batch.error) == ("failed", "None of the 2 rows can be used; the errors say why.")
    assert RowError.objects.filter(batch=batch).count() == 2
    assert not ContactList.objects.exists()


def test_a_file_that_breaks_in_the_middle_leaves_nothing(
    larkfield: Organization, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applying, "CHUNK_ROWS", 2)
    text = "name,phone\n" + "Ann,4155550101\n" * 60 + '"Dot,4155550104\n' + "Ed,4155550105\n" * 20_000
    batch = bring_in(larkfield, text)
    assert batch.status == "failed"
    assert batch.error == "A quotation mark opens in row 62 of file.csv and is never closed."
    assert not Account.objects.exists()


def test_a_file_that_cannot_be_read_is_not_kept(larkfield: Organization) -> None:
    with pytest.raises(FileRefused):
        bring_in(larkfield, "colour,size\nred,2\n")
    assert not Import.objects.exists()
    assert not [path for path in uploads.path_of("").rglob("*") if path.is_file()]


def test_a_second_worker_leaves_a_running_import_alone(larkfield: Organization) -> None:
    batch = bring_in(larkfield, WALK_THROUGH, dry_run=True)
    Import.objects.filter(pk=batch.pk).update(status="running", dry_run=False)
    with closing(connection.copy()) as elsewhere, elsewhere.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s, %s)", [applying.LOCKS, batch.pk])
        actions.apply_import(import_id=batch.pk, at=TUESDAY)
        assert not Account.objects.exists()
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [applying.LOCKS, batch.pk])
    actions.apply_import(import_id=batch.pk, at=TUESDAY)
    assert Account.objects.count() == 1


class TestUndo:
    def test_what_nobody_used_goes_and_what_was_changed_comes_back(self, larkfield: Organization) -> None:
        bring_in(larkfield, WALK_THROUGH)
        before = Account.objects.values().get()
        text = WALK_THROUGH.replace("30.00", "99.00").replace("Betty", "Bettina")
        text = text.replace("betty.ruble", "bettina") + BETTY.replace("123", "124").replace("betty.ruble", "bettina")
        batch = bring_in(larkfield, text, at=LATER, list_name="second")
        undone = actions.undo_import(batch=batch, actor="system", at=LATER)
        assert undone.as_counts() == {"removed": 1, "restored": 1, "kept": 0}
        assert Account.objects.values().get() == before
        assert str(Consumer.objects.get()) == "Betty Ruble"
        assert sorted(ContactPoint.objects.values_list("address", flat=True)) == [
            "+14158906431", "betty.ruble@example.com",
        ]  # fmt: skip
        assert not ContactList.objects.filter(name="second").exists()
        assert no_orphans()

    def test_accounts_changed_since_are_kept_and_counted(self, larkfield: Organization) -> None:
        batch = bring_in(larkfield, "name,phone\nAnn One,4155550101\nBob Two,4155550102\n")
        Account.objects.filter(consumer__first_name="Ann").update(updated_at=LATER)
        assert actions.undo_import(batch=batch, actor="system", at=LATER).as_counts() == {
            "removed": 1, "restored": 0, "kept": 1,
        }  # fmt: skip
        assert str(Account.objects.get().consumer) == "Ann One"
        assert no_orphans()

    def test_only_once(self, larkfield: Organization) -> None:
        batch = bring_in(larkfield, WALK_THROUGH)
        actions.undo_import(batch=batch, actor="system", at=LATER)
        with pytest.raises(actions.CannotUndo):
            actions.undo_import(batch=batch, actor="system", at=LATER)


def test_an_import_leaves_no_orphans(larkfield: Organization) -> None:
    bring_in(larkfield, "name,phone,number\nAnn One,4155550101,A\nAnn One,4155550101,B\nBob Two,4155550102,B\n")
    assert no_orphans()


def no_orphans() -> bool:
    """The links that the database does not check itself."""
    links = [
        ("accounts_contactpoint", "consumer_id", "accounts_consumer"),
        ("accounts_account", "consumer_id", "accounts_consumer"),
        ("accounts_account", "creditor_id", "accounts_creditor"),
        ("accounts_listmember", "account_id", "accounts_account"),
        ("accounts_listmember", "contact_list_id", "accounts_contactlist"),
    ]
    with connection.cursor() as cursor:
        for table, column, parent in links:
            cursor.execute(
                f"SELECT count(*) FROM {table} t WHERE {column} IS NOT NULL"
                f" AND NOT EXISTS (SELECT FROM {parent} p WHERE p.id = t.{column})"
            )
            if cursor.fetchone()[0]:
                return False
    return True
