"""A badge in a picture: out comes what went in, and a file without one is said to be that."""

import zlib

import pytest
from openbadgeslib import baking as library

from training.credentials import baking

from .pictures import PNG, SVG

TEXT = '{"name": "二维动画 <2> & \\"so\\"", "x": "\u2028 🎬 ]]>"}'


class TestBaking:
    def test_the_same_bytes_come_out(self):
        assert baking.out_of(baking.into_png(PNG, TEXT)) == TEXT
        assert baking.out_of(baking.into_svg(SVG, TEXT)) == TEXT
        assert baking.out_of(TEXT.encode()) == TEXT

    def test_the_text_stands_in_a_png_uncompressed_under_its_keyword(self):
        baked = baking.into_png(PNG, TEXT)

        assert b"iTXtopenbadgecredential\0\0\0\0\0" + TEXT.encode() in baked

    @pytest.mark.parametrize(
        "file",
        [
            PNG,
            SVG,
            b"",
            b"\x00\xff",
            b"GIF89a",
            PNG[:40],
            b"<svg",
            b"<html><body></body></html>",
            b"hello",
            b"PK\x03\x04",
        ],
    )
    def test_a_file_without_a_badge_is_no_badge(self, file):
        with pytest.raises(baking.NoBadge):
            baking.out_of(file)

    def test_a_bomb_is_not_opened(self):
        packed = zlib.compress(b"{" + b" " * 50_000_000)
        chunk = baking.KEYWORD + b"\0\1\0\0\0" + packed
        bomb = library._serialize_png(
            [*list(library.Reader(bytes=PNG).chunks())[:-1], (b"iTXt", chunk), (b"IEND", b"")]
        )

        with pytest.raises(baking.NoBadge):
            baking.out_of(bomb)

    def test_entities_of_xml_are_not_followed(self):
        bomb = b'<!DOCTYPE x [<!ENTITY a "b">]><svg xmlns="http://www.w3.org/2000/svg">&a;</svg>'

        with pytest.raises(baking.NoBadge):
            baking.out_of(bomb)

    def test_a_file_that_is_too_large_is_not_read(self):
        with pytest.raises(baking.NoBadge):
            baking.out_of(b"{" + b" " * baking.LARGEST)
