"""A provider account's secrets: sealed in its row, opened only to call its gateway, never logged."""

from __future__ import annotations

import json
from collections.abc import Mapping

from forbear.providers.base import Credentials
from forbear.strongbox import seal, unseal

from .models import ProviderAccount

PURPOSE = "provider"


def sealed(secrets: Mapping[str, str]) -> str:
    """For the column `sealed_secrets`."""
    return seal(json.dumps(dict(secrets)), purpose=PURPOSE)


def credentials_of(provider_id: int) -> Credentials:
    """What the adapter needs; one query. Raises DoesNotExist, Unsealable."""
    row = ProviderAccount.objects.only("sealed_secrets", "options").get(pk=provider_id)
    opened = json.loads(unseal(row.sealed_secrets, purpose=PURPOSE)) if row.sealed_secrets else {}
    return Credentials(provider_id, opened, row.options)
