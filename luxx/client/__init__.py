"""The client of a Luxx server: `connect()` for code that waits, `AsyncClient` for what does not.

It speaks the stored operations over HTTP and follows what runs by its cursor. Nothing of it needs
a notebook, and nothing of the server is imported until one has to be started here.
"""

from luxx.client.chat import Chat
from luxx.client.connecting import connect
from luxx.client.core import AsyncClient
from luxx.client.face import Luxx
from luxx.client.reply import Reply
from luxx.client.room import Room

__all__ = ["AsyncClient", "Chat", "Luxx", "Reply", "Room", "connect"]
