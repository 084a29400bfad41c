"""Names of shapes in the OpenAPI document: two rooms may each have a `Status`, and the document tells them apart."""

from __future__ import annotations

from itertools import count
from typing import Any

from ninja.openapi.schema import OpenAPISchema

REF = "#/components/schemas/"


class Document(OpenAPISchema):
    """The framework's document, in which a name that is taken by another shape gets a number: `Status2`."""

    renamed: dict[str, str]

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Until nothing changes: a shape that refers to a renamed one is another shape itself."""
        self.renamed = {}
        while True:
            resolved = {name: with_names(shape, self.renamed) for name, shape in definitions.items()}
            named = {name: self.name_for(name, shape) for name, shape in resolved.items()}
            found = {name: final for name, final in named.items() if final != name}
            if found == self.renamed:
                break
            self.renamed = found
        self.schemas.update({named[name]: shape for name, shape in resolved.items()})

    def name_for(self, name: str, shape: Any) -> str:
        """The first of Status, Status2, Status3 ... that is free or is this very shape."""
        candidates = (name if number == 1 else f"{name}{number}" for number in count(1))
        return next(one for one in candidates if self.schemas.get(one, shape) == shape)

    def _create_schema_from_model(self, *args: Any, **options: Any) -> tuple[dict[str, Any], bool]:
        self.renamed = {}
        schema, required = super()._create_schema_from_model(*args, **options)
        return with_names(schema, self.renamed), required

    def _extract_parameters(self, model: Any) -> list[dict[str, Any]]:
        self.renamed = {}
        found: list[dict[str, Any]] = with_names(super()._extract_parameters(model), self.renamed)
        return found


def with_names(node: Any, renamed: dict[str, str]) -> Any:
    """The same with its references to the new names."""
    if isinstance(node, dict):
        return {
            key: REF + renamed.get(value.removeprefix(REF), value.removeprefix(REF))
            if key == "$ref" and isinstance(value, str)
            else with_names(value, renamed)
            for key, value in node.items()
        }
    return [with_names(part, renamed) for part in node] if isinstance(node, list) else node
