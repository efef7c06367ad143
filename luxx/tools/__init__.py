"""The tools that a model or a user can run, one module per category."""

from luxx.tools.base import Tool
from luxx.tools.code import python_eval, python_execute
from luxx.tools.crawler import batch_fetch, web_fetch, web_search
from luxx.tools.data import process_data
from luxx.tools.file import file_exists, file_grep, file_list, file_read, file_write
from luxx.tools.shell import shell_execute

BUILTIN: tuple[Tool, ...] = (
    python_execute,
    python_eval,
    file_read,
    file_write,
    file_list,
    file_exists,
    file_grep,
    shell_execute,
    web_search,
    web_fetch,
    batch_fetch,
    process_data,
)
