"""Accounts, providers, conversations and tools, each asked through the schema for real."""

from typing import Any

from schema.asking import Ask, MakeUser, codes_of, data_of

from luxx.llm.demo import ScriptedModel
from luxx.models import PermissionLevel, Provider, User

REGISTER = """mutation ($password: String!) {
  register(username: "Bea", email: "Bea@Example.com", password: $password) {
    id username email role permissionLevel workspacePath isActive
  }
}"""
LOGIN = """mutation ($password: String!) {
  login(username: "bea", password: $password) { accessToken tokenType user { username } }
}"""
CREATE_PROVIDER = """mutation ($input: CreateProviderInput!) {
  createProvider(input: $input) {
    id userId name providerType baseUrl defaultModel maxTokens isDefault enabled hasApiKey
  }
}"""
CREATE_CONVERSATION = """mutation ($input: CreateConversationInput!) {
  createConversation(input: $input) {
    id userId projectId providerId provider { name } title model systemPrompt temperature
    maxTokens thinkingEnabled messageCount firstMessage messages { id }
    usage { promptTokens completionTokens totalTokens estimated }
  }
}"""
PROVIDER = {
    "name": "Mine",
    "providerType": "ANTHROPIC",
    "baseUrl": "https://models.example.com",
    "apiKey": "sk-1",
    "defaultModel": "m",
}


async def test_registering_logging_in_and_out(ask: Ask, admin: User) -> None:
    secret = {"password": "correct horse"}
    registered = data_of(await ask(REGISTER, secret))["register"]
    login = data_of(await ask(LOGIN, secret))["login"]

    assert {**registered, "id": None} == {
        "id": None,
        "username": "Bea",
        "email": "bea@example.com",
        "role": "USER",
        "permissionLevel": "READ_ONLY",
        "workspacePath": None,
        "isActive": True,
    }
    assert login["tokenType"] == "bearer"
    assert login["user"] == {"username": "Bea"}
    assert codes_of(await ask(LOGIN, {"password": "wrong horse"})) == ["UNAUTHENTICATED"]
    assert codes_of(await ask(REGISTER, secret)) == ["CONFLICT"]


async def test_logging_out_ends_the_session(ask: Ask, ann: User, context_of: Any) -> None:
    from luxx.schema import schema  # noqa: PLC0415

    context = context_of(ann)
    assert data_of(await schema.execute("mutation { logout }", None, context)) == {"logout": True}

    again = await schema.execute("{ me { id } }", None, context.for_operation())
    assert codes_of(again) == ["UNAUTHENTICATED"]


async def test_an_administrator_changes_only_what_is_given(
    ask: Ask, ann: User, admin: User
) -> None:
    change = """mutation ($id: Int!, $input: UpdateUserInput!) {
      updateUser(id: $id, input: $input) { username permissionLevel role isActive }
    }"""
    given = {"permissionLevel": "EXECUTE"}
    changed = await ask(change, {"id": ann.id, "input": given}, user=admin)

    assert data_of(changed)["updateUser"] == {
        "username": "ann",
        "permissionLevel": "EXECUTE",
        "role": "USER",
        "isActive": True,
    }
    assert (await User.get(id=ann.id)).permission_level is PermissionLevel.EXECUTE
    none = await ask(change, {"id": 999, "input": {}}, user=admin)
    assert codes_of(none) == ["NOT_FOUND"]


async def test_a_provider_is_made_changed_listed_and_deleted(ask: Ask, ann: User) -> None:
    made = data_of(await ask(CREATE_PROVIDER, {"input": PROVIDER}, user=ann))["createProvider"]
    change = {"id": made["id"], "input": {"name": "Ours", "enabled": False}}
    update = """mutation ($id: Int!, $input: UpdateProviderInput!) {
      updateProvider(id: $id, input: $input) { name enabled hasApiKey }
    }"""
    changed = data_of(await ask(update, change, user=ann))["updateProvider"]
    listed = data_of(await ask("{ providers { id name } }", user=ann))["providers"]
    delete = "mutation ($id: Int!) { deleteProvider(id: $id) }"
    deleted = data_of(await ask(delete, {"id": made["id"]}, user=ann))

    assert made == {
        "id": made["id"],
        "userId": ann.id,
        "name": "Mine",
        "providerType": "ANTHROPIC",
        "baseUrl": "https://models.example.com",
        "defaultModel": "m",
        "maxTokens": 8192,
        "isDefault": True,
        "enabled": True,
        "hasApiKey": True,
    }
    assert changed == {"name": "Ours", "enabled": False, "hasApiKey": True}
    assert listed == [{"id": made["id"], "name": "Ours"}]
    assert deleted == {"deleteProvider": True}
    get = "query ($id: Int!) { provider(id: $id) { id } }"
    assert codes_of(await ask(get, {"id": made["id"]}, user=ann)) == ["NOT_FOUND"]


