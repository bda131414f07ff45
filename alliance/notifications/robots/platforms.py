"""The three platforms: what each expects, how it signs, and what its answers mean."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from . import guard
from .guard import Answer, Refused

LONGEST_TEXT = 1900  # bytes: 企业微信 takes 2,048


class Outcome(Enum):
    """What an answer means for the message."""

    TAKEN = auto()
    # Too many at a time, or a fault on their side: later.
    LATER = auto()
    # The robot is gone, its secret wrong, its settings refuse us: trying again changes nothing.
    REFUSED = auto()


@dataclass(frozen=True)
class Verdict:
    outcome: Outcome
    said: str = ""


@dataclass(frozen=True)
class Request:
    url: str
    body: bytes


Pack = Callable[[str, str, str, float], Request]


@dataclass(frozen=True)
class Platform:
    """One of the three. `pack` makes a request of address, secret, text and time; `busy` are the codes for "later"."""

    code: str
    title: str | Promise
    host: str
    path: str
    parameter: str
    has_secret: bool
    pack: Pack
    busy: frozenset[int]
    help: str | Promise = ""

    def check(self, url: str) -> None:
        """Raises Refused unless this is the address of a robot of this platform."""
        target = guard.check(url)
        parts = urlsplit(url)
        if target.host != self.host or not parts.path.startswith(self.path):
            raise Refused("platform")
        given = parse_qs(parts.query).get(self.parameter, [""])[0] if self.parameter else parts.path[len(self.path) :]
        if len(given) < 8 or "/" in given:
            raise Refused("incomplete")

    def read(self, answer: Answer) -> Verdict:
        """What the platform said, which is in the text: the status is 200 for nearly everything."""
        try:
            said = json.loads(answer.body)
        except ValueError:
            said = None
        if not isinstance(said, Mapping):
            return Verdict(Outcome.LATER, f"{answer.status} without an answer in JSON")
        code, words = _code(said)
        if code == 0 and answer.status == 200:
            return Verdict(Outcome.TAKEN)
        text = f"{code if code is not None else answer.status} {words}".strip()[:200]
        if code is None or code in self.busy or answer.status == 429 or answer.status >= 500:
            return Verdict(Outcome.LATER, text)
        return Verdict(Outcome.REFUSED, text)


def _code(said: Mapping[str, Any]) -> tuple[int | None, str]:
    for name, words in (("errcode", "errmsg"), ("code", "msg"), ("StatusCode", "StatusMessage")):
        if isinstance(said.get(name), int):
            return said[name], str(said.get(words, ""))
    return None, ""


def _wecom(url: str, secret: str, text: str, now: float) -> Request:
    return Request(url, _json({"msgtype": "text", "text": {"content": text}}))


def _dingtalk(url: str, secret: str, text: str, now: float) -> Request:
    if secret:
        stamp = str(round(now * 1000))
        digest = hmac.new(secret.encode(), f"{stamp}\n{secret}".encode(), hashlib.sha256).digest()
        url = f"{url}&timestamp={stamp}&sign={quote_plus(base64.b64encode(digest))}"
    return Request(url, _json({"msgtype": "text", "text": {"content": text}}))


def _feishu(url: str, secret: str, text: str, now: float) -> Request:
    body: dict[str, Any] = {"msg_type": "text", "content": {"text": text}}
    if secret:
        # The stamp with the secret is the key here, and what is signed is empty.
        stamp = str(round(now))
        digest = hmac.new(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256).digest()
        body |= {"timestamp": stamp, "sign": base64.b64encode(digest).decode()}
    return Request(url, _json(body))


def _json(body: dict[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()


PLATFORMS = {
    platform.code: platform
    for platform in (
        Platform(
            code="wecom",
            title=_("WeCom"),
            host="qyapi.weixin.qq.com",
            path="/cgi-bin/webhook/send",
            parameter="key",
            has_secret=False,
            pack=_wecom,
            # Called too often; too many at a time; their system is busy.
            busy=frozenset({45009, 45033, -1}),
        ),
        Platform(
            code="dingtalk",
            title=_("DingTalk"),
            host="oapi.dingtalk.com",
            path="/robot/send",
            parameter="access_token",
            has_secret=True,
            pack=_dingtalk,
            busy=frozenset({130101, 410100, 90030, 90018, -1}),
        ),
        Platform(
            code="feishu",
            title=_("Feishu"),
            host="open.feishu.cn",
            path="/open-apis/bot/v2/hook/",
            parameter="",
            has_secret=True,
            pack=_feishu,
            busy=frozenset({9499, 11232, 11233}),
        ),
    )
}
CHOICES = [(platform.code, platform.title) for platform in PLATFORMS.values()]


def packed(platform: str, url: str, secret: str, text: str, now: float | None = None) -> Request:
    """The request that says `text` in the group."""
    return PLATFORMS[platform].pack(url, secret, shortened(text), time.time() if now is None else now)


def shortened(text: str) -> str:
    """At most what every platform takes, cut between characters."""
    raw = text.encode()
    if len(raw) <= LONGEST_TEXT:
        return text
    return raw[: LONGEST_TEXT - 3].decode("utf-8", "ignore") + "…"
