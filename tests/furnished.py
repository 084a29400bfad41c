"""An organization with one of everything that has an address: what strangers must never reach."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from forbear.accounts.models import Account, ContactList, ContactPoint, ListMember, Segment
from forbear.accounts.states import PointKind
from forbear.campaigns.models import Campaign, DryRun
from forbear.cases.actions import escalate
from forbear.cases.disputing import open_dispute
from forbear.channels.models import ProviderAccount, Sender
from forbear.compliance.actions import canonical
from forbear.compliance.models import Entry
from forbear.compliance.retention import open_legal_hold
from forbear.compliance.sealing import seal_all
from forbear.consent.actions import open_hold, opt_out
from forbear.consent.ledger import NewAct, record_acts
from forbear.consent.models import Act
from forbear.consent.states import ActSource, ActType, HoldKind, OptOutChannel, OptOutSource
from forbear.core.money import Money
from forbear.dispatch.models import QueueItem, Referral
from forbear.documents.actions import create_document
from forbear.documents.attaching import attach
from forbear.documents.lending import NewLoan
from forbear.documents.models import BulkStart
from forbear.documents.outreach import start_outreach
from forbear.documents.people import NewPerson, add_party
from forbear.documents.planning import Chosen
from forbear.documents.states import LoanStatus, PartyRole
from forbear.imports.models import Import
from forbear.inbox.models import AutoReply, Conversation
from forbear.payments.actions import record_payment
from forbear.payments.promising import make_promise
from forbear.staff.invitations import invite
from forbear.staff.keys import issue_key
from forbear.staff.models import Organization
from forbear.staff.states import Role
from forbear.strategies.actions import create_strategy
from forbear.strategies.models import Strategy
from forbear.strategies.plans import Plan, StepPlan
from forbear.strategies.states import Kind
from forbear.wording.models import Template, TemplateVersion
from tests.cast import TUESDAY, employ, owes


def furnish(organization: Organization) -> dict[str, str]:
    """Public ids by the names that addresses give them: `account_id`, `hold`, `person`."""
    account = owes(organization, "Betty Ruble", "+14155550106", due_date=date(2026, 11, 1))
    point = ContactPoint.objects.create(
        organization=organization,
        consumer=account.consumer,
        kind=PointKind.EMAIL,
        address="betty@example.com",
        observed_at=TUESDAY,
    )
    person = employ(organization, "Petra Member", Role.MANAGER)
    by = {"actor": person.actor, "at": TUESDAY}
    hold = open_hold(consumer=account.consumer, kind=HoldKind.MANUAL, account=account, **by)
    closed = {"channel": OptOutChannel.EMAIL, "source": OptOutSource.STAFF, "address": "betty@example.com"}
    stopped = opt_out(organization=organization, **closed, **by)
    provider = ProviderAccount.objects.of(organization).get()
    sender = Sender.objects.of(organization).get()
    money = _money(organization, by)
    seal_all(at=TUESDAY)
    entry = Entry.objects.of(organization).filter(account_id=account.pk).first()
    assert entry is not None
    return {
        "account_id": account.public_id,
        "segment_id": Segment.objects.create(
            organization=organization, name="Late", wanted={"status": "paused"}, created_at=TUESDAY, created_by="system"
        ).public_id,
        "entry_id": entry.public_id,
        "legal_hold": open_legal_hold(organization_id=organization.pk, reason="A lawsuit", **by).public_id,
        "point_id": point.public_id,
        "consumer_id": account.consumer.public_id,
        **_lists(organization, account.pk),
        **money,
        "opt_out_id": stopped.public_id,
        "hold_id": hold.public_id,
        "act_id": _act(organization, account, by).public_id,
        "referral_id": _referral(organization, account).public_id,
        "queue_item_id": _item(organization, account).public_id,
        "template_id": _template(organization).public_id,
        **_campaigns(organization),
        "strategy_id": _strategy(organization).public_id,
        **_inbox(organization, sender, account.consumer_id),
        **_documents(organization, person.actor),
        "provider_id": provider.public_id,
        "sender_id": sender.public_id,
        "person_id": person.public_id,
        "key_id": issue_key(organization=organization, name="Theirs", scopes=[], **by).key.public_id,
        "invitation_id": invite(
            organization=organization,
            email="new@example.com",
            role=Role.ANALYST,
            invited_by=person,
            at=TUESDAY,
        ).invitation.public_id,
        "e164": "+14155550106",
        "address": "betty@example.com",
    }


def _money(organization: Organization, by: dict[str, Any]) -> dict[str, str]:
    """Another account with a payment, a promise, a case and a dispute."""
    account = owes(organization, "Rosa Delgado", "+14155550107")
    paid = {"amount": Money(500, "USD"), "method": "card", "paid_on": TUESDAY.date()}
    payment = record_payment(organization=organization, account=account, **paid, **by)
    promise = make_promise(account=account, amount=Money(1000, "USD"), due_on=TUESDAY.date(), **by)
    case = escalate(account=account, reason="agent_triggered", **by)
    return {
        "payment_id": payment.public_id,
        "promise_id": promise.public_id,
        "escalation_id": case.public_id,
        "dispute_id": open_dispute(account=account, reason="Not mine", **by).public_id,
    }


def _act(organization: Organization, account: Account, by: dict[str, Any]) -> Act:
    said = NewAct(ActType.MEDIA_REQUEST, TUESDAY, ActSource.CONSUMER, account.consumer_id, details={"medium": "letter"})
    return record_acts(organization=organization, acts=[said], **by)[0]


def _lists(organization: Organization, account: int) -> dict[str, str]:
    contact_list = ContactList.objects.create(organization=organization, name="May", created_at=TUESDAY)
    ListMember.objects.create(contact_list=contact_list, account_id=account)
    batch = Import.objects.create(
        organization=organization, filename="may.csv", uploaded_at=TUESDAY, uploaded_by="system"
    )
    return {"list_id": contact_list.public_id, "import_id": batch.public_id}


def _referral(organization: Organization, account: Account) -> Referral:
    return Referral.objects.create(
        organization=organization,
        occasion="manual",
        account=account,
        consumer_id=account.consumer_id,
        channel="sms",
        reason="unknown_location",
        verdict=canonical({"outcome": "human", "findings": []}),
        rules=["regf.time"],
        opened_at=TUESDAY,
        looked_at=TUESDAY,
    )


def _item(organization: Organization, account: Account) -> QueueItem:
    """A contact by hand that was refused."""
    return QueueItem.objects.create(
        organization=organization,
        occasion="manual",
        account=account,
        consumer_id=account.consumer_id,
        channel="sms",
        body="Hello",
        status="skipped",
        reason="hold",
        verdict=canonical({"outcome": "block", "findings": []}),
        scheduled_for=TUESDAY,
        created_at=TUESDAY,
    )


def _template(organization: Organization) -> Template:
    template = Template.objects.create(organization=organization, name="Furnished", created_at=TUESDAY)
    version = TemplateVersion.objects.create(
        template=template, number=1, body="${firstName}, Larkfield. STOP ends.", created_at=TUESDAY, created_by="system"
    )
    Template.objects.filter(pk=template.pk).update(current=version)
    return template


def _strategy(organization: Organization) -> Strategy:
    plan = Plan((StepPlan("sms"),))
    kind = Kind.RECONTACT
    return create_strategy(organization=organization, name="Theirs", kind=kind, plan=plan, actor="system", at=TUESDAY)


def _campaigns(organization: Organization) -> dict[str, str]:
    campaign = Campaign.objects.create(
        organization=organization,
        name="Spring",
        kind="broadcast",
        start_date=TUESDAY.date(),
        end_date=TUESDAY.date() + timedelta(days=30),
        time_zone=organization.time_zone,
        created_at=TUESDAY,
        created_by="system",
    )
    run = DryRun.objects.create(
        organization=organization, campaign=campaign, days=14, asked_at=TUESDAY, asked_by="system"
    )
    return {"campaign_id": campaign.public_id, "run_id": run.public_id}


def _inbox(organization: Organization, sender: Sender, consumer: int) -> dict[str, str]:
    conversation = Conversation.objects.create(
        organization=organization,
        channel="sms",
        address="+14155550106",
        consumer_id=consumer,
        sender=sender,
        last_at=TUESDAY,
    )
    rule = AutoReply.objects.create(organization=organization, sender=sender, body="Thanks.", created_at=TUESDAY)
    return {"conversation_id": conversation.public_id, "rule_id": rule.public_id}


def _documents(organization: Organization, actor: str) -> dict[str, str]:
    """A document whose loan is BEHIND, with a guarantor, a file and a running outreach."""
    by: dict[str, Any] = {"actor": actor, "at": TUESDAY}
    lent = NewLoan(
        provider_name="Bluepine Credit",
        original=Money(4_200_000, "USD"),
        remaining=Money(1_842_000, "USD"),
        status=LoanStatus.BEHIND,
    )
    document = create_document(organization=organization, title="Tractor", chattel_type="vehicle", loan=lent, **by)
    gerda = NewPerson(values={"first_name": "Gerda", "last_name": "Brandt"})
    file = SimpleUploadedFile("lease.pdf", b"%PDF-1.7")
    chosen = Chosen(sms=True, email=False, call=False, tone="empathetic", cadence="weekly")
    bulk = BulkStart.objects.create(
        organization=organization, wanted=[], chosen={}, asked_at=TUESDAY, asked_by=actor, finished_at=TUESDAY
    )
    return {
        "document_id": document.public_id,
        "party_id": add_party(document=document, role=PartyRole.GUARANTOR, person=gerda, **by).public_id,
        "attachment_id": attach(document=document, file=file, **by).public_id,
        "outreach_id": start_outreach(document=document, chosen=chosen, **by).public_id,
        "bulk_id": bulk.public_id,
    }