async def test_a_providers_own_models_and_its_test(
    ask: Ask, ann: User, provider: Provider, model: tuple[ScriptedModel, str]
) -> None:
    of = {"id": provider.id}
    models = await ask("query ($id: Int!) { provider(id: $id) { models } }", of, user=ann)
    test = """mutation ($id: Int!) {
      testProvider(id: $id) { statusCode success responseBody message }
    }"""
    tested = data_of(await ask(test, of, user=ann))["testProvider"]

    assert data_of(models) == {"provider": {"models": ["luxx-demo"]}}
    assert (tested["statusCode"], tested["success"]) == (200, True)
    assert tested["message"].startswith("HTTP 200")
    assert len(model[0].requests) == 2


async def test_a_provider_is_asked_for_its_models_once_in_an_operation(
    ask: Ask, ann: User, provider: Provider, model: tuple[ScriptedModel, str]
) -> None:
    query = """query ($id: Int!) {
      a: provider(id: $id) { models more: models }
      b: provider(id: $id) { ...Models }
      providers { ...Models }
    }
    fragment Models on Provider { models }"""

    listed = data_of(await ask(query, {"id": provider.id}, user=ann))

    names = ["luxx-demo"]
    assert listed["a"] == {"models": names, "more": names}
    assert (listed["b"], listed["providers"]) == ({"models": names}, [{"models": names}])
    assert len(model[0].requests) == 1


def new_conversation(id_: str, user: User, provider: Provider) -> dict[str, Any]:
    """What creating it in project p, with a temperature of 0.2, answers."""
    return {
        "id": id_,
        "userId": user.id,
        "projectId": "p",
        "providerId": provider.id,
        "provider": {"name": "scripted"},
        "title": "新会话",
        "model": "luxx-demo",
        "systemPrompt": "",
        "temperature": 0.2,
        "maxTokens": 2000,
        "thinkingEnabled": False,
        "messageCount": 0,
        "firstMessage": None,
        "messages": [],
        "usage": {
            "promptTokens": 0,
            "completionTokens": 0,
            "totalTokens": 0,
            "estimated": False,
        },
    }


async def test_a_conversation_is_made_changed_listed_and_deleted(
    ask: Ask, ann: User, provider: Provider
) -> None:
    given = {"projectId": "p", "temperature": 0.2}
    made = data_of(await ask(CREATE_CONVERSATION, {"input": given}, user=ann))["createConversation"]
    update = """mutation ($id: ID!) {
      updateConversation(id: $id, input: {title: "Named", providerId: null}) {
        title provider { id } temperature
      }
    }"""
    of = {"id": made["id"]}
    changed = data_of(await ask(update, of, user=ann))["updateConversation"]
    page = """query ($project: String) {
      conversations(projectId: $project, pageSize: 5) { items { id } total page pageSize }
    }"""
    listed = data_of(await ask(page, {"project": "p"}, user=ann))["conversations"]
    elsewhere = data_of(await ask(page, {"project": "q"}, user=ann))["conversations"]

    assert made == new_conversation(made["id"], ann, provider)
    assert changed == {"title": "Named", "provider": None, "temperature": 0.2}
    assert listed == {"items": [{"id": made["id"]}], "total": 1, "page": 1, "pageSize": 5}
    assert elsewhere["total"] == 0
    delete = "mutation ($id: ID!) { deleteConversation(id: $id) }"
    assert data_of(await ask(delete, of, user=ann)) == {"deleteConversation": True}
    get = "query ($id: ID!) { conversation(id: $id) { id } }"
    assert codes_of(await ask(get, of, user=ann)) == ["NOT_FOUND"]


async def test_someone_elses_things_are_not_found(
    ask: Ask, ann: User, make_user: MakeUser, provider: Provider
) -> None:
    bob = await make_user("bob")
    get = "query ($id: Int!) { provider(id: $id) { id } }"

    assert codes_of(await ask(get, {"id": provider.id}, user=bob)) == ["NOT_FOUND"]
    assert data_of(await ask("{ providers { id } }", user=bob)) == {"providers": []}


async def test_tools_are_listed_by_category_and_run_by_hand(
    ask: Ask, ann: User, admin: User
) -> None:
    listed = data_of(
        await ask(
            "{ tools(category: DATA) { name category requiredPermission parameters } }", user=ann
        )
    )["tools"]
    one = data_of(await ask('{ tool(name: "file_read") { category } }', user=ann))
    run = 'mutation ($a: JSON!) { executeTool(name: "process_data", arguments: $a) }'
    arguments = {"data": '{"a": 1}', "operation": "minify"}
    ran = data_of(await ask(run, {"a": arguments}, user=admin))["executeTool"]

    assert [tool["name"] for tool in listed] == ["process_data"]
    assert listed[0]["category"] == "DATA"
    assert listed[0]["parameters"]["type"] == "object"
    assert one == {"tool": {"category": "FILE"}}
    assert '{"a":1}' in str(ran)
    assert codes_of(await ask(run, {"a": [1]}, user=admin)) == ["BAD_USER_INPUT"]
    assert codes_of(await ask('{ tool(name: "none") { name } }', user=ann)) == ["NOT_FOUND"]
