"""Everything in the schema says what it means."""

from collections.abc import Iterator

from graphql import GraphQLInputObjectType, GraphQLInterfaceType, GraphQLObjectType

from luxx.schema import schema
from luxx.schema.words import WORDS


def described() -> Iterator[tuple[str, str | None]]:
    """Each field and argument, and what it says of itself."""
    for name, kind in schema._schema.type_map.items():
        if name.startswith("__"):
            continue
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
            for field, definition in kind.fields.items():
                yield f"{name}.{field}", definition.description
                for argument, given in definition.args.items():
                    yield f"{field}({argument})", given.description
        elif isinstance(kind, GraphQLInputObjectType):
            for field, member in kind.fields.items():
                yield f"{name}.{field}", member.description


def test_every_field_and_argument_is_described() -> None:
    assert [name for name, about in described() if not about] == []


def test_every_word_is_said_and_ends_as_a_sentence() -> None:
    said = {about for _, about in described()}
    assert [name for name, about in WORDS.items() if about not in said] == []
    assert [name for name, about in WORDS.items() if not about.endswith(".")] == []


def test_the_printed_schema_has_the_words() -> None:
    assert '"""Its name; without one the first message gives it."""' in schema.as_str()
