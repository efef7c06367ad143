"""Users and their sessions: registration, login, logout, and what an admin may change."""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from ipaddress import IPv6Address, IPv6Network, ip_address
from pathlib import Path
from typing import Any

from tortoise.exceptions import IntegrityError
from tortoise.expressions import Q

from luxx.config import Settings
from luxx.core import checks
from luxx.core.identity import check_email, check_password, check_username, identify
from luxx.core.services import Services
from luxx.core.sessions import Session
from luxx.db import rows_of, transaction
from luxx.errors import BadInput, ConfigError, Conflict, Forbidden, NotFound, Unauthenticated
from luxx.models import PermissionLevel, RevokedToken, Role, User
from luxx.security import hash_password, verify_password

MAX_PATH = 1024
#: Users behind one address: together they have this many times the attempts of one.
SHARED_ADDRESS = 4


@dataclass(frozen=True, slots=True)
class Login:
    access_token: str = field(repr=False)
    user: User


def takes_strangers(services: Services) -> bool:
    """Whether somebody who is not known yet may register."""
    return services.settings.registration == "open"


async def register(
    services: Services, *, username: str, email: str, password: str, ip: str
) -> User:
    if not takes_strangers(services):
        raise Forbidden("Registration is closed: ask an administrator")
    username, key = check_username(username)
    email = check_email(email)
    check_password(password)
    await _attempt(services, "register", ip, key)
    await _refuse_taken(key, email)
    password_hash = await hash_password(password)
    return await _create(
        username=username, username_key=key, email=email, password_hash=password_hash
    )


async def _refuse_taken(key: str, email: str) -> None:
    for user in await User.filter(Q(username_key=key) | Q(email=email)):
        raise Conflict(
            "This username is taken"
            if user.username_key == key
            else "This e-mail address is registered already"
        )


async def login(services: Services, *, username: str, password: str, ip: str) -> Login:
    """Give a token; an unknown name and a wrong password look the same, also to a clock."""
    identity = identify(username)
    key = identity[1] if identity else ""
    await _attempt(services, "login", ip, key)
    user = await User.get_or_none(username_key=key) if key else None
    if not await verify_password(password, user.password_hash if user else None) or not user:
        raise Unauthenticated("Wrong username or password")
    if not user.is_active:
        raise Unauthenticated("This account is disabled")
    services.limiter.forgive("login", _place(ip))
    services.limiter.forgive("login", _place(ip), key)
    return Login(services.keys.tokens.issue(user.id, user.token_version), user)


async def _attempt(services: Services, action: str, ip: str, key: str) -> None:
    limiter = services.limiter
    await limiter.hit(action, _place(ip), limit=SHARED_ADDRESS * limiter.per_minute)
    await limiter.hit(action, _place(ip), key)


def _place(ip: str) -> str:
    """One subscriber has a whole /64 of IPv6 addresses: they count as one."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or IPv6Network((address, 64), strict=False))
    return ip


async def admit(services: Services, username: str) -> Login:
    """A login without a password: for who runs the server, and could read its keys anyway."""
    _, key = check_username(username)
    user = await User.get_or_none(username_key=key, is_active=True)
    if user is None:
        raise NotFound(f"There is no active user {username}")
    return Login(services.keys.tokens.issue(user.id, user.token_version), user)


async def authenticate(services: Services, token: str) -> Session:
    """One query: the user as of now, unless disabled, logged out or sent out since."""
    began = time.monotonic()
    claims = services.keys.tokens.read(token)
    found = await rows_of(User, _SESSION, claims.user_id, claims.version, claims.jti)
    if not found:
        raise Unauthenticated
    return Session(found[0], claims.jti, claims.expires_at, began)


#: Every request asks this: as plain SQL it costs a fifth of what the query builder makes of it.
_SESSION = """
    SELECT * FROM user_account WHERE id = ? AND is_active AND token_version = ?
    AND NOT EXISTS (SELECT 1 FROM revoked_token WHERE jti = ?)
"""


async def logout(services: Services, session: Session) -> None:
    """End this session only, its open streams included."""
    with contextlib.suppress(IntegrityError):  # it was ended already
        await RevokedToken.create(jti=session.jti, expires_at=session.expires_at)
    await services.signals.publish("session", session.jti)


async def list_users() -> list[User]:
    return await User.all().order_by("id")


async def by_ids(ids: Collection[int]) -> dict[int, User]:
    return {user.id: user for user in await User.filter(id__in=list(ids))}


async def update_user(services: Services, user_id: int, changes: Mapping[str, Any]) -> User:
    """Apply an admin's changes; who may do less than before has to log in again."""
    values = _checked(changes)
    if path := values.get("workspace_path"):
        values["workspace_path"] = await asyncio.to_thread(_workspace, services.settings, path)
    user, ended = await _change(user_id, values)
    if ended:
        await services.signals.publish("session", f"user:{user.id}")
    return user


