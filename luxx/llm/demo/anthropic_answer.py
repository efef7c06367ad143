"""Writes a reply as an Anthropic message: a stream of events, or one JSON document."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

import orjson

from luxx.llm.demo.reply import Asked, Call, Reply, pieces, usage

#: message_start, content_block_start and ping come before the first piece of content.
FIRST_PIECE = 4
#: How a reply ends that the token limit cut short.
CUT_SHORT = "max_tokens"

_TYPES = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    405: "invalid_request_error",
    413: "request_too_large",
    422: "invalid_request_error",
    429: "rate_limit_error",
    504: "timeout_error",
    529: "overloaded_error",
}
#: Stands for a piece of text while the bytes around it are encoded, once for each block.
_SLOT = "\x00slot\x00"
_ENCODED_SLOT = orjson.dumps(_SLOT)


def signature(model: str, thinking: str) -> str:
    """What the server wants back with a thinking block: it belongs to the text and to the model."""
    return "demo-" + blake2b(f"{model}\n{thinking}".encode(), digest_size=24).hexdigest()


def error(status: int, message: str, request_id: str) -> bytes:
    inner = {"type": _TYPES.get(status, "api_error"), "message": message}
    return orjson.dumps({"type": "error", "error": inner, "request_id": f"req_{request_id}"})


def stream_error(message: str, request_id: str) -> bytes:
    return b"event: error\ndata: " + error(529, message, request_id) + b"\n\n"


def models(names: Sequence[str]) -> dict[str, Any]:
    listed = [one_model(name) for name in names]
    return {"data": listed, "has_more": False, "first_id": names[0], "last_id": names[-1]}


def one_model(name: str) -> dict[str, Any]:
    return {
        "type": "model",
        "id": name,
        "display_name": name,
        "created_at": "2026-01-01T00:00:00Z",
        "max_input_tokens": 200_000,
        "max_tokens": 64_000,
    }


def whole(asked: Asked, reply: Reply, request_id: str) -> bytes:
    content: list[dict[str, Any]] = []
    if reply.thinking:
        signed = signature(asked.request.model, reply.thinking)
        content.append({"type": "thinking", "thinking": reply.thinking, "signature": signed})
    if reply.text:
        content.append({"type": "text", "text": reply.text})
    content += [_tool_use(call, _arguments(call)) for call in reply.tool_calls]
    message = _message(asked, request_id) | {"content": content, "stop_reason": _stop(reply)}
    used = usage(asked.request, reply)
    if used:
        message["usage"] = {"input_tokens": used.prompt, "output_tokens": used.completion}
    return orjson.dumps(message)


def events(asked: Asked, reply: Reply, request_id: str) -> Iterator[bytes]:
    used = usage(asked.request, reply)
    message = _message(asked, request_id)
    if used:
        message["usage"] = {"input_tokens": used.prompt, "output_tokens": 1}
    yield _event("message_start", message=message)
    for index, block in enumerate(_blocks(asked, reply)):
        for at, event in enumerate(block.events(index, reply.chunk)):
            yield event
            if index == at == 0:
                yield _event("ping")
    if reply.error is not None:
        yield stream_error(reply.error, request_id)
        return
    delta = {"stop_reason": _stop(reply), "stop_sequence": None}
    total = {"input_tokens": used.prompt, "output_tokens": used.completion} if used else None
    yield _event("message_delta", delta=delta, **({"usage": total} if total else {}))
    yield _event("message_stop")


class _Block:
    """One content block: how it opens, its text in pieces, and what closes it."""

    def __init__(
        self, opening: dict[str, Any], kind: str, field: str, text: str, *, signed: str = ""
    ) -> None:
        self._opening = opening
        self._kind = kind
        self._field = field
        self._text = text
        self._signed = signed

    def events(self, index: int, size: int) -> Iterator[bytes]:
        yield _event("content_block_start", index=index, content_block=self._opening)
        slot = {"type": self._kind, self._field: _SLOT}
        piece = _event("content_block_delta", index=index, delta=slot)
        before, _, after = piece.rpartition(_ENCODED_SLOT)
        for text in pieces(self._text, size):
            yield before + orjson.dumps(text) + after
        if self._signed:
            delta = {"type": "signature_delta", "signature": self._signed}
            yield _event("content_block_delta", index=index, delta=delta)
        yield _event("content_block_stop", index=index)


def _blocks(asked: Asked, reply: Reply) -> Iterator[_Block]:
    if reply.thinking:
        opening = {"type": "thinking", "thinking": "", "signature": ""}
        signed = signature(asked.request.model, reply.thinking)
        yield _Block(opening, "thinking_delta", "thinking", reply.thinking, signed=signed)
    if reply.text:
        yield _Block({"type": "text", "text": ""}, "text_delta", "text", reply.text)
    for call in reply.tool_calls:
        yield _Block(_tool_use(call, {}), "input_json_delta", "partial_json", call.json())


def _event(kind: str, **data: Any) -> bytes:
    body = orjson.dumps({"type": kind, **data})
    return b"event: " + kind.encode() + b"\ndata: " + body + b"\n\n"


def _message(asked: Asked, request_id: str) -> dict[str, Any]:
    return {
        "id": f"msg_{request_id}",
        "type": "message",
        "role": "assistant",
        "model": asked.request.model,
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
    }


def _tool_use(call: Call, arguments: Any) -> dict[str, Any]:
    return {"type": "tool_use", "id": call.id, "name": call.name, "input": arguments}


def _arguments(call: Call) -> Any:
    """One JSON document cannot hold broken arguments: they become an empty object."""
    try:
        return orjson.loads(call.json())
    except orjson.JSONDecodeError:
        return {}


def _stop(reply: Reply) -> str:
    return reply.finish or ("tool_use" if reply.tool_calls else "end_turn")
