"""python_eval's evaluator: right about arithmetic, deaf to everything else."""

import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from luxx.errors import ToolFailed
from luxx.sandbox.evaluate import MAX_TEXT, SECONDS, Evaluator


@pytest.fixture(scope="module")
def evaluator() -> Iterator[Evaluator]:
    evaluator = Evaluator()
    yield evaluator
    evaluator.close()


@pytest.mark.parametrize(
    ("expression", "value", "kind"),
    [
        ("12 * (3 + 4)", 84, "int"),
        ("0.1 + 0.2", 0.1 + 0.2, "float"),
        ("'ß' * 3", "ßßß", "str"),
        ("[n * n for n in range(4)]", [0, 1, 4, 9], "list"),
        ("{'a': None, 'b': [True]}", {"a": None, "b": [True]}, "dict"),
        ("math.sqrt(2)", 2**0.5, "float"),
        ("sorted('banana')", list("aaabnn"), "list"),
        ("sum(x for x in range(101))", 5050, "int"),
        ("2**53 - 1", 2**53 - 1, "int"),
        ("2**53", "9007199254740992", "int"),
        ("-2**100", "-1267650600228229401496703205376", "int"),
        ("10.0**308 * 10", "inf", "float"),
        ("float('nan')", "nan", "float"),
        ("3 + 4j", "(3+4j)", "complex"),
        ("{1}", "{1}", "set"),
        ("b'x'", "b'x'", "bytes"),
        ("datetime.date(2024, 2, 29).isoformat()", "2024-02-29", "str"),
        ("re.sub('a+', 'b', 'caat')", "cbt", "str"),
        ("json.dumps({'a': 1})", '{"a": 1}', "str"),
        ("  1 +\n 1  ", 2, "int"),
    ],
)
def test_an_expression_gives_its_value(
    expression: str, value: Any, kind: str, evaluator: Evaluator
) -> None:
    found = evaluator.evaluate(expression)
    assert (found.value, found.type, found.truncated) == (value, kind, False)
    assert type(found.value) is type(value)


def test_what_it_prints_is_kept(evaluator: Evaluator) -> None:
    found = evaluator.evaluate("print('one', 2) or 3")
    assert (found.value, found.printed) == (3, "one 2\n")


def test_a_long_value_is_cut_and_says_so(evaluator: Evaluator) -> None:
    found = evaluator.evaluate("'x' * 1_000_000")
    assert found.truncated
    assert len(found.value) == MAX_TEXT


HARMFUL = {
    "import": ("__import__('os').system('id')", "NameError"),
    "file": ("open('/etc/passwd').read()", "PermissionError"),
    "environment": ("(lambda: 0).__globals__", "AttributeError"),
    "classes": ("().__class__.__bases__[0].__subclasses__()", "AttributeError"),
    "eval of an import": ("eval('__import__(1)')", "NameError"),
    "power": ("9**9**9**9", "MemoryError"),
    "shift": ("1 << 10**10", "Error"),
    "text": ("'a' * 10**10", "MemoryError"),
    "list": ("[[]] * 10**9", "MemoryError"),
    "recursion": ("(lambda f: f(f))(lambda f: f(f))", "RecursionError"),
    "division": ("1 / 0", "ZeroDivisionError"),
    "statement": ("x = 1", "SyntaxError"),
    "nothing": (" \n", "expected an expression"),
    "unbalanced": ("1)", "SyntaxError"),
    "nested": ("(" * 5_000 + "1" + ")" * 5_000, "Error"),
}


@pytest.mark.parametrize("name", HARMFUL)
def test_what_reaches_beyond_arithmetic_is_refused_in_pythons_words(
    name: str, evaluator: Evaluator
) -> None:
    expression, says = HARMFUL[name]
    with pytest.raises(ToolFailed, match=says) as caught:
        evaluator.evaluate(expression)
    assert caught.value.field == "expression"
    assert len(caught.value.message) < 600


@pytest.mark.parametrize(
    "expression",
    ["sum(range(10**12))", "[0 for _ in iter(int, 1)]", "re.match('(a+)+$', 'a' * 5000 + 'b')"],
)
def test_what_never_ends_is_ended(expression: str, evaluator: Evaluator) -> None:
    began = time.monotonic()
    try:
        assert evaluator.evaluate(expression).value in {None, "None"}
    except ToolFailed as error:
        assert "expression: " in error.message  # noqa: PT017 - either end is fine, in time
    assert time.monotonic() - began < SECONDS + 4


def test_a_deep_value_comes_back_as_text(evaluator: Evaluator) -> None:
    deep = "[" * 150 + "]" * 150
    assert evaluator.evaluate(deep).type == "list"


def test_nothing_is_left_of_one_expression_for_the_next(evaluator: Evaluator) -> None:
    evaluator.evaluate("[planted := 1]")
    with pytest.raises(ToolFailed, match="NameError"):
        evaluator.evaluate("planted")


def test_many_at_once_are_all_answered(evaluator: Evaluator) -> None:
    with ThreadPoolExecutor(16) as threads:
        found = list(threads.map(lambda n: evaluator.evaluate(f"{n} * 2").value, range(100)))
    assert found == [n * 2 for n in range(100)]


def test_a_worker_that_dies_takes_nobody_along() -> None:
    evaluator = Evaluator()
    assert evaluator.evaluate("1").value == 1
    assert evaluator._pool is not None
    with evaluator._pool.checkout() as session:
        assert session.worker_pid is not None
        worker = session.worker_pid
    os.kill(worker, 9)
    answers = []
    for _ in range(3):
        try:
            answers.append(evaluator.evaluate("2").value)
        except ToolFailed as error:
            answers.append(error.message)
    assert answers[-1] == 2
    evaluator.close()


def test_a_closed_evaluator_refuses() -> None:
    evaluator = Evaluator()
    evaluator.close()
    with pytest.raises(ToolFailed, match="stopping"):
        evaluator.evaluate("1")