async def administer(
    username: str,
    *,
    email: str | None = None,
    password: str | None = None,
    role: str | None = None,
    level: int | None = None,
) -> User:
    """Make a user, where there is an `email`, or change one: the operator's way in.

    Needs no services. A server that runs meanwhile goes by the change from the next request on.
    """
    username, key = check_username(username)
    values = _checked({"role": role, "permission_level": level})
    if password is not None:
        values["password_hash"] = await hash_password(check_password(password))
    if email is None:
        user = await User.get_or_none(username_key=key)
        if user is None:
            raise NotFound("There is no such user: give an e-mail address to make one")
        return (await _change(user.id, values))[0]
    if password is None:
        raise BadInput("password is required for a new user", field="password")
    return await _create(username_key=key, username=username, email=check_email(email), **values)


async def _create(*, username_key: str, email: str, **columns: Any) -> User:
    await _refuse_taken(username_key, email)
    try:
        return await User.create(username_key=username_key, email=email, **columns)
    except IntegrityError as error:  # somebody was faster
        await _refuse_taken(username_key, email)
        raise Conflict("This username or e-mail address is taken") from error


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    """The columns' values; null means as before, but for the folder, which it resets."""
    checks.known(changes, _CHECKS)
    return {
        name: _CHECKS[name](name, value) if value is not None else None
        for name, value in changes.items()
        if value is not None or name == "workspace_path"
    }


async def _change(user_id: int, values: Mapping[str, Any]) -> tuple[User, bool]:
    """Store the values; True where the user's logins have ended with it."""
    async with transaction():
        # Locks every active admin, in one order: two of them cannot demote each other at once.
        locked = (
            await User.filter(Q(id=user_id) | Q(role=Role.ADMIN, is_active=True))
            .order_by("id")
            .select_for_update(no_key=True)
        )
        user = next((user for user in locked if user.id == user_id), None)
        if user is None:
            raise NotFound(f"There is no user {user_id}")
        was_admin, before = _is_admin(user), _rights(user)
        user.update_from_dict(dict(values))
        if was_admin and not _is_admin(user) and len(locked) == 1:
            raise Conflict("This is the last administrator: make another one first")
        weaker = any(new < old for new, old in zip(_rights(user), before, strict=True))
        ended = weaker or "password_hash" in values
        user.token_version += ended
        await user.save()
    return user, ended


def _is_admin(user: User) -> bool:
    return user.role == Role.ADMIN and user.is_active


def _rights(user: User) -> tuple[bool, int, bool]:
    return user.role == Role.ADMIN, user.permission_level, user.is_active


def _workspace(settings: Settings, text: str) -> str:
    """Where the user's files are, as an absolute path without links."""
    path, data = Path(text), settings.data_dir.resolve()
    if not path.is_absolute():
        raise _bad_workspace("be an absolute path")
    try:
        path = path.resolve()
        existing = next(each for each in (path, *path.parents) if each.exists())
    except (OSError, RuntimeError) as error:  # a name that is too long, links in a circle
        raise _bad_workspace("be a path that this system can have") from error
    # Neither the database and the keys nor a folder that holds them.
    if path.is_relative_to(data) and data / "workspaces" not in path.parents:
        raise _bad_workspace("not lie in the data folder, except in its workspaces")
    if data.is_relative_to(path):
        raise _bad_workspace("not hold the data folder")
    if not existing.is_dir():
        raise _bad_workspace("be a folder, or lie in one")
    return checks.text("workspace_path", str(path), MAX_PATH)


def _bad_workspace(rule: str) -> BadInput:
    return BadInput(f"workspace_path must {rule}", field="workspace_path")


_CHECKS: Mapping[str, Callable[[str, Any], Any]] = {
    "permission_level": lambda field, value: checks.choice(field, value, PermissionLevel),
    "role": lambda field, value: checks.choice(field, value, Role),
    "is_active": checks.flag,
    "workspace_path": lambda field, value: checks.name(field, value, MAX_PATH),
}


async def ensure_admin(services: Services) -> str | None:
    """Make the first administrator where there is no user yet.

    Gives the password to print, once, if the settings had none.
    """
    if await User.exists():
        return None
    settings = services.settings
    password = settings.admin_password or secrets.token_urlsafe(15)
    try:
        username, key = check_username(settings.admin_username)
        check_password(password)
    except BadInput as error:
        setting = f"LUXX_ADMIN_{(error.field or '').upper()}"
        raise ConfigError(error.message.replace(error.field or "", setting, 1)) from error
    with contextlib.suppress(IntegrityError):  # another server has made the same one
        await User.create(
            username=username,
            username_key=key,
            email=f"{key}@localhost",  # nobody can register it: it has no dot
            password_hash=await hash_password(password),
            role=Role.ADMIN,
            permission_level=PermissionLevel.ADMIN,
        )
        return None if settings.admin_password else password
    return None
