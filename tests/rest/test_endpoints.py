"""Requests and answers: the envelope, and what HTTP asks of an address."""

import json

import httpx
import orjson
import pytest
from envelope import failed

from luxx.rest.replies import categorized, dump


async def test_data_has_the_documented_names_and_leaf_values(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/boxes/0001")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.json() == {
        "success": True,
        "data": {
            "id": 1,
            "name": "box-1",
            "weight": 1.5,
            "colour": "dark_blue",
            "level": 2,
            "levels": [1, 3],
            "inner": None,
            "parts": [
                {"id": "n-0", "index": 0, "colour": "red", "text": "line\nbreak ‘’ 会话"},
                {
                    "id": "c-1",
                    "index": 1,
                    "colour": "dark_blue",
                    "id_ref": "call_1",
                    "name": "file_read",
                },
            ],
        },
    }


async def test_a_list_is_counted_and_query_values_are_cast(client: httpx.AsyncClient) -> None:
    data = (await client.get("/api/boxes", params={"page": "2", "colour": "red"})).json()["data"]
    assert [each["id"] for each in data["boxes"]] == [1, 2]
    assert data["total"] == 2


async def test_a_body_becomes_variables_and_the_message_is_told(client: httpx.AsyncClient) -> None:
    body = {"name": "a", "weight": None, "colour": "red", "level": 3, "parts": [{"part_name": "p"}]}
    answer = await client.post("/api/boxes", json=body)
    assert answer.json() == {
        "success": True,
        "message": "Box created",
        "data": {
            "made": {
                "name": "a",
                "weight": None,
                "colour": "red",
                "level": 3,
                "heavy": False,
                "parts": [{"part_name": "p", "copies": 1}],
            }
        },
    }


async def test_nothing_to_say_is_said_without_data(client: httpx.AsyncClient) -> None:
    answer = await client.delete("/api/boxes/1")
    assert answer.json() == {"success": True, "message": "Box deleted"}


async def test_a_message_may_come_from_the_answer(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/test")
    assert answer.json() == {
        "success": True,
        "message": "HTTP 200: fine",
        "data": {"success": True},
    }


async def test_a_whole_body_may_hold_any_key(client: httpx.AsyncClient) -> None:
    answer = await client.post("/api/run/grep", json={"name": "x", "deep": [{"a": None}]})
    assert answer.json()["data"]["result"] == {
        "name": "grep",
        "arguments": {"name": "x", "deep": [{"a": None}]},
    }


@pytest.mark.parametrize("path", ["/api/boxes/1", "/api/boxes/1/"])
async def test_a_last_slash_makes_no_difference(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).json()["data"]["id"] == 1


@pytest.mark.parametrize("path", ["/api/none", "/none", "/api/boxes/1/2/3"])
async def test_an_unknown_address_is_404_in_the_envelope(
    client: httpx.AsyncClient, path: str
) -> None:
    answer = await client.get(path)
    assert answer.status_code == 404
    assert answer.json() == failed("There is nothing at this address", "NOT_FOUND")


async def test_a_wrong_method_is_405_and_names_the_right_ones(client: httpx.AsyncClient) -> None:
    answer = await client.patch("/api/boxes/1")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, DELETE, HEAD, OPTIONS"
    assert answer.json()["code"] == "METHOD_NOT_ALLOWED"


async def test_options_name_the_methods(client: httpx.AsyncClient) -> None:
    answer = await client.options("/api/boxes")
    assert (answer.status_code, answer.headers["allow"]) == (204, "GET, POST, HEAD, OPTIONS")


async def test_head_is_answered_like_get(client: httpx.AsyncClient) -> None:
    assert (await client.head("/api/boxes/1")).status_code == 200
    assert (await client.head("/api/boxes/0")).status_code == 404


@pytest.mark.parametrize("slash", ["", "/"])
async def test_what_is_always_the_same_has_no_envelope(
    client: httpx.AsyncClient, slash: str
) -> None:
    about = await client.get(f"/api{slash}")
    assert about.json() == {"name": "Luxx", "version": "1.0.0", "description": "AI Chat API"}


async def test_numbers_and_texts_that_orjson_refuses_are_sent_all_the_same() -> None:
    value = {"big": 2**70, "lone": "\ud800"}
    with pytest.raises(TypeError):
        orjson.dumps(value)
    assert json.loads(dump(value)) == value


def test_tools_are_listed_and_grouped_with_every_category_present() -> None:
    tools = [{"name": "a", "category": "code"}, {"name": "b", "category": "new"}]
    data = categorized({"tools": tools}).data
    assert data["tools"] == tools
    assert data["total"] == 2
    assert data["categorized"] == {
        "code": tools[:1],
        "file": [],
        "shell": [],
        "crawler": [],
        "data": [],
        "new": tools[1:],
    }
