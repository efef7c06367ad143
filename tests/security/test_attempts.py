"""Counting of attempts."""

from collections.abc import Callable
from typing import Any

import pytest

from luxx.errors import RateLimited
from luxx.security import (
    AttemptLimiter,
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


async def allowed(hit: Callable[[], Any], most: int = 50) -> int:
    for count in range(most):
        try:
            await hit()
        except RateLimited:
            return count
    return most


async def test_so_many_attempts_a_minute_and_no_more() -> None:
    clock = Clock()
    limiter = AttemptLimiter(3, clock)
    assert await allowed(lambda: limiter.hit("login", "ip", "name")) == 3
    clock.now += 20
    with pytest.raises(RateLimited) as refused:
        await limiter.hit("login", "ip", "name")
    assert refused.value.retry_after == 40
    clock.now += 40
    await limiter.hit("login", "ip", "name")


async def test_the_window_moves() -> None:
    clock = Clock()
    limiter = AttemptLimiter(2, clock)
    await limiter.hit("login", "ip")
    clock.now += 40
    await limiter.hit("login", "ip")
    clock.now += 30
    assert await allowed(lambda: limiter.hit("login", "ip")) == 1


async def test_attempts_are_counted_apart() -> None:
    limiter = AttemptLimiter(1)
    for who in (("a",), ("b",), ("a", "b"), ("a\0b",), ("a\x001:b",), ("", "ab"), ("ab", "")):
        await limiter.hit("login", *who)
    await limiter.hit("register", "a")
    with pytest.raises(RateLimited):
        await limiter.hit("login", "a", "b")


async def test_a_success_does_not_count() -> None:
    limiter = AttemptLimiter(2)
    for _ in range(10):
        await limiter.hit("login", "ip")
        limiter.forgive("login", "ip")
    limiter.forgive("login", "ip")
    await limiter.hit("login", "ip")
    await limiter.hit("login", "ip")
    limiter.forgive("login", "ip")
    assert await allowed(lambda: limiter.hit("login", "ip")) == 1


async def test_zero_means_no_limit() -> None:
    limiter = AttemptLimiter(0)
    assert await allowed(lambda: limiter.hit("login", "ip", limit=1)) == 50
    limiter.forgive("login", "ip")


async def test_a_limit_of_its_own() -> None:
    limiter = AttemptLimiter(2)
    assert await allowed(lambda: limiter.hit("test", "user", limit=5)) == 5


async def test_what_is_over_is_forgotten() -> None:
    clock = Clock()
    limiter = AttemptLimiter(5, clock)
    await limiter.hit("login", "again")
    for number in range(1000):
        await limiter.hit("login", f"{number}" * 1000)
    clock.now += 30
    await limiter.hit("login", "again")
    clock.now += 31
    await limiter.hit("login", "other")
    assert len(limiter._attempts) == 2
    assert all(len(key) == 64 for key in limiter._attempts)
