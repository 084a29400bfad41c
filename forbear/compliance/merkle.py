"""The tree of RFC 6962 (kept in RFC 9162): hashes, a tree that only grows, proofs and their verification. Pure.

A *place* is (level, index): the complete subtree over the leaves [index * 2**level, (index + 1) * 2**level). A *range*
is half open, (begin, end), and always one whose hash the tree has: it begins where a subtree begins.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from hashlib import sha256

HASH_BYTES = 32
EMPTY = sha256(b"").digest()
KEPT_FROM = 8
"""Subtrees of 2**8 leaves and more are kept when they are complete; smaller ones are hashed again from their leaves."""

Place = tuple[int, int]
Range = tuple[int, int]


def leaf_hash(body: bytes) -> bytes:
    """SHA-256(0x00 || body)."""
    return sha256(b"\x00" + body).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """All that a tree has to remember in order to grow: the roots of its complete subtrees, the largest first."""

    size: int = 0
    roots: list[bytes] = field(default_factory=list)

    def extend(self, leaves: Iterable[bytes]) -> list[tuple[Place, bytes]]:
        """Append these leaf hashes; gives the subtrees worth keeping that they completed."""
        completed = []
        for leaf in leaves:
            node, level, index = leaf, 0, self.size
            while index & 1:
                node = sha256(b"\x01" + self.roots.pop() + node).digest()
                level, index = level + 1, index >> 1
                if level >= KEPT_FROM:
                    completed.append(((level, index), node))
            self.roots.append(node)
            self.size += 1
        return completed

    @property
    def root(self) -> bytes:
        """The tree's hash now."""
        return folded(self.roots) if self.roots else EMPTY

    def written(self) -> bytes:
        return b"".join(self.roots)

    @classmethod
    def read(cls, size: int, written: bytes) -> Frontier:
        """The frontier of a tree of so many leaves again, from `written`. Raises ValueError."""
        if len(written) != size.bit_count() * HASH_BYTES:
            raise ValueError("A frontier has one hash for each complete subtree.")
        return cls(size, hashes_in(written))


def hashes_in(written: bytes) -> list[bytes]:
    """Hashes that stand one after the other."""
    return [written[at : at + HASH_BYTES] for at in range(0, len(written), HASH_BYTES)]


def folded(hashes: Sequence[bytes]) -> bytes:
    """The hash of a range from those of its complete subtrees, the largest first."""
    return reduce(lambda right, left: node_hash(left, right), reversed(hashes))


def root_of(leaves: Sequence[bytes]) -> bytes:
    """The hash of the tree over these leaf hashes: what everything else here must agree with."""
    tree = Frontier()
    tree.extend(leaves)
    return tree.root


def split(length: int) -> int:
    """The largest power of two below the length."""
    return 1 << ((length - 1).bit_length() - 1)


def subtrees(part: Range) -> list[Place]:
    """The complete subtrees that a range is made of, the largest first."""
    begin, end = part
    places = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        places.append((level, begin >> level))
        begin += 1 << level
    return places


def leaves_under(place: Place) -> Range:
    level, index = place
    return index << level, (index + 1) << level


def inclusion_ranges(position: int, size: int) -> list[Range]:
    """The ranges whose hashes prove that a leaf is in the tree of this size: the path (RFC 9162 2.1.3.1)."""
    if not 0 <= position < size:
        raise ValueError(f"A tree of {size} leaves has none at {position}.")
    begin, end = 0, size
    ranges = []
    while end - begin > 1:
        middle = begin + split(end - begin)
        if position < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return ranges[::-1]


def consistency_ranges(old: int, new: int) -> list[Range]:
    """The ranges whose hashes prove that the tree of size `new` begins with that of size `old` (RFC 9162 2.1.4.1)."""
    if not 0 < old <= new:
        raise ValueError(f"A tree of {new} leaves cannot begin with one of {old}.")
    begin, end = 0, new
    ranges = []
    while end != old:
        middle = begin + split(end - begin)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((begin, middle))
            begin = middle
    return ([(begin, end)] if begin else []) + ranges[::-1]


def is_included(leaf: bytes, *, position: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf's hash at this position to the root (RFC 9162 2.1.3.2)."""
    if not 0 <= position < size:
        return False
    node, last, hash_ = position, size - 1, leaf
    for step in path:
        if last == 0:
            return False
        if node & 1 or node == last:
            hash_ = node_hash(step, hash_)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            hash_ = node_hash(hash_, step)
        node, last = node >> 1, last >> 1
    return last == 0 and hash_ == root


def is_consistent(old: int, new: int, *, path: Sequence[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the path proves that the newer tree begins with the older one (RFC 9162 2.1.4.2)."""
    if not 0 < old <= new:
        return False
    if old == new:
        return not path and old_root == new_root
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        return False
    node, last = old - 1, new - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    before = after = steps[0]
    for step in steps[1:]:
        if last == 0:
            return False
        if node & 1 or node == last:
            before, after = node_hash(step, before), node_hash(step, after)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            after = node_hash(after, step)
        node, last = node >> 1, last >> 1
    return last == 0 and (before, after) == (old_root, new_root)
