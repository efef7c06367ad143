"""The model behind the streams: the scripted model server with replies of a known length.

A request names its reply by the model: `paced`, `burst`, `words` or `short`.
"""

import argparse
from collections import deque

import uvicorn

from luxx.llm.demo import Reply, ScriptedModel

#: One token, as long as an ordinary one, and found quickly in whatever carries it.
TOKEN = "tok "
PACE = 0.020
BURST = 2_000
WORDS = 40
SHORT = 1


class Endless(deque[Reply]):
    """The same reply, whenever one is taken."""

    def __init__(self, reply: Reply) -> None:
        super().__init__((reply,))

    def popleft(self) -> Reply:
        return self[0]


def scripted(paced: int) -> ScriptedModel:
    """A model server whose `paced` replies have so many tokens."""
    model = ScriptedModel(models=("paced", "burst", "words", "short"))
    size = len(TOKEN)
    model.routes = {
        "paced": Endless(Reply(text=TOKEN * paced, chunk=size, pace=PACE)),
        "burst": Endless(Reply(text=TOKEN * BURST, chunk=size, pace=0.0)),
        "words": Endless(Reply(text=TOKEN * WORDS, chunk=size, pace=0.0)),
        "short": Endless(Reply(text=TOKEN * SHORT, chunk=size, pace=0.0)),
    }
    return model


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--paced", type=int, required=True, help="tokens of a paced reply")
    options = parser.parse_args()
    uvicorn.run(
        scripted(options.paced),
        port=options.port,
        log_level="error",
        access_log=False,
        loop="uvloop",
        http="httptools",
        timeout_keep_alive=75,
    )


if __name__ == "__main__":
    main()
