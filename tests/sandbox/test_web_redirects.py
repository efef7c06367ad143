"""Where a public page may send the web tools, and where not."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from sandbox.loopback import PUBLIC, Listener, MakeEgress, Names, answer, public_server, redirect

from luxx.errors import ToolFailed
from luxx.sandbox.fetch import MAX_REDIRECTS, UNREACHABLE, Page, fetch

Get = Callable[..., Coroutine[Any, Any, Page]]

BROKEN = "url: the server broke off, or what it answered is not HTTP"
#: Where to, and how the refusal begins. `{p}` is the private server's port.
TARGETS = {
    "loopback": ("http://127.0.0.1:{p}/", UNREACHABLE),
    "IPv6 loopback": ("http://[::1]:{p}/", UNREACHABLE),
    "mapped": ("http://[::ffff:7f00:1]:{p}/", UNREACHABLE),
    "protocol-relative": ("//127.0.0.1:{p}/", UNREACHABLE),
    "protocol-relative, many slashes": ("////127.0.0.1:{p}/", BROKEN),
    "localhost": ("http://localhost:{p}/", UNREACHABLE),
    "name of loopback": ("http://inside.example:{p}/", UNREACHABLE),
    "class A": ("http://10.0.0.1:{p}/", UNREACHABLE),
    "metadata": ("http://169.254.169.254/latest/", UNREACHABLE),
    "metadata of Alibaba": ("http://100.100.100.200/", UNREACHABLE),
    "secure loopback": ("https://127.0.0.1:{p}/", UNREACHABLE),
    "fragment": ("http://127.0.0.1:{p}/#@public.example/", UNREACHABLE),
    "decimal": ("http://2130706433:{p}/", "url: it redirects"),
    "short": ("http://127.1:{p}/", "url: it redirects"),
    "octal": ("http://0177.0.0.1:{p}/", BROKEN),
    "user": ("http://public.example@127.0.0.1:{p}/", "url: it redirects"),
    "compatibility sign in the user": ("http://℀@127.0.0.1:{p}/", "url: it redirects"),
    "backslash": ("http:\\\\127.0.0.1:{p}/", "url: it redirects"),
    "backslash after the host": ("http://127.0.0.1:{p}\\@public.example/", "url: it redirects"),
    "space": ("http://127.0.0.1:{p}/a b", "url: it redirects"),
    "file": ("file:///etc/passwd", "url: it redirects"),
    "gopher": ("gopher://127.0.0.1:{p}/", "url: it redirects"),
    "ftp": ("ftp://127.0.0.1:{p}/", "url: it redirects"),
    "data": ("data:text/html,x", "url: it redirects"),
    "javascript": ("javascript:alert(1)", "url: it redirects"),
    "WebSocket": ("ws://127.0.0.1:{p}/", "url: it redirects"),
    "unix": ("unix:///run/docker.sock", "url: it redirects"),
    "other port": ("http://127.0.0.1:22/", "url: it redirects"),
    "port zero": ("http://127.0.0.1:0/", "url: it redirects"),
    "broken IPv6": ("http://[::1", BROKEN),
    "long": ("/" + "a" * 3_000, "url: it redirects"),
}
STATUSES = [
    "301 Moved Permanently",
    "302 Found",
    "303 See Other",
    "307 Temporary Redirect",
    "308 Permanent Redirect",
]


@pytest.fixture
def get(private: Listener, public: Listener, make_egress: MakeEgress) -> Get:
    ports = {public.port, 80}
    names = Names(
        {
            "localhost": [("127.0.0.1", "::1")],
            "inside.example": [("127.0.0.1",)],
            "public.example": [(PUBLIC,)],
            "other.example": [(PUBLIC,)],
        }
    )
    egress = make_egress("127.0.0.1", resolver=names, reach=public_server, web_ports=ports)

    async def get(path: str = "/start") -> Page:
        return await fetch(egress.web, public.url("public.example", path), ports=ports)

    return get


@pytest.mark.parametrize("name", TARGETS)
async def test_a_redirect_to_what_is_not_public_ends_there(
    name: str, get: Get, private: Listener, public: Listener
) -> None:
    location, begins = TARGETS[name]
    public.answers["/start"] = redirect(location.format(p=private.port))
    with pytest.raises(ToolFailed) as caught:
        await get()
    assert caught.value.message.startswith(begins)
    assert public.connections == 1
    assert await private.is_untouched()


@pytest.mark.parametrize("status", STATUSES)
async def test_a_redirect_of_each_kind_is_checked_and_followed(
    status: str, get: Get, private: Listener, public: Listener
) -> None:
    public.answers["/start"] = redirect(f"http://127.0.0.1:{private.port}/", status)
    with pytest.raises(ToolFailed) as caught:
        await get()
    assert caught.value.message == UNREACHABLE
    public.answers["/start"] = redirect("/next", status)
    assert (await get()).text == "public"
    assert await private.is_untouched()


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/next", "/next"),
        ("next", "/next"),
        ("../next", "/next"),
        ("?page=2", "/start?page=2"),
        (" /next ", "/next"),
        ("/next#part", "/next"),
        ("/bücher", "/b%C3%BCcher"),
        ("//other.example:{p}/next", "/next"),
        ("http://other.example:{p}/next", "/next"),
    ],
)
async def test_a_redirect_in_the_public_is_followed(
    location: str, path: str, get: Get, public: Listener
) -> None:
    public.answers["/start"] = redirect(location.format(p=public.port))
    page = await get()
    host = "other.example" if "other" in location else "public.example"
    assert (page.text, page.url) == ("public", public.url(host, path))


async def test_as_many_redirects_are_followed_as_allowed(get: Get, public: Listener) -> None:
    public.answers |= {f"/{n}": redirect(f"/{n + 1}") for n in range(MAX_REDIRECTS)}
    assert (await get("/0")).url.endswith(f"/{MAX_REDIRECTS}")
    public.answers[f"/{MAX_REDIRECTS}"] = redirect("/end")
    with pytest.raises(ToolFailed, match="more than 5 redirects"):
        await get("/0")


async def test_a_loop_of_redirects_ends(get: Get, public: Listener) -> None:
    public.answers |= {"/start": redirect("/back"), "/back": redirect("/start")}
    with pytest.raises(ToolFailed, match="more than 5 redirects"):
        await get()
    assert len(public.requests) == MAX_REDIRECTS + 1


@pytest.mark.parametrize("status", ["300 Multiple Choices", "304 Not Modified", "302 Found"])
async def test_a_redirect_that_leads_nowhere_is_a_failure(
    status: str, get: Get, public: Listener
) -> None:
    public.answers["/start"] = answer("Content-Length: 0", status=status)
    with pytest.raises(ToolFailed, match=f"the server answered {status}"):
        await get()


async def test_a_location_that_comes_with_a_page_is_not_followed(
    get: Get, private: Listener, public: Listener
) -> None:
    there = f"http://127.0.0.1:{private.port}/"
    meta = f'<html><meta http-equiv="refresh" content="0;url={there}"><p>here'
    public.answers["/start"] = answer(
        f"Location: {there}",
        f"Refresh: 0;url={there}",
        "Content-Type: text/html",
        body=meta.encode(),
    )
    assert (await get()).text == meta
    assert await private.is_untouched()


async def test_a_line_end_in_a_location_adds_no_header(
    get: Get, private: Listener, public: Listener
) -> None:
    public.answers["/start"] = redirect("/next%0d%0aX-Injected:%20yes")
    await get()
    assert b"x-injected" not in public.requests[1].lower().replace(b"%0d%0ax-injected", b"")
    public.answers["/start"] = redirect("/next\rX-Injected: yes")
    with pytest.raises(ToolFailed):
        await get()
    assert all(b"\r\nx-injected" not in each.lower() for each in public.requests)
    assert await private.is_untouched()


async def test_nothing_but_the_request_itself_is_sent(
    get: Get,
    public: Listener,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    netrc = tmp_path_factory.mktemp("home") / ".netrc"
    netrc.write_text("machine public.example login me password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    public.answers["/start"] = answer(
        "Location: /next", "Set-Cookie: a=b", "Content-Length: 0", status="302 Found"
    )
    await get()
    await get("/next")
    for request in public.requests:
        for header in (b"authorization", b"cookie", b"referer", b"origin", b"proxy"):
            assert header not in request.lower()
