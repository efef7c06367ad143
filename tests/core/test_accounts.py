"""Registration, login and sessions, on a real database."""

import asyncio
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from people import IP, PASSWORD, enter, join, refused

from luxx.core import accounts
from luxx.core.services import Services
from luxx.db import connection
from luxx.errors import (
    BadInput,
    Conflict,
    Forbidden,
    LuxxError,
    RateLimited,
    Unauthenticated,
)
from luxx.models import PermissionLevel, Role, User
from luxx.security import AttemptLimiter, Tokens, passwords

pytestmark = pytest.mark.usefixtures("cheap_hashes")


# Registration


async def test_a_new_user_may_little(services: Services) -> None:
    made = await join(services, "Alice", email="Alice@Example.com")
    user = await User.get(id=made.id)
    assert (user.username, user.username_key, user.email) == ("Alice", "alice", "alice@example.com")
    assert (user.role, user.permission_level) == (Role.USER, PermissionLevel.READ_ONLY)
    assert user.is_active
    assert user.workspace_path is None
    assert PASSWORD not in user.password_hash


@pytest.mark.parametrize(
    ("field", "value"), [("username", "a b"), ("email", "nowhere"), ("password", "short")]
)
async def test_what_does_not_fit_is_named(services: Services, field: str, value: str) -> None:
    with pytest.raises(BadInput) as error:
        await join(services, **{field: value})
    assert error.value.field == field
    assert not await User.exists()


async def test_a_taken_name_and_a_taken_address_are_told_apart(services: Services) -> None:
    await join(services)
    name = join(services, "ALICE", email="other@example.com")
    assert "username is taken" in await refused(Conflict, name)
    address = join(services, "other", email="ALICE@example.com")
    assert "e-mail address is registered" in await refused(Conflict, address)


@pytest.mark.parametrize("differs", ["username", "email"])
async def test_registering_twice_at_once_gives_one_user(services: Services, differs: str) -> None:
    values = [f"user{number}@example.com" for number in range(5)]
    if differs == "username":
        values = [value.split("@")[0] for value in values]
    tries = [join(services, **{differs: value}) for value in values]
    results = await asyncio.gather(*tries, return_exceptions=True)
    assert sum(isinstance(result, User) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 4
    assert await User.all().count() == 1


async def test_who_is_overtaken_while_hashing_is_told_so(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slow(_password: str) -> str:
        monkeypatch.undo()
        await join(services)
        return "v1$slow"

    monkeypatch.setattr(accounts, "hash_password", slow)
    assert "username is taken" in await refused(Conflict, join(services, email="b@example.com"))


async def test_who_is_overtaken_by_one_who_left_again_is_still_refused(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await join(services)

    async def blind(_key: str, _email: str) -> None:
        """Sees nobody: the other one is not there when one looks."""

    monkeypatch.setattr(accounts, "_refuse_taken", blind)
    assert "username or e-mail" in await refused(Conflict, join(services))


async def test_closed_registration_lets_nobody_in(services: Services) -> None:
    closed = replace(services, settings=replace(services.settings, registration="closed"))
    await refused(Forbidden, join(closed))
    assert not await User.exists()


# Login


@pytest.mark.parametrize("typed", ["alice", "ALICE", "ａlice"])
async def test_a_login_gives_a_token_for_its_user(services: Services, typed: str) -> None:
    made = await join(services)
    entered = await accounts.login(services, username=typed, password=PASSWORD, ip=IP)
    assert entered.user.id == made.id
    session = await accounts.authenticate(services, entered.access_token)
    assert session.user.id == made.id
    assert session.expires_at > datetime.now(UTC)
    assert entered.access_token not in repr(entered)


@pytest.mark.parametrize(
    "name", ["alice", "nobody", "", "no name", "x" * 100_000, "a\0b", "a\ud83d"]
)
async def test_unknown_names_and_wrong_passwords_get_one_answer(
    services: Services, name: str
) -> None:
    await join(services)
    message = await refused(Unauthenticated, enter(services, name, "wrong horse"))
    assert message == "Wrong username or password"


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "COST", 9)
    free = replace(services, limiter=AttemptLimiter(0))
    await join(free)

    async def took(name: str) -> float:
        start = time.process_time()
        await refused(Unauthenticated, enter(free, name, "wrong horse"))
        return time.process_time() - start

    pairs = [(await took("nobody"), await took("alice")) for _ in range(9)]
    unknown, wrong = (statistics.median(times) for times in zip(*pairs, strict=True))
    assert 0.5 < unknown / wrong < 2


async def test_only_who_knows_the_password_learns_that_an_account_is_disabled(
    services: Services,
) -> None:
    await join(services)
    await User.all().update(is_active=False)
    assert await refused(Unauthenticated, enter(services, password="wrong horse")) == (
        "Wrong username or password"
    )
    assert await refused(Unauthenticated, enter(services)) == "This account is disabled"


# Attempts


async def attempts(attempt: Callable[[int], Any], most: int = 60) -> int:
    """How many attempts get an answer before they are refused unseen."""
    for number in range(most):
        try:
            await attempt(number)
        except RateLimited:
            return number
        except LuxxError:
            pass
    return most


async def test_guessing_one_password_is_slow(services: Services) -> None:
    slow = replace(services, limiter=AttemptLimiter(3))
    await join(slow)
    assert await attempts(lambda _: enter(slow, password="wrong horse")) == 3
    await refused(RateLimited, enter(slow))  # the right one does not help now
    await refused(RateLimited, enter(slow, "ALICE"))
    elsewhere = accounts.login(slow, username="alice", password=PASSWORD, ip="203.0.113.8")
    assert (await elsewhere).user.username == "alice"


async def test_guessing_with_many_names_is_slow(services: Services) -> None:
    slow = replace(services, limiter=AttemptLimiter(3))
    assert await attempts(lambda number: enter(slow, f"name{number}")) == 12


async def test_names_that_nobody_can_have_count_as_one(services: Services) -> None:
    slow = replace(services, limiter=AttemptLimiter(3))
    assert await attempts(lambda number: enter(slow, "no name" * (number + 1))) == 3


async def test_a_successful_login_does_not_count(services: Services) -> None:
    slow = replace(services, limiter=AttemptLimiter(3))
    await join(slow)
    for _ in range(20):
        await enter(slow)
    assert await attempts(lambda _: enter(slow, password="wrong horse")) == 3


async def test_registering_many_users_is_slow(services: Services) -> None:
    slow = replace(services, limiter=AttemptLimiter(3))
    assert await attempts(lambda number: join(slow, f"user{number}")) == 12


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("2001:db8::{:x}", 3),
        ("2001:db8:0:{:x}::1", 60),
        ("::ffff:203.0.113.{}", 60),
        ("name{}", 60),
    ],
)
async def test_one_subscriber_has_many_addresses(
    services: Services, address: str, own: int
) -> None:
    slow = replace(services, limiter=AttemptLimiter(3))

    async def guess(number: int) -> None:
        ip = address.format(number + 1)
        await accounts.login(slow, username="nobody", password="wrong horse", ip=ip)

    assert await attempts(guess) == own


