"""The tools for files. All of them see one folder, the user's workspace."""

from collections.abc import Callable, Generator
from contextlib import closing
from functools import partial
from typing import Annotated, Any, Literal

from msgspec import Meta

from luxx.errors import ToolFailed
from luxx.models import PermissionLevel
from luxx.sandbox.files import Walk, read_regular
from luxx.sandbox.usage import MAX_DEPTH
from luxx.sandbox.workspace import MAX_FILE, MAX_SCAN, Workspace
from luxx.tools.base import ToolContext, tool
from luxx.tools.grep import MAX_GLOB, MAX_MATCHES, MAX_PATTERN, Search, is_binary

MAX_ENTRIES = 1_000
MAX_READ = 1_048_576
DEFAULT_READ = 65_536

FilePath = Annotated[str, Meta(description="Path in the workspace: relative, or /workspace/…")]
Folder = Annotated[
    str, Meta(description="Folder in the workspace; the workspace itself by default")
]
Offset = Annotated[int, Meta(ge=0, le=1 << 53, description="Byte to start at")]
Limit = Annotated[int, Meta(ge=1, le=MAX_READ, description="Most bytes to read")]
#: Bytes of a UTF-8 character after its first.
_TAIL = 3


@tool(category="file", required=PermissionLevel.READ_ONLY)
async def file_read(
    context: ToolContext, path: FilePath, offset: Offset = 0, limit: Limit = DEFAULT_READ
) -> dict[str, Any]:
    """Read a text file in the workspace.

    `size` is the whole file's, in bytes. `truncated` says that the file goes on: read on from
    offset + limit.
    """
    return await context.in_thread(_read, context.workspace, path, offset, limit)


def _read(workspace: Workspace, path: str, offset: int, limit: int) -> dict[str, Any]:
    head, _ = workspace.read(path, 0, 1 << 13)
    content, size = workspace.read(path, offset, limit + _TAIL)
    if is_binary(head):
        raise ToolFailed(f"path: {path[:200]!r} is a binary file of {size} bytes", field="path")
    return {
        "path": path,
        "content": _characters(content, 0 if offset == 0 else _continued(content), limit),
        "size": size,
        "truncated": offset + limit < size,
    }


def _characters(content: bytes, start: int, limit: int) -> str:
    """The characters that begin within the limit, so that reads one after another join up."""
    end = limit + _continued(content[limit:])
    return content[start:end].decode("utf-8", "replace")


def _continued(content: bytes) -> int:
    """How many bytes belong to a character that began before."""
    head = content[:_TAIL]
    return len(head) - len(head.lstrip(bytes(range(0x80, 0xC0))))


@tool(category="file", required=PermissionLevel.WRITE)
async def file_write(
    context: ToolContext,
    path: FilePath,
    content: Annotated[str, Meta(description="The text to write, as UTF-8; at most 10 MiB")],
    mode: Literal["overwrite", "append"] = "overwrite",
) -> dict[str, Any]:
    """Write a text file in the workspace, making it and its folders as needed.

    `overwrite` replaces the file in one step; `append` adds to its end.
    """
    return await context.in_thread(_write, context.workspace, path, content, mode)


def _write(workspace: Workspace, path: str, content: str, mode: str) -> dict[str, Any]:
    try:
        encoded = content.encode()
    except UnicodeEncodeError as error:
        raise ToolFailed("content: expected text that UTF-8 can hold", field="content") from error
    if mode == "append":
        size, created = workspace.append(path, encoded)
    else:
        size, created = len(encoded), workspace.write(path, encoded)
    return {"path": path, "size": size, "created": created}


@tool(category="file", required=PermissionLevel.READ_ONLY)
async def file_list(
    context: ToolContext, path: Folder = ".", recursive: bool = False
) -> dict[str, Any]:
    """List a folder of the workspace, with each entry's type and size in bytes.

    At most 1,000 entries; `truncated` says that there are more.
    """
    return await context.in_thread(_list, context.workspace, path, recursive)


def _list(workspace: Workspace, path: str, recursive: bool) -> dict[str, Any]:
    walk = Walk(MAX_SCAN, MAX_DEPTH if recursive else 0)
    entries: list[dict[str, Any]] = []
    with closing(workspace.walk(path, walk)) as steps:
        for found in steps:
            if len(entries) == MAX_ENTRIES:
                return {"path": path, "entries": entries, "truncated": True}
            entry = found.entry
            entries.append({"path": entry.path, "type": entry.kind, "size": entry.size})
    return {"path": path, "entries": entries, "truncated": not walk.is_complete}


@tool(category="file", required=PermissionLevel.READ_ONLY)
async def file_exists(context: ToolContext, path: FilePath) -> dict[str, Any]:
    """Say whether there is a file or folder at a path, and its type and size in bytes."""
    found = await context.in_thread(context.workspace.stat, path)
    return {
        "path": path,
        "exists": found is not None,
        "type": found.kind if found else None,
        "size": found.size if found else None,
    }


@tool(category="file", required=PermissionLevel.READ_ONLY)
async def file_grep(
    context: ToolContext,
    pattern: Annotated[
        str,
        Meta(min_length=1, max_length=MAX_PATTERN, description="Regular expression, RE2 syntax"),
    ],
    path: Annotated[str, Meta(description="File or folder; the workspace by default")] = ".",
    glob: Annotated[
        str, Meta(max_length=MAX_GLOB, description="Only files of this name, such as *.py")
    ] = "*",
    ignore_case: bool = False,
    max_matches: Annotated[int, Meta(ge=1, le=MAX_MATCHES)] = 100,
) -> dict[str, Any]:
    """Search a text file, or all in a folder, for the lines that match a regular expression.

    `truncated` says that there may be more matches than these. Binary files and files over 10 MiB
    are left out.
    """
    search = partial(Search, pattern, ignore_case=ignore_case, glob=glob, most=max_matches)
    return await context.in_thread(_grep, context.workspace, pattern, path, search)


def _grep(
    workspace: Workspace, pattern: str, path: str, start: Callable[[], Search]
) -> dict[str, Any]:
    search = start()
    walk = Walk(MAX_SCAN, MAX_DEPTH)
    matches: list[dict[str, Any]] = []
    with closing(_texts(workspace, path, walk, search)) as texts:
        for name, content in texts:
            matches += [
                {"path": name, "line": match.line, "text": match.text}
                for match in search.text(content)
            ]
    truncated = not (search.is_complete and walk.is_complete)
    return {"pattern": pattern, "matches": matches, "truncated": truncated}


def _texts(
    workspace: Workspace, path: str, walk: Walk, search: Search
) -> Generator[tuple[str, bytes], None, None]:
    """The files to search: the one at `path`, or those below it."""
    entry = workspace.stat(path)
    if entry is not None and entry.kind == "file":
        yield entry.path, workspace.read(path, 0, MAX_FILE)[0]
        return
    with closing(workspace.walk(path, walk)) as steps:
        for found in steps:
            if not search.wants(found.entry):
                continue
            if search.is_over():
                return
            content = read_regular(found, MAX_FILE)
            if content is not None:
                yield found.entry.path, content
