import pytest

from alliance.core import markdown


class TestRender:
    def test_the_subset(self):
        html = markdown.render(
            "# 由来\n\n老**纱厂**，*江边*。\n第二行\n\n- 甲\n- 乙\n\n> 引文\n\n[网站](https://example.org)"
        )

        assert html == (
            "<h3>由来</h3>\n<p>老<strong>纱厂</strong>，<em>江边</em>。<br>\n第二行</p>\n"
            "<ul>\n<li>甲</li>\n<li>乙</li>\n</ul>\n<blockquote>\n<p>引文</p>\n</blockquote>\n"
            '<p><a href="https://example.org" rel="nofollow ugc noopener">网站</a></p>\n'
        )

    @pytest.mark.parametrize(
        "text",
        [
            "<script>alert(1)</script>",
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "![x](https://example.org/x.png)",
            "<img src=x onerror=alert(1)>",
            "<a href='//evil' onclick='x'>y</a>",
            '[x](https://example.org "onmouseover=alert(1)")',
            "<javascript:alert(1)>",
        ],
    )
    def test_nothing_that_runs(self, text):
        html = markdown.render(text).lower()

        for word in ("<script", "<img", 'href="javascript', 'href="data', "<a href='//", "title="):
            assert word not in html

    @pytest.mark.parametrize(
        "text", ["", "\x00", "😀", "\u202e倒", "#" * 50, "[" * 2000, "> " * 200, "*" * 5000, "- " * 500]
    )
    def test_odd_text_ends_well(self, text):
        assert isinstance(str(markdown.render(text)), str)

    def test_what_looks_like_a_template_stays_text(self):
        assert markdown.render("{{ settings.SECRET_KEY }} {% load x %}") == (
            "<p>{{ settings.SECRET_KEY }} {% load x %}</p>\n"
        )


class TestPlain:
    def test_words_alone(self):
        assert markdown.plain("# 由来\n\n**老**纱厂 & 江边 <b>") == "由来 老纱厂 & 江边 <b>"

    def test_cut(self):
        assert markdown.plain("一二三四五六", 4) == "一二三…"


class TestBlocks:
    def test_the_same_parts_as_words(self):
        text = (
            "# Aim\n\nTwo *parks*\nbuild\n\n- one\n  1. inner\n- two\n\n> said\n\n[page](https://example.org/) <b>x</b>"
        )

        found = [(one.kind, one.mark, one.depth, one.text) for one in markdown.blocks(text)]

        assert found == [
            ("h", "", 0, "Aim"),
            ("p", "", 0, "Two parks\nbuild"),
            ("li", "•", 1, "one"),
            ("li", "1.", 2, "inner"),
            ("li", "•", 1, "two"),
            ("quote", "", 0, "said"),
            ("p", "", 0, "page (https://example.org/) <b>x</b>"),
        ]
