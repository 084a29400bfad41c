"""`/v1`: every room's router behind one door frame."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from ninja import NinjaAPI
from ninja.router import BoundRouter

from forbear.doors import kept, keys, openapi, problems, reading
from forbear.doors.docs import Readable
from forbear.doors.naming import Document
from forbear.staff.permissions import Permission
from forbear.version import VERSION
from forbear.web.routes import recognize_with


class Api(NinjaAPI):
    """The framework's API with what Forbear promises for all of its routes."""

    def get_openapi_operation_id(self, operation: Any) -> str:
        """`campaigns_list_campaigns`"""
        room = operation.view_func.__module__.split(".")[1]
        return f"{room}_{operation.view_func.__name__}"

    def get_openapi_schema(self, *, path_prefix: str | None = None, path_params: Any = None) -> Document:
        document = Document(self, path_prefix or self.get_root_path(path_params or {}))
        openapi.complete(document, self.scopes())
        return document

    def bound(self) -> list[BoundRouter]:
        """Each room's router with its routes; no more can be added afterwards."""
        return self._get_bound_routers()

    def scopes(self) -> dict[tuple[str, str], str]:
        """(path, method) -> the scope that it asks for."""
        return {
            (f"/v1{path}", method.lower()): openapi.scope_of(operation)
            for router in self.bound()
            for path, view in router.path_operations.items()
            for operation in view.operations
            for method in operation.methods
        }


def mounted() -> Api:
    """The API with the router of each room that has one. ValueError for a path that two rooms serve, and for a
    scope that no role can have.
    """
    made = Api(
        title="Forbear",
        version=VERSION,
        description=openapi.DESCRIPTION,
        urls_namespace="v1",
        parser=reading.StrictParser(),
        docs=Readable(),
    )
    problems.tell_on(made)
    made.add_decorator(reading.only_what_is_named, mode="operation")
    made.add_decorator(kept.kept_by(made), mode="view")
    recognize_with(keys.recognize)
    for room in settings.ROOMS:
        if find_spec(f"forbear.{room}.api"):
            made.add_router("", import_module(f"forbear.{room}.api").router)
    paths = [path for router in made.bound() for path in router.path_operations]
    if twice := {path for path in paths if paths.count(path) > 1}:
        raise ValueError(f"Two rooms serve the same path, and one would hide the other: {sorted(twice)}")
    wrong = {scope for scope in made.scopes().values() if scope and scope not in set(Permission)}
    if wrong:
        raise ValueError(f"No role and no key can have these scopes: {', '.join(sorted(wrong))}")
    return made


api = mounted()
