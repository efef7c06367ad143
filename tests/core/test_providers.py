"""A user's providers, on a real database."""

import asyncio
from dataclasses import replace

import pytest
from people import KEY, URL, connect

from luxx.config import Secret
from luxx.core import providers
from luxx.core.services import Services
from luxx.errors import BadInput, Conflict, NotFound
from luxx.models import Conversation, Provider, ProviderType, User
from luxx.security import Keyring, Vault, load_keyring, rotate_keys


async def default_of(user: User) -> int:
    """The one default; that there is exactly one is part of the promise."""
    found = [
        provider.id for provider in await providers.list_providers(user) if provider.is_default
    ]
    assert len(found) == 1
    return found[0]


# Keeping them


async def test_a_provider_is_kept_as_given_and_its_key_sealed(
    services: Services, user: User
) -> None:
    made = await connect(services, user, provider_type=ProviderType.ANTHROPIC, name=" Claude ")
    found = await providers.get(user, made.id)
    assert (found.name, found.provider_type) == ("Claude", ProviderType.ANTHROPIC)
    assert (found.base_url, found.default_model) == (URL, "deepseek-chat")
    assert (found.max_tokens, found.enabled, found.is_default) == (8192, True, True)
    assert found.user_id == user.id
    assert KEY not in found.api_key
    assert services.keys.vault.open(found.api_key) == KEY


async def test_an_endpoint_is_what_a_model_call_needs(
    services: Services, user: User, admin: User
) -> None:
    made = await connect(services, user)
    found = providers.endpoint(services, made, user)
    assert (found.origin, found.wire, found.base_url) == (f"{made.id}:openai", "openai", URL)
    assert found.api_key == KEY
    assert KEY not in repr(found)
    assert not found.trusted
    assert providers.endpoint(services, made, admin).trusted
    admin.is_active = False
    assert not providers.endpoint(services, made, admin).trusted


async def test_null_is_as_good_as_left_out(services: Services, user: User) -> None:
    made = await connect(services, user, max_tokens=None, is_default=None)
    nulls = dict.fromkeys(("name", "base_url", "api_key", "max_tokens", "is_default", "enabled"))
    changed = await providers.update(services, user, made.id, nulls)
    assert (changed.name, changed.max_tokens, changed.enabled) == ("DeepSeek", 8192, True)
    assert services.keys.vault.open(changed.api_key) == KEY


async def test_an_empty_key_is_a_key_of_nothing(services: Services, user: User) -> None:
    made = await connect(services, user, api_key="")
    assert made.api_key == ""
    assert providers.endpoint(services, made, user).api_key == ""


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 101),
        ("name", None),
        ("provider_type", "gemini"),
        ("base_url", "ftp://example.com"),
        ("base_url", "https://user:pass@example.com"),
        ("base_url", "https://" + "x" * 2048),
        ("base_url", f"https://example.com/{'é' * 1000}"),
        ("api_key", "sk-\u5bc6"),
        ("api_key", "sk-\nX-Other: header"),
        ("api_key", "x" * 4097),
        ("default_model", " "),
        ("max_tokens", 0),
        ("max_tokens", 1_000_001),
        ("max_tokens", True),
        ("is_default", "yes"),
        ("enabled", True),
        ("user_id", 5),
    ],
)
async def test_what_does_not_fit_is_named_and_no_key_repeated(
    services: Services, user: User, field: str, value: object
) -> None:
    with pytest.raises(BadInput) as error:
        await connect(services, user, **{field: value})
    assert error.value.field == field
    assert "sk-" not in error.value.message
    assert not await providers.list_providers(user)


async def test_a_change_that_does_not_fit_is_named(services: Services, user: User) -> None:
    made = await connect(services, user)
    for changes in ({"max_tokens": -1}, {"provider_type": "anthropic"}, {"id": 7}):
        with pytest.raises(BadInput) as error:
            await providers.update(services, user, made.id, changes)
        assert error.value.field in changes


async def test_every_field_can_be_changed(services: Services, user: User) -> None:
    made = await connect(services, user)
    changes = {"name": "Other", "default_model": "m", "max_tokens": 16384, "enabled": False}
    await providers.update(services, user, made.id, changes | {"api_key": "sk-new"})
    found = await providers.get(user, made.id)
    assert {name: getattr(found, name) for name in changes} == changes
    assert services.keys.vault.open(found.api_key) == "sk-new"
    assert found.updated_at > made.updated_at


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://API.example.com:443/v2?x=1", True),
        ("http://api.example.com/v1", False),
        ("https://api.example.com:8443/v1", False),
        ("https://evil.example.com/v1", False),
        ("https://api.example.com.evil.org/v1", False),
    ],
)
async def test_a_key_never_follows_to_another_origin(
    services: Services, user: User, url: str, kept: bool
) -> None:
    made = await connect(services, user)
    changed = await providers.update(services, user, made.id, {"base_url": url, "api_key": None})
    assert services.keys.vault.open(changed.api_key) == (KEY if kept else "")
    assert (await providers.get(user, made.id)).api_key == changed.api_key


async def test_a_new_origin_with_its_key_keeps_that_key(services: Services, user: User) -> None:
    made = await connect(services, user)
    changes = {"base_url": "https://other.example.com", "api_key": "sk-other"}
    changed = await providers.update(services, user, made.id, changes)
    assert services.keys.vault.open(changed.api_key) == "sk-other"


