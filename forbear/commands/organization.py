"""`forbear init` and `forbear token`."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from forbear.commands.house import house
from forbear.core.refusal import Refusal

if TYPE_CHECKING:
    from forbear.staff.models import Organization

ACTORS = ("creditor", "servicer", "third_party_collector", "debt_buyer", "law_firm")


class WhichOrganization(Refusal):
    """Say which organization is meant with --organization."""


class NoOrganization(Refusal):
    """There is no such organization: `forbear init` founds one."""


@click.command()
@click.option("--organization", required=True, metavar="NAME")
@click.option("--admin", required=True, metavar="EMAIL", help="Who logs in first.")
@click.option("--actor", type=click.Choice(ACTORS), default="third_party_collector", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def init(organization: str, admin: str, actor: str, as_json: bool) -> None:
    """Found an organization with its administrator and a token."""
    with house():
        from forbear.core import clock
        from forbear.staff.actions import found_organization

        founded = found_organization(name=organization, admin_email=admin, actor=actor, at=clock.now())
        told = {
            "organization": founded.organization.name,
            "admin": founded.admin.email,
            "password": founded.password,
            "token": founded.token,
        }
    tell(told, as_json=as_json)


@click.group()
def token() -> None:
    """Keys for other programs."""


@token.command("create")
@click.option("--scopes", default="", help="Separated by commas; every scope by default.")
@click.option("--name", default="Command line", show_default=True)
@click.option("--live", is_flag=True, help="A key for live traffic (fb_live_) instead of a test key.")
@click.option("--organization", metavar="NAME", help="Needed where there is more than one.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def create_token(scopes: str, name: str, live: bool, organization: str | None, as_json: bool) -> None:
    """Issue a token, shown this once."""
    with house():
        from forbear.compliance.actions import SYSTEM
        from forbear.core import clock
        from forbear.staff.keys import issue_key

        issued = issue_key(
            organization=chosen_organization(organization),
            name=name,
            scopes=known_scopes(scopes),
            actor=SYSTEM,
            at=clock.now(),
            live=live,
        )
    tell({"token": issued.token, "scopes": " ".join(issued.key.scopes)}, as_json=as_json)


def known_scopes(wanted: str) -> list[str]:
    """The scopes that were named, or all of them. Raises click.BadParameter for one that does not exist."""
    from forbear.staff.permissions import ALL

    scopes = wanted.replace(",", " ").split() or sorted(ALL)
    unknown = sorted(set(scopes) - ALL)
    if unknown:
        raise click.BadParameter(
            f"{', '.join(unknown)} is no scope; there are {', '.join(sorted(ALL))}", param_hint="--scopes"
        )
    return scopes


def chosen_organization(name: str | None) -> Organization:
    """The one by that name, or the only one there is."""
    from forbear.staff.models import Organization

    found = list(Organization.objects.filter(**({"name": name} if name else {}))[:2])
    if not found:
        raise NoOrganization
    if len(found) > 1:
        raise WhichOrganization
    return found[0]


def tell(what: dict[str, str], *, as_json: bool) -> None:
    """Lines for people, one object for machines."""
    if as_json:
        click.echo(json.dumps(what, ensure_ascii=False))
        return
    width = max(map(len, what))
    for word, value in what.items():
        click.echo(f"{word:<{width}}  {value}")
