"""How much a workspace holds, seen without following a link, whatever goes on in it meanwhile."""

import errno
import os
import stat
from dataclasses import dataclass
from itertools import islice

from luxx.sandbox import beneath

#: Nothing of ours goes deeper; what does could hide any amount.
MAX_DEPTH = 64
_BLOCK = 512
_GONE = frozenset((errno.ENOENT, errno.ELOOP, errno.ENOTDIR))


@dataclass(slots=True)
class Usage:
    """Bytes on the disk, and how many files and folders; at least so much if `unfinished`."""

    size: int = 0
    entries: int = 0
    #: It goes deeper than MAX_DEPTH, or there were more entries than was asked for.
    unfinished: bool = False


def measure(folder: int, most: int) -> Usage:
    """Go through what an opened folder holds, `most` entries at most. OSError: it is gone."""
    usage = Usage()
    _measure(folder, usage, most, MAX_DEPTH)
    return usage


def _measure(folder: int, usage: Usage, most: int, depth: int) -> None:
    # Counted before anything is looked at: who makes entries for ever makes them faster than that.
    with os.scandir(folder) as found:
        entries = list(islice(found, most - usage.entries + 1))
    usage.entries += len(entries)
    if usage.entries > most:
        usage.entries = most
        usage.unfinished = True
        return
    for entry in entries:
        try:
            info = entry.stat(follow_symlinks=False)
        except OSError:
            continue  # it has gone
        usage.size += info.st_blocks * _BLOCK
        if stat.S_ISDIR(info.st_mode) and not usage.unfinished:
            _into(folder, entry.name, usage, most, depth - 1)


def _into(outer: int, name: str, usage: Usage, most: int, depth: int) -> None:
    if depth <= 0:
        usage.unfinished = True
        return
    try:
        folder = os.open(name, beneath.FOLDER | beneath.NO_LINK, dir_fd=outer)
    except OSError as error:
        # What is no folder any more has gone; what is closed to us could hold any amount.
        usage.unfinished |= error.errno not in _GONE
        return
    try:
        _measure(folder, usage, most, depth)
    except OSError:
        usage.unfinished = True
    finally:
        os.close(folder)