async def test_what_belongs_to_someone_else_is_not_there(
    services: Services, user: User, admin: User
) -> None:
    made = await connect(services, user)
    for attempt in (
        providers.get(admin, made.id),
        providers.update(services, admin, made.id, {"name": "mine"}),
        providers.delete(admin, made.id),
        providers.models(services, admin, made.id),
        providers.test(services, admin, made.id),
        providers.get(user, made.id + 1),
    ):
        with pytest.raises(NotFound):
            await attempt
    assert (await providers.get(user, made.id)).name == "DeepSeek"
    assert await providers.list_providers(admin) == []
    assert await providers.default(admin.id) is None


async def test_many_are_found_by_their_ids(services: Services, user: User) -> None:
    made = [await connect(services, user, name=str(number)) for number in range(3)]
    found = await providers.by_ids([made[0].id, made[2].id, 10_000])
    assert {id_: provider.name for id_, provider in found.items()} == {
        made[0].id: "0",
        made[2].id: "2",
    }
    assert await providers.by_ids([]) == {}


async def test_a_hundred_are_enough(services: Services, user: User, admin: User) -> None:
    first = await connect(services, user)
    row = {name: getattr(first, name) for name in ("provider_type", "base_url", "default_model")}
    await Provider.bulk_create(
        [Provider(user_id=user.id, name=str(number), **row) for number in range(98)]
    )
    results = await asyncio.gather(
        *(connect(services, user) for _ in range(3)), return_exceptions=True
    )
    assert sum(isinstance(result, Provider) for result in results) == 1
    assert sum(isinstance(result, Conflict) for result in results) == 2
    assert await connect(services, admin)


# The default


async def test_the_first_provider_is_the_default(services: Services, user: User) -> None:
    first = await connect(services, user, is_default=False)
    await connect(services, user, is_default=False)
    assert await default_of(user) == first.id
    found = await providers.default(user.id)
    assert found is not None
    assert found.id == first.id


async def test_a_new_default_takes_the_role_over(
    services: Services, user: User, admin: User
) -> None:
    theirs = await connect(services, admin)
    await connect(services, user)
    second = await connect(services, user, is_default=True)
    assert await default_of(user) == second.id
    assert await default_of(admin) == theirs.id


async def test_the_role_moves_and_cannot_be_laid_down(services: Services, user: User) -> None:
    first, second = await connect(services, user), await connect(services, user)
    changed = await providers.update(services, user, second.id, {"is_default": True})
    assert changed.is_default
    assert await default_of(user) == second.id
    changed = await providers.update(services, user, second.id, {"is_default": False, "name": "x"})
    assert changed.is_default
    await providers.update(services, user, first.id, {"is_default": False})
    assert await default_of(user) == second.id
    assert (await providers.get(user, second.id)).name == "x"


async def test_an_only_provider_stays_the_default(services: Services, user: User) -> None:
    made = await connect(services, user)
    await providers.update(services, user, made.id, {"is_default": False, "enabled": False})
    assert await default_of(user) == made.id


async def test_deletion_passes_the_role_to_the_oldest_that_is_enabled(
    services: Services, user: User
) -> None:
    made = [await connect(services, user) for _ in range(4)]
    await providers.update(services, user, made[1].id, {"enabled": False})
    await providers.delete(user, made[0].id)
    assert await default_of(user) == made[2].id
    await providers.delete(user, made[3].id)
    assert await default_of(user) == made[2].id
    await providers.delete(user, made[2].id)
    assert await default_of(user) == made[1].id
    await providers.delete(user, made[1].id)
    assert await providers.default(user.id) is None


async def test_changes_at_once_leave_one_default(services: Services, user: User) -> None:
    made = await asyncio.gather(*(connect(services, user, is_default=True) for _ in range(4)))
    assert await default_of(user)
    await asyncio.gather(
        *(providers.update(services, user, one.id, {"is_default": True}) for one in made[1:]),
        providers.delete(user, made[0].id),
        connect(services, user),
    )
    assert await default_of(user)


async def test_deleting_a_provider_leaves_its_conversations(services: Services, user: User) -> None:
    made = await connect(services, user)
    await Conversation.create(
        id="conv_1", user_id=user.id, provider_id=made.id, title="t", model="m"
    )
    await providers.delete(user, made.id)
    assert (await Conversation.get(id="conv_1")).provider_id is None


# Keys


async def test_an_unreadable_key_says_whose_it_is(services: Services, user: User) -> None:
    made = await connect(services, user)
    await Provider.all().update(api_key="junk")
    found = await providers.get(user, made.id)
    with pytest.raises(Conflict, match="key of provider 'DeepSeek' cannot be read: enter it again"):
        providers.endpoint(services, found, user)
    changed = await providers.update(services, user, made.id, {"api_key": KEY})
    assert providers.endpoint(services, changed, user).api_key == KEY


async def test_resealing_leaves_nothing_to_the_old_keys(services: Services, user: User) -> None:
    settings = replace(services.settings, secret_key=Secret(""))
    before = replace(services, settings=settings, keys=load_keyring(settings))
    made = [await connect(before, user, name=str(number)) for number in range(2)]
    keyless = await connect(before, user, api_key="")
    lost = await connect(before, user, name="lost")
    await Provider.filter(id=lost.id).update(api_key="junk")
    after = replace(before, keys=rotate_keys(settings))
    assert [provider.name for provider in await providers.reseal(after)] == ["lost"]
    newest = (settings.data_dir / "fernet.keys").read_bytes().split()[0]
    alone = replace(after, keys=Keyring(after.keys.tokens, Vault([newest])))
    for provider in made:
        found = await providers.get(user, provider.id)
        assert providers.endpoint(alone, found, user).api_key == KEY
    assert (await providers.get(user, keyless.id)).api_key == ""
