"""Verbs of the strategies room."""

from __future__ import annotations

from datetime import datetime

from forbear.staff.models import Organization
from forbear.wording.models import Template

from .models import Step, Strategy, StrategyVersion
from .states import Status


def compile_single_step(*, organization: Organization, name: str, template: Template, at: datetime) -> StrategyVersion:
    """The one-step strategy behind a broadcast: this template, once. Runs in the caller's transaction."""
    strategy = Strategy.objects.create(
        organization=organization, name=name[:120], status=Status.ACTIVE, listed=False, created_at=at
    )
    version = StrategyVersion.objects.create(strategy=strategy, number=1, created_at=at)
    Step.objects.create(version=version, position=0, channel=template.channel, template=template)
    return version
