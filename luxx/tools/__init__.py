"""The tools that a model or a user can run, one module per category."""

from luxx.tools.base import Tool
from luxx.tools.data import process_data
from luxx.tools.file import file_exists, file_grep, file_list, file_read, file_write

BUILTIN: tuple[Tool, ...] = (
    file_read,
    file_write,
    file_list,
    file_exists,
    file_grep,
    process_data,
)
