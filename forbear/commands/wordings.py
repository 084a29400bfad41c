"""`forbear wordings`: gives organizations what this version ships and they do not have yet."""

from __future__ import annotations

import click

from forbear.commands.house import house
from forbear.commands.organization import tell


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, for machines.")
def wordings(as_json: bool) -> None:
    """Add the shipped templates that an organization lacks. Its own, and those it put away, stay as they are."""
    with house():
        from forbear.core import clock
        from forbear.staff.models import Organization
        from forbear.wording.actions import install_catalogue

        added = {
            organization.public_id: len(install_catalogue(organization=organization, at=clock.now()))
            for organization in Organization.objects.order_by("pk")
        }
    tell({"added": sum(added.values()), "organizations": added}, as_json=as_json)