# Sessions


async def test_a_session_costs_one_query(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    await join(services)
    token = await enter(services)
    database = connection()
    asked: list[str] = []
    for name in ("execute_query", "execute_query_dict"):
        ask = getattr(database, name)

        def counted(query: str, *args: Any, ask: Callable[..., Any] = ask) -> Any:
            asked.append(query)
            return ask(query, *args)

        monkeypatch.setattr(database, name, counted)
    await accounts.authenticate(services, token)
    assert len(set(asked)) == 1


async def test_a_logout_ends_this_session_alone_and_for_good(
    services: Services, ended: list[str]
) -> None:
    await join(services)
    left, kept = await enter(services), await enter(services)
    session = await accounts.authenticate(services, left)
    await accounts.logout(services, session)
    await accounts.logout(services, session)
    await refused(Unauthenticated, accounts.authenticate(services, left))
    assert (await accounts.authenticate(services, kept)).user.username == "alice"
    assert ended == [session.jti] * 2


@pytest.mark.parametrize("change", [{"is_active": False}, {"token_version": 5}])
async def test_a_token_needs_its_user_as_it_was(services: Services, change: dict[str, Any]) -> None:
    made = await join(services)
    token = await enter(services)
    await User.filter(id=made.id).update(**change)
    await refused(Unauthenticated, accounts.authenticate(services, token))


async def test_a_token_of_a_user_who_is_gone_is_refused(services: Services) -> None:
    made = await join(services)
    token = await enter(services)
    await made.delete()
    await refused(Unauthenticated, accounts.authenticate(services, token))


async def test_a_token_of_another_server_is_refused(services: Services) -> None:
    made = await join(services)
    token = Tokens("another secret, as long as it has to be", 60).issue(made.id, 0)
    await refused(Unauthenticated, accounts.authenticate(services, token))
