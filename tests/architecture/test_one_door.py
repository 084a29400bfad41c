"""One door out: only the carrier calls a gateway, and only a clearance makes a message that is about to leave."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from tests.architecture.test_rooms import FORBEAR, sources

DISPATCH = FORBEAR / "dispatch"
MAKES = {"create", "bulk_create", "get_or_create", "update_or_create"}


@cache
def trees() -> list[tuple[Path, ast.Module]]:
    """Every file of the program, read once."""
    return [(path.relative_to(FORBEAR), ast.parse(path.read_text())) for path in sources()]


def calls_of(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def named(path: Path, tree: ast.Module, name: str, module: str) -> bool:
    """Whether a file knows this name from that module of ours."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and any(alias.name == name for alias in node.names):
            source = "." * node.level + (node.module or "")
            if source == f"forbear.{module}" or (source == ".models" and path.parts[0] == module.partition(".")[0]):
                return True
    return False


def test_only_the_carrier_hands_a_message_to_a_gateway() -> None:
    """`submit` is the one verb by which an adapter sends; an import's second thread, which has it too, knows none."""
    found = {
        str(path)
        for path, tree in trees()
        for call in calls_of(tree)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "submit" and path.parts[0] != "providers"
    }
    assert found == {"dispatch/carrier.py", "imports/beside.py"}
    assert not re.search("providers|channels|dispatch", (DISPATCH.parent / "imports" / "beside.py").read_text())


def test_only_a_clearance_makes_a_message_that_leaves() -> None:
    """In SQL only the clearing inserts messages; in Python only received ones are made, and none is changed."""
    assert inserting("dispatch_message") == {"dispatch/clearing.py"}
    made = {
        str(path)
        for path, tree in trees()
        if named(path, tree, "Message", "dispatch.models") and makes(tree, "Message")
    }
    assert made == {"dispatch/inbound.py"}
    received = (DISPATCH / "inbound.py").read_text()
    assert re.findall(r"status=MessageStatus\.(\w+)", received) == ["RECEIVED"]


def makes(tree: ast.Module, model: str) -> bool:
    """`Message(...)`, or `Message.objects.create(...)` and its like."""
    spoken = [ast.unparse(call.func) for call in calls_of(tree)]
    return model in spoken or any(
        words.startswith(f"{model}.objects") and words.rpartition(".")[2] in MAKES for words in spoken
    )


def inserting(table: str) -> set[str]:
    """The files with a statement that inserts into the table."""
    return {str(path.relative_to(FORBEAR)) for path in sources() if f"INSERT INTO {table}" in path.read_text()}


def test_only_a_verdict_that_allows_becomes_a_clearance() -> None:
    """`Cleared` is made in one place, after the judge has allowed."""
    made = {str(path) for path, tree in trees() for call in calls_of(tree) if ast.unparse(call.func) == "Cleared"}
    assert made == {"dispatch/clearing.py"}


def test_whatever_is_sent_is_carried() -> None:
    """Campaigns, contacts by hand, inbox replies and automatic answers: all make queue items, which the door judges."""
    makers = {str(path) for path, tree in trees() if makes(tree, "QueueItem")}
    assert (makers, inserting("dispatch_queueitem")) == ({"dispatch/actions.py"}, {"campaigns/planner.py"})
