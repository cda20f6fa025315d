"""Base URLs: I67's list of ways to point a model call at the inside."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.endpoint import Endpoint, all_public, is_public, parse_base_url
from gateway.domain.errors import InvalidRequest

_REFUSED = {
    "dotted loopback": "https://127.0.0.1/v1",
    "another loopback": "https://127.8.8.8/v1",
    "decimal": "https://2130706433/v1",
    "octal": "https://0177.0.0.1/v1",
    "octal, one number": "https://017700000001/v1",
    "hexadecimal": "https://0x7f000001/v1",
    "hexadecimal, dotted": "https://0x7f.0x0.0x0.0x1/v1",
    "hexadecimal, last": "https://127.0.0.0x1/v1",
    "short": "https://127.1/v1",
    "shorter": "https://127.0.1/v1",
    "zero": "https://0/v1",
    "any": "https://0.0.0.0/v1",
    "ten": "https://10.0.0.1/v1",
    "172.16": "https://172.16.0.1/v1",
    "192.168": "https://192.168.1.1/v1",
    "carrier-grade NAT": "https://100.64.0.1/v1",
    "benchmark": "https://198.18.0.1/v1",
    "documentation": "https://192.0.2.1/v1",
    "broadcast": "https://255.255.255.255/v1",
    "multicast": "https://224.0.0.1/v1",
    "::1": "https://[::1]/v1",
    "::1, long": "https://[0:0:0:0:0:0:0:1]/v1",
    "::": "https://[::]/v1",
    "mapped": "https://[::ffff:127.0.0.1]/v1",
    "mapped, long": "https://[::ffff:7f00:1]/v1",
    "mapped, longest": "https://[0000:0000:0000:0000:0000:ffff:7f00:0001]/v1",
    "compatible": "https://[::127.0.0.1]/v1",
    "translated": "https://[::ffff:0:127.0.0.1]/v1",
    "NAT64": "https://[64:ff9b::7f00:1]/v1",
    "NAT64 of metadata": "https://[64:ff9b::a9fe:a9fe]/v1",
    "local NAT64": "https://[64:ff9b:1::7f00:1]/v1",
    "6to4": "https://[2002:7f00:1::]/v1",
    "6to4 of ten": "https://[2002:a00:1::1]/v1",
    "Teredo": "https://[2001:0:7f00:1::]/v1",
    "link local": "https://[fe80::1]/v1",
    "link local, zone": "https://[fe80::1%25eth0]/v1",
    "site local": "https://[fec0::1]/v1",
    "unique local": "https://[fd00::1]/v1",
    "metadata, AWS over IPv6": "https://[fd00:ec2::254]/v1",
    "multicast, IPv6": "https://[ff02::1]/v1",
    "metadata": "https://169.254.169.254/latest/meta-data",
    "metadata, decimal": "https://2852039166/latest/meta-data",
    "metadata, mapped": "https://[::ffff:a9fe:a9fe]/latest/meta-data",
    "metadata, GCP": "https://metadata.google.internal/computeMetadata/v1",
    "metadata, a name": "https://metadata/v1",
    "metadata, Kubernetes": "https://kubernetes.default.svc.cluster.local/v1",
    "localhost": "https://localhost/v1",
    "LOCALHOST": "https://LOCALHOST/v1",
    "localhost below": "https://api.localhost/v1",
    "localdomain": "https://localhost.localdomain/v1",
    "home": "https://router.home.arpa/v1",
    "no dot": "https://redis/v1",
    "trailing dot": "https://localhost./v1",
    "trailing dot, address": "https://127.0.0.1./v1",
    "trailing dot, name": "https://api.example.com./v1",
    "user name": "https://user@api.example.com/v1",
    "user name and password": "https://user:pass@api.example.com/v1",
    "lure": "https://api.example.com@127.0.0.1/v1",
    "lure with a backslash": "https://api.example.com\\@127.0.0.1/v1",
    "empty user name": "https://@api.example.com/v1",
    "IDN": "https://b\u00fccher.example/v1",
    "full-width digits": "https://\uff11\uff12\uff17.0.0.1/v1",
    "circled digits": "https://\u2460\u2461\u2466.0.0.1/v1",
    "ideographic dots": "https://127\u30020\u30020\u30021/v1",
    "Redis": "https://api.example.com:6379/v1",
    "another port": "https://api.example.com:8443/v1",
    "port 80": "https://api.example.com:80/v1",
    "port 0": "https://api.example.com:0/v1",
    "port beyond": "https://api.example.com:99999/v1",
    "port of words": "https://api.example.com:https/v1",
    "http": "http://api.example.com/v1",
    "http on 443": "http://api.example.com:443/v1",
    "file": "file:///etc/passwd",
    "ftp": "ftp://api.example.com/v1",
    "gopher": "gopher://127.0.0.1:6379/_INFO",
    "no scheme": "api.example.com/v1",
    "scheme-relative": "//api.example.com/v1",
    "no host": "https:///v1",
    "nothing": "",
    "a space": "https://api.example.com/v 1",
    "a line break": "https://api.example.com/v1\r\nHost: inside",
    "a tab": "https://api.exam\tple.com/v1",
    "a delete character": "https://api.example.com/v1\x7f",
    "a NUL": "https://api.example.com/\0",
    "a query": "https://api.example.com/v1?x=1",
    "an empty query": "https://api.example.com/v1?",
    "a fragment": "https://api.example.com/v1#x",
    "a percent in the host": "https://127.0.0.1%2f.example.com/v1",
    "an underscore": "https://in_side.example.com/v1",
    "a hyphen first": "https://-a.example.com/v1",
    "two dots": "https://api..example.com/v1",
    "an unclosed bracket": "https://[::1/v1",
    "brackets around a name": "https://[localhost]/v1",
    "a long label": f"https://{'a' * 254}.example.com/v1",
    "401 characters": "https://api.example.com/" + "a" * 377,
}


@pytest.mark.parametrize("url", _REFUSED.values(), ids=_REFUSED.keys())
def test_inside_and_oddities_are_refused(url: str) -> None:
    """I67: every form of an inside address, another scheme, port or spelling is refused, with the field's name."""
    with pytest.raises(InvalidRequest) as caught:
        parse_base_url(url)
    assert (caught.value.code, caught.value.field) == ("invalid_base_url", "base_url")


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("https://api.openai.com/v1", Endpoint(scheme="https", host="api.openai.com", port=443, path="/v1")),
        ("https://api.openai.com:443/v1/", Endpoint(scheme="https", host="api.openai.com", port=443, path="/v1")),
        ("HTTPS://API.Example.COM", Endpoint(scheme="https", host="api.example.com", port=443, path="")),
        ("https://xn--bcher-kva.example/", Endpoint(scheme="https", host="xn--bcher-kva.example", port=443, path="")),
        ("https://8.8.8.8/v1", Endpoint(scheme="https", host="8.8.8.8", port=443, path="/v1")),
        ("https://[2606:4700::1111]", Endpoint(scheme="https", host="2606:4700::1111", port=443, path="")),
        (
            "https://gateway.ai.cloudflare.com/v1/ACCOUNT/GATEWAY/compat",
            Endpoint(scheme="https", host="gateway.ai.cloudflare.com", port=443, path="/v1/ACCOUNT/GATEWAY/compat"),
        ),
        ("https://7.internal.example.com", Endpoint(scheme="https", host="7.internal.example.com", port=443, path="")),
    ],
)
def test_public_endpoints_are_taken_apart(url: str, endpoint: Endpoint) -> None:
    """Public https addresses on port 443 are taken, in one spelling."""
    assert parse_base_url(url) == endpoint


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("http://127.0.0.1:4141/v1", "127.0.0.1:4141"),
        ("http://[::1]:4141/v1", "[::1]:4141"),
        ("https://models.internal:8443", "models.internal:8443"),
        ("http://ollama/v1", "ollama:80"),
    ],
)
def test_the_operator_may_allow_a_place(url: str, place: str) -> None:
    """An operator's host:port is taken though private or plain, and only exactly that one."""
    endpoint = parse_base_url(url, allowed_private=(place,))
    assert endpoint.place == place
    with pytest.raises(InvalidRequest):
        parse_base_url(url, allowed_private=(place + "1",))


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:4142/v1",
        "http://127.0.0.2:4141/v1",
        "http://user@127.0.0.1:4141/v1",
        "http://127.1:4141/v1",
        "ftp://127.0.0.1:4141/v1",
        "http://127.0.0.1:4141/v1?x",
    ],
)
def test_an_allowed_place_opens_no_other(url: str) -> None:
    """I67: an allowed host:port doesn't allow its neighbours, nor oddities on itself."""
    with pytest.raises(InvalidRequest):
        parse_base_url(url, allowed_private=("127.0.0.1:4141",))


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("https://API.example.com/v1", "https://api.example.com:443"),
        ("https://api.example.com:443/other", "https://api.example.com:443"),
        ("https://[2606:4700:0:0::1111]/", "https://[2606:4700:0:0::1111]:443"),
    ],
)
def test_an_origin_is_scheme_host_and_port(url: str, origin: str) -> None:
    """I59: what a seal binds is the origin; a path may change, a host may not."""
    assert parse_base_url(url).origin == origin


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "2002:808:808::1"])
def test_public_addresses(address: str) -> None:
    """Addresses that anyone may reach are public, wrapped in IPv6 or not."""
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "169.254.169.254",
        "10.1.2.3",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "::1",
        "::",
        "::ffff:7f00:1",
        "::ffff:a00:1",
        "::7f00:1",
        "::ffff:0:7f00:1",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "2002:c0a8:101::",
        "fe80::1",
        "fe80::1%eth0",
        "fec0::1",
        "fc00::1",
        "ff02::1",
        "2001:db8::1",
    ],
)
def test_inside_addresses(address: str) -> None:
    """I67: an address of the inside stays inside, wrapped in IPv6 or not."""
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_wrapping_changes_nothing(address: ipaddress.IPv4Address) -> None:
    """I67: an IPv4 address in a NAT64, 6to4 or mapped IPv6 address is exactly as public as itself."""
    number = int(address)
    wrapped = [
        ipaddress.IPv6Address(0xFFFF << 32 | number),
        ipaddress.IPv6Address(int(ipaddress.IPv6Address("64:ff9b::")) | number),
        ipaddress.IPv6Address(int(ipaddress.IPv6Address("2002::")) | number << 80),
    ]
    assert {is_public(str(form)) for form in wrapped} == {is_public(str(address))}


def test_one_private_address_spoils_a_name() -> None:
    """I67: a name with a public and a private record is refused; one without records may be saved."""
    assert all_public(["8.8.8.8", "2606:4700::1111"])
    assert not all_public(["8.8.8.8", "10.0.0.1"])
    assert not all_public(["2606:4700::1111", "::1"])
    assert all_public([])
