"""Start-up: the wiring between rooms that do not know each other."""

from __future__ import annotations

from django.apps import AppConfig


class Forbear(AppConfig):
    name = "forbear"
    label = "forbear"

    def ready(self) -> None:
        from forbear import arrays, chronicle, reactions
        from forbear.compliance.actions import follow_with
        from forbear.core import clock
        from forbear.providers import paper
        from forbear.sandbox import gateway
        from forbear.sandbox.queries import clock_offset

        arrays.write_whole()
        follow_with(reactions.react)
        chronicle.connect()
        clock.obey(clock_offset)
        paper.connect(gateway.accept)
