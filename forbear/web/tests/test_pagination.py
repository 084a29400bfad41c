"""Walking the pages of a list shows every row once, in order, whatever is inserted meanwhile."""

import base64
import json
from functools import cmp_to_key

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import NullIf
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forbear.web.pagination import Page, UnknownCursor, UnknownSort, paginate

pytestmark = pytest.mark.django_db
SORTS = {"number": ["model"], "owner": ["owner", "model"], "newest": ["-owner", "app_label"]}
ROWS = st.lists(st.sampled_from(["", "a", "b", "c"]), max_size=14)


def rows():
    """Rows of a table that is always there; `owner` is NULL where the label is empty."""
    owner = NullIf("app_label", Value(""))
    return ContentType.objects.filter(model__startswith="paged").annotate(owner=owner)


def fill(labels):
    made = [ContentType(app_label=label, model=f"paged{index % 5}-{index}") for index, label in enumerate(labels)]
    ContentType.objects.bulk_create(made)


def walk(sort, limit):
    pages, cursor = [], None
    while True:
        page = paginate(rows(), sorts=SORTS, sort=sort, cursor=cursor, limit=limit)
        pages.append(page)
        if not (cursor := page.next_cursor):
            return pages


def keys(pages):
    return [row.pk for page in pages for row in page.items]


def expected(sort):
    """The order by hand: NULL after everything, and before everything when descending."""
    columns = [column.removeprefix("-") for column in SORTS[sort.removeprefix("-")]]
    signs = [-1 if column.startswith("-") else 1 for column in SORTS[sort.removeprefix("-")]]
    turn = -1 if sort.startswith("-") else 1

    def compare(one, other):
        for column, sign in (*zip(columns, signs, strict=True), ("pk", 1)):
            left, right = getattr(one, column), getattr(other, column)
            if left != right:
                bigger = left is None or (right is not None and left > right)
                return sign * turn * (1 if bigger else -1)
        return 0

    return [row.pk for row in sorted(rows(), key=cmp_to_key(compare))]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sampled_from(["number", "-number", "owner", "-owner", "newest", "-newest"]), st.integers(1, 6))
def test_every_row_comes_once_and_in_order(labels, sort, limit):
    with transaction.atomic():
        fill(labels)
        pages = walk(sort, limit)
        assert keys(pages) == expected(sort)
        assert all(len(page.items) == limit for page in pages[:-1])
        transaction.set_rollback(True)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ROWS, st.sampled_from(["number", "owner", "-owner", "-newest"]), st.integers(1, 6))
def test_going_back_shows_the_pages_that_were_seen(labels, sort, limit):
    with transaction.atomic():
        fill(labels)
        pages = walk(sort, limit)
        back, cursor = [pages[-1]], pages[-1].previous_cursor
        while cursor:
            back.append(paginate(rows(), sorts=SORTS, sort=sort, cursor=cursor, limit=limit))
            cursor = back[-1].previous_cursor
        assert keys(reversed(back)) == keys(pages)
        assert (back[-1].next_cursor is not None) == (len(pages) > 1)
        transaction.set_rollback(True)


def test_rows_that_arrive_on_a_page_already_read_shift_nothing():
    fill(["b"] * 6)
    first = paginate(rows(), sorts=SORTS, sort="owner", limit=3)
    ContentType.objects.bulk_create([ContentType(app_label="a", model=f"paged-{n}") for n in range(4)])
    second = paginate(rows(), sorts=SORTS, sort="owner", cursor=first.next_cursor, limit=3)
    assert len({*keys([first]), *keys([second])}) == 6
    assert second.next_cursor is None


def test_a_deleted_row_is_still_a_place():
    fill(["b"] * 6)
    first = paginate(rows(), sorts=SORTS, sort="number", limit=3)
    first.items[-1].delete()
    assert len(paginate(rows(), sorts=SORTS, sort="number", cursor=first.next_cursor, limit=3).items) == 3


def test_the_total_is_counted_when_asked(django_assert_num_queries):
    fill(["a"] * 5)
    with django_assert_num_queries(1):
        assert paginate(rows(), sorts=SORTS, limit=2).total is None
    assert paginate(rows(), sorts=SORTS, limit=2, count=True).total == 5


def written(*parts):
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "é",
        "%%%",
        "AAAA",
        written("next", "number"),
        written("next", "owner", ["a", "1"]),
        written("sideways", "number", ["a", "1"]),
        written("next", "number", ["a"]),
        written("next", "number", ["a", "one"]),
        written("next", "number", [None, "1"]),
        written("next", "number", ["a", None]),
        written("next", "number", ["a\x00", "1"]),
        written("next", "number", ["a", "9" * 40]),
        written("next", "number", ["a", "9" * 5000]),
        written("next", "number", [{"a": 1}, "1"]),
        written("next", "number", 3),
        base64.urlsafe_b64encode(b"[" * 100_000).decode(),
    ],
)
def test_a_cursor_that_we_did_not_write_is_refused(cursor):
    with pytest.raises(UnknownCursor, match="start from the first page"):
        paginate(rows(), sorts=SORTS, sort="number", cursor=cursor)


def test_a_sort_that_is_not_on_offer_is_refused_by_name():
    with pytest.raises(UnknownSort, match="choose one of: number, owner, newest"):
        paginate(rows(), sorts=SORTS, sort="password")


def test_a_page_can_be_made_of_dictionaries():
    fill(["a"] * 3)
    found = rows().values("id", "model", "owner")
    first = paginate(found, sorts=SORTS, sort="owner", limit=2)
    second = paginate(found, sorts=SORTS, sort="owner", cursor=first.next_cursor, limit=2)
    assert isinstance(first, Page)
    assert len({row["id"] for row in [*first.items, *second.items]}) == 3
