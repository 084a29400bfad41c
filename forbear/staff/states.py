"""The words of the staff room."""

from __future__ import annotations

from enum import StrEnum

from forbear.web.formats import worded


class Actor(StrEnum):
    """What the organization is to the debts it collects; chooses its law packs."""

    CREDITOR = "creditor"
    SERVICER = "servicer"
    THIRD_PARTY_COLLECTOR = "third_party_collector"
    DEBT_BUYER = "debt_buyer"
    LAW_FIRM = "law_firm"


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    MANAGER = "manager"
    OPERATOR = "operator"
    ANALYST = "analyst"
    AUDITOR = "auditor"


class Provenance(StrEnum):
    """Where numbers and addresses come from: those given by the consumer are consent given to the creditor."""

    GIVEN_BY_CONSUMER = "given_by_consumer"
    SKIP_TRACED = "skip_traced"
    UNKNOWN = "unknown"


def choices(words: type[StrEnum]) -> list[tuple[str, str]]:
    """For a model field: the word and its label, `third_party_collector` -> "Third party collector"."""
    return [(word.value, worded(word.value)) for word in words]
