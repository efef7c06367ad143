"""What the facade's tests share: requests with JSON, and the envelope of a failure."""

from typing import Any

JSON_HEADERS = {"Content-Type": "application/json"}
MAX_BODY = 1000


def failed(message: str, code: str, **more: Any) -> dict[str, Any]:
    return {"success": False, "message": message, "code": code, **more}
