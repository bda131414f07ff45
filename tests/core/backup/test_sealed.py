"""A sealed stream opens whole, or not at all."""

import io

import pytest

from alliance.core.backup import BackupFailed, archive, sealed

KEY = "a quiet river in the morning"


def seal(*pieces: bytes, key: str = KEY) -> bytes:
    out = io.BytesIO()
    with sealed.Writer(out, key) as stream:
        for number, piece in enumerate(pieces):
            archive.write_entry(stream, "file", [piece], number=number)
        archive.write_end(stream)
    return out.getvalue()


def unseal(data: bytes, key: str = KEY) -> list[bytes]:
    return [entry.content() for entry in archive.entries(sealed.Reader(io.BytesIO(data), key))]


LARGE = bytes(range(256)) * 10_000  # more than two blocks


@pytest.mark.parametrize("pieces", [(), (b"",), (b"one",), (b"one", b"", LARGE, b"two"), (b"x" * sealed.BLOCK,)])
def test_what_was_sealed_opens_as_it_was(pieces):
    assert unseal(seal(*pieces)) == list(pieces)


def test_nothing_of_it_can_be_read_without_the_key():
    data = seal(b"Marked words of a person" * 100)

    assert b"Marked" not in data
    with pytest.raises(sealed.Unreadable, match="key is not the one"):
        unseal(data, key="another key of some length")


def test_the_same_twice_is_not_the_same():
    assert seal(b"same") != seal(b"same")


def test_a_key_that_is_too_short_is_refused():
    with pytest.raises(BackupFailed, match="20 characters"):
        seal(b"x", key="short")


@pytest.mark.parametrize("length", [0, 1, 15, 40, 100, -1, -100, -(sealed.BLOCK + 200)])
def test_a_cut_one_is_refused(length):
    data = seal(LARGE, b"last")

    with pytest.raises(sealed.Unreadable):
        unseal(data[:length])


@pytest.mark.parametrize("at", [0, 20, 40, 1000, sealed.BLOCK + 500, -1])
def test_a_changed_one_is_refused(at):
    data = bytearray(seal(LARGE, b"last"))
    data[at] ^= 1

    with pytest.raises(sealed.Unreadable):
        unseal(bytes(data))


def test_blocks_in_another_order_are_refused():
    data = seal(LARGE)
    head, block = len(sealed.MAGIC) + sealed.SALT, sealed.LENGTH.size + sealed.BLOCK + sealed.TAG
    first, second = data[head : head + block], data[head + block : head + 2 * block]

    with pytest.raises(sealed.Unreadable):
        unseal(data[:head] + second + first + data[head + 2 * block :])


def test_one_that_ends_with_a_whole_block_but_not_the_last_is_refused():
    data = seal(LARGE)
    head, block = len(sealed.MAGIC) + sealed.SALT, sealed.LENGTH.size + sealed.BLOCK + sealed.TAG

    with pytest.raises(sealed.Unreadable, match="cut off"):
        unseal(data[: head + block])


def test_what_follows_the_end_is_refused():
    with pytest.raises(sealed.Unreadable, match="beyond"):
        unseal(seal(b"x") + b"more")


def test_something_else_is_not_a_backup():
    with pytest.raises(sealed.Unreadable, match="not a backup"):
        unseal(b"PGDMP" + bytes(100))
