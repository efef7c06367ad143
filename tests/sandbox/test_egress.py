import asyncio
import gzip

import httpx
import pytest
from sandbox.loopback import OK, FakeResolver, Listener, MakeEgress, first_is_public

from luxx.errors import BadInput, ConfigError, Upstream
from luxx.sandbox import egress as module
from luxx.sandbox.addresses import reach
from luxx.sandbox.egress import Egress, check_url
from luxx.sandbox.failures import FORBIDDEN, REFUSED, TLSError, httpx_errors

ODD_HOSTS = ["2130706433", "0x7f000001", "017700000001", "0177.0.0.1", "0x7f.1", "127.1", "127.0.1"]
ODD_HOSTS += ["127.0.0.1.", "0x7f.0x0.0x0.0x1", "0", "127.0.0.1..", "①②⑦.⓪.⓪.①"]
HOSTILE = [f"http://{host}/" for host in ODD_HOSTS]
HOSTILE += ["file:///etc/passwd", "gopher://h/", "ftp://h/", "data:text/plain,x", "unix:///run/x"]
HOSTILE += [
    "http://user@h/",
    "http://user:pw@h/",
    "http://@h/",
    "http://:@h/",
    "http://h\\@127.0.0.1/",
]
HOSTILE += ["http:\\\\h/", "http://h/a b", "http://h/\r\nX: y", "http://h\x00/", "http://h/\t/"]
HOSTILE += [
    "http://",
    "http:///path",
    "//h/",
    "h",
    "",
    "http://h:0/",
    "http://h:65536/",
    "http://h:x/",
]
HOSTILE += ["http://[::1", "http://[fe80::1%25eth0]/", "http://h/#f", "http://h/#", "http://./"]
HOSTILE += ["http://h:99999999999/", f"http://h/{'a' * 2048}", "http://..", "javascript:alert(1)"]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_url_that_is_no_plain_http_url_is_refused_by_field(url: str) -> None:
    with pytest.raises(BadInput) as caught:
        check_url(url, "base_url")
    assert caught.value.field == "base_url"
    assert caught.value.message.startswith("base_url: expected")


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        (" https://API.Example.com:443/v1 ", "https://api.example.com/v1"),
        ("http://127.0.0.1:11434", "http://127.0.0.1:11434"),
        ("http://[::1]:8080/v1", "http://[::1]:8080/v1"),
        ("https://h.example/v1?api-version=2", "https://h.example/v1?api-version=2"),
        ("https://h.example/a@b", "https://h.example/a@b"),
        ("https://3com.example./", "https://3com.example./"),
    ],
)
def test_a_plain_url_is_normalised(url: str, normal: str) -> None:
    assert check_url(url, "base_url") == normal


@pytest.mark.parametrize("host", ["[::ffff:127.0.0.1]", "[::1]", "10.0.0.1", "127。0。0。1"])
async def test_a_private_address_is_refused_to_others(host: str, make_egress: MakeEgress) -> None:
    with pytest.raises(Upstream, match=r"may not reach|not allowed"):
        await make_egress().client(trusted=False).get(f"http://{host}/")


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_loopback_is_reached_only_when_trusted(
    host: str, listener: Listener, make_egress: MakeEgress
) -> None:
    egress = make_egress()
    with pytest.raises(Upstream, match="may not reach") as caught:
        await egress.client(trusted=False).get(listener.url(host))
    assert not caught.value.retryable
    assert listener.requests == []
    answer = await egress.client(trusted=True).get(listener.url(host))
    assert answer.text == "ok"


@pytest.mark.parametrize("host", ODD_HOSTS)
@pytest.mark.parametrize("trusted", [True, False])
async def test_an_odd_notation_reaches_nothing_even_when_trusted(
    host: str, trusted: bool, listener: Listener, make_egress: MakeEgress
) -> None:
    with pytest.raises((Upstream, httpx.InvalidURL)):
        await make_egress().client(trusted=trusted).get(listener.url(host))
    assert listener.requests == []


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "[fd00:ec2::254]",
        "0.1.2.3",
        "[::]",
        "224.0.0.1",
        "[::ffff:169.254.169.254]",
    ],
)
async def test_metadata_and_unspecified_addresses_are_refused_to_the_trusted(
    host: str, make_egress: MakeEgress
) -> None:
    with pytest.raises(Upstream, match=r"never reach|not allowed"):
        await make_egress("169.254.0.0/16", host).client(trusted=True).get(f"http://{host}/")


