"""Where the portal may be made to call, and where not (platform spec, 6.35)."""

import datetime
import socket
import ssl
import threading
import time

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from alliance.notifications.robots import guard
from alliance.notifications.robots.guard import Refused, Unreachable, check, is_public, post

HOST = "oapi.dingtalk.com"
URL = f"https://{HOST}/robot/send?access_token=abc"
PUBLIC = "203.119.0.1"


class TestAddress:
    @pytest.mark.parametrize(
        "url",
        [
            "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=693a91f6-7xxx",
            "https://oapi.dingtalk.com/robot/send?access_token=0f1e",
            "https://open.feishu.cn/open-apis/bot/v2/hook/1f2e",
            "https://open.feishu.cn:443/open-apis/bot/v2/hook/1f2e",
        ],
    )
    def test_the_three_platforms(self, url):
        assert check(url).host in guard.HOSTS

    @pytest.mark.parametrize(
        "host",
        [
            "127.0.0.1",
            "localhost",
            "[::1]",
            "0",
            "0.0.0.0",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "017700000001",
            "127.1",
            "169.254.169.254",
            "100.100.100.200",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.0.1",
            "[fe80::1]",
            "[fd00::1]",
            "[::ffff:127.0.0.1]",
            "[::ffff:7f00:1]",
            "metadata.google.internal",
            "example.org",
            # The names of the platforms, nearly.
            "oapi.dingtalk.com.",
            "OAPI.dingtalk.com",
            "evil.oapi.dingtalk.com",
            "oapi.dingtalk.com.evil.example",
            "oapi-dingtalk.com",
            "oapi.dingta1k.com",
            "оapi.dingtalk.com",
            "oapi。dingtalk。com",
            "oapi.dingtalk.com%2eevil.example",
            "ｏapi.dingtalk.com",
            "xn--api-5cd.dingtalk.com",
            # Users and ports.
            "oapi.dingtalk.com@127.0.0.1",
            "oapi.dingtalk.com:443@127.0.0.1",
            "user@oapi.dingtalk.com",
            "user:secret@oapi.dingtalk.com",
            "127.0.0.1\\@oapi.dingtalk.com",
            "127.0.0.1#@oapi.dingtalk.com",
            "127.0.0.1?@oapi.dingtalk.com",
            "oapi.dingtalk.com:80",
            "oapi.dingtalk.com:8443",
            "oapi.dingtalk.com:0443",
            "oapi.dingtalk.com:443:443",
            "oapi.dingtalk.com:",
            "",
        ],
    )
    def test_every_other_host_is_refused(self, host):
        with pytest.raises(Refused):
            check(f"https://{host}/robot/send?access_token=abc")

    @pytest.mark.parametrize(
        "url",
        [
            f"http://{HOST}/robot/send",
            f"HTTPS://{HOST}/robot/send",
            f"ftp://{HOST}/robot/send",
            f"//{HOST}/robot/send",
            f"https:/{HOST}/robot/send",
            f"https:\\\\{HOST}/robot/send",
            "file:///etc/passwd",
            "gopher://127.0.0.1:6379/_FLUSHALL",
            f"https://{HOST}/robot/send#@127.0.0.1",
            f"https://{HOST}/robot/send?access_token=a\r\nHost: 127.0.0.1",
            f"https://{HOST}/robot/send\x00",
            f"https://{HOST}\t/robot/send",
            f" https://{HOST}/robot/send",
            f"https://{HOST}",
            f"https://{HOST}/{'a' * 600}",
            "",
            "x",
        ],
    )
    def test_other_forms_are_refused(self, url):
        with pytest.raises(Refused):
            check(url)


