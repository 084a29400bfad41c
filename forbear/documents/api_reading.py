"""What routes about documents begin and end with: the organization's document, and the document as it is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic.alias_generators import to_camel

from forbear.core.refusal import Refusal
from forbear.web.routes import Asked, Router
from forbear.web.wire import found

from . import queries
from .models import Document, Outreach
from .schemas import PersonGiven
from .schemas_shown import CampaignAnswer, CampaignShown, DocumentAnswer, DocumentInFull

router = Router("documents")


def document_of(request: Asked, document_id: str) -> Document:
    """Raises NotFound, with the same words for one of another organization."""
    return found(Document.objects.of(request.auth.organization).select_related("organization"), document_id)


def told(request: Asked, document_id: str) -> DocumentAnswer:
    """The document as it stands now."""
    rows = queries.in_full(Document.objects.of(request.auth.organization))
    return DocumentAnswer(document=DocumentInFull.of(found(rows, document_id)))


def outreach_of(document: Document, campaign_id: str) -> Outreach:
    """A campaign of this document. Raises NotFound."""
    return found(queries.outreaches().filter(document=document), campaign_id)


def told_campaign(outreach: Outreach) -> CampaignAnswer:
    """The campaign as it stands now."""
    return CampaignAnswer(campaign=CampaignShown.of(queries.outreaches().get(pk=outreach.pk)))


@contextmanager
def in_camel(*, person: str = "") -> Iterator[None]:
    """Fields of a refusal by the names that these clients use; `person`: what stands before those of somebody."""
    try:
        yield
    except Refusal as refused:
        refused.fields = {_named(name, person): why for name, why in refused.fields.items()}
        raise


def _named(name: str, person: str) -> str:
    camel = ".".join(map(to_camel, name.split(".")))
    return f"{person}{camel}" if name in PersonGiven.model_fields else camel
