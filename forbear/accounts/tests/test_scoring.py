"""The scorecard: points that add up to a hundred, the same by hand and in one statement for all."""

from __future__ import annotations

from datetime import timedelta

from procrastinate.contrib.django.models import ProcrastinateJob

from forbear.accounts.models import Account
from forbear.accounts.scorecard import card_of, score_all
from forbear.accounts.scoring import CARD, MOST, lines, total
from forbear.accounts.tasks import score_organization
from forbear.compliance.models import Entry
from forbear.core.money import Money
from forbear.payments.promising import make_promise
from tests.cast import TUESDAY, owes
from tests.engine_room import broadcast, launch, says

LATER = TUESDAY + timedelta(days=2)


def test_a_full_card_has_a_hundred_points():
    assert MOST == 100
    best = {"lateness": 12, "balance": 2_000, "reach": 2, "answer": 1, "tries": 0, "promises": 2}
    assert total(lines(best)) == 100
    assert total(lines({})) == sum(factor.missing for factor in CARD)


def test_each_factor_says_why():
    said = {line.name: line.say for line in lines({"lateness": 40, "answer": None, "promises": -1})}
    assert said["lateness"] == "40 days past due"
    assert said["answer"] == "they have not written yet"
    assert said["promises"] == "-1 kept beyond those broken"


def test_all_at_once_is_the_same_as_each_by_itself(larkfield, betty, omar, hana, dana):
    due = TUESDAY.date() - timedelta(days=20)
    Account.objects.filter(pk=omar.pk).update(due_date=due)
    owes(larkfield, "Yuki Tamm", "+14155550190", balance_minor=5_000, currency="JPY")
    launch(broadcast(larkfield, [betty, omar]))
    says(omar, "When is it due?", TUESDAY)
    make_promise(
        account=hana, amount=Money(100, "USD"), due_on=TUESDAY.date(), modality="partial", source="staff",
        actor=dana.actor, at=TUESDAY,
    )  # fmt: skip
    assert score_all(organization=larkfield, actor="system", at=LATER) == 4
    assert score_all(organization=larkfield, actor="system", at=LATER) == 0
    kept = dict(Account.objects.values_list("pk", "score"))
    for account in Account.objects.select_related("organization"):
        assert kept[account.pk] == card_of(account, at=LATER).score
    assert kept[omar.pk] > kept[betty.pk]


def test_paid_accounts_and_strangers_keep_their_score(larkfield, betty, stranger_org):
    Account.objects.filter(pk=betty.pk).update(status="paid", score=7)
    other = owes(stranger_org, "Sid Other", "+14155550191", score=8)
    assert score_all(organization=larkfield, actor="system", at=LATER) == 0
    assert set(Account.objects.filter(pk__in=[betty.pk, other.pk]).values_list("score", flat=True)) == {7, 8}


def test_a_program_reads_the_card_and_has_all_scored(api, betty):
    card = api.get(f"/v1/accounts/{betty.public_id}/score").json()
    assert card["score"] == sum(factor["points"] for factor in card["factors"])
    assert card["kept"] is None
    assert api.post("/v1/scores", {}).json() == {"changed": 1}
    assert api.get(f"/v1/accounts/{betty.public_id}").json()["score"] == card["score"]


def test_more_accounts_than_somebody_waits_for_are_scored_by_a_worker(api, larkfield, betty, omar, hana, monkeypatch):
    monkeypatch.setattr("forbear.accounts.tasks.SCORED_AT_ONCE", 2)
    for _ in range(2):
        answer = api.post("/v1/scores", {})
        assert (answer.status_code, answer.json()) == (202, {"changed": None})
    assert not Account.objects.filter(score__isnull=False).exists()
    (job,) = ProcrastinateJob.objects.filter(task_name="accounts.score_organization", status="todo")
    score_organization(**job.args)
    assert Account.objects.filter(score__isnull=False).count() == 3
    assert Entry.objects.get(event="accounts:account:scored").told["facts"] == {"changed": 3}


def test_the_highest_score_leaves_first_if_the_organization_says_so(larkfield, betty, omar, hana):
    from forbear.dispatch.models import QueueItem
    from forbear.staff.models import Organization

    for account, score in ((betty, 10), (omar, 90), (hana, None)):
        Account.objects.filter(pk=account.pk).update(score=score)
    Organization.objects.filter(pk=larkfield.pk).update(queue_by_score=True)
    larkfield.refresh_from_db()
    launch(broadcast(larkfield, [betty, omar, hana]))
    assert list(QueueItem.objects.order_by("id").values_list("account", flat=True)) == [omar.pk, betty.pk, hana.pk]
