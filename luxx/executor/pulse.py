"""Telling the dead from the living, without trusting anybody's clock but one's own.

Each process counts up a number in its row. An observer takes one for dead whose number has stood
still for as long as the observer has kept looking. One who looked away, because it was stopped or
the database was, begins anew: it cannot say that nothing moved meanwhile. So neither clocks that
differ nor a database that was down for everybody cost a living process its runs.
"""

from collections.abc import Mapping

#: Seconds between two beats, and without one after which a process is dead.
BEAT = 2.0
LEASE = 10.0
#: Two looks that are further apart than this are not one observation.
LOOKED_AWAY = 3 * BEAT


class Pulse:
    def __init__(self) -> None:
        self._looked = float("-inf")
        #: The last number of each process, and when it was first seen.
        self._seen: dict[str, tuple[int, float]] = {}

    def dead(self, beats: Mapping[str, int], now: float) -> list[str]:
        """Take in all processes' numbers at `now`, in seconds; gives those that are dead."""
        if now - self._looked > LOOKED_AWAY:
            self._seen.clear()
        self._looked = now
        seen = {id_: self._seen.get(id_, (-1, now)) for id_ in beats}
        self._seen = {
            id_: seen[id_] if seen[id_][0] == number else (number, now)
            for id_, number in beats.items()
        }
        return [id_ for id_, (_, since) in self._seen.items() if now - since >= LEASE]
