"""Lists as parameters, written whole: the driver's own way looks at every member for what would have to be quoted."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.types.array import ListDumper


class WholeListDumper(ListDumper):
    """Lists of whole numbers and of texts, of which batches have thousands; all others as the driver writes them."""

    def dump(self, obj: list[Any]) -> Any:
        kinds = set(map(type, obj))
        if kinds == {int}:
            return f"{{{','.join(map(str, obj))}}}".encode()
        if kinds == {str} and "\x00" not in (joined := "\n".join(obj)):
            return _quoted(joined, obj).encode()
        return super().dump(obj)


def _quoted(joined: str, texts: list[str]) -> str:
    """`["a", 'b"']` -> '{"a","b\\""}'. joined: the same texts, to see at once whether any of them has to be escaped."""
    if "\\" in joined or '"' in joined:
        texts = [text.replace("\\", "\\\\").replace('"', '\\"') for text in texts]
    return '{"' + '","'.join(texts) + '"}'


def write_whole() -> None:
    """From here on, for every connection that is made."""
    psycopg.adapters.register_dumper(list, WholeListDumper)
