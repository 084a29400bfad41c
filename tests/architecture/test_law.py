"""The page about the law says what the packs say."""

from pathlib import Path

from forbear.policy.loading import everything
from forbear.policy.rules import SHAPES
from forbear.policy.table import markdown

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_table_of_packs_is_in_step() -> None:
    page = (DOCS / "compliance.md").read_text()
    assert markdown(everything()) in page, "Paste what `forbear policy table` prints into docs/compliance.md."


def test_every_kind_of_rule_is_explained() -> None:
    page = (DOCS / "adding-a-rule.md").read_text()
    assert [kind for kind in SHAPES if f"`{kind}`" not in page] == []
