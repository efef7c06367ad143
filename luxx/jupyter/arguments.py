"""What the magics take: one parser each, which also says what can be completed."""

import argparse
import shlex
from typing import NoReturn

from IPython.core.error import UsageError


class Parser(argparse.ArgumentParser):
    """Complains by UsageError, which a notebook shows as one line."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{self.prog}: {message}")

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        del status
        raise UsageError(message or f"{self.prog}: see the help above")

    def read(self, line: str) -> argparse.Namespace:
        """Raises UsageError for what does not fit."""
        try:
            words = shlex.split(line)
        except ValueError as error:
            self.error(str(error).lower())
        return self.parse_args(words)

    def completions(self) -> list[str]:
        found: list[str] = []
        for action in self._actions:
            found += action.option_strings[:1] if action.option_strings else action.choices or ()
        return found


def _parser(name: str, about: str) -> Parser:
    return Parser(prog=name, description=about, add_help=True)


def luxx() -> Parser:
    parser = _parser("%luxx", "Connect, see what is connected, or begin a conversation anew.")
    parser.add_argument("command", choices=["connect", "status", "new"], help="what to do")
    parser.add_argument("url", nargs="?", help="connect: the server's; without, one in this kernel")
    parser.add_argument("--token", help="connect: a login of that server")
    parser.add_argument(
        "--demo", action="store_true", help="connect: a scripted model, which needs no key"
    )
    parser.add_argument(
        "-c", "--conversation", default="default", help="new: the name to begin anew"
    )
    return parser


def chat() -> Parser:
    parser = _parser("%%chat", "Send the cell; the answer is shown under it.")
    parser.add_argument(
        "-c", "--conversation", default="default", help="its name; it goes on where it was"
    )
    parser.add_argument("-m", "--model", help="for a new conversation")
    parser.add_argument("-p", "--provider", help="for a new conversation, by name")
    parser.add_argument("-s", "--system", help="system prompt of a new conversation")
    parser.add_argument("-t", "--tools", help="names with commas; 'none' for none")
    parser.add_argument("--thinking", action="store_true", help="let the model think first")
    parser.add_argument("-o", "--output", help="variable for the reply")
    parser.add_argument(
        "--fill", action="store_true", help="put the values of variables for {name}"
    )
    return parser


def room() -> Parser:
    parser = _parser(
        "%%room", "Let agents discuss the task in the cell; the discussion is shown under it."
    )
    parser.add_argument("-t", "--title", help="the room's title; the task's beginning")
    parser.add_argument("-n", "--rounds", type=int, default=2, help="how many rounds (2)")
    parser.add_argument(
        "-a", "--agents", default="", help="names with commas: agents of yours, or new ones"
    )
    parser.add_argument("-m", "--model", help="for the seats that name none")
    parser.add_argument("-o", "--output", help="variable for the room")
    return parser
