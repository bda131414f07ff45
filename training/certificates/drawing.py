"""The badge as a picture: drawn from the certificate, so that the same one always looks the same."""

from functools import lru_cache
from html import escape
from io import BytesIO
from typing import Any

from PIL import Image, ImageDraw, ImageFont

from alliance.core.local import fonts

from ..credentials import baking
from ..models import Certificate

SIZE = 480
PAPER, INK, SEAL, MUTED = "#f6f5f1", "#1b232b", "#b5342b", "#5c6770"


def _lines(certificate: Certificate) -> tuple[str, str, str, str]:
    version = certificate.version
    return version.title_zh, version.title_en, f"{version.curriculum.code} · {version.number}", certificate.number


def svg(certificate: Certificate) -> bytes:
    """The picture with the credential inside."""
    return baking.into_svg(_svg(*_lines(certificate)), certificate.body)


def png(certificate: Certificate) -> bytes:
    return baking.into_png(_png(*_lines(certificate)), certificate.body)


def _svg(title_zh: str, title_en: str, code: str, number: str) -> bytes:
    zh = _cut(title_zh, 15)
    en = _cut(title_en, 36)
    texts = [
        (318, 30, 600, INK, zh),
        (352, 18, 400, MUTED, en),
        (398, 20, 600, SEAL, code),
        (430, 16, 400, MUTED, number),
    ]
    rows = "".join(
        f'<text x="240" y="{y}" font-size="{size}" font-weight="{weight}" fill="{fill}">{escape(text)}</text>'
        for y, size, weight, fill, text in texts
    )
    label = escape(f"{title_zh} {title_en} {number}", quote=True)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {SIZE} {SIZE}" width="{SIZE}" height="{SIZE}" '
        f'role="img" aria-label="{label}"><rect width="{SIZE}" height="{SIZE}" fill="{PAPER}"/>'
        f'<rect x="12" y="12" width="456" height="456" fill="none" stroke="{INK}" stroke-width="2"/>'
        f'<path d="M150 60h180v180H150zM205 115h70v70h-70zM240 60v55M240 185v55M150 150h55M275 150h55" fill="none" '
        f'stroke="{SEAL}" stroke-width="10"/><g text-anchor="middle" font-family="\'Noto Sans SC\', \'PingFang SC\', '
        f"'Microsoft YaHei', sans-serif\">{rows}</g></svg>"
    ).encode()


def _png(title_zh: str, title_en: str, code: str, number: str) -> bytes:
    picture = Image.new("RGB", (SIZE, SIZE), PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((12, 12, 468, 468), outline=INK, width=2)
    draw.rectangle((145, 55, 335, 245), outline=SEAL, width=10)
    draw.rectangle((200, 110, 280, 190), outline=SEAL, width=10)
    for line in ((240, 60, 240, 115), (240, 185, 240, 240), (150, 150, 205, 150), (275, 150, 330, 150)):
        draw.line(line, fill=SEAL, width=10)
    for y, size, fill, text in (
        (308, 30, INK, _cut(title_zh, 15)),
        (346, 18, MUTED, _cut(title_en, 40)),
        (391, 20, SEAL, code),
        (425, 16, MUTED, number),
    ):
        draw.text((SIZE / 2, y), text, fill=fill, font=_font(size), anchor="mm")
    made = BytesIO()
    picture.save(made, "PNG", optimize=True)
    return made.getvalue()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


@lru_cache(maxsize=8)
def _font(size: int) -> Any:
    """The font of the reports; where it was not fetched, the small one that the library brings (Latin alone)."""
    file = fonts.folder() / fonts.names()[0]
    return ImageFont.truetype(str(file), size) if file.is_file() else ImageFont.load_default(size)
