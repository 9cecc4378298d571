"""Certificates: a broken one is refused, unless the registry row excuses it."""

from __future__ import annotations

import datetime
import ipaddress
import ssl
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.command import Mattran
from tests.crawler.raw_server import RawServer, answer
from tests.replica import Replica


def self_signed(folder: Path) -> ssl.SSLContext:
    """A server's TLS context with a certificate nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = folder / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RawServer]:
    page = b"<html><ul></ul></html>"
    with RawServer({"/tin.htm": lambda: answer(page)}, self_signed(tmp_path)) as running:
        yield running


def command(folder: Path, base_url: str, **keys: bool | list[str]) -> Mattran:
    """A command that knows one site, at `base_url`."""
    with Replica([]) as replica:
        mattran = Mattran(folder, replica)
    lines = [f"{key} = {str(value).lower()}\n" for key, value in keys.items()]
    mattran.registry.write_text(
        '[[site]]\nid = "a"\nname = "A"\nlevel = "province"\nprovince = "Hà Nội"\ndelay = 0\n'
        f'base_url = "{base_url}"\nplatform = "generic"\nlistings = ["/tin.htm"]\n'
        + "".join(lines),
        encoding="utf-8",
    )
    return mattran


def failures(mattran: Mattran) -> set[tuple[str, str]]:
    found = mattran.rows("SELECT failure, failure_text FROM captures WHERE failure IS NOT NULL")
    return {tuple(row) for row in found}


TOLD = ("tls", "no secure connection: certificate or TLS version not accepted")


def test_a_certificate_nobody_vouches_for_is_refused(server: RawServer, tmp_path: Path):
    mattran = command(tmp_path, server.url)
    finished = mattran("crawl", "a")
    assert finished.exit_code == 1
    assert server.asked == []
    assert failures(mattran) == {TOLD}
    assert f"robots.txt gives no answer yet ({TOLD[1]})" in finished.out


def test_a_row_may_excuse_its_certificate(server: RawServer, tmp_path: Path):
    mattran = command(tmp_path, server.url, tls=False)
    mattran("crawl", "a")
    assert server.asked[:2] == ["/robots.txt", "/tin.htm"]
    assert failures(mattran) == set()


@pytest.fixture
def old_server(tmp_path: Path) -> Iterator[RawServer]:
    """A server that speaks TLS 1.0 and nothing newer."""
    context = self_signed(tmp_path)
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    page = b"<html><ul></ul></html>"
    with RawServer({"/tin.htm": lambda: answer(page)}, context) as running:
        yield running


def test_a_server_that_speaks_only_old_tls_is_refused(old_server: RawServer, tmp_path: Path):
    mattran = command(tmp_path, old_server.url, tls=False)
    assert mattran("crawl", "a").exit_code == 1
    assert old_server.asked == []
    assert failures(mattran) == {TOLD}


def test_a_row_may_excuse_its_old_tls(old_server: RawServer, tmp_path: Path):
    mattran = command(tmp_path, old_server.url, tls=False, old_tls=True)
    mattran("crawl", "a")
    assert old_server.asked[:2] == ["/robots.txt", "/tin.htm"]
    assert failures(mattran) == set()


def test_old_tls_excuses_no_certificate(old_server: RawServer, tmp_path: Path):
    mattran = command(tmp_path, old_server.url, old_tls=True)
    assert mattran("crawl", "a").exit_code == 1
    assert old_server.asked == []
    assert failures(mattran) == {TOLD}


def test_one_site_s_excuse_is_no_other_s(old_server: RawServer, server: RawServer, tmp_path: Path):
    mattran = command(tmp_path, old_server.url, tls=False, old_tls=True)
    excused = mattran.registry.read_text(encoding="utf-8")
    strict = excused.replace(old_server.url, server.url).replace('"a"', '"b"')
    strict = strict.replace("tls = false\n", "").replace("old_tls = true\n", "")
    mattran.registry.write_text(excused + strict, encoding="utf-8")
    mattran("crawl", "--all")
    assert "/tin.htm" in old_server.asked
    assert server.asked == []


def test_a_server_that_speaks_no_tls_is_told_as_such(tmp_path: Path):
    with RawServer({}) as plain:
        mattran = command(tmp_path, plain.url.replace("http:", "https:"))
        assert mattran("crawl", "a").exit_code == 1
    assert failures(mattran) == {TOLD}


def test_a_site_that_moved_to_https_as_a_whole_is_crawled_there(tmp_path: Path):
    article = "/tin/ba-con-cung-nhau-don-ngo-41.html"
    listing = f"<html><ul><li><a href='{article}'>Bà con cùng nhau dọn ngõ</a></li></ul></html>"
    rules = b"User-agent: *\nDisallow: /admin/\n"
    pages = {
        "/robots.txt": lambda: answer(rules, "Content-Type: text/plain"),
        "/tin.htm": lambda: answer(listing.encode()),
        article: lambda: answer(b"<html><h1>B\xc3\xa0 con</h1></html>"),
    }
    with RawServer(pages, self_signed(tmp_path)) as new:

        def moved(path: str) -> Callable[[], Iterable[bytes]]:
            return lambda: answer(b"", f"Location: {new.url}{path}", status="301 Moved")

        with RawServer({path: moved(path) for path in pages}) as old:
            host = new.url.removeprefix("https://")
            mattran = command(tmp_path, old.url, tls=False, aliases=[host])
            mattran("crawl", "a")
            assert old.asked == ["/robots.txt"]
            assert set(new.asked) == {*pages}
            new.asked.clear()
            mattran("crawl", "a")
            assert new.asked == ["/tin.htm"]
