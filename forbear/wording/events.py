"""The entries this room writes in the log."""

TEMPLATE_CREATED = "wording:template:created"
TEMPLATE_REVISED = "wording:template:revised"
TEMPLATE_CHANGED = "wording:template:changed"
TEMPLATE_ARCHIVED = "wording:template:archived"
