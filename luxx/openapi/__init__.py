"""The OpenAPI document of the REST API, generated from its table, operations and schema."""

from luxx.openapi.document import document
from luxx.openapi.serve import openapi_routes

__all__ = ["document", "openapi_routes"]
