"""Packs in: TOML files become immutable law, or are refused by name with file and line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from forbear.core.refusal import Refusal
from forbear.policy.matchers import MATCHERS
from forbear.policy.overlay import widened
from forbear.policy.rulebook import Cite, Law, Pack, Rule
from forbear.policy.rules import SHAPES
from forbear.policy.rules.shape import BadValueError, Head, Shape, Values
from forbear.policy.sentences import placeholders

STANDARD = Path(__file__).parent / "law"
_PACK_KEYS = frozenset(
    [
        "id",
        "title",
        "version",
        "place",
        "when",
        "reviewed_by",
        "reviewed_on",
        "cases",
        "in_use",
        "elective",
        "effect",
        "parent",
    ]
)


class BadPack(Refusal):
    """A law pack cannot be used."""

    def __init__(self, file: str, line: int, problem: str) -> None:
        self.file, self.line, self.problem = file, line, problem
        super().__init__(f"{file}:{line}: {problem}")


@cache
def everything() -> Law:
    """All packs that come with the program, also those not yet in use."""
    return load(STANDARD)


@cache
def standard() -> Law:
    """What is in use: the packs and rules whose facts are gathered. Elective packs bind who has chosen them."""
    used = (pack for pack in everything().packs if pack.in_use)
    kept = (replace(pack, rules=tuple(rule for rule in pack.rules if rule.in_use)) for pack in used)
    return Law(kept, by_choice=True)


def load(directory: Path) -> Law:
    """Every ``*.toml`` under the directory as one law. Raises BadPack for the first one that cannot be
    used."""
    packs = [_Page(path, directory).pack() for path in sorted(directory.rglob("*.toml"))]
    seen: dict[str, str] = {}
    for pack in packs:
        for name in (f"pack {pack.id}", *(f"rule {rule.id}" for rule in pack.rules)):
            if name in seen:
                raise BadPack(pack.file, 1, f"{name} stands in {seen[name]} already")
            seen[name] = pack.file
    return Law(packs)


def load_pack(path: Path) -> Pack:
    """One file. Raises BadPack."""
    return _Page(path, path.parent).pack()


def load_overlay(path: Path, law: Law) -> Pack:
    """An organization's own pack: its ``parent`` names a pack of the law, and it may only narrow it. Raises BadPack.

    Packs intersect, so a wider value would change nothing: it is refused lest somebody rely on it.
    """
    return _Page(path, path.parent).overlay(law)


class _Page:
    """One file being read; it remembers its text so that a refusal can name the line."""

    def __init__(self, path: Path, directory: Path) -> None:
        raw = path.read_bytes()
        self._file = str(path.relative_to(directory))
        self._hash = sha256(raw).hexdigest()[:8]
        self._lines = raw.decode("utf-8", errors="replace").splitlines()
        try:
            self._table = tomllib.loads(raw.decode("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            found = re.search(r"line (\d+)", str(problem))
            raise BadPack(self._file, int(found[1]) if found else 1, str(problem)) from problem

    def pack(self) -> Pack:
        head = self._head()
        label = f"{head['id']}@{self._hash}"
        rules = self._table.get("rule")
        if not isinstance(rules, list) or not rules:
            raise self._bad("the pack has no [[rule]]")
        when = self._when(head.get("when", {}), None)
        return Pack(
            id=head["id"],
            label=label,
            title=head["title"],
            version=head["version"],
            place=head.get("place", ""),
            reviewed_by=head.get("reviewed_by", ""),
            reviewed_on=head.get("reviewed_on") or None,
            cases=tuple(head["cases"]),
            in_use=head.get("in_use", True) is True,
            rules=tuple(self._rule(n, table, label, head, when) for n, table in enumerate(rules)),
            file=self._file,
            elective=head.get("elective", False) is True,
            effect=str(head.get("effect", "")),
        )

    def overlay(self, law: Law) -> Pack:
        named = str(self._head().get("parent", ""))
        parent = next((pack for pack in law.packs if pack.id == named), None)
        if parent is None:
            raise self._bad(f"parent: there is no law pack {named!r}", "parent")
        pack = self.pack()
        for n, rule in enumerate(pack.rules):
            for wider in widened(rule, parent):
                raise self._bad(wider.sentence, wider.field, n)
        return pack

    def _head(self) -> dict[str, Any]:
        head = self._table.get("pack")
        if not isinstance(head, dict):
            raise self._bad("the file has no [pack]")
        for key in head.keys() - _PACK_KEYS:
            raise self._bad(f"{key}: this key is not known in [pack]", key)
        for key in ("id", "title", "version"):
            if not isinstance(head.get(key), str) or not head[key]:
                raise self._bad(f"[pack] needs {key}", key)
        if head.get("elective") is True and not head.get("effect"):
            raise self._bad("an elective pack says what choosing it changes: it needs `effect`", "elective")
        if not head.get("cases"):
            raise self._bad("a pack without cases is not loaded: name its vectors in `cases`", "cases")
        return head

    def _rule(
        self, n: int, table: dict[str, Any], pack: str, head: Mapping[str, Any], when: Mapping[str, frozenset[str]]
    ) -> Rule:
        table = dict(table)
        try:
            rule_id, kind = table.pop("id"), table.pop("kind")
        except KeyError as missing:
            raise self._bad(f"a rule needs {missing.args[0]}", rule=n) from None
        if kind not in SHAPES:
            raise self._bad(f"kind: {kind!r} is no known shape of a rule", "kind", n)
        begins, ends = self._effective(table.pop("effective", None), n)
        cite = tuple(self._cites(table.pop("cite", None), n))
        narrowed = {**when, **self._when(table.pop("when", {}), n)}
        say = table.pop("say", None)
        in_use = table.pop("in_use", True) is True
        named = Head(rule_id, pack, str(table.pop("reason", "")), tuple(table.pop("unblock_by", ())))
        shape = self._shape(SHAPES[kind], named, table, n)
        self._check_say(say, shape, n)
        elective = head["id"] if head.get("elective") is True else ""
        place = head.get("place", "")
        return Rule(rule_id, pack, shape, cite, say, begins, ends, place, narrowed, in_use, elective)

    def _shape(self, shape: type[Shape], head: Head, table: dict[str, Any], n: int) -> Shape:
        values = Values(table)
        try:
            made = shape(head, values)
            values.done()
        except BadValueError as problem:
            raise self._bad(str(problem), problem.key, n) from problem
        return made

    def _effective(self, table: Any, n: int) -> tuple[date, date | None]:
        if not isinstance(table, dict) or not _is_date(table.get("from")) or table.keys() - {"from", "to"}:
            raise self._bad("effective: needs { from = date } and may have `to`", "effective", n)
        ends = table.get("to")
        if ends is not None and (not _is_date(ends) or ends <= table["from"]):
            raise self._bad("effective: `to` is no date after `from`", "effective", n)
        return table["from"], ends

    def _cites(self, table: Any, n: int) -> Iterator[Cite]:
        if not isinstance(table, list) or not table:
            raise self._bad("cite: every rule says where it comes from", "cite", n)
        for cite in table:
            if not isinstance(cite, dict) or not all(cite.get(key) for key in ("ref", "url", "read_on")):
                raise self._bad("cite: needs ref, url and read_on", "cite", n)
            if not _is_date(cite["read_on"]):
                raise self._bad("cite: read_on is no date", "cite", n)
            yield Cite(cite["ref"], cite["url"], cite["read_on"])

    def _when(self, table: Any, n: int | None) -> dict[str, frozenset[str]]:
        if not isinstance(table, dict):
            raise self._bad("when: is no table", "when", n)
        for name, words in table.items():
            if name not in MATCHERS:
                raise self._bad(f"when: {name!r} is no known matcher", "when", n)
            if not isinstance(words, list) or not words:
                raise self._bad(f"when: {name} needs a list of words", "when", n)
            for word in frozenset(words) - (MATCHERS[name] or frozenset(words)):
                raise self._bad(f"when: {word!r} is no {name}", "when", n)
        return {name: frozenset(words) for name, words in table.items()}

    def _check_say(self, say: Any, shape: Shape, n: int) -> None:
        if not isinstance(say, dict) or not say:
            raise self._bad("say: every rule answers in a sentence", "say", n)
        for outcome in shape.outcomes:
            if str(outcome) not in say:
                raise self._bad(f"say: no sentence for {outcome}", "say", n)
        for template in say.values():
            self._check_template(template, shape, n)

    def _check_template(self, template: Any, shape: Shape, n: int) -> None:
        try:
            unknown = placeholders(template) - shape.words
        except (ValueError, TypeError) as problem:
            raise self._bad(f"say: {problem}", "say", n) from problem
        if unknown:
            raise self._bad(f"say: {', '.join(sorted(unknown))} is no fact of {shape.kind}", "say", n)

    def _bad(self, problem: str, key: str = "", rule: int | None = None) -> BadPack:
        return BadPack(self._file, self._line_of(key, rule), problem)

    def _line_of(self, key: str, rule: int | None) -> int:
        """The line of a key in the pack's head or in the n-th rule; failing that, of the head or rule
        itself."""
        heads = [n for n, line in enumerate(self._lines) if line.strip() == "[[rule]]"]
        start = heads[rule] if rule is not None and rule < len(heads) else 0
        end = next((n for n in heads if n > start), len(self._lines))
        named = re.compile(rf"\s*(?:\[rule\.{re.escape(key)}\]|\"?{re.escape(key)}\"?\s*=)")
        found = (n for n in range(start, end) if key and named.match(self._lines[n]))
        return next(found, start) + 1


def _is_date(value: Any) -> bool:
    """A plain date: a date-time in a pack would need a zone, and is refused."""
    return isinstance(value, date) and not isinstance(value, datetime)
