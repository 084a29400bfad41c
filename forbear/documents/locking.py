"""In which order rows are held, so that nobody waits for somebody who waits for them:

person, account, loan, document, outreach, campaign. To the end of the transaction.
"""

from __future__ import annotations

from forbear.accounts.models import Account, Consumer

from .models import Document, Loan, Outreach
from .refusals import DocumentArchived


def hold_document(document: Document) -> Document:
    """The document alone. Raises DocumentArchived."""
    rows = Document.objects.select_for_update(of=("self",)).select_related("organization")
    held: Document = rows.get(pk=document.pk)
    if held.archived_at is not None:
        raise DocumentArchived
    return held


def hold_loan(loan: Loan) -> Loan:
    """The account, the loan and the document of it. Raises DocumentArchived."""
    Account.objects.select_for_update(no_key=True).get(pk=loan.account_id)
    rows = Loan.objects.select_for_update(of=("self",)).select_related(
        "account__creditor", "account__consumer", "organization", "document"
    )
    held: Loan = rows.get(pk=loan.pk)
    held.document = hold_document(held.document)
    return held


def hold_with_borrower(loan: Loan) -> Loan:
    """The same with the borrower first: who closes a channel of theirs at this moment is waited for."""
    Consumer.objects.select_for_update(no_key=True).get(pk=loan.account.consumer_id)
    return hold_loan(loan)


def hold_outreach(outreach: Outreach) -> Outreach:
    rows = Outreach.objects.select_for_update(of=("self",)).select_related(
        "document", "campaign__organization", "organization"
    )
    held: Outreach = rows.get(pk=outreach.pk)
    return held
