"""The table of hostile URLs: none of them may lead the web tools to a private server."""

import time

import pytest
from sandbox.loopback import Listener, MakeEgress, Names, public_server

from luxx.errors import BadInput, ToolFailed
from luxx.sandbox.egress import WEB_PORTS
from luxx.sandbox.fetch import UNREACHABLE, fetch, normal_url

#: What is no URL as it should be. `{p}` is the private server's port.
NOTATIONS = {
    "decimal": "http://2130706433:{p}/",
    "octal in one": "http://017700000001:{p}/",
    "hexadecimal in one": "http://0x7f000001:{p}/",
    "octal parts": "http://0177.0.0.1:{p}/",
    "hexadecimal parts": "http://0x7f.0x0.0x0.0x1:{p}/",
    "mixed parts": "http://0x7f.0.0.01:{p}/",
    "two parts": "http://127.1:{p}/",
    "three parts": "http://127.0.1:{p}/",
    "leading zeros": "http://127.000.000.001:{p}/",
    "overflowing part": "http://127.0.0.257:{p}/",
    "overflowing number": "http://4294967297:{p}/",
    "zero": "http://0:{p}/",
    "hexadecimal zero": "http://0x0:{p}/",
    "address with a dot": "http://127.0.0.1.:{p}/",
    "address with two dots": "http://127.0.0.1..:{p}/",
    "circled digits": "http://①②⑦.⓪.⓪.①:{p}/",
    "circled decimal": "http://②①③⓪⑦⓪⑥④③③:{p}/",
    "percent-encoded host": "http://%31%32%37.0.0.1:{p}/",
    "fullwidth digits": "http://１２７.０.０.１:{p}/",
    "IPv4-mapped": "http://[::ffff:127.0.0.1]:{p}/",
    "IPv4-mapped in full": "http://[0:0:0:0:0:ffff:127.0.0.1]:{p}/",
    "IPv4-compatible": "http://[::127.0.0.1]:{p}/",
    "IPv4-translated": "http://[::ffff:0:127.0.0.1]:{p}/",
    "class A, mapped": "http://[::ffff:10.0.0.1]:{p}/",
    "metadata, mapped": "http://[::ffff:169.254.169.254]/",
    "fullwidth localhost": "http://ｌocalhost:{p}/",
    "IPv6 zone": "http://[fe80::1%25lo]:{p}/",
    "IPv6 zone of loopback": "http://[::1%25lo]:{p}/",
    "IPv6 without an end": "http://[::1:{p}/",
    "user": "http://user@127.0.0.1:{p}/",
    "user and password": "http://a:b@127.0.0.1:{p}/",
    "public user": "http://public.example@127.0.0.1:{p}/",
    "public user and port": "http://public.example:80@127.0.0.1:{p}/",
    "encoded at sign": "http://public.example%40127.0.0.1:{p}/",
    "double at sign": "http://a@public.example@127.0.0.1:{p}/",
    "empty user": "http://@127.0.0.1:{p}/",
    "empty user and password": "http://:@127.0.0.1:{p}/",
    "backslash and at sign": "http://public.example\\@127.0.0.1:{p}/",
    "backslashes": "http:\\\\127.0.0.1:{p}/",
    "backslash": "http://127.0.0.1:{p}\\public.example/",
    "tab in the scheme": "ht\ttp://127.0.0.1:{p}/",
    "tab in the host": "http://127.0.\t0.1:{p}/",
    "line end in the host": "http://127.0.0.1\n:{p}/",
    "carriage return": "http://127.0.0.1:{p}/\r\nHost: public.example",
    "encoded line end in the host": "http://127.0.0.1%0d%0a:{p}/",
    "NUL": "http://127.0.0.1\x00.public.example:{p}/",
    "space": "http://127.0.0.1 .public.example:{p}/",
    "no scheme": "127.0.0.1:{p}/",
    "no scheme but slashes": "//127.0.0.1:{p}/",
    "no host": "http:///127.0.0.1:{p}/",
    "one slash": "http:/127.0.0.1:{p}/",
    "empty": "",
    "dots only": "http://...:{p}/",
    "fragment for a host": "http://#@127.0.0.1:{p}/",
    "file": "file:///etc/passwd",
    "file with a host": "file://127.0.0.1/etc/passwd",
    "gopher": "gopher://127.0.0.1:{p}/_GET%20/",
    "ftp": "ftp://127.0.0.1:{p}/",
    "data": "data:text/html,<p>x",
    "unix": "unix:///var/run/docker.sock",
    "unix in http": "http+unix://%2Fvar%2Frun%2Fdocker.sock/info",
    "javascript": "javascript:alert(1)",
    "WebSocket": "ws://127.0.0.1:{p}/",
    "secure WebSocket": "wss://127.0.0.1:{p}/",
    "dict": "dict://127.0.0.1:{p}/info",
    "ldap": "ldap://127.0.0.1:{p}/",
    "view-source": "view-source:http://127.0.0.1:{p}/",
    "blob": "blob:http://127.0.0.1:{p}/x",
    "jar": "jar:http://127.0.0.1:{p}!/",
    "port zero": "http://127.0.0.1:0/",
    "port of too many": "http://127.0.0.1:65616/",
    "port of letters": "http://127.0.0.1:http/",
    "negative port": "http://127.0.0.1:-1/",
    "very long": "http://127.0.0.1:{p}/" + "a" * 3_000,
    "very long host": f"http://{'a.' * 1_500}example:{{p}}/",
}
#: What is a fine URL of an address that is not public.
ADDRESSES = {
    "loopback": "http://127.0.0.1:{p}/",
    "loopback with a path": "http://127.0.0.1:{p}/admin?x=1#y",
    "other loopback": "http://127.8.8.8:{p}/",
    "ideographic dots": "http://127。0。0。1:{p}/",
    "fullwidth dots": "http://127．0．0．1:{p}/",
    "upper case scheme": "HTTP://127.0.0.1:{p}/",
    "IPv6 loopback": "http://[::1]:{p}/",
    "IPv6 loopback in full": "http://[0:0:0:0:0:0:0:1]:{p}/",
    "IPv4-compatible in hexadecimal": "http://[::7f00:1]:{p}/",
    "IPv4-translated in hexadecimal": "http://[::ffff:0:7f00:1]:{p}/",
    "class A, mapped in hexadecimal": "http://[::ffff:a00:1]:{p}/",
    "IPv4-mapped in hexadecimal": "http://[::ffff:7f00:1]:{p}/",
    "6to4": "http://[2002:7f00:1::]:{p}/",
    "NAT64": "http://[64:ff9b::7f00:1]:{p}/",
    "local NAT64": "http://[64:ff9b:1::7f00:1]:{p}/",
    "Teredo": "http://[2001:0:7f00:1::]:{p}/",
    "Teredo client": "http://[2001:0:808:808:0:0:80ff:fffe]:{p}/",
    "ISATAP": "http://[2001:4860::5efe:7f00:1]:{p}/",
    "unspecified": "http://0.0.0.0:{p}/",
    "this network": "http://0.1.2.3:{p}/",
    "unspecified IPv6": "http://[::]:{p}/",
    "class A": "http://10.0.0.1:{p}/",
    "class B": "http://172.16.0.1:{p}/",
    "class C": "http://192.168.1.1:{p}/",
    "carrier-grade NAT": "http://100.64.0.1:{p}/",
    "benchmark network": "http://198.18.0.1:{p}/",
    "documentation": "http://192.0.2.1:{p}/",
    "documentation 2": "http://198.51.100.1:{p}/",
    "documentation 3": "http://203.0.113.1:{p}/",
    "protocol assignments": "http://192.0.0.1:{p}/",
    "multicast": "http://224.0.0.1:{p}/",
    "multicast of a site": "http://239.255.255.250:{p}/",
    "IPv6 multicast": "http://[ff02::1]:{p}/",
    "reserved": "http://240.0.0.1:{p}/",
    "broadcast": "http://255.255.255.255:{p}/",
    "link-local": "http://169.254.1.1:{p}/",
    "IPv6 link-local": "http://[fe80::1]:{p}/",
    "site-local": "http://[fec0::1]:{p}/",
    "unique local": "http://[fd12:3456::1]:{p}/",
    "unique local, lower half": "http://[fc00::1]:{p}/",
    "IPv6 documentation": "http://[2001:db8::1]:{p}/",
    "discard": "http://[100::1]:{p}/",
    "metadata": "http://169.254.169.254/latest/meta-data/",
    "metadata, mapped in hexadecimal": "http://[::ffff:a9fe:a9fe]/",
    "metadata by NAT64": "http://[64:ff9b::a9fe:a9fe]/",
    "metadata by 6to4": "http://[2002:a9fe:a9fe::]/",
    "metadata of AWS by IPv6": "http://[fd00:ec2::254]/",
    "metadata of AWS tasks": "http://169.254.170.2/v2/credentials",
    "metadata of Google by IPv6": "http://[fd20:ce::254]/",
    "metadata of Azure": "http://168.63.129.16/",
    "metadata of Alibaba": "http://100.100.100.200/",
    "metadata of Oracle": "http://192.0.0.192/",
    "localhost": "http://localhost:{p}/",
    "localhost with a dot": "http://localhost.:{p}/",
    "LOCALHOST": "http://LOCALHOST:{p}/",
    "below localhost": "http://app.localhost:{p}/",
    "ip6-localhost": "http://ip6-localhost:{p}/",
    "public name of loopback": "http://127.0.0.1.nip.example:{p}/",
    "public name of IPv6 loopback": "http://six.example:{p}/",
    "public name of a mapped address": "http://mapped.example:{p}/",
    "public name of a private address": "http://router.example:{p}/",
    "public name of metadata": "http://metadata.example/",
    "name with several private addresses": "http://several.example:{p}/",
    "international name": "http://bücher.example:{p}/",
    "name with a zone": "http://zone.example:{p}/",
    "odd answer": "http://odd.example:{p}/",
    "a name that has no address": "http://nothing.example:{p}/",
}
NAMES: dict[str, list[tuple[str, ...]]] = {
    "localhost": [("127.0.0.1", "::1")],
    "localhost.": [("127.0.0.1",)],
    "app.localhost": [("127.0.0.1",)],
    "ip6-localhost": [("::1",)],
    "127.0.0.1.nip.example": [("127.0.0.1",)],
    "six.example": [("::1",)],
    "mapped.example": [("::ffff:127.0.0.1",)],
    "router.example": [("192.168.1.1",)],
    "metadata.example": [("169.254.169.254",)],
    "several.example": [("127.0.0.1", "::1", "10.0.0.1")],
    "xn--bcher-kva.example": [("127.0.0.1",)],
    "zone.example": [("fe80::1%lo",)],
    "odd.example": [("2130706433",)],
}


