"""Whatever a provider answers, the error is readable, short and holds no secret."""

import inspect
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import aiohttp
import httpx
import pytest
from rawserver import KEY

from luxx.errors import Upstream
from luxx.llm.failures import (
    FAILURES,
    LONGEST_WAIT,
    MAX_TEXT,
    Translated,
    clean,
    readable,
    refused,
    reported,
    retry_after,
)

DEEP = '{"detail": {"a": ' + "[" * 300 + "]" * 300 + "}}"


def failures_of(module: object, root: type[BaseException]) -> list[type[BaseException]]:
    return [
        value
        for _, value in inspect.getmembers(module, inspect.isclass)
        if issubclass(value, root) and value is not Exception
    ]


TRANSPORT = [
    *failures_of(httpx, httpx.HTTPError),
    *failures_of(httpx, httpx.StreamError),
    httpx.InvalidURL,
    *failures_of(aiohttp, aiohttp.ClientError),
    ConnectionResetError,
    OSError,
]


@pytest.mark.parametrize("kind", [k for k in TRANSPORT if not issubclass(k, TimeoutError)])
def test_no_failure_of_the_transport_is_unmapped(kind: type[BaseException]) -> None:
    error = kind.__new__(kind)
    with pytest.raises(Upstream) as raised, Translated():
        raise error
    assert raised.value.__cause__ is error
    assert raised.value.message in {message for message, _ in FAILURES.values()}


@pytest.mark.parametrize("kind", [KeyError, TimeoutError])
def test_what_is_no_failure_of_the_transport_passes(kind: type[Exception]) -> None:
    with pytest.raises(kind), Translated():
        raise kind


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ('{"error": {"message": "Bad key", "type": "auth"}}', "Bad key"),
        ('{"error": {"message": "Bad value", "param": "top_p"}}', "Bad value (top_p)"),
        ('{"error": "Bad key"}', "Bad key"),
        ('{"error": "not_found", "message": "Bad key"}', "Bad key"),
        ('{"object": "error", "message": "Bad key"}', "Bad key"),
        ('{"detail": "Bad key"}', "Bad key"),
        ('{"detail": [{"loc": ["body", "n"], "msg": "missing"}, "x"]}', "body.n: missing; x"),
        ('{"detail": {"a": 1}}', '{"a":1}'),
        ('{"detail": [{"loc": 5, "msg": "odd"}, {"loc": null, "msg": 1}]}', "odd; 1"),
        (DEEP, DEEP),
        ('[{"error": {"message": "Bad key"}}]', "Bad key"),
        ('{"error": {"type": "overloaded_error"}}', "overloaded_error"),
        ('{"error": {"message": "Provider returned error", "metadata": {"raw": "too hot"}}}',
         "Provider returned error: too hot"),
        ('{"error": {"message": "x", "metadata": {"raw": 1}}}', "x"),
        ('"Bad key"', "Bad key"),
        ("Bad key", "Bad key"),
        ("17", "17"),
        ("[]", "[]"),
        ("", "Unauthorized"),
        ("<html><head><title>401 &amp; <b>out</b></title>", "a web page, “401 & out”"),
        ("<!DOCTYPE html><h1>Sorry</h1>", "a web page, “Sorry”"),
        ("<html></html>", "a web page"),
    ],
)  # fmt: skip
def test_the_words_are_found_in_any_shape(body: str, words: str) -> None:
    error = refused(401, {}, body.encode(), KEY)
    assert error.message == f"The provider answered 401: {words}"
    assert (error.upstream_status, error.retryable) == (401, False)


def test_an_error_of_a_kind_alone_is_cleaned_as_well() -> None:
    error = {"error": {"type": f"over\0loaded {KEY}", "code": "x" * 5_000, "message": "\0"}}
    found = reported(error, KEY).message
    assert found.startswith("The provider reported an error: overloaded *** xxx")
    assert len(found) < MAX_TEXT + 100


def test_a_page_full_of_titles_that_never_end_costs_nothing() -> None:
    page = b"<!doctype html>" + b"<h1>" * 200_000
    began = time.process_time()
    assert str(refused(502, {}, page, KEY)) == "The provider answered 502: a web page"
    with pytest.raises(Upstream, match="sent a web page instead"):
        readable(page)
    assert time.process_time() - began < 2


def test_a_redirect_is_not_followed_and_said_so() -> None:
    assert "redirects are not followed" in refused(301, {}, b"", KEY).message


@pytest.mark.parametrize(
    "text",
    [
        f"Incorrect API key provided: {KEY}",
        f"Authorization: Bearer {KEY}",
        '{"authorization": "Bearer other-key-of-theirs"}',
        "x-api-key=other-key-of-theirs, next",
        "Bearer other-key-of-theirs",
        "key sk-other-key-of-theirs",
        f"k{chr(0)}ey {KEY[:5]}{chr(7)}{KEY[5:]}",
    ],
)
def test_keys_are_taken_out(text: str) -> None:
    shown = clean(text, KEY)
    assert "***" in shown
    assert KEY not in shown
    assert "other-key" not in shown


def test_a_key_is_found_as_it_stands_in_an_address() -> None:
    assert clean("/x?key=a%2Fb%20c", "a/b c") == "/x?key=***"


def test_a_key_too_short_to_be_one_leaves_the_text_alone() -> None:
    assert clean("a banana", "a") == "a banana"


def test_control_characters_are_taken_out_and_the_text_is_cut() -> None:
    assert clean("\x1b[31mred\x1b[0m\r\nand\tb\x00\u202e", "") == "red\nand\tb"
    assert len(clean("x" * 5000, "")) == MAX_TEXT


@pytest.mark.parametrize(
    ("status", "headers", "body", "retryable"),
    [
        (408, {}, "", True),
        (409, {}, "", True),
        (429, {}, "", True),
        (500, {}, "", True),
        (529, {}, "", True),
        (400, {}, "", False),
        (402, {}, "", False),
        (404, {}, "", False),
        (400, {"x-should-retry": "true"}, "", True),
        (503, {"x-should-retry": "false"}, "", False),
        (503, {"x-should-retry": "maybe"}, "", True),
        (429, {"retry-after": "31"}, "", False),
        (429, {"retry-after": "30"}, "", True),
        (429, {}, '{"error": {"code": "insufficient_quota"}}', False),
        (429, {}, '{"error": {"type": "enforced_spend_limit_reached"}}', False),
        (429, {"x-should-retry": "true"}, "You exceeded your current quota", False),
        (500, {}, "billing service down", True),
    ],
)
def test_what_is_worth_another_attempt(
    status: int, headers: dict[str, str], body: str, retryable: bool
) -> None:
    assert refused(status, headers, body.encode(), KEY).retryable is retryable


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": " 1.5 "}, 1.5),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "1.2.3"}, None),
        ({"retry-after": "9" * 400}, LONGEST_WAIT),
        ({"retry-after-ms": "inf"}, LONGEST_WAIT),
        ({"retry-after-ms": "nan"}, None),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, LONGEST_WAIT),
        ({"retry-after": "Mon, 01 Jan 2024 00:00:00 +999999999999999999"}, None),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "-1"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0.0),
        ({"retry-after": "Wed, 21 Oct 2015 07:28:00 -0000"}, 0.0),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def test_a_wait_until_a_date() -> None:
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    wait = retry_after({"retry-after": date})
    assert wait is not None
    assert 15 < wait <= 20
