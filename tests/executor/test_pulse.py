"""Who is dead is told by standing still under one's own eyes, never by a clock."""

from luxx.executor.pulse import BEAT, LEASE, LOOKED_AWAY, Pulse


def watched(pulse: Pulse, *, seconds: float, since: float, **beats: int) -> list[str]:
    """Look every BEAT for so long, at numbers that stand still; what the last look found."""
    found: list[str] = []
    for look in range(int(seconds / BEAT) + 1):
        found = pulse.dead(beats, since + look * BEAT)
    return found


def test_who_stands_still_for_the_whole_lease_is_dead() -> None:
    pulse = Pulse()
    assert watched(pulse, seconds=LEASE - BEAT, since=100, a=7) == []
    assert pulse.dead({"a": 7}, 100 + LEASE) == ["a"]


def test_who_moves_lives_however_slowly() -> None:
    pulse = Pulse()
    for life in range(5):
        assert watched(pulse, seconds=LEASE - BEAT, since=life * LEASE, a=life) == []


def test_who_comes_later_has_a_lease_of_its_own() -> None:
    pulse = Pulse()
    watched(pulse, seconds=LEASE - BEAT, since=0, a=1)
    assert pulse.dead({"a": 1, "b": 1}, LEASE) == ["a"]
    assert pulse.dead({"b": 1}, LEASE + BEAT) == []


def test_who_looked_away_begins_anew() -> None:
    """It was stopped itself, or the database was: nobody could have beaten meanwhile."""
    pulse = Pulse()
    watched(pulse, seconds=LEASE - BEAT, since=0, a=1)
    back = LEASE - BEAT + LOOKED_AWAY + 0.1
    assert pulse.dead({"a": 1}, back) == []
    assert watched(pulse, seconds=LEASE - BEAT, since=back, a=1) == []
    assert pulse.dead({"a": 1}, back + LEASE) == ["a"]
