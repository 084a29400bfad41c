"""What is chosen before something is done with many accounts."""

from __future__ import annotations

from typing import Any

from django import forms

from forbear.accounts.forms import titled
from forbear.accounts.models import WHY
from forbear.accounts.states import FROM_PROMISES, STATUS, Status
from forbear.campaigns.models import Campaign
from forbear.staff.models import Organization

MOST = 200


class ForMany(forms.Form):
    """Each deed's form knows the organization."""

    def __init__(self, *given: Any, organization: Organization, **also: Any) -> None:
        super().__init__(*given, **also)
        self.organization = organization


class ListChoice(ForMany):
    name = forms.CharField(label="List", max_length=120, help_text="The name of a list; a new one is made if need be.")


class SegmentName(ForMany):
    name = forms.CharField(label="Name of the segment", max_length=120)


class CampaignChoice(ForMany):
    campaign = forms.ChoiceField(label="Campaign")

    def __init__(self, *given: Any, **also: Any) -> None:
        super().__init__(*given, **also)
        field = self.fields["campaign"]
        assert isinstance(field, forms.ChoiceField)
        rows = Campaign.objects.of(self.organization).exclude(status="completed").order_by("-pk")[:MOST]
        field.choices = [(row.public_id, row.name) for row in rows]


class StatusChoice(ForMany):
    status = forms.ChoiceField(
        label="New status", choices=titled(s for s in Status if s in STATUS.moves and s not in FROM_PROMISES)
    )
    reason = forms.CharField(label="Why", max_length=WHY, help_text="Kept in each account's history, with your name.")