@pytest.mark.parametrize(
    "entry", ["127.0.0.1", "127.0.0.1:{port}", "127.0.0.0/8", "LOCALHOST.", "localhost:{port}"]
)
async def test_what_the_operator_lists_is_for_everybody(
    entry: str, listener: Listener, make_egress: MakeEgress
) -> None:
    host = "localhost" if "localhost" in entry.lower() else "127.0.0.1"
    client = make_egress(entry.format(port=listener.port)).client(trusted=False)
    assert (await client.get(listener.url(host))).text == "ok"


@pytest.mark.parametrize("entry", ["127.0.0.1:1", "localhost", "10.0.0.0/8", "127.0.0.2", "[::1]"])
async def test_what_is_listed_lets_nothing_else_through(
    entry: str, listener: Listener, make_egress: MakeEgress
) -> None:
    with pytest.raises(Upstream, match="may not reach"):
        await make_egress(entry).client(trusted=False).get(listener.url())
    assert listener.requests == []


async def test_a_connection_opened_for_a_listed_name_is_not_lent_to_another_request(
    listener: Listener, make_egress: MakeEgress
) -> None:
    listener.close_after = False
    egress = make_egress("localhost")
    assert (await egress.client(trusted=False).get(listener.url("localhost"))).text == "ok"
    assert (await egress.client(trusted=True).get(listener.url())).text == "ok"
    with pytest.raises(Upstream, match="may not reach"):
        await egress.client(trusted=False).get(listener.url())


@pytest.mark.parametrize("entry", ["a b", "user@h", "h:x", "http://h", "[::1", "", ":80"])
def test_an_entry_that_is_no_host_is_refused_at_start(entry: str) -> None:
    with pytest.raises(ConfigError, match="LUXX_ALLOWED_PRIVATE_HOSTS"):
        Egress([entry])


def test_an_ipv6_host_may_be_listed_with_or_without_brackets() -> None:
    for entry in ("::1", "[::1]", "[::1]:11434"):
        allowed = module._Allowed([entry], reach)
        assert allowed.names(httpx.URL("http://[::1]:11434/v1"))
        assert not allowed.names(httpx.URL("http://[::2]:11434/v1"))
    assert not module._Allowed(["[::1]:80"], reach).names(httpx.URL("http://[::1]:11434/"))
    assert module._Allowed(["h:443"], reach).names(httpx.URL("https://h/"))


async def test_a_name_that_resolves_anew_is_checked_anew(
    listener: Listener, make_egress: MakeEgress
) -> None:
    resolver = FakeResolver(("127.0.0.1",), ("127.0.0.2",))
    client = make_egress(resolver=resolver, reach=first_is_public).client(trusted=False)
    assert (await client.get(listener.url("rebind.example"))).text == "ok"
    # The second lookup: another port, which is not in the connector's cache of names.
    with pytest.raises(Upstream, match="may not reach"):
        await client.get("http://rebind.example:81/")


async def test_of_mixed_addresses_only_the_allowed_one_is_connected(
    listener: Listener, make_egress: MakeEgress
) -> None:
    resolver = FakeResolver(("127.0.0.2", "127.0.0.1"))
    client = make_egress(resolver=resolver, reach=first_is_public).client(trusted=False)
    assert (await client.get(listener.url("mixed.example"))).text == "ok"


async def test_a_name_with_several_refused_addresses_is_refused(make_egress: MakeEgress) -> None:
    resolver = FakeResolver(("127.0.0.2", "127.0.0.3", "::1"))
    egress = make_egress(resolver=resolver, reach=first_is_public)
    with pytest.raises(Upstream, match="may not reach"):
        await egress.client(trusted=False).get("http://all.example/")


async def test_a_redirect_is_not_followed(listener: Listener, make_egress: MakeEgress) -> None:
    listener.answer = (
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1/\r\nContent-Length: 0\r\n\r\n"
    )
    answer = await make_egress().client(trusted=True).get(listener.url())
    assert (answer.status_code, len(listener.requests)) == (302, 1)


