"""Notes as other programs of transparency logs read them."""

from __future__ import annotations

import pytest

from forbear.compliance.notes import (
    Checkpoint,
    KeyUnreadable,
    Note,
    NoteUnreadable,
    PublicKey,
    Signer,
    checkpoint_text,
    digest,
    sign,
)

LARKFIELD = Signer.of("forbear.5f0c91aa", bytes(range(32)))
OTHER = Signer.of("forbear.5f0c91aa", bytes(range(1, 33)))
TEXT = checkpoint_text(
    origin="forbear.5f0c91aa/org_a", size=3, root=bytes(32), at="2026-11-24T16:42:00.000000Z", previous=""
)


def test_a_key_is_written_with_its_name_and_id_and_read_again() -> None:
    written = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    assert str(PublicKey.read(written)) == written


@pytest.mark.parametrize(
    "wrong", ["", "a+b", "name+00000000+AAAA", "a+b+c+d", f"other{LARKFIELD.key}", str(LARKFIELD.key)[:-4]]
)
def test_what_is_no_key_is_refused(wrong: str) -> None:
    with pytest.raises(KeyUnreadable):
        PublicKey.read(wrong)


def test_a_note_of_another_program_is_verified() -> None:
    """The example of golang.org/x/mod/sumdb/note."""
    key = PublicKey.read("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
    )
    assert Note.read(text).is_signed_by(key)
    assert not Note.read(text.replace("answer", "answers")).is_signed_by(key)


def test_a_note_bears_every_signature_and_no_other() -> None:
    note = Note.read(sign(TEXT, LARKFIELD, OTHER))
    assert note.text == TEXT
    assert note.is_signed_by(LARKFIELD.key)
    assert note.is_signed_by(OTHER.key)
    alone = Note.read(sign(TEXT, LARKFIELD))
    assert not alone.is_signed_by(OTHER.key)
    assert not alone.is_signed_by(PublicKey("another name", LARKFIELD.key.raw))


def test_a_checkpoint_is_read_as_it_was_written() -> None:
    checkpoint = Checkpoint.read(TEXT)
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == ("forbear.5f0c91aa/org_a", 3, bytes(32))
    assert checkpoint.line("at") == "2026-11-24T16:42:00.000000Z"
    assert checkpoint.line("previous") == ""
    note = sign(TEXT, LARKFIELD)
    following = Checkpoint.read(checkpoint_text(origin="o", size=4, root=bytes(32), at="then", previous=note))
    assert following.line("previous") == digest(note)


@pytest.mark.parametrize(
    "wrong",
    [
        "",
        "o\n",
        "o\n3\n",
        "o\nthree\nAAAA\n",
        "o\n03\nAAAA\n",
        "o\n-3\nAAAA\n",
        "o\n3\nA A\n",
        "o\n3\nAAAA",
        "\n3\nAAAA\n",
    ],
)
def test_what_is_no_checkpoint_is_refused(wrong: str) -> None:
    with pytest.raises(NoteUnreadable):
        Checkpoint.read(wrong)


@pytest.mark.parametrize(
    "wrong", ["", "text\n", "text\n\n", "text\n\nname AAAA\n", "text\n\n— name ====\n", "text\n\n— name"]
)
def test_what_is_no_note_is_refused(wrong: str) -> None:
    with pytest.raises(NoteUnreadable):
        Note.read(wrong)
