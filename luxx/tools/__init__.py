"""The tools that a model or a user can run, one module per category."""

from luxx.tools.base import Tool
from luxx.tools.data import process_data
from luxx.tools.file import file_exists, file_grep, file_list, file_read, file_write

#: The names that the API documents. A server may lack some of these tools: to enable one that it
#: lacks is no mistake of the client's, it is just not offered to the model.
DOCUMENTED = frozenset(
    {
        "python_execute",
        "python_eval",
        "file_read",
        "file_write",
        "file_list",
        "file_exists",
        "file_grep",
        "shell_execute",
        "web_search",
        "web_fetch",
        "batch_fetch",
        "process_data",
    }
)

BUILTIN: tuple[Tool, ...] = (
    file_read,
    file_write,
    file_list,
    file_exists,
    file_grep,
    process_data,
)
