"""Which addresses may be fetched, and whose fault a failure is."""

from __future__ import annotations

import asyncio
import errno
import socket
import threading

import pytest

from crawler import network


@pytest.fixture(autouse=True)
def no_registered_host(monkeypatch):
    monkeypatch.setattr(network, "registered_private_hosts", set())


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.1.2.3", "192.168.0.9", "169.254.169.254", "172.16.0.1", "::1"]
)
def test_an_address_that_is_not_public_is_refused(address):
    assert not network.may_connect("portal.example.vn", address)


def test_a_public_address_is_fetched():
    assert network.may_connect("portal.example.vn", "123.30.186.160")


def test_the_registered_address_of_a_site_may_be_private():
    network.registered_private_hosts.add("127.0.0.5")
    assert network.may_connect("127.0.0.5", "127.0.0.5")
    assert not network.may_connect("127.0.0.6", "127.0.0.6")


def test_no_route_and_no_name_server_are_ours():
    assert network.is_our_network(OSError(errno.ENETUNREACH, "Network is unreachable"))
    assert network.is_our_network(socket.gaierror(socket.EAI_AGAIN, "try again"))


def test_a_refusal_and_an_unknown_name_are_the_hosts():
    assert not network.is_our_network(ConnectionRefusedError(errno.ECONNREFUSED, "refused"))
    assert not network.is_our_network(socket.gaierror(socket.EAI_NONAME, "unknown"))


def test_a_name_is_looked_up():
    network.registered_private_hosts.add("localhost")
    assert asyncio.run(network.resolve("localhost")) == "127.0.0.1"


def told_of(monkeypatch, *answers):
    """Let the name server give these addresses, one list after the other."""
    left = list(answers)
    monkeypatch.setattr(network, "_asked_at", {})
    monkeypatch.setattr(network, "_look_up", lambda _: left.pop(0))


def test_a_name_whose_addresses_come_in_turns_is_asked_at_one_of_them(monkeypatch):
    told_of(monkeypatch, ["8.8.8.8", "8.8.4.4"], ["8.8.4.4", "8.8.8.8"], ["8.8.4.4"], ["8.8.4.4"])
    found = [asyncio.run(network.resolve("two.example")) for _ in range(4)]
    assert found == ["8.8.8.8", "8.8.8.8", "8.8.4.4", "8.8.4.4"]


def test_of_several_addresses_a_public_one_is_asked(monkeypatch):
    told_of(monkeypatch, ["10.0.0.1", "8.8.8.8"], ["10.0.0.1", "192.168.0.1"])
    assert asyncio.run(network.resolve("two.example")) == "8.8.8.8"
    with pytest.raises(network.RefusedAddressError, match=r"two.example points to 10.0.0.1"):
        asyncio.run(network.resolve("two.example"))


@pytest.mark.parametrize("name", ["no-such-name.invalid", "a" * 70 + ".vn"])
def test_a_name_that_does_not_resolve_is_an_error_of_the_system(name):
    with pytest.raises(OSError, match=r".+"):
        asyncio.run(network.resolve(name))


def test_a_look_up_that_hangs_does_not_hold_up_the_end_of_the_program(monkeypatch):
    released = threading.Event()
    monkeypatch.setattr(network, "RESOLVE_TIMEOUT", 0.01)

    def look_up(*_: object) -> None:
        released.wait()
        raise socket.gaierror(socket.EAI_AGAIN, "at last")

    monkeypatch.setattr(network.socket, "getaddrinfo", look_up)
    with pytest.raises(TimeoutError):
        asyncio.run(network.resolve("slow.example"))
    hanging = [thread for thread in threading.enumerate() if "slow.example" in thread.name]
    assert [thread.daemon for thread in hanging] == [True]
    released.set()
    hanging[0].join()
