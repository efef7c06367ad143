"""`%luxx`, `%%chat` and `%%room`: the client from a cell, without Python."""

from collections.abc import Sequence
from typing import Any

from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, cell_magic, line_magic, magics_class

from luxx.client import Chat, Luxx
from luxx.errors import LuxxError
from luxx.jupyter import arguments

#: Where the magics look for a connection that a cell has made.
NAME = "lx"


@magics_class
class LuxxMagics(Magics):
    """One connection, and one conversation for each name."""

    def __init__(self, shell: InteractiveShell) -> None:
        super().__init__(shell)
        self._connected: Luxx | None = None
        self._chats: dict[str, Chat] = {}
        parsers = (arguments.luxx(), arguments.chat(), arguments.room())
        self._parsers = {parser.prog: parser for parser in parsers}

    @line_magic
    def luxx(self, line: str) -> None:
        """Connect, see what is connected, or begin a conversation anew."""
        given = self._parsers["%luxx"].read(line)
        if given.command == "connect":
            self._connect(given.url, given.token, demo=given.demo)
        elif given.command == "new":
            self._chats.pop(given.conversation, None)
        print(self._status())  # noqa: T201 - what a magic says

    @cell_magic
    def chat(self, line: str, cell: str) -> None:
        """Send the cell; the answer is shown under it."""
        given = self._parsers["%%chat"].read(line)
        text = self._filled(cell) if given.fill else cell
        with _readable():
            chat = self._chat(given)
            reply = chat.send(text.strip(), thinking=given.thinking or None)
        self._keep(given.output, reply)

    @cell_magic
    def room(self, line: str, cell: str) -> None:
        """Let agents discuss the task in the cell; the discussion is shown under it."""
        given = self._parsers["%%room"].read(line)
        task = cell.strip()
        with _readable():
            luxx = self._luxx()
            known = {agent.name: agent for agent in luxx.agents()}
            names = _names(given.agents) or list(known)
            room = luxx.room(
                given.title or task[:40],
                task=task,
                agents=[known.get(name, name) for name in names],
                max_rounds=given.rounds,
                model=given.model,
            )
            room.run()
        self._keep(given.output, room)

    def _connect(self, url: str | None, token: str | None, *, demo: bool) -> Luxx:
        from luxx import connect  # noqa: PLC0415 - this package is what it imports

        with _readable():
            self._connected = connect(url, token=token, demo=demo)
        self._chats.clear()
        self._keep(NAME, self._connected)
        return self._connected

    def _luxx(self) -> Luxx:
        """The connection of a cell, of `%luxx connect`, or a new one."""
        found = self._namespace.get(NAME)
        if isinstance(found, Luxx):
            return found
        return self._connected or self._connect(None, None, demo=False)

    def _chat(self, given: Any) -> Chat:
        chat = self._chats.get(given.conversation)
        if chat is None:
            tools = None if given.tools is None else _names(given.tools.replace("none", ""))
            chat = self._luxx().chat(
                system=given.system, model=given.model, provider=given.provider, tools=tools
            )
            self._chats[given.conversation] = chat
        return chat

    def _status(self) -> str:
        found = self._namespace.get(NAME)
        luxx = found if isinstance(found, Luxx) else self._connected
        if luxx is None:
            return "Not connected: %luxx connect"
        with _readable():
            user = luxx.portal.run(luxx.client.me())
        chats = ", ".join(f"{name} ({chat.id})" for name, chat in self._chats.items()) or "none"
        return f"{luxx.url} as {user.username}; conversations: {chats}"

    @property
    def _namespace(self) -> dict[str, Any]:
        return self.shell.user_ns if self.shell is not None else {}

    def _keep(self, name: str | None, value: object) -> None:
        if name is not None:
            self._namespace[name] = value

    def _filled(self, text: str) -> str:
        try:
            return text.format_map(self._namespace)
        except (KeyError, IndexError, ValueError, AttributeError) as error:
            raise UsageError(f"--fill: {error}: write {{{{ and }}}} for braces") from None

    def complete(self, _shell: object, event: Any) -> list[str]:
        """Options, or what stands after one, as the line before the cursor asks."""
        magic, *words = event.line.split() or [""]
        if event.line.endswith(" "):
            words.append("")
        before = words[-2] if len(words) > 1 else ""
        if before in {"-c", "--conversation"}:
            return list(self._chats)
        parser = self._parsers.get(magic)
        return parser.completions() if parser else []

    def install(self, shell: InteractiveShell) -> None:
        """Register the magics, their help and their completion."""
        for parser in self._parsers.values():
            method = getattr(type(self), parser.prog.lstrip("%"))
            method.__doc__ = parser.format_help()
            shell.set_hook("complete_command", self.complete, str_key=parser.prog)
        shell.register_magics(self)


class _readable:  # noqa: N801 - used as a statement
    """Errors of Luxx as one line that says what is wrong, which fails the cell."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, LuxxError):
            raise UsageError(error.message) from None


def _names(text: str) -> Sequence[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def register(shell: InteractiveShell) -> None:
    LuxxMagics(shell).install(shell)
