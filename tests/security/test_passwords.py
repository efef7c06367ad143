"""Password hashes."""

import statistics
import time

import pytest

from luxx.security import (
    hash_password,
    verify_password,
)


@pytest.mark.parametrize(
    "password",
    ["correct horse", "密码" * 20, "nul\0 inside", "half \ud83d of a pair", "x" * 1024],
    ids=["plain", "chinese", "nul", "surrogate", "long"],
)
async def test_any_password_fits_only_itself(password: str) -> None:
    hashed = await hash_password(password)
    assert hashed.startswith("v1$$2b$12$")
    assert len(hashed) <= 128
    assert await verify_password(password, hashed)
    assert not await verify_password(password + "x", hashed)


async def test_nothing_is_cut_at_72_bytes() -> None:
    hashed = await hash_password("x" * 72 + "1")
    assert not await verify_password("x" * 72 + "2", hashed)


async def test_a_password_is_the_same_however_its_accents_are_typed() -> None:
    assert await verify_password("cafe\u0301 society", await hash_password("caf\u00e9 society"))


@pytest.mark.parametrize("stored", [None, "", "$2b$12$" + "." * 53, "v2$something"])
async def test_what_is_no_hash_of_ours_fits_nothing(stored: str | None) -> None:
    assert not await verify_password("", stored)


async def test_an_unknown_user_takes_as_long_as_a_wrong_password() -> None:
    hashed = await hash_password("correct horse")

    async def took(stored: str | None) -> float:
        start = time.process_time()
        assert not await verify_password("wrong horse", stored)
        return time.process_time() - start

    pairs = [(await took(None), await took(hashed)) for _ in range(5)]
    unknown, wrong = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < unknown / wrong < 2
