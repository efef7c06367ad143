"""Giving a process bytes that are in no file and on no command line."""

import os
from contextlib import ExitStack


def data(stack: ExitStack, content: bytes) -> int:
    """A descriptor to read `content` from, closed with the stack."""
    file = os.memfd_create("luxx", os.MFD_CLOEXEC)
    stack.callback(os.close, file)
    view = memoryview(content)
    while view:
        view = view[os.write(file, view) :]
    os.lseek(file, 0, os.SEEK_SET)
    return file


def pipe(stack: ExitStack) -> tuple[int, int]:
    """Both ends of a pipe, closed with the stack; neither waits."""
    read, write = os.pipe2(os.O_CLOEXEC)
    stack.callback(os.close, read)
    stack.callback(os.close, write)
    os.set_blocking(read, False)
    os.set_blocking(write, False)
    return read, write
