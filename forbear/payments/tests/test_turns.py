"""Two transactions that wait for each other: one is ended by the database, and both come to their end."""

from __future__ import annotations

import threading

from django.db import connection, transaction

from forbear.accounts.models import Account
from forbear.accounts.turns import begins_again
from tests.cast import found, owes


def test_a_deadlocks_victim_begins_again(own_database):
    house = found("Larkfield Recovery")
    one, other = (owes(house, f"Ann Nr{number}", f"+1415555000{number}").pk for number in range(2))
    ready, tries, ended = threading.Barrier(2), [], []

    @begins_again
    def add_a_cent(first: int, second: int) -> None:
        with transaction.atomic():
            tries.append(first)
            Account.objects.filter(pk=first).update(score=1)
            if len(tries) <= 2:
                ready.wait()
            Account.objects.filter(pk=second).update(score=1)

    def work(first: int, second: int) -> None:
        try:
            add_a_cent(first, second)
            ended.append(first)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=pair) for pair in ((one, other), (other, one))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    # Who begins again may meet the other one once more: how often depends on who is quicker.
    assert (sorted(ended), len(tries) > 2) == (sorted([one, other]), True)
