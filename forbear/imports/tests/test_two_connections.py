"""A large file is written over two connections: to those who read it, it is one commit all the same."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from forbear.accounts.models import Account, Consumer, ContactPoint
from forbear.dispatch.inbound import _threads
from forbear.imports import actions, applying, beside
from forbear.imports.models import Block, Import
from forbear.orphans import orphans
from forbear.staff.models import Organization
from tests.cast import TUESDAY, found

HEAD = "name,phone,email,number,amount\n"
STRANGERS = "".join(f"Person {n},415555{n:04},person{n}@example.com,A-{n},{n}.00\n" for n in range(100, 112))
MET_AGAIN = (
    "Person 101,4155550101,other@example.com,B-1,7.00\n"  # a second account, in a later chunk
    "Person 103,4155550103,person103@example.com,A-103,9.00\n"  # the same account once more
    "Somebody Else,4155550104,,C-1,1.00\n"  # shares a telephone
    "Person 300,4155550300,shared@example.com,A-300,1.00\nPerson 301,4155550300,shared@example.com,A-301,1.00\n"
)


@pytest.fixture(autouse=True)
def small_chunks(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.UPLOADS = tmp_path / "uploads"
    monkeypatch.setattr(applying, "CHUNK_ROWS", 4)


@pytest.fixture
def committing(own_database: str, django_db_blocker: Any) -> Iterator[None]:
    with django_db_blocker.unblock():
        yield
        connection.close()


def queued(organization: Organization, text: str, **also: Any) -> Import:
    file = io.BytesIO((HEAD + text).encode())
    batch = actions.begin_import(
        organization=organization, file=file, filename="many.csv", list_name="many", at=TUESDAY, **also
    )
    return actions.queue_import(batch=batch, dry_run=False, at=TUESDAY)


def applied(batch: Import) -> Import:
    actions.apply_import(import_id=batch.pk, at=TUESDAY)
    batch.refresh_from_db()
    return batch


def everything(organization: Organization) -> tuple[list[Any], list[Any]]:
    """What an organization knows, without the numbers of the rows."""
    accounts = Account.objects.of(organization).order_by("pk")
    points = ContactPoint.objects.of(organization).order_by("consumer__last_name", "kind", "position", "address")
    return (
        list(accounts.values_list("consumer__last_name", "number", "balance_minor", "status", "fields")),
        list(points.values_list("consumer__last_name", "kind", "address", "position", "place", "status")),
    )


def test_two_connections_bring_what_one_brings(committing: None) -> None:
    over_two, over_one = found("Larkfield Recovery"), found("Pilot Butte Credit")
    text = STRANGERS + MET_AGAIN
    both = applied(queued(over_two, text))
    with transaction.atomic():  # somebody else's transaction: only one connection can write in it
        one = applied(queued(over_one, text))
    assert (both.created, both.rejected, both.error) == (one.created, one.rejected, one.error) == (16, 1, "")
    assert everything(over_two) == everything(over_one)
    assert not orphans()
    assert not Block.objects.exists()


def test_what_is_taken_back_is_taken_back_from_both(committing: None) -> None:
    batch = applied(queued(found("Larkfield Recovery"), STRANGERS + MET_AGAIN))
    undone = actions.undo_import(batch=batch, actor="system", at=TUESDAY)
    assert undone.removed == 16
    assert not ContactPoint.objects.exists()
    assert not Consumer.objects.exists()


@pytest.mark.parametrize("error", [RuntimeError, DatabaseError])
def test_an_import_that_fails_at_its_end_leaves_no_points(
    committing: None, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    batch = queued(found("Larkfield Recovery"), STRANGERS)
    left: list[int] = []

    def fails(*_: Any, **__: Any) -> None:
        left.append(ContactPoint.objects.count())
        raise error("the last moment")

    with monkeypatch.context() as patch:
        patch.setattr(actions, "_complete", fails)
        with pytest.raises(error):
            actions.apply_import(import_id=batch.pk, at=TUESDAY)
    batch.refresh_from_db()
    assert left == [24]
    if error is RuntimeError:
        assert (batch.status, ContactPoint.objects.count()) == ("failed", 0)
    else:  # worth another try, which begins by sweeping
        assert (batch.status, ContactPoint.objects.count()) == ("running", 24)
        assert applied(batch).status == "completed"
        assert ContactPoint.objects.count() == 24
    assert not orphans()
    assert not Block.objects.exists()


def test_points_of_nobody_are_nobodys(committing: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reply from a number on its way in is not threaded to a person who may never come."""
    larkfield = found("Larkfield Recovery")
    batch = queued(larkfield, STRANGERS)
    threads: list[Any] = []
    monkeypatch.setattr(actions, "_complete", lambda *_: threads.append(seen_from_outside(larkfield)) or 1 / 0)
    with pytest.raises(ZeroDivisionError):
        actions.apply_import(import_id=batch.pk, at=TUESDAY)
    assert threads == [(24, {})]


def seen_from_outside(organization: Organization) -> tuple[int, Any]:
    """How many points another connection sees, and whose the first one is."""
    told: list[Any] = []

    def look() -> None:
        told.append(ContactPoint.objects.count())
        told.append(_threads({(organization.pk, "+14155550100")}))
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    thread.join()
    return told[0], told[1]


def test_a_sweep_takes_only_what_its_own_attempt_left(committing: None) -> None:
    larkfield = found("Larkfield Recovery")
    applied(queued(larkfield, STRANGERS))
    batch = queued(larkfield, STRANGERS.replace("415555", "212555"))
    mine = Consumer.objects.order_by("pk").last()
    assert mine is not None
    Block.objects.create(batch=batch, first=1, last=mine.pk + 1)
    for consumer in (mine.pk + 1, mine.pk + 2):
        ContactPoint.objects.create(
            organization=larkfield, consumer_id=consumer, kind="phone", address="+12125550100", observed_at=TUESDAY
        )
    assert beside.sweep(batch.pk) == 1
    assert beside.sweep(batch.pk) == 0
    assert list(ContactPoint.objects.filter(consumer_id__gt=mine.pk).values_list("consumer_id", flat=True)) == [
        mine.pk + 2
    ]
    assert ContactPoint.objects.count() == 25
