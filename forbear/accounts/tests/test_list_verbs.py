"""Contact lists: one name each, nobody twice, deleted without their accounts, all of it on record."""

from __future__ import annotations

import pytest

from forbear.accounts import actions
from forbear.accounts.models import Account, ContactList, ListMember
from forbear.compliance.models import Entry
from forbear.core.refusal import Invalid
from forbear.staff.models import Organization, Person
from tests.cast import TUESDAY


def made(organization: Organization, name: str = "November", actor: str = "system") -> ContactList:
    return actions.create_list(organization=organization, name=name, actor=actor, at=TUESDAY)


def test_a_list_knows_who_made_it(larkfield: Organization, dana: Person) -> None:
    assert made(larkfield, "  First   of November ", dana.actor).name == "First of November"
    assert ContactList.objects.get().created_by == dana
    assert made(larkfield, "By a program", "key:3").created_by is None


def test_capitals_do_not_tell_two_lists_apart(larkfield: Organization, stranger_org: Organization) -> None:
    one = made(larkfield)
    with pytest.raises(actions.ListNameTaken):
        made(larkfield, "NOVEMBER")
    assert actions.ensure_list(organization=larkfield, name="november ", actor="system", at=TUESDAY) == one
    assert made(stranger_org).organization == stranger_org
    other = made(larkfield, "May")
    with pytest.raises(actions.ListNameTaken):
        actions.rename_list(contact_list=other, name="november", actor="system", at=TUESDAY)


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "two\nlines\x07"])
def test_names_that_are_none_are_refused(larkfield: Organization, name: str) -> None:
    with pytest.raises(Invalid):
        made(larkfield, name)


def test_nobody_is_on_a_list_twice_and_no_stranger_ever(
    larkfield: Organization, betty: Account, omar: Account, stranger_org: Organization
) -> None:
    one = made(larkfield)
    everybody = Account.objects.all()
    assert actions.add_members(contact_list=one, accounts=everybody, actor="system", at=TUESDAY) == 2
    assert actions.add_members(contact_list=one, accounts=everybody, actor="system", at=TUESDAY) == 0
    theirs = made(stranger_org)
    assert actions.add_members(contact_list=theirs, accounts=everybody, actor="system", at=TUESDAY) == 0
    assert actions.remove_members(contact_list=one, accounts=[betty.pk, 0], actor="system", at=TUESDAY) == 1
    assert list(one.accounts.all()) == [omar]


def test_a_deleted_list_leaves_its_accounts_and_its_entries(larkfield: Organization, betty: Account) -> None:
    one = made(larkfield)
    actions.add_members(contact_list=one, accounts=Account.objects.all(), actor="system", at=TUESDAY)
    actions.delete_list(contact_list=one, actor="system", at=TUESDAY)
    assert (ContactList.objects.count(), ListMember.objects.count(), Account.objects.count()) == (0, 0, 1)
    events = Entry.objects.order_by("pk").values_list("event", flat=True)
    assert list(events) == ["accounts:list:created", "accounts:list:changed", "accounts:list:deleted"]
