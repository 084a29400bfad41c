"""Campaigns on the wire."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, Self

from pydantic import Field, model_validator

from forbear.accounts.schemas import FilterGiven
from forbear.web.wire import Day, Given, Moment, MoneyShown, Shown

from .models import Campaign
from .states import Kind, Status


class CampaignGiven(Given):
    """A campaign to create; with a strategy it is a portfolio's, unless its kind says otherwise."""

    name: str = Field(min_length=1, max_length=120)
    objective: str = Field(default="", max_length=2000)
    kind: Literal["portfolio", "broadcast"] | None = None
    strategy_id: str | None = Field(default=None, max_length=60)
    template_id: str | None = Field(default=None, max_length=60)
    list_id: str | None = Field(default=None, max_length=60)
    segment_id: str | None = Field(default=None, max_length=60)
    sender_id: str | None = Field(default=None, max_length=60)
    start_date: Day
    end_date: Day
    time_zone: str = Field(default="", max_length=60)
    follow_list: bool = False


class CampaignChanges(Given):
    """What changes of a draft; only what is given."""

    name: str = Field(default="", min_length=1, max_length=120)
    objective: str = Field(default="", max_length=2000)
    strategy_id: str | None = Field(default=None, max_length=60)
    template_id: str | None = Field(default=None, max_length=60)
    list_id: str | None = Field(default=None, max_length=60)
    segment_id: str | None = Field(default=None, max_length=60)
    sender_id: str | None = Field(default=None, max_length=60)
    start_date: Day = date.min
    end_date: Day = date.max
    time_zone: str = Field(default="", min_length=1, max_length=60)
    follow_list: bool = False


class LaunchGiven(Given):
    """When a draft is to be launched."""

    launch_at: Moment


class AccountsGiven(Given):
    """Accounts to enroll, in one of four ways."""

    account_ids: list[str] | None = Field(default=None, min_length=1, max_length=10_000)
    list_id: str | None = Field(default=None, max_length=60)
    filter: FilterGiven | None = None
    segment_id: str | None = Field(default=None, max_length=60)

    @model_validator(mode="after")
    def one_way(self) -> Self:
        if sum(way is not None for way in (self.account_ids, self.list_id, self.filter, self.segment_id)) != 1:
            raise ValueError("Give exactly one of account_ids, list_id, filter and segment_id.")
        return self


class CampaignShown(Shown):
    """A campaign; `version` is that of its strategy, once it has one."""

    id: str
    name: str
    objective: str
    kind: Kind
    status: Status
    strategy_id: str | None
    version: int | None
    template_id: str | None
    list_id: str | None
    segment_id: str | None
    sender_id: str | None
    start_date: date
    end_date: date
    time_zone: str
    follow_list: bool
    launch_at: datetime | None
    problem: str
    created_at: datetime
    activated_at: datetime | None
    completed_at: datetime | None

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        return cls(
            id=campaign.public_id,
            name=campaign.name,
            objective=campaign.objective,
            kind=Kind(campaign.kind),
            status=Status(campaign.status),
            strategy_id=_strategy(campaign),
            version=campaign.strategy_version.number if campaign.strategy_version else None,
            template_id=campaign.template.public_id if campaign.template else None,
            list_id=campaign.contact_list.public_id if campaign.contact_list else None,
            segment_id=campaign.segment.public_id if campaign.segment else None,
            sender_id=campaign.sender.public_id if campaign.sender else None,
            start_date=campaign.start_date,
            end_date=campaign.end_date,
            time_zone=campaign.time_zone,
            follow_list=campaign.follow_list,
            launch_at=campaign.launch_at,
            problem=campaign.problem,
            created_at=campaign.created_at,
            activated_at=campaign.activated_at,
            completed_at=campaign.completed_at,
        )


def _strategy(campaign: Campaign) -> str | None:
    """Of those that people made; one that a broadcast or a document made for itself has no address."""
    strategy = campaign.strategy_version.strategy if campaign.strategy_version else None
    return strategy.public_id if strategy and strategy.listed else None


class RecipientShown(Shown):
    """One account's fate in a campaign."""

    account_id: str
    external_id: str | None
    number: str
    first_name: str
    last_name: str
    address: str
    template: str
    status: str
    reason: str
    segments: int | None
    scheduled_for: datetime | None
    sent_at: datetime | None
    delivered_at: datetime | None
    replied_at: datetime | None
    body: str


class EnrolledShown(Shown):
    """How many of the named accounts are new to the campaign; refused: reason -> how many were not taken in."""

    enrolled: int
    refused: dict[str, int]


class MigratedShown(Shown):
    """How many accounts were moved to the newest version of the strategy."""

    migrated: int


class EnqueueGiven(Given):
    """One campaign, or all that are active."""

    campaign_id: str | None = Field(None, max_length=60)


class EnqueuedShown(Shown):
    """`refused`: reason -> how many open accounts were not planned."""

    enqueued: int
    already_queued: int
    refused: dict[str, int]


class KpisShown(Shown):
    """`contact_rate` and `progress` are shares from 0 to 1, null where there is nothing to divide by."""

    total_accounts: int
    contacted: int
    contact_rate: float | None
    promises: int
    recovered: list[MoneyShown]
    progress: float | None