@pytest.mark.parametrize("name", NOTATIONS)
async def test_what_is_no_plain_url_is_refused_as_such(
    name: str, private: Listener, make_egress: MakeEgress
) -> None:
    egress = make_egress("127.0.0.0/8", resolver=Names(NAMES), web_ports={private.port, 80})
    with pytest.raises(BadInput, match=r"^url: expected") as caught:
        await fetch(egress.web, NOTATIONS[name].format(p=private.port), ports=egress.web_ports)
    assert caught.value.field == "url"
    assert await private.is_untouched()


@pytest.mark.parametrize("name", ADDRESSES)
async def test_an_address_that_is_not_public_is_refused_in_the_same_words(
    name: str, private: Listener, make_egress: MakeEgress
) -> None:
    egress = make_egress(
        *("127.0.0.0/8", "localhost", "::1"),
        resolver=Names(NAMES),
        web_ports={private.port, 80},
    )
    with pytest.raises(ToolFailed) as caught:
        await fetch(egress.web, ADDRESSES[name].format(p=private.port), ports=egress.web_ports)
    assert (caught.value.message, caught.value.field) == (UNREACHABLE, "url")
    assert await private.is_untouched()


async def test_an_open_port_and_a_closed_one_cannot_be_told_apart(
    private: Listener, public: Listener, make_egress: MakeEgress
) -> None:
    names = Names({"closed.example": [("127.0.0.2",)], "open.example": [("127.0.0.1",)]})
    ports = {private.port, 1}
    egress = make_egress(resolver=names, web_ports=ports, reach=public_server)
    said = set()
    for url in (
        f"http://127.0.0.1:{private.port}/",
        "http://127.0.0.1:1/",
        f"http://open.example:{private.port}/",
        "http://open.example:1/",
        "http://closed.example:1/",
        "http://nothing.example:1/",
    ):
        with pytest.raises(ToolFailed) as caught:
            await fetch(egress.web, url, ports=ports)
        said.add(caught.value.message)
    assert said == {UNREACHABLE}
    assert await private.is_untouched()


