"""Which addresses may be fetched, and whose fault a failure is."""

from __future__ import annotations

import errno
import socket

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
