"""Call a robot at its platform and nowhere else (platform spec, 6.35).

The address comes from people, and the portal stands where it can reach what they cannot. So only three names are
called, by https on the usual port; every address that such a name has must be public; the connection goes to exactly
the address that was looked at, so that a name that answers otherwise a moment later changes nothing; no redirect is
followed; and an answer ends after five seconds or a megabyte.
"""

import contextlib
import ipaddress
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

HOSTS = frozenset({"qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn"})
PORT = 443
SECONDS = 5.0
MOST_BYTES = 1024 * 1024
LONGEST_ADDRESS = 500

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Resolve = Callable[[str], Sequence[str]]

# Printable ASCII without what parsers disagree about: blanks, quotes, backslash, brackets.
PLAIN = re.compile(r"https://[A-Za-z0-9.:-]+/[A-Za-z0-9._~/?=&%+-]*", re.ASCII)
NAT64 = ipaddress.ip_network("64:ff9b::/96")
# Assigned to protocols; some clouds keep their metadata there. Older Pythons take it for public.
PROTOCOLS = ipaddress.ip_network("192.0.0.0/24")


class Refused(Exception):
    """The portal does not call this address. `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unreachable(Exception):
    """No answer, or none that can be used."""


@dataclass(frozen=True)
class Target:
    """A checked address: the host is one of ours to call, the rest is a path below it."""

    host: str
    path: str


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes


def check(url: str) -> Target:
    """The parts of an address that may be called; raises Refused for any other."""
    if len(url) > LONGEST_ADDRESS:
        raise Refused("too_long")
    if not PLAIN.fullmatch(url):
        raise Refused("not_plain")
    parts = urlsplit(url)
    # PLAIN lets neither user nor brackets through; the name is compared as a whole, lower case, without a final dot.
    if parts.netloc not in HOSTS and parts.netloc.removesuffix(f":{PORT}") not in HOSTS:
        raise Refused("host")
    host = parts.netloc.removesuffix(f":{PORT}")
    return Target(host, parts.path + (f"?{parts.query}" if parts.query else ""))


def is_public(text: str) -> bool:
    """Whether this is an address of the open internet, also when it is wrapped into another one."""
    try:
        address: Address = ipaddress.ip_address(text)
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.scope_id or address in NAT64 or address.sixtofour or address.teredo:
            return False
        if address.ipv4_mapped is not None:
            address = address.ipv4_mapped
    return address.is_global and not (address.is_multicast or address.is_reserved or address in PROTOCOLS)


def resolve(host: str) -> list[str]:
    """All addresses the name has now."""
    found = socket.getaddrinfo(host, PORT, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def addresses_of(host: str, ask: Resolve = resolve) -> list[str]:
    """The addresses of this name, asked for once. One that is not public condemns them all."""
    try:
        found = list(ask(host))
    except OSError as error:
        raise Unreachable(f"no address: {error.__class__.__name__}") from error
    if not found:
        raise Unreachable("no address")
    if not all(is_public(address) for address in found):
        raise Refused("not_public")
    return found


def post(url: str, body: bytes, *, ask: Resolve = resolve, tls: ssl.SSLContext | None = None) -> Answer:
    """POST this JSON and give the answer. Raises Refused before anything is sent, Unreachable when nothing came."""
    target = check(url)
    deadline = time.monotonic() + SECONDS
    address = addresses_of(target.host, ask)[0]
    try:
        # The address itself: nobody asks for the name a second time.
        plain = socket.create_connection((address, PORT), timeout=SECONDS)
        with plain, _cut_off(plain, deadline):
            trusted = (tls or ssl.create_default_context()).wrap_socket(plain, server_hostname=target.host)
            with trusted:
                answer = _talk(trusted, target, body)
    except (OSError, HTTPException) as error:
        raise Unreachable("too slow" if time.monotonic() >= deadline else error.__class__.__name__) from error
    # Cut off in the middle, an answer of unknown length looks like a whole one.
    if time.monotonic() >= deadline:
        raise Unreachable("too slow")
    return answer


def _talk(trusted: ssl.SSLSocket, target: Target, body: bytes) -> Answer:
    connection = HTTPConnection(target.host, PORT)
    connection.sock = trusted
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "CCIPRA portal",
        # Packed, a megabyte could become a gigabyte.
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    connection.request("POST", target.path, body=body, headers={"Host": target.host, **headers})
    response = connection.getresponse()
    if 300 <= response.status < 400:
        raise Refused("redirect")
    answer = response.read(MOST_BYTES + 1)
    if len(answer) > MOST_BYTES:
        raise Unreachable("too long")
    return Answer(response.status, answer)


@contextlib.contextmanager
def _cut_off(plain: socket.socket, deadline: float) -> Iterator[None]:
    """End the connection at the deadline, however the other side drips: a timeout of a socket begins with each byte."""
    # Another handle on the same connection: TLS takes the first one over.
    with plain.dup() as handle:
        timer = threading.Timer(max(deadline - time.monotonic(), 0), _shut, [handle])
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()


def _shut(handle: socket.socket) -> None:
    with contextlib.suppress(OSError):
        handle.shutdown(socket.SHUT_RDWR)
