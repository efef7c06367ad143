"""The scripted model server: an ASGI app that speaks both wire formats without a model behind it.

It is no AI. Tests script it reply by reply; the demo lets it answer by rules (`mind`), so that even
the demo goes over real HTTP through a real adapter. See docs/demo-model.md.
"""

from luxx.llm.demo.reply import Call, Received, Reply
from luxx.llm.demo.server import ScriptedModel

__all__ = ["Call", "Received", "Reply", "ScriptedModel"]
