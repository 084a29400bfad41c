import pytest
from hypothesis import given
from hypothesis import strategies as st

from forbear.wording.segments import BASIC, EXTENSION, Encoding, count, odd_characters


@pytest.mark.parametrize(
    ("text", "encoding", "segments", "left"),
    [
        ("", "GSM-7", 0, 160),
        ("a" * 160, "GSM-7", 1, 0),
        ("a" * 161, "GSM-7", 2, 145),
        ("a" * 306, "GSM-7", 2, 0),
        ("a" * 307, "GSM-7", 3, 152),
        ("€" * 80, "GSM-7", 1, 0),
        ("€" * 81, "GSM-7", 2, 143),
        ("a" * 152 + "€" * 5, "GSM-7", 2, 143),
        ("ñé¿" * 53, "GSM-7", 1, 1),
        ("á" * 70, "UCS-2", 1, 0),
        ("á" * 71, "UCS-2", 2, 63),
        ("🙂" * 35, "UCS-2", 1, 0),
        ("🙂" * 36, "UCS-2", 2, 61),
        ("a" * 66 + "🙂" * 3, "UCS-2", 2, 61),
        ("`" + "a" * 70, "UCS-2", 2, 63),
    ],
)
def test_lengths_at_the_edges(text, encoding, segments, left):
    counted = count(text)
    assert (counted.encoding, counted.segments, counted.left_in_segment) == (encoding, segments, left)
    assert counted.characters == len(text)


def test_what_forces_the_wide_alphabet_is_named():
    assert odd_characters("¿Cómo está, José?") == ("ó", "á")


def by_hand(text):
    """Segments by laying the characters out one by one."""
    narrow = all(c in BASIC or c in EXTENSION for c in text)
    costs = [(2 if c in EXTENSION else 1) if narrow else len(c.encode("utf-16-le")) // 2 for c in text]
    single, part = (160, 153) if narrow else (70, 67)
    if sum(costs) <= single:
        return bool(text), narrow
    parts = [0]
    for cost in costs:
        if parts[-1] + cost > part:
            parts.append(0)
        parts[-1] += cost
    return len(parts), narrow


pieces = st.sampled_from(["a" * 60, "€", "{}", "z", "🙂", "á", "ñ" * 9, "🙂a" * 20])


@given(st.lists(pieces, max_size=12).map("".join) | st.text())
def test_counting_agrees_with_laying_out_by_hand(text):
    counted = count(text)
    assert (counted.segments, counted.encoding is Encoding.GSM7) == by_hand(text)
    assert 0 <= counted.left_in_segment <= 160