async def test_no_cookie_of_one_user_is_sent_for_another(
    listener: Listener, make_egress: MakeEgress
) -> None:
    client = make_egress().client(trusted=True)
    for _ in range(2):
        await client.get(listener.url())
    assert b"cookie" not in listener.requests[1].lower()
    assert not client.cookies


async def test_the_environment_names_no_proxy(
    listener: Listener, make_egress: MakeEgress, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert (await make_egress().client(trusted=True).get(listener.url())).text == "ok"


async def test_a_compressed_answer_nobody_asked_for_is_refused_unread(
    listener: Listener, make_egress: MakeEgress
) -> None:
    bomb = gzip.compress(b"0" * 1_000_000)
    head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {len(bomb)}\r\n\r\n"
    listener.answer = head.encode() + bomb
    client = make_egress().client(trusted=True)
    with pytest.raises(Upstream, match="compressed"):
        await client.get(listener.url())
    answer = await client.get(listener.url(), headers={"Accept-Encoding": "gzip"})
    assert len(answer.content) == 1_000_000


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (b"", httpx.RemoteProtocolError),
        (b"nonsense\r\n\r\n", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok", httpx.RemoteProtocolError),
        (b"HTTP/1.1 200 OK\r\nX: " + b"a" * 20_000 + b"\r\n\r\n", httpx.RemoteProtocolError),
    ],
)
async def test_a_broken_answer_raises_what_httpx_would_raise(
    answer: bytes, error: type[Exception], listener: Listener, make_egress: MakeEgress
) -> None:
    listener.answer = answer
    with pytest.raises(error):
        await make_egress().client(trusted=True).get(listener.url())


async def test_a_refused_connection_is_a_connect_error(make_egress: MakeEgress) -> None:
    client = make_egress().client(trusted=True)
    for url in ("http://127.0.0.1:1/", "http://nowhere.invalid/"):
        with pytest.raises(httpx.ConnectError):
            await client.get(url)


async def test_a_server_that_falls_silent_is_a_read_timeout(
    listener: Listener, make_egress: MakeEgress
) -> None:
    listener.close_after = False
    client = make_egress().client(trusted=True)
    listener.answer = b""
    with pytest.raises(httpx.ReadTimeout):
        await client.get(listener.url(), timeout=0.1)
    listener.answer = b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"
    with pytest.raises(httpx.ReadTimeout):
        await client.get(listener.url(), timeout=0.1)


async def test_plain_http_where_tls_was_expected_is_a_connect_error(
    listener: Listener, make_egress: MakeEgress
) -> None:
    listener.answer = OK
    server = await asyncio.start_server(_babble, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        with pytest.raises(TLSError):
            await make_egress().client(trusted=True).get(f"https://127.0.0.1:{port}/")


async def _babble(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"not TLS at all\r\n")
    await reader.read(1)
    writer.close()


async def test_leaving_a_stream_early_closes_its_connection(
    listener: Listener, make_egress: MakeEgress
) -> None:
    listener.close_after = False
    listener.answer = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n"
    async with make_egress().client(trusted=True).stream("GET", listener.url()) as answer:
        assert await anext(answer.aiter_bytes()) == b"ok"
    async with asyncio.timeout(5):
        await listener.closed.wait()


async def test_a_refusal_names_the_host_as_it_was_written_and_who_can_allow_it(
    make_egress: MakeEgress,
) -> None:
    """The same for every address that the host may have."""
    said = set()
    for address in ("10.0.0.1", "::1", "169.254.169.254"):
        egress = make_egress(resolver=FakeResolver((address,)))
        with pytest.raises(Upstream) as caught:
            await egress.client(trusted=False).get("http://ollama.example:11434/v1")
        said.add(caught.value.message)
    assert said == {FORBIDDEN.format(host="ollama.example:11434")}
    with pytest.raises(Upstream, match=r"never reach ollama\.example: .* link-local"):
        await egress.client(trusted=True).get("http://ollama.example/v1")
    with pytest.raises(Upstream, match=f"^{REFUSED}$"):
        await egress.web.get("http://ollama.example/v1")


async def test_an_error_that_is_no_network_error_is_passed_on(make_egress: MakeEgress) -> None:
    request = httpx.Request("GET", "http://h/")
    with pytest.raises(LookupError), httpx_errors(request):
        raise LookupError
