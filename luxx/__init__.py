"""Luxx: an AI chat server behind one typed GraphQL schema."""

__version__ = "1.0.0"