@pytest.mark.parametrize("port", [21, 22, 25, 53, 81, 3000, 5432, 6379, 8000, 8081, 11434, 65535])
def test_an_unusual_port_is_refused_by_its_number(port: int) -> None:
    for scheme in ("http", "https"):
        with pytest.raises(ToolFailed, match="only these ports are allowed: 80, 443, 8080, 8443"):
            normal_url(f"{scheme}://public.example:{port}/")


@pytest.mark.parametrize("port", sorted(WEB_PORTS))
def test_a_usual_port_is_allowed_in_both_schemes(port: int) -> None:
    assert normal_url(f"http://h.example:{port}/a").startswith("http://h.example")
    assert normal_url(f"https://h.example:{port}/a").startswith("https://h.example")


async def test_the_port_is_checked_where_the_socket_is_made_as_well(
    public: Listener, make_egress: MakeEgress
) -> None:
    egress = make_egress(reach=public_server)
    with pytest.raises(ToolFailed) as caught:
        await fetch(egress.web, public.url("127.0.0.2"), ports={public.port})
    assert caught.value.message == UNREACHABLE
    assert public.connections == 0


async def test_a_public_name_is_fetched_by_its_name(
    public: Listener, make_egress: MakeEgress
) -> None:
    names = Names({"xn--bcher-kva.example": [("127.0.0.2",)]})
    egress = make_egress(resolver=names, reach=public_server, web_ports={public.port})
    page = await fetch(egress.web, public.url("bücher.example"), ports=egress.web_ports)
    assert (page.text, page.url) == ("public", public.url("xn--bcher-kva.example"))
    assert b"host: xn--bcher-kva.example" in public.requests[0]


