"""Who may do what: one table from roles to permissions. API keys carry the same words as their scopes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from .states import Role


class Permission(StrEnum):
    """`noun:read` looks, `noun:write` changes; `run` sets campaigns and the engine going."""

    ACCOUNTS_READ = "accounts:read"
    ACCOUNTS_WRITE = "accounts:write"
    DOCUMENTS_READ = "documents:read"
    DOCUMENTS_WRITE = "documents:write"
    CAMPAIGNS_READ = "campaigns:read"
    CAMPAIGNS_WRITE = "campaigns:write"
    CAMPAIGNS_RUN = "campaigns:run"
    STRATEGIES_READ = "strategies:read"
    STRATEGIES_WRITE = "strategies:write"
    TEMPLATES_READ = "templates:read"
    TEMPLATES_WRITE = "templates:write"
    INBOX_READ = "inbox:read"
    INBOX_WRITE = "inbox:write"
    CONSENT_READ = "consent:read"
    CONSENT_WRITE = "consent:write"
    CONSENT_LIFT = "consent:lift"
    CONTACTS_APPROVE = "contacts:approve"
    PAYMENTS_READ = "payments:read"
    PAYMENTS_WRITE = "payments:write"
    PROMISES_READ = "promises:read"
    PROMISES_WRITE = "promises:write"
    CASES_READ = "cases:read"
    CASES_WRITE = "cases:write"
    REPORTS_READ = "reports:read"
    LOG_READ = "log:read"
    SETTINGS_READ = "settings:read"
    SETTINGS_WRITE = "settings:write"
    STAFF_WRITE = "staff:write"
    KEYS_WRITE = "keys:write"
    SANDBOX_WRITE = "sandbox:write"


ALL: Final = frozenset(Permission)
LOOKING: Final = frozenset(word for word in Permission if word.endswith(":read"))

OF_ROLE: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.ADMINISTRATOR: ALL,
    Role.MANAGER: ALL - {Permission.SETTINGS_WRITE, Permission.STAFF_WRITE, Permission.KEYS_WRITE},
    Role.OPERATOR: frozenset(
        {
            Permission.ACCOUNTS_READ,
            Permission.ACCOUNTS_WRITE,
            Permission.DOCUMENTS_READ,
            Permission.DOCUMENTS_WRITE,
            Permission.CAMPAIGNS_READ,
            Permission.TEMPLATES_READ,
            Permission.INBOX_READ,
            Permission.INBOX_WRITE,
            Permission.CONSENT_READ,
            Permission.CONSENT_WRITE,
            Permission.PAYMENTS_READ,
            Permission.PAYMENTS_WRITE,
            Permission.PROMISES_READ,
            Permission.PROMISES_WRITE,
            Permission.CASES_READ,
            Permission.CASES_WRITE,
            Permission.REPORTS_READ,
            Permission.SANDBOX_WRITE,
        }
    ),
    Role.ANALYST: frozenset(
        {
            Permission.ACCOUNTS_READ,
            Permission.DOCUMENTS_READ,
            Permission.CAMPAIGNS_READ,
            Permission.TEMPLATES_READ,
            Permission.PAYMENTS_READ,
            Permission.PROMISES_READ,
            Permission.CASES_READ,
            Permission.REPORTS_READ,
            Permission.LOG_READ,
        }
    ),
    Role.AUDITOR: LOOKING,
}


ROLE_SENTENCES: Final[Mapping[Role, str]] = {
    Role.ADMINISTRATOR: "Does everything, and decides who may.",
    Role.MANAGER: "Runs campaigns, templates and the engine; sees all settings.",
    Role.OPERATOR: "Answers people, keeps accounts, documents and opt-outs in order.",
    Role.ANALYST: "Looks at accounts, documents, campaigns, reports and the log.",
    Role.AUDITOR: "Sees everything, the log included, and changes nothing.",
}


def permissions_of(role: str) -> frozenset[Permission]:
    """What a role may do; nothing for a word that is no role."""
    return OF_ROLE.get(Role(role), frozenset()) if role in set(Role) else frozenset()
