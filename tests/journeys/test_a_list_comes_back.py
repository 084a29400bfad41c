"""A list goes out as a file and comes back through the importer: its own header, everybody unchanged, nobody twice."""

import io

import pytest

from forbear.accounts.downloads import accounts_file, columns_of
from forbear.accounts.models import Account, Consumer, ContactPoint
from forbear.accounts.states import Provenance
from forbear.imports import actions
from forbear.imports.mapping import Field, propose
from tests.cast import TUESDAY, owes

KNOWN = {
    "firstName": Field.FIRST_NAME,
    "lastName": Field.LAST_NAME,
    "phone": Field.PHONE,
    "phone2": Field.OTHER_PHONE,
    "email": Field.EMAIL,
    "amount": Field.BALANCE,
    "currency": Field.CURRENCY,
    "dueDate": Field.DUE_DATE,
    "accountNumber": Field.NUMBER,
    "externalId": Field.EXTERNAL_ID,
    "creditorName": Field.CREDITOR,
    "score": Field.SCORE,
    "language": Field.LANGUAGE,
    "timeZone": Field.TIME_ZONE,
    "postalCode": Field.POSTAL_CODE,
    "state": Field.STATE,
    "accountStatus": Field.CUSTOM,
    "retailer": Field.CUSTOM,
}


@pytest.fixture
def shopper(larkfield):
    account = owes(larkfield, "Betty Ruble", "+14155550106", fields={"retailer": "Corner Store"})
    ContactPoint.objects.create(
        organization=larkfield,
        consumer=account.consumer,
        kind="phone",
        address="+12125550143",
        position=1,
        observed_at=TUESDAY,
    )
    return account


def test_the_importer_knows_every_column_that_we_write(larkfield, shopper):
    header = columns_of(Account.objects.of(larkfield), larkfield).header
    assert {column.header: column.field for column in propose(header)} == KNOWN


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_nobody_is_there_twice_when_the_file_comes_back(larkfield, shopper, tmp_path, settings, kind):
    settings.UPLOADS = tmp_path
    before = list(ContactPoint.objects.order_by("pk").values_list("address", "position"))
    batch = actions.begin_import(
        organization=larkfield,
        file=io.BytesIO(exported(larkfield, kind)),
        filename=f"autumn.{kind}",
        list_name="Autumn",
        provenance=Provenance.GIVEN_BY_CONSUMER,
        actor="system",
        at=TUESDAY,
    )
    actions.queue_import(batch=batch, dry_run=False, at=TUESDAY)
    actions.apply_import(import_id=batch.pk, at=TUESDAY)
    batch.refresh_from_db()
    assert (batch.status, batch.created, batch.rejected) == ("completed", 0, 0)
    assert (Account.objects.count(), Consumer.objects.count()) == (1, 1)
    account = Account.objects.get()
    assert (str(account.consumer), str(account.balance), account.status) == ("Betty Ruble", "$30.00", "pending_contact")
    assert account.fields["retailer"] == "Corner Store"
    assert list(ContactPoint.objects.order_by("pk").values_list("address", "position")) == before


def exported(organization, kind):
    answer = accounts_file(Account.objects.of(organization), organization, "autumn", kind)
    return b"".join(answer.streaming_content)
