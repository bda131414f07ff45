"""A sign-in server on this machine that speaks OpenID Connect, and what the Chinese providers answer."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class SignInServer(ThreadingHTTPServer):
    """Knows one person. Gives a code for each visit and takes it back once, with the verifier that belongs to it."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.person: dict[str, Any] = {"sub": "abroad-1", "name": "Sample Person Abroad"}
        self.asked: list[tuple[str, dict[str, str]]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Answers(BaseHTTPRequestHandler):
    server: SignInServer

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        base = self.server.address
        if path == "/.well-known/openid-configuration":
            self._say(
                {
                    "issuer": base,
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                    "userinfo_endpoint": f"{base}/userinfo",
                    "jwks_uri": f"{base}/jwks",
                    "token_endpoint_auth_methods_supported": ["client_secret_post"],
                }
            )
        elif path == "/userinfo" and self.headers["Authorization"] == "Bearer marked-access-token":
            self._say(self.server.person)
        else:
            self.send_error(404)

    def do_POST(self) -> None:
        form = {key: values[0] for key, values in parse_qs(self._body()).items()}
        self.server.asked.append((urlsplit(self.path).path, form))
        if form.get("code") == "good" and form.get("client_secret") == "secret":
            self._say(
                {"access_token": "marked-access-token", "refresh_token": "marked-refresh", "token_type": "Bearer"}
            )
        else:
            self._say({"error": "invalid_grant"}, 400)

    def _body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def _say(self, content: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


@contextmanager
def sign_in_server() -> Iterator[SignInServer]:
    server = SignInServer()
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


class Answer:
    """What `requests` gives back."""

    def __init__(self, content: Any, status: int = 200) -> None:
        self.status_code, self.content = status, json.dumps(content).encode()
        self._content = content

    def json(self) -> Any:
        return json.loads(self.content)

    def raise_for_status(self) -> None:
        if self.status_code >= 400:
            from requests import HTTPError

            raise HTTPError(str(self.status_code))


# As their documentation of 2026 prints them; the names of people are made up. Weixin answers text/plain, which
# `requests` reads as Latin-1: so its nickname arrives as it does here.
WEIXIN = {
    "https://api.weixin.qq.com/sns/oauth2/access_token": {
        "access_token": "marked-access-token",
        "expires_in": 7200,
        "refresh_token": "marked-refresh",
        "openid": "openid-1",
        "scope": "snsapi_login",
        "unionid": "union-1",
    },
    "https://api.weixin.qq.com/sns/userinfo": {
        "openid": "openid-1",
        "nickname": "样例用户".encode().decode("latin-1"),
        "sex": 0,
        "headimgurl": "https://thirdwx.qlogo.cn/mmopen/sample/0",
        "privilege": [],
        "unionid": "union-1",
    },
}
DINGTALK = {
    "https://api.dingtalk.com/v1.0/oauth2/userAccessToken": {
        "accessToken": "marked-access-token",
        "refreshToken": "marked-refresh",
        "expireIn": 7200,
        "corpId": "",
    },
    "https://api.dingtalk.com/v1.0/contact/users/me": {
        "nick": "样例用户",
        "unionId": "union-2",
        "openId": "openid-2",
        "avatarUrl": "https://static.dingtalk.com/sample.jpg",
        "mobile": "13800000000",
        "stateCode": "86",
        "email": "sample@example.org",
    },
}
FEISHU = {
    "https://open.feishu.cn/open-apis/auth/v3/app_access_token/internal/": {
        "code": 0,
        "msg": "ok",
        "app_access_token": "marked-app-token",
        "expire": 7140,
    },
    "https://open.feishu.cn/open-apis/authen/v1/access_token": {
        "code": 0,
        "data": {"access_token": "marked-access-token", "refresh_token": "marked-refresh", "expires_in": 7140},
    },
    "https://open.feishu.cn/open-apis/authen/v1/user_info": {
        "code": 0,
        "data": {
            "name": "样例用户",
            "open_id": "openid-3",
            "union_id": "union-3",
            "email": "sample@example.org",
            "mobile": "+8613800000000",
            "avatar_big": "https://sample.feishucdn.com/sample.png",
        },
    },
}
