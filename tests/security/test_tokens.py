"""Bearer tokens: what is in them, and what is refused."""

import base64
import json
import time
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from luxx.errors import Unauthenticated
from luxx.security import (
    Tokens,
)

SIGNING = "a signing secret for the tests, long enough for every hash"
TOKENS = Tokens(SIGNING, 3600)


def claims(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    usual = {"sub": "7", "tv": 2, "jti": "a" * 32, "iat": now, "exp": now + 60}
    return {name: value for name, value in (usual | changes).items() if value is not None}


def signed(secret: str = SIGNING, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(**changes), secret, algorithm=algorithm)


def test_a_token_says_what_was_put_in() -> None:
    before = int(time.time())
    read = TOKENS.read(TOKENS.issue(7, 2))
    assert (read.user_id, read.version, len(read.jti)) == (7, 2, 32)
    assert before + 3600 <= read.expires_at.timestamp() <= time.time() + 3600
    assert read.jti != TOKENS.read(TOKENS.issue(7, 2)).jti


@pytest.mark.parametrize("skew", [-30, 30])
def test_clocks_may_differ_a_little(skew: int) -> None:
    now = int(time.time()) + skew
    assert TOKENS.read(signed(iat=now, exp=now + 1)).user_id == 7


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"jti": None},
        {"tv": None},
        {"exp": int(time.time()) - 61},
        {"iat": int(time.time()) + 7200},
        {"sub": 7},
        {"sub": "seven"},
        {"tv": [1]},
        {"jti": 5},
        {"exp": 10**30},
        {"exp": "9999999999"},
    ],
    ids="+".join,  # the values hold the time: two workers would not agree
)
def test_a_signed_token_without_the_right_claims_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(Unauthenticated):
        TOKENS.read(signed(**changes))


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        "a.b.c",
        "é.è.à",
        "half \ud83d pair",
        signed(secret="another signing secret, which is as long as the first one"),
        signed()[:-3] + "abc",
        signed(algorithm="HS384"),
        f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(claims())}.",
        f"{part({'alg': ['HS256']})}.{part(claims())}.x",
        f"{base64.urlsafe_b64encode(b'[' * 2800).decode()}.x.x",
        signed(padding="x" * 4096),
        "9" * 1_000_000,
    ],
    ids=lambda token: f"{len(token)}",
)
def test_junk_is_refused_soon(token: str) -> None:
    fastest = 60.0
    for _ in range(5):  # a pause of the machine is not the reader's
        start = time.perf_counter()
        with pytest.raises(Unauthenticated):
            TOKENS.read(token)
        fastest = min(fastest, time.perf_counter() - start)
    assert fastest < 0.1


@given(st.text() | st.from_regex(r"[\w-]{0,40}\.[\w-]{0,40}\.[\w-]{0,40}"))
def test_no_text_breaks_the_reader(token: str) -> None:
    with pytest.raises(Unauthenticated):
        TOKENS.read(token)


def test_a_token_that_was_good_once_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its signature is checked only once; its time always is."""
    tokens = Tokens(SIGNING, 3600)
    token = signed(exp=int(time.time()) + 10)
    assert tokens.read(token) == tokens.read(token)
    later = time.time() + 10 + 61
    monkeypatch.setattr("luxx.security.tokens.time.time", lambda: later)
    with pytest.raises(Unauthenticated):
        tokens.read(token)
