"""What the demo shows in the terminal."""

import sys
from typing import Any

from luxx.sandbox.output import clean

USERNAME, PASSWORD = "demo", "luxx-demo"  # known on purpose: loopback only


class Screen:
    """The terminal."""

    DIM, BOLD, BLUE, GREEN, RED, RESET = (
        "\033[2m",
        "\033[1m",
        "\033[36m",
        "\033[32m",
        "\033[31m",
        "\033[0m",
    )

    def __init__(self, *, colour: bool) -> None:
        self._colour = colour
        self._step = -1

    def _write(self, text: str, style: str = "") -> None:
        text = clean(text)  # a model's words, or a tool's: the terminal must not obey them
        sys.stdout.write(f"{style}{text}{self.RESET}" if self._colour and style else text)
        sys.stdout.flush()

    def title(self, text: str, more: str) -> None:
        self._write(f"\n  {text}\n", self.BOLD)
        self._write(f"  {more}\n\n", self.DIM)

    def said(self, who: str, text: str) -> None:
        self._write(f"{who}: ", self.BOLD)
        self._write(f"{text}\n")

    def reply(self, kind: str, event: dict[str, Any]) -> None:
        """An event of a reply."""
        if kind == "process_step":
            self._show_step(event["step"], event.get("delta", ""))
        elif kind == "done":
            usage = event["usage"]
            self._write(
                f"\n\n  done: {usage['prompt_tokens']} + {usage['completion_tokens']} tokens\n",
                self.DIM,
            )
        else:
            self._write(f"\n\n  error: {event['content']}\n", self.RED)

    def _show_step(self, step: dict[str, Any], delta: str) -> None:
        if step["index"] != self._step:
            self._step = step["index"]
            self._write(f"\n[{step['type'].replace('_', ' ')}] ", self.BLUE)
        if step["type"] == "tool_call":
            self._write(f"{step['name']} {step['arguments']}", self.GREEN)
        elif step["type"] == "tool_result":
            self._write(step["content"], self.GREEN if step["success"] else self.RED)
        else:
            self._write(delta, self.DIM if step["type"] == "thinking" else "")

    def discussion(self, kind: str, event: dict[str, Any]) -> None:
        """An event of a room."""
        if kind == "round_start":
            self._write(f"\n\n  round {event['round']} of {event['max_rounds']}", self.DIM)
        elif kind == "message_start":
            self._write(f"\n{event['sender_name']}: ", _true_colour(event["sender_color"]))
        elif kind == "message_chunk":
            self._write(event["content"])
        elif kind == "agent_error":
            self._write(f" [{event['error']}]", self.RED)
        elif kind == "room_completed":
            self._write(f"\n\n  done after {event['total_rounds']} rounds\n", self.DIM)
        elif kind == "error":
            self._write(f"\n\n  error: {event['content']}\n", self.RED)

    def end(self) -> None:
        """The last words where the server ends with the demonstration."""
        self._write("\n  That was it. Without --once the server stays, to be tried.\n\n", self.DIM)

    def next_steps(self, url: str) -> None:
        """What to try next, at the server that keeps serving."""
        self._write("\n  The scripted model is no AI: add a provider of your own.\n", self.DIM)
        self._write("\n  Try next\n", self.BOLD)
        body = f'{{"username": "{USERNAME}", "password": "{PASSWORD}"}}'
        question = '{"query": "{ me { username } conversations { items { id title } } }"}'
        self._write(
            f"""
    log in       username {USERNAME}, password {PASSWORD}
    console      {url}
    playground   {url}/graphql
    reference    {url}/api/docs
    REST         TOKEN=$(curl -s {url}/api/auth/login -H 'Content-Type: application/json' \\
                   -d '{body}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
                 curl -s {url}/api/conversations/ -H "Authorization: Bearer $TOKEN"
    GraphQL      curl -s {url}/graphql -H "Authorization: Bearer $TOKEN" \\
                   -H 'Content-Type: application/json' -d '{question}'

  Serving. Press Ctrl-C to stop.

"""
        )


def _true_colour(color: str) -> str:
    """`#rrggbb` as the terminal takes it, in bold."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return f"\033[1;38;2;{red};{green};{blue}m"
