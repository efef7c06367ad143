"""Ids that clients see as strings."""

import base64
import secrets


def new_id(prefix: str) -> str:
    """`prefix_` and 20 random characters: 100 bits."""
    return f"{prefix}_{base64.b32encode(secrets.token_bytes(13)).decode().lower()[:20]}"
