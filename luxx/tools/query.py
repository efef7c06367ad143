"""JMESPath with a budget: a short expression can ask for work without end.

`[@,@]|[@,@]|…` doubles what it is given at every step, by reference, so it is not what was built
that counts but what it would take to go through it. Every step and every value that is made,
compared or given to a function is paid for; when the budget is spent the query is refused.
"""

from typing import Any

from jmespath.exceptions import JMESPathError
from jmespath.functions import Functions
from jmespath.parser import Parser
from jmespath.visitor import Options, TreeInterpreter

from luxx.errors import BadInput

MAX_QUERY = 1_000
BUDGET = 10_000_000

_STEP = 3
_CALL = 15
#: Characters that cost as much as one value.
_CHARACTERS = 16
#: What makes a value out of others; everything else returns a part of what it was given.
_MAKERS = frozenset(
    ("multi_select_list", "multi_select_dict", "flatten", "slice", "value_projection")
)


def query(value: Any, expression: str) -> Any:
    """What `expression` selects from a JSON value; BadInput says what is wrong with it."""
    try:
        tree = Parser().parse(expression).parsed
        return _Interpreter(_Budget(BUDGET)).visit(tree, value)
    except RecursionError:
        raise _bad("nested too deeply") from None
    except (JMESPathError, ValueError, TypeError, ArithmeticError, AttributeError) as error:
        raise _bad(str(error)) from error


def _bad(reason: str) -> BadInput:
    return BadInput(f"query: {reason}", field="query")


class _Budget:
    def __init__(self, left: int) -> None:
        self._left = left

    def spend(self, cost: int) -> None:
        self._left -= cost
        if self._left < 0:
            raise _bad("too much work; ask for less at a time")

    def go_through(self, value: Any) -> None:
        """Pay for every value in `value`, as often as it occurs."""
        rest = [value]
        while rest:
            item = rest.pop()
            self.spend(1 + len(item) // _CHARACTERS if isinstance(item, str) else 1)
            if isinstance(item, dict):
                rest.extend(item.values())
            elif isinstance(item, list):
                rest.extend(item)


class _Interpreter(TreeInterpreter):
    def __init__(self, budget: _Budget) -> None:
        super().__init__(Options(custom_functions=_Functions(budget)))
        self._budget = budget

    def visit(self, node: Any, *args: Any, **kwargs: Any) -> Any:
        self._budget.spend(_STEP)
        value = super().visit(node, *args, **kwargs)
        if node["type"] in _MAKERS:
            self._budget.go_through(value)
        return value

    def visit_comparator(self, node: Any, value: Any) -> Any:
        sides = [self.visit(child, value) for child in node["children"]]
        self._budget.go_through(sides)
        known = [{"type": "literal", "value": side, "children": []} for side in sides]
        compared: Any = {**node, "children": known}
        return super().visit_comparator(compared, value)


class _Functions(Functions):
    def __init__(self, budget: _Budget) -> None:
        self._budget = budget

    def call_function(self, function_name: str, resolved_args: Any) -> Any:
        self._budget.spend(_CALL)
        self._budget.go_through(resolved_args)
        if function_name == "join" and all(isinstance(a, str | list) for a in resolved_args):
            glue, items = (len(argument) for argument in resolved_args[:2])
            self._budget.spend(glue * items // _CHARACTERS)
        value = super().call_function(function_name, resolved_args)
        self._budget.go_through(value)
        return value