class TestIsPublic:
    @pytest.mark.parametrize(
        "address",
        [
            *("127.0.0.1", "127.255.255.254", "0.0.0.0", "0.1.2.3", "::1", "::"),
            *("169.254.169.254", "100.64.0.1", "100.100.100.200", "10.0.0.1", "10.255.255.255"),
            *("172.16.0.1", "172.31.255.255", "192.168.0.1", "192.0.0.192", "192.0.2.1", "198.18.0.1"),
            *("224.0.0.1", "240.0.0.1", "255.255.255.255", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00::1"),
            *("ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
            # Others wrap a private address: NAT64, 6to4, Teredo, the old compatible form.
            *("64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::", "2001:0:7f00:1::", "::127.0.0.1"),
            *("fd00:ec2::254", "2130706433", "0177.0.0.1", "localhost", ""),
        ],
    )
    def test_not(self, address):
        assert not is_public(address)

    @pytest.mark.parametrize("address", ["203.119.0.1", "8.8.8.8", "2408:4002::1", "::ffff:8.8.8.8"])
    def test_public(self, address):
        assert is_public(address)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A certificate for the name of a platform, which only this test trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(HOST)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("tls")
    (folder / "cert.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return folder


class Platform:
    """A robot's platform on this machine: answers as told, remembers what it was asked and under which name."""

    def __init__(self, certificate, answer):
        self.asked, self.names = [], []
        self.answer = answer
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
        context.sni_callback = lambda link, name, context: self.names.append(name)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.context = context
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            try:
                plain, _address = self.socket.accept()
            except OSError:
                return
            try:
                with self.context.wrap_socket(plain, server_side=True) as link:
                    # Head and body may come apart; closing with some of it unread would cut the answer short.
                    asked = link.recv(65536)
                    while asked and not asked.endswith(b"}"):
                        asked += link.recv(65536)
                    self.asked.append(asked)
                    self.answer(link)
            except OSError:
                continue

    def close(self):
        self.socket.close()


def says(text, status="200 OK", *headers):
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(text)}", *headers, "", text]
    return lambda link: link.sendall("\r\n".join(lines).encode())


@pytest.fixture
def platform(certificate, monkeypatch):
    """Stands where the public address would be; the connection is the real one, TLS and all.

    A busy machine takes its time; the tests of the deadline set their own.
    """
    monkeypatch.setattr(guard, "SECONDS", 60.0)
    running = []

    def start(answer):
        server = Platform(certificate, answer)
        running.append(server)
        connect, dialled = socket.create_connection, []

        def dial(address, **options):
            dialled.append(address)
            return connect(("127.0.0.1", server.port), **options)

        monkeypatch.setattr(socket, "create_connection", dial)
        server.dialled = dialled
        return server

    yield start
    for server in running:
        server.close()


def trusting(certificate):
    return ssl.create_default_context(cafile=str(certificate / "cert.pem"))


class TestPost:
    def test_calls_the_address_that_was_checked_under_the_name(self, platform, certificate):
        server = platform(says('{"errcode":0}'))

        answer = post(URL, b'{"a":1}', ask=lambda host: [PUBLIC], tls=trusting(certificate))

        assert (answer.status, answer.body) == (200, b'{"errcode":0}')
        assert server.dialled == [(PUBLIC, 443)]
        assert server.names == [HOST]
        assert server.asked[0].startswith(b"POST /robot/send?access_token=abc HTTP/1.1\r\n")
        assert b"\r\nHost: oapi.dingtalk.com\r\n" in server.asked[0]

    def test_a_name_that_answers_otherwise_the_second_time(self, platform, certificate):
        """Rebinding: public when it is looked at, private when it is called. It is asked for once."""
        server = platform(says("{}"))
        answers = iter([[PUBLIC], ["127.0.0.1"]])
        asked = []

        def ask(host):
            asked.append(host)
            return next(answers)

        post(URL, b"{}", ask=ask, tls=trusting(certificate))

        assert asked == [HOST]
        assert server.dialled == [(PUBLIC, 443)]

    @pytest.mark.parametrize(
        "found", [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["::1"], ["::ffff:169.254.169.254"], ["100.100.100.200"]]
    )
    def test_one_private_address_condemns_the_name(self, platform, certificate, found):
        server = platform(says("{}"))

        with pytest.raises(Refused, match="not_public"):
            post(URL, b"{}", ask=lambda host: found, tls=trusting(certificate))
        assert server.dialled == []

    def test_a_redirect_is_not_followed(self, platform, certificate):
        server = platform(says("", "302 Found", "Location: http://169.254.169.254/latest/meta-data/"))

        with pytest.raises(Refused, match="redirect"):
            post(URL, b"{}", ask=lambda host: [PUBLIC], tls=trusting(certificate))
        assert len(server.dialled) == 1

    def test_a_server_without_the_certificate_of_the_name(self, platform):
        server = platform(says("{}"))

        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            post(URL, b"{}", ask=lambda host: [PUBLIC])
        assert server.asked == []

    def test_a_certificate_of_another_name(self, platform, certificate):
        platform(says("{}"))

        with pytest.raises(Unreachable, match="SSLCertVerificationError"):
            post(
                "https://open.feishu.cn/open-apis/bot/v2/hook/1",
                b"{}",
                ask=lambda host: [PUBLIC],
                tls=trusting(certificate),
            )

    def test_an_answer_without_end_is_cut(self, platform, certificate):
        def endless(link):
            link.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            while True:
                link.sendall(b"x" * 65536)

        platform(endless)

        with pytest.raises(Unreachable, match="too long"):
            post(URL, b"{}", ask=lambda host: [PUBLIC], tls=trusting(certificate))

    @pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nX: "])
    def test_an_answer_that_drips_is_cut(self, platform, certificate, monkeypatch, head):
        monkeypatch.setattr(guard, "SECONDS", 0.6)
        stopped = threading.Event()

        def drip(link):
            try:
                link.sendall(head or b"H")
                while True:
                    time.sleep(0.05)
                    link.sendall(b"x")
            finally:
                stopped.set()

        platform(drip)

        with pytest.raises(Unreachable):
            post(URL, b"{}", ask=lambda host: [PUBLIC], tls=trusting(certificate))
        # The portal hung up; the other side noticed.
        assert stopped.wait(timeout=10)

    def test_a_name_that_has_no_address(self):
        def ask(host):
            raise socket.gaierror

        with pytest.raises(Unreachable, match="no address"):
            post(URL, b"{}", ask=ask)

    def test_a_wrong_address_is_refused_before_anybody_is_asked(self):
        asked = []

        with pytest.raises(Refused, match="host"):
            post("https://169.254.169.254/latest", b"{}", ask=asked.append)
        assert asked == []

    def test_no_proxy_of_the_environment_is_used(self, platform, certificate, monkeypatch):
        monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
        server = platform(says("{}"))

        post(URL, b"{}", ask=lambda host: [PUBLIC], tls=trusting(certificate))

        assert server.dialled == [(PUBLIC, 443)]
