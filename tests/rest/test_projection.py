"""A projection gives what executing the operation on the event would give."""

from typing import Any

import pytest
import shelf
import shelf_operations
from graphql import ExecutionResult, Executor, execute_subscription_event

from luxx import operations
from luxx.rest.binding import Binding, bind_all
from luxx.rest.streams import encoder

EVENTS = [
    shelf.piece(1),
    shelf.piece(2, shelf.call()),
    shelf.filled(3),
    shelf.filled(4, full=False),
    shelf.burst(5),
]


def bind(source: str) -> Binding:
    (binding,) = bind_all(shelf.types, operations.gather(source)).values()
    return binding


async def executed(binding: Binding, event: Any, variables: dict[str, Any]) -> Any:
    """What GraphQL gives for one event, in the form of REST."""
    executor = Executor.build(
        shelf.types, binding.operation.document, raw_variable_values=variables
    )
    assert isinstance(executor, Executor)
    answer: Any = execute_subscription_event(executor.build_per_event_executor(event))
    result: Any = answer if isinstance(answer, ExecutionResult) else await answer
    assert result.errors is None
    convert = binding.converter()
    return (convert(result.data) if convert else result.data)["event"]


@pytest.mark.parametrize("name", ["Follow", "FollowDeltas"])
@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
async def test_a_projection_equals_execution(name: str, event: Any) -> None:
    binding = bind_all(shelf.types, shelf_operations.library)[name]
    expected = await executed(binding, event, {"box_id": 1})
    assert binding.projection()(event) == expected


async def test_a_typename_is_shown_as_rest_calls_it() -> None:
    binding = bind_all(shelf.types, shelf_operations.library)["Follow"]
    assert binding.projection({"Burst": "error"})(shelf.burst(1)) == {
        "cursor": "1",
        "type": "error",
        "content": "too much",
    }


async def test_projections_do_not_share_what_they_give() -> None:
    project = bind_all(shelf.types, shelf_operations.library)["Follow"].projection()
    first, second = project(shelf.piece(1)), project(shelf.piece(1))
    first["part"]["id"] = "changed"
    assert second["part"]["id"] == "n-0"


async def test_only_a_typename_may_be_asked_for() -> None:
    binding = bind("subscription S { event: boxEvents(number: 1) { __typename } }")
    assert binding.projection()(shelf.burst(1)) == {"__typename": "Burst"}


def test_a_field_with_a_resolver_is_refused_when_it_is_compiled() -> None:
    binding = bind("subscription S { event: boxEvents(number: 1) { ... on Filled { slow } } }")
    with pytest.raises(TypeError, match=r"Filled\.slow has a resolver"):
        binding.projection()


def test_a_field_with_a_resolver_is_refused_at_any_depth() -> None:
    selected = "... on Filled { box { computed } }"
    binding = bind(f"subscription S {{ event: boxEvents(number: 1) {{ {selected} }} }}")
    with pytest.raises(TypeError, match=r"Box\.computed has a resolver"):
        binding.projection()


def test_a_conditional_selection_is_refused() -> None:
    source = """subscription S($a: Boolean!) {
      event: boxEvents(number: 1) { ... on Burst @include(if: $a) { content } }
    }"""
    with pytest.raises(TypeError, match="no directives"):
        bind(source).projection()


def test_every_type_of_event_needs_a_name() -> None:
    binding = bind_all(shelf.types, shelf_operations.library)["Follow"]
    with pytest.raises(TypeError, match="need event names"):
        encoder(binding, {"Piece": "piece"})
