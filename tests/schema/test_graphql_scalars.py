"""How leaf values and input objects look on either side."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import strawberry

from luxx.models import PermissionLevel
from luxx.schema.inputs import given
from luxx.schema.scalars import rfc3339
from luxx.schema.users import UpdateUserInput


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        (datetime(2024, 1, 1, tzinfo=UTC), "2024-01-01T00:00:00Z"),
        (datetime(2024, 1, 1, 0, 0, 0, 5, UTC), "2024-01-01T00:00:00.000005Z"),
        (datetime(2024, 1, 1), "2024-01-01T00:00:00Z"),  # noqa: DTZ001 - without a zone
        (datetime(2024, 1, 1, tzinfo=timezone(timedelta(hours=8))), "2023-12-31T16:00:00Z"),
    ],
)
def test_times_are_utc_and_end_in_z(moment: datetime, text: str) -> None:
    assert rfc3339(moment) == text


def test_what_a_client_did_not_give_is_left_out_and_a_null_is_kept() -> None:
    given_ = UpdateUserInput(permission_level=PermissionLevel.WRITE, workspace_path=None)

    assert given(given_) == {"permission_level": PermissionLevel.WRITE, "workspace_path": None}
    assert given(UpdateUserInput(role=strawberry.UNSET)) == {}
