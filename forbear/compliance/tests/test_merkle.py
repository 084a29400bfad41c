"""The tree agrees with RFC 6962, with a naive one, and with no proof that was touched."""

from __future__ import annotations

from hashlib import sha256
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.compliance import merkle

# The leaves and roots of the tests of certificate-transparency logs: github.com/google/certificate-transparency.
LEAVES = [bytes.fromhex(h) for h in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657")]
LEAVES.append(bytes.fromhex("606162636465666768696a6b6c6d6e6f"))
ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def naive(leaves: list[bytes]) -> bytes:
    """MTH as RFC 6962 2.1 writes it."""
    if not leaves:
        return sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while k * 2 < len(leaves):
        k *= 2
    return sha256(b"\x01" + naive(leaves[:k]) + naive(leaves[k:])).digest()


def leaves_of(count: int) -> list[bytes]:
    return [merkle.leaf_hash(str(number).encode()) for number in range(count)]


def path_of(leaves: list[bytes], ranges: list[merkle.Range]) -> list[bytes]:
    return [naive(leaves[begin:end]) for begin, end in ranges]


@pytest.mark.parametrize("size", range(1, 9))
def test_the_known_roots(size: int) -> None:
    hashes = [merkle.leaf_hash(leaf) for leaf in LEAVES[:size]]
    assert merkle.root_of(hashes).hex() == ROOTS[size - 1] == naive(hashes).hex()


def test_an_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root_of([]) == sha256(b"").digest() == merkle.Frontier().root


@given(st.integers(0, 700), st.lists(st.integers(0, 300), max_size=4))
def test_a_tree_that_grows_in_pieces_is_the_same_tree(first: int, more: list[int]) -> None:
    leaves = leaves_of(first + sum(more))
    tree = merkle.Frontier()
    completed = tree.extend(leaves[:first])
    end = first
    for some in more:
        tree = merkle.Frontier.read(tree.size, tree.written())
        completed += tree.extend(leaves[end : end + some])
        end += some
    assert (tree.size, tree.root) == (len(leaves), naive(leaves))
    assert len(completed) == sum(len(leaves) >> level for level in range(merkle.KEPT_FROM, 12))
    for place, kept in completed:
        begin, last = merkle.leaves_under(place)
        assert kept == naive(leaves[begin:last])


def test_a_frontier_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError):
        merkle.Frontier.read(3, bytes(32))


@given(st.integers(1, 400).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_every_leaf_is_proved_and_no_other(case: tuple[int, int]) -> None:
    size, position = case
    leaves = leaves_of(size)
    path = path_of(leaves, merkle.inclusion_ranges(position, size))
    given_ = {"position": position, "size": size, "path": path, "root": naive(leaves)}
    assert merkle.is_included(leaves[position], **given_)
    assert not merkle.is_included(merkle.leaf_hash(b"another"), **given_)
    assert not merkle.is_included(leaves[position], **given_ | {"root": bytes(32)})
    assert not merkle.is_included(leaves[position], **given_ | {"path": [*path, bytes(32)]})
    assert not merkle.is_included(leaves[position], **given_ | {"position": size})
    if path:
        assert not merkle.is_included(leaves[position], **given_ | {"path": path[:-1]})
        assert not merkle.is_included(leaves[position], **given_ | {"path": [bytes(32), *path[1:]]})
        assert not merkle.is_included(leaves[position], **given_ | {"position": position ^ 1})


@given(st.integers(1, 400).flatmap(lambda new: st.tuples(st.integers(1, new), st.just(new))))
def test_a_longer_tree_begins_with_the_shorter_one(case: tuple[int, int]) -> None:
    old, new = case
    leaves = leaves_of(new)
    path = path_of(leaves, merkle.consistency_ranges(old, new))
    given_ = {"path": path, "old_root": naive(leaves[:old]), "new_root": naive(leaves)}
    assert merkle.is_consistent(old, new, **given_)
    assert not merkle.is_consistent(old, new, **given_ | {"old_root": bytes(32)})
    assert not merkle.is_consistent(old, new, **given_ | {"new_root": bytes(32)})
    assert not merkle.is_consistent(old, new, **given_ | {"path": [*path, bytes(32)]})
    if old < new:
        assert not merkle.is_consistent(old, new, **given_ | {"path": path[:-1]})
        assert not merkle.is_consistent(new, old, **given_)


@given(st.integers(1, 5000).flatmap(lambda size: st.tuples(st.just(size), st.integers(0, size - 1))))
def test_a_range_is_made_of_complete_subtrees_in_their_order(case: tuple[int, int]) -> None:
    size, position = case
    for begin, end in merkle.inclusion_ranges(position, size):
        spans = [merkle.leaves_under(place) for place in merkle.subtrees((begin, end))]
        assert spans[0][0] == begin
        assert spans[-1][1] == end
        assert all(left[1] == right[0] for left, right in pairwise(spans))


def test_a_range_folds_to_its_hash() -> None:
    leaves = leaves_of(13)
    parts = [naive(leaves[slice(*merkle.leaves_under(place))]) for place in merkle.subtrees((0, 13))]
    assert merkle.folded(parts) == naive(leaves)


@pytest.mark.parametrize("case", [(3, 3), (-1, 3), (0, 0)])
def test_there_is_no_path_to_a_leaf_that_is_not_there(case: tuple[int, int]) -> None:
    with pytest.raises(ValueError):
        merkle.inclusion_ranges(*case)


@pytest.mark.parametrize("case", [(0, 3), (4, 3)])
def test_a_tree_begins_with_no_longer_one(case: tuple[int, int]) -> None:
    with pytest.raises(ValueError):
        merkle.consistency_ranges(*case)