async def test_a_name_that_changes_between_two_looks_leads_nowhere(
    private: Listener, public: Listener, make_egress: MakeEgress
) -> None:
    names = Names({"rebind.example": [("127.0.0.2",), ("127.0.0.1",)]})
    ports = {public.port, 80}
    egress = make_egress(resolver=names, reach=public_server, web_ports=ports)
    assert (await fetch(egress.web, public.url("rebind.example"), ports=ports)).text == "public"
    # Another port is not in the connector's memory of names.
    with pytest.raises(ToolFailed) as caught:
        await fetch(egress.web, "http://rebind.example/", ports=ports)
    assert caught.value.message == UNREACHABLE
    assert await private.is_untouched()


@pytest.mark.parametrize("answers", [("127.0.0.1", "127.0.0.2"), ("::1", "127.0.0.2", "127.0.0.1")])
async def test_of_several_addresses_only_a_public_one_is_connected(
    answers: tuple[str, ...], private: Listener, public: Listener, make_egress: MakeEgress
) -> None:
    names = Names({"mixed.example": [answers]})
    egress = make_egress(resolver=names, reach=public_server, web_ports={public.port})
    page = await fetch(egress.web, public.url("mixed.example"), ports=egress.web_ports)
    assert page.text == "public"
    assert await private.is_untouched()


async def test_a_refusal_is_quick(private: Listener, make_egress: MakeEgress) -> None:
    egress = make_egress(web_ports={private.port})
    start = time.perf_counter()
    for _ in range(100):
        with pytest.raises(ToolFailed):
            await fetch(egress.web, private.url(), ports=egress.web_ports)
    assert time.perf_counter() - start < 5


async def test_the_guard_of_the_tests_would_be_reached(
    private: Listener, make_egress: MakeEgress
) -> None:
    """Without our own guard the private server is reached: the tables above can fail."""
    egress = make_egress(web_ports={private.port}, reach=lambda _: public_server("127.0.0.2"))
    private.answer = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
    assert (await fetch(egress.web, private.url(), ports=egress.web_ports)).text == "ok"
