"""Writes a reply as a chat completion: a stream of chunks, or one JSON document."""

import time
from collections.abc import Iterator, Sequence
from typing import Any

import orjson

from luxx.llm.base import Usage
from luxx.llm.demo.reply import Asked, Reply, pieces, usage

#: The role chunk comes before the first piece of content.
FIRST_PIECE = 2
#: How a reply ends that the token limit cut short.
CUT_SHORT = "length"
DONE = b"data: [DONE]\n\n"

_TYPES = {429: "rate_limit_error", 402: "insufficient_quota"}
_CODES = {401: "invalid_api_key", 404: "model_not_found", 429: "rate_limit_exceeded"}
_SERVER_ERROR = 500


def error(status: int, message: str, _request_id: str) -> bytes:
    fallback = "server_error" if status >= _SERVER_ERROR else "invalid_request_error"
    kind = _TYPES.get(status, fallback)
    body = {"message": message, "type": kind, "param": None, "code": _CODES.get(status)}
    return orjson.dumps({"error": body})


def stream_error(message: str, request_id: str) -> bytes:
    return b"data: " + error(_SERVER_ERROR, message, request_id) + b"\n\n"


def models(names: Sequence[str]) -> dict[str, Any]:
    return {"object": "list", "data": [one_model(name) for name in names]}


def one_model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "luxx"}


def whole(asked: Asked, reply: Reply, request_id: str) -> bytes:
    message: dict[str, Any] = {"role": "assistant", "content": reply.text or None}
    if reply.thinking:
        message["reasoning_content"] = reply.thinking
    if reply.tool_calls:
        message["tool_calls"] = [
            {
                "id": call.id,
                "type": "function",
                "function": {"name": call.name, "arguments": call.json()},
            }
            for call in reply.tool_calls
        ]
    choice = {"index": 0, "message": message, "finish_reason": _finish(reply)}
    document = _head(asked, request_id, "chat.completion") | {"choices": [choice]}
    used = usage(asked.request, reply)
    return orjson.dumps(document | ({"usage": _usage(used, reply)} if used else {}))


def events(asked: Asked, reply: Reply, request_id: str) -> Iterator[bytes]:
    head = _head(asked, request_id, "chat.completion.chunk")
    frame = _Frame(head, with_usage=asked.wants_usage)
    yield frame.chunk({"role": "assistant", "content": ""})
    for field, text in (("reasoning_content", reply.thinking), ("content", reply.text)):
        yield from frame.run({field: _SLOT}, text, reply.chunk)
    for index, call in enumerate(reply.tool_calls):
        function: dict[str, Any] = {"name": call.name, "arguments": ""}
        opening = {"index": index, "id": call.id, "type": "function", "function": function}
        yield frame.chunk({"tool_calls": [opening]})
        piece = {"tool_calls": [{"index": index, "function": {"arguments": _SLOT}}]}
        yield from frame.run(piece, call.json(), reply.chunk)
    if reply.error is not None:
        yield stream_error(reply.error, request_id)
        return
    yield frame.chunk({}, _finish(reply))
    used = usage(asked.request, reply)
    if used and asked.wants_usage:
        yield frame.final(_usage(used, reply))
    yield DONE


#: Stands for a piece of text while the bytes around it are encoded, once for each run of pieces.
_SLOT = "\x00slot\x00"
_ENCODED_SLOT = orjson.dumps(_SLOT)


class _Frame:
    """The bytes around a delta, which are the same in every chunk of one answer."""

    def __init__(self, head: dict[str, Any], *, with_usage: bool) -> None:
        self._head = head
        # OpenAI puts a null usage into every chunk as soon as usage is asked for.
        self._tail: dict[str, Any] = {"usage": None} if with_usage else {}

    def chunk(self, delta: dict[str, Any], finish: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": finish}
        return b"data: " + orjson.dumps(self._head | {"choices": [choice]} | self._tail) + b"\n\n"

    def run(self, delta: dict[str, Any], text: str, size: int) -> Iterator[bytes]:
        before, _, after = self.chunk(delta).rpartition(_ENCODED_SLOT)
        for piece in pieces(text, size):
            yield before + orjson.dumps(piece) + after

    def final(self, used: dict[str, Any]) -> bytes:
        return b"data: " + orjson.dumps(self._head | {"choices": [], "usage": used}) + b"\n\n"


def _head(asked: Asked, request_id: str, kind: str) -> dict[str, Any]:
    return {
        "id": f"chatcmpl-{request_id}",
        "object": kind,
        "created": int(time.time()),
        "model": asked.request.model,
    }


def _finish(reply: Reply) -> str:
    return reply.finish or ("tool_calls" if reply.tool_calls else "stop")


def _usage(used: Usage, reply: Reply) -> dict[str, Any]:
    from_thinking = min(used.completion, -(-len(reply.thinking) // 4))
    return {
        "prompt_tokens": used.prompt,
        "completion_tokens": used.completion,
        "total_tokens": used.prompt + used.completion,
        "completion_tokens_details": {"reasoning_tokens": from_thinking},
    }
