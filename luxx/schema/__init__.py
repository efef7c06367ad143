"""The GraphQL schema: the only way in to the domain."""

from luxx.core.services import Services
from luxx.schema.context import Context
from luxx.schema.endpoint import graphql_app, rest_context
from luxx.schema.root import schema

__all__ = ["Context", "Services", "graphql_app", "rest_context", "schema"]
