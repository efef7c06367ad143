"""Connecting, and what else a face offers."""

from collections.abc import Callable
from typing import Any

import pytest

import luxx
from luxx.client import AsyncClient, Luxx
from luxx.client.embedded import _servers
from luxx.errors import BadInput, LuxxError, NotFound, Unauthenticated, Unavailable

PASSWORD = "luxx-demo"


def test_the_next_connection_finds_the_server_again(lx: Luxx) -> None:
    folder = _folder(lx)
    again = luxx.connect(demo=True, data_dir=folder)
    assert again.url == lx.url
    assert [provider.name for provider in again.providers] == ["Scripted model"]
    again.close()


def test_a_server_somewhere_takes_a_name_and_password_or_a_token(
    lx: Luxx, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_name = luxx.connect(lx.url, username="demo", password=PASSWORD)
    assert repr(by_name) == f"<Luxx at {lx.url}>"
    token = by_name.execute(
        'mutation ($p: String!) { login(username: "demo", password: $p) { accessToken } }',
        p=PASSWORD,
    )["login"]["accessToken"]
    by_name.close()
    luxx.connect(lx.url + "/", token=token).close()
    monkeypatch.setenv("LUXX_URL", lx.url)
    monkeypatch.setenv("LUXX_TOKEN", token)
    luxx.connect().close()


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"token": "t"}, "for a server that has a url"),
        ({"url": "http://127.0.0.1:1", "demo": True}, "leave url out"),
        ({"url": "http://127.0.0.1:1"}, "token is required, or username and password"),
        ({"url": "127.0.0.1:8000", "token": "t"}, "url must be the server's"),
        ({"url": "ftp://127.0.0.1", "token": "t"}, "url must be the server's"),
    ],
)
def test_what_does_not_fit_together_is_said(given: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInput, match=message):
        luxx.connect(**given)


def test_a_login_that_is_not_right_and_a_server_that_is_not_there(lx: Luxx) -> None:
    with pytest.raises(Unauthenticated):
        luxx.connect(lx.url, token="nonsense")
    with pytest.raises(Unauthenticated, match="Wrong username or password"):
        luxx.connect(lx.url, username="demo", password="wrong")
    with pytest.raises(Unavailable, match="does not answer"):
        luxx.connect("http://127.0.0.1:9", token="t")


def test_a_server_of_another_kind_is_said_to_be_one(lx: Luxx) -> None:
    with pytest.raises(Unavailable, match="is no Luxx server, or not reached: it answered 404"):
        luxx.connect(f"{lx.url}/nowhere", token="t")


def test_providers_by_name(lx: Luxx) -> None:
    added = lx.providers.add(
        "Other", base_url=f"{lx.url}/demo-model/v1", api_key="k", model="luxx-demo"
    )
    assert lx.providers["Other"].id == lx.providers[added.id].id == added.id
    assert "luxx-demo" in lx.providers.models("Other")
    assert lx.providers.test("Other").success
    assert "Other: luxx-demo at http" in repr(lx.providers)
    assert "(default)" in repr(lx.providers)
    chat = lx.chat(provider="Other")
    assert chat.conversation.provider_id == added.id
    lx.providers.remove("Other")
    with pytest.raises(NotFound, match="no provider 'Other'; there are: Scripted model"):
        lx.providers["Other"]


def test_a_provider_is_asked_for_by_what_only_it_has(lx: Luxx) -> None:
    base = f"{lx.url}/demo-model/v1"
    one, two = (
        lx.providers.add("Twin", base_url=base, api_key="k", model="luxx-demo") for _ in range(2)
    )
    ask: list[Callable[[], object]] = [
        lambda: lx.chat(provider="Twin"),
        lambda: lx.agent("Ada", provider="Twin"),
        lambda: lx.room("R", task="T", agents=[{"name": "Ada", "provider": "Twin"}]),
        lambda: lx.providers.remove("Twin"),
    ]
    for each in ask:
        with pytest.raises(
            BadInput, match=f"2 are called 'Twin'; give the id, {one.id} or {two.id}"
        ):
            each()
    assert lx.chat(provider=two).conversation.provider_id == two.id
    lx.providers.remove(one)
    assert lx.providers["Twin"] == two
    lx.providers.remove(two)


def test_a_tool_that_is_not_there_is_said_at_once(lx: Luxx) -> None:
    before = len(lx.chats())
    with pytest.raises(BadInput, match=r"there is no tool 'zz'; there are .*python_eval") as caught:
        lx.chat("x", tools=["python_eval", "zz"])
    assert caught.value.field == "tools"
    assert len(lx.chats()) == before


def test_what_there_is_is_opened_anew_and_nothing_else(lx: Luxx) -> None:
    chat, room = lx.chat("C"), lx.room("R", task="T", agents=["Ada"])
    for each in (chat, room):
        again = lx.open(each)
        assert again is not each
        assert repr(again) == repr(each)
    for wrong in (7, None, lx.agent("Ada")):
        with pytest.raises(
            BadInput, match="which must be a conversation, a room, or the id of one"
        ):
            lx.open(wrong)  # type: ignore[arg-type]


def test_tools_are_listed_and_run(lx: Luxx) -> None:
    assert "python_eval" in {tool.name for tool in lx.tools()}
    assert lx.run_tool("python_eval", expression="6 * 7")["result"] == 42
    with pytest.raises(BadInput, match="expression"):
        lx.run_tool("python_eval")


def test_operations_of_ones_own(lx: Luxx) -> None:
    assert lx.execute("{ me { username } }") == {"me": {"username": "demo"}}
    with pytest.raises(BadInput, match="username") as caught:
        lx.execute(
            'mutation { register(username: "x", email: "x@example.com", password: "long enough") '
            "{ id } }"
        )
    assert caught.value.field == "username"
    chat = lx.chat(tools=[])
    reply = chat.send("count to 3")
    query = (
        "subscription ($id: ID!) { messageEvents(messageId: $id) {"
        " ... on MessageCompleted { tokenCount } } }"
    )
    results = list(lx.subscribe(query, id=reply.message_id))
    assert results[-1]["messageEvents"]["tokenCount"] == reply.usage.completion_tokens
    with pytest.raises(BadInput):
        list(lx.subscribe("subscription { nothing }"))


def test_an_error_is_one_line_in_a_notebook() -> None:
    assert NotFound("No such chat.")._render_traceback_() == ["NotFound: No such chat."]
    assert LuxxError()._render_traceback_() == ["LuxxError: Something went wrong"]


def test_the_package_offers_what_it_says() -> None:
    assert luxx.AsyncClient is AsyncClient
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        luxx.nothing  # noqa: B018


def _folder(lx: Luxx) -> Any:
    return next(path for path, server in _servers.items() if server.url == lx.url)
