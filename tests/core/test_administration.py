"""What an admin may change, and how the first one is made."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from people import PASSWORD, enter, join, refused
from world import make_user

from luxx.config import Secret
from luxx.core import accounts
from luxx.core.services import Services
from luxx.errors import (
    BadInput,
    ConfigError,
    Conflict,
    NotFound,
    Unauthenticated,
)
from luxx.models import PermissionLevel, Role, User

pytestmark = pytest.mark.usefixtures("cheap_hashes")


async def test_users_are_listed_in_their_order(services: Services) -> None:
    for name in ("zoe", "adam", "mia"):
        await join(services, name)
    assert [user.username for user in await accounts.list_users()] == ["zoe", "adam", "mia"]


async def test_an_admin_gives_rights_and_a_folder(
    services: Services, ended: list[str], tmp_path: Path
) -> None:
    user = await join(services)
    token = await enter(services)
    folder = tmp_path / "projects" / "of alice"
    changes = {"permission_level": 3, "role": "admin", "workspace_path": str(folder)}
    await accounts.update_user(services, user.id, changes)
    session = await accounts.authenticate(services, token)
    assert session.user.permission_level is PermissionLevel.EXECUTE
    assert session.user.role is Role.ADMIN
    assert session.user.workspace_path == str(folder)
    assert ended == []


async def test_null_resets_the_folder_and_nothing_else(services: Services, tmp_path: Path) -> None:
    user = await make_user("root", workspace_path=str(tmp_path))
    changes = {"permission_level": None, "role": None, "is_active": None, "workspace_path": None}
    changed = await accounts.update_user(services, user.id, changes)
    assert changed.workspace_path is None
    assert (changed.role, changed.is_active) == (Role.ADMIN, True)
    assert changed.permission_level is PermissionLevel.WRITE


@pytest.mark.parametrize(
    "change", [{"is_active": False}, {"permission_level": 2}, {"role": "user"}]
)
async def test_who_may_less_has_to_log_in_again(
    services: Services, ended: list[str], change: dict[str, Any]
) -> None:
    await make_user("root")
    user = await join(services)
    await accounts.update_user(services, user.id, {"role": "admin", "permission_level": 3})
    token = await enter(services)
    await accounts.update_user(services, user.id, change)
    await refused(Unauthenticated, accounts.authenticate(services, token))
    assert ended == [f"user:{user.id}"]
    await accounts.update_user(services, user.id, {"is_active": True})
    await refused(Unauthenticated, accounts.authenticate(services, token))
    assert await accounts.authenticate(services, await enter(services))


async def test_changes_must_fit_and_name_what_does_not(services: Services) -> None:
    user = await make_user("root")
    for changes in (
        {"permission_level": 5},
        {"permission_level": True},
        {"role": "king"},
        {"is_active": 1},
        {"workspace_path": 5},
        {"username": "other"},
        {"token_version": 0},
    ):
        with pytest.raises(BadInput) as error:
            await accounts.update_user(services, user.id, changes)
        assert error.value.field == next(iter(changes))
    await refused(NotFound, accounts.update_user(services, user.id + 1, {"is_active": True}))


async def test_a_folder_must_be_absolute_and_away_from_the_keys(
    services: Services, tmp_path: Path
) -> None:
    user = await make_user("root")
    data = services.settings.data_dir
    (tmp_path / "file").touch()
    (tmp_path / "link").symlink_to(data)
    (tmp_path / "circle").symlink_to("circle")
    others = ["link/x", "file", "file/x", "circle", "circle/x"]
    bad = ["relative", "../up", "", "~/home", "/a\0b", "/" + "x" * 1024, "/" + "x" * 300]
    near = [
        data,
        data / "luxx.db",
        data / "workspaces",
        data / "workspaces" / "..",
        data.parent,
        "/",
    ]
    for path in [*bad, *map(str, near), *(str(tmp_path / each) for each in others)]:
        with pytest.raises(BadInput) as error:
            await accounts.update_user(services, user.id, {"workspace_path": path})
        assert error.value.field == "workspace_path"
    inside = str(data / "workspaces" / "team")
    assert (await accounts.update_user(services, user.id, {"workspace_path": inside})) == user
    assert (await User.get(id=user.id)).workspace_path == inside


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": "user"}])
async def test_the_last_admin_stays(services: Services, change: dict[str, Any]) -> None:
    user = await make_user("root")
    await make_user("asleep", is_active=False)
    await refused(Conflict, accounts.update_user(services, user.id, change))
    unchanged = await User.get(id=user.id)
    assert (unchanged.role, unchanged.is_active) == (Role.ADMIN, True)
    assert unchanged.token_version == 0


async def test_the_last_admin_may_give_up_a_level(services: Services) -> None:
    user = await make_user("root")
    changed = await accounts.update_user(services, user.id, {"permission_level": 1})
    assert changed.permission_level is PermissionLevel.READ_ONLY


async def test_admins_who_demote_each_other_at_once_leave_one(services: Services) -> None:
    admins = [await make_user(f"root{number}") for number in range(4)]
    results = await asyncio.gather(
        *(accounts.update_user(services, user.id, {"role": "user"}) for user in admins),
        return_exceptions=True,
    )
    assert sum(isinstance(result, Conflict) for result in results) == 1
    assert sum(isinstance(result, User) for result in results) == 3
    assert await User.filter(role=Role.ADMIN, is_active=True).count() == 1


# First start


async def test_the_first_start_makes_an_admin_with_a_password_to_print(services: Services) -> None:
    password = await accounts.ensure_admin(services)
    assert password
    token = await enter(services, "admin", password)
    user = (await accounts.authenticate(services, token)).user
    assert (user.role, user.permission_level) == (Role.ADMIN, PermissionLevel.ADMIN)
    assert await accounts.ensure_admin(services) is None


async def test_a_configured_password_is_used_and_not_printed(services: Services) -> None:
    settings = replace(
        services.settings, admin_username="Chief", admin_password=Secret("my own password")
    )
    configured = replace(services, settings=settings)
    assert await accounts.ensure_admin(configured) is None
    assert await enter(services, "chief", "my own password")


async def test_there_is_no_second_first_admin(services: Services) -> None:
    results = await asyncio.gather(*(accounts.ensure_admin(services) for _ in range(4)))
    assert await User.all().count() == 1
    printed = [password for password in results if password]
    assert len(printed) == 1
    assert await enter(services, "admin", printed[0])


async def test_no_admin_is_made_where_there_are_users(services: Services) -> None:
    await join(services)
    assert await accounts.ensure_admin(services) is None
    assert await User.all().count() == 1


@pytest.mark.parametrize(("name", "password"), [("a b", PASSWORD), ("admin", "short")])
async def test_settings_that_make_no_admin_are_named(
    services: Services, name: str, password: str
) -> None:
    settings = replace(services.settings, admin_username=name, admin_password=Secret(password))
    wrong = "USERNAME" if name == "a b" else "PASSWORD"
    with pytest.raises(ConfigError, match=f"^LUXX_ADMIN_{wrong} must have") as error:
        await accounts.ensure_admin(replace(services, settings=settings))
    assert password not in error.value.message
    assert not await User.exists()


# From the command line


async def test_an_operator_makes_a_user_who_can_log_in(services: Services) -> None:
    made = await accounts.administer(
        "Bob", email="BOB@example.com", password=PASSWORD, role="admin", level=2
    )
    assert (made.username, made.email) == ("Bob", "bob@example.com")
    assert (made.role, made.permission_level) == (Role.ADMIN, PermissionLevel.WRITE)
    assert await enter(services, "bob")


async def test_an_operator_changes_what_is_given_and_ends_logins_that_it_ends(
    services: Services,
) -> None:
    await make_user("root")
    await join(services)
    token = await enter(services)
    changed = await accounts.administer("ALICE", level=3)
    assert (changed.role, changed.permission_level) == (Role.USER, PermissionLevel.EXECUTE)
    assert await accounts.authenticate(services, token)
    await accounts.administer("alice", password="quite another")
    await refused(Unauthenticated, accounts.authenticate(services, token))
    token = await enter(services, "alice", "quite another")
    await accounts.administer("alice", level=1)
    await refused(Unauthenticated, accounts.authenticate(services, token))


async def test_an_operator_is_told_what_does_not_fit(services: Services) -> None:
    await make_user("root")
    await join(services)
    new: dict[str, Any] = {"email": "new@example.com", "password": PASSWORD}
    assert "username" in await refused(Conflict, accounts.administer("alice", **new))
    known = new | {"email": "alice@example.com"}
    assert "e-mail" in await refused(Conflict, accounts.administer("bob", **known))
    assert "e-mail" in await refused(NotFound, accounts.administer("bob", level=2))
    assert "level" in await refused(BadInput, accounts.administer("alice", level=9))
    assert "role" in await refused(BadInput, accounts.administer("alice", role="king"))
    assert "last" in await refused(Conflict, accounts.administer("root", role="user"))
    for field, change in (("password", {"password": "short"}), ("email", {"email": "none"})):
        assert field in await refused(BadInput, accounts.administer("bob", **(new | change)))
    without = accounts.administer("bob", email="bob@example.com")
    assert "password" in await refused(BadInput, without)
    assert await User.all().count() == 2
