"""A file that nobody said yes to does not stay about."""

from datetime import timedelta
from io import BytesIO

from forbear.imports import queries, tasks, uploads
from forbear.imports.actions import begin_import
from forbear.imports.models import Import
from tests.cast import TUESDAY


def uploaded(organization, at):
    file = BytesIO(b"firstName,lastName,phone\nBetty,Ruble,4155550106\n")
    return begin_import(
        organization=organization, file=file, filename="november.csv", provenance="unknown", actor="system", at=at
    )


def test_an_upload_without_a_yes_is_forgotten_after_two_days(larkfield, monkeypatch):
    old, new = uploaded(larkfield, TUESDAY - timedelta(days=3)), uploaded(larkfield, TUESDAY)
    assert queries.abandoned(at=TUESDAY) == [old]
    monkeypatch.setattr("forbear.core.clock.now", lambda: TUESDAY)
    tasks.forget(0)
    assert list(Import.objects.all()) == [new]
    assert not uploads.path_of(old.path).exists()
    assert uploads.path_of(new.path).exists()


def test_a_file_that_waits_for_a_yes_is_found_again(browser, larkfield):
    batch = uploaded(larkfield, TUESDAY)
    page = browser.get("/contact-lists/add").content.decode()
    assert "Waiting for your yes" in page
    assert batch.public_id in page
