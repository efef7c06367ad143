"""Users, the tokens that they ended, and their providers."""

from tortoise import fields
from tortoise.indexes import Index
from tortoise.models import Model

from luxx.models.kinds import PermissionLevel, ProviderType, Role


class User(Model):
    id = fields.IntField(primary_key=True)
    username = fields.CharField(max_length=32)
    #: The username case-folded: names that differ only in case are one name.
    username_key = fields.CharField(max_length=64, unique=True)
    #: Case-folded.
    email = fields.CharField(max_length=254, unique=True)
    password_hash = fields.CharField(max_length=128)
    role = fields.CharEnumField(Role, max_length=8, default=Role.USER)
    permission_level = fields.IntEnumField(PermissionLevel, default=PermissionLevel.READ_ONLY)
    workspace_path = fields.CharField(max_length=1024, null=True)
    is_active = fields.BooleanField(default=True)
    #: Raising it ends every session of the user.
    token_version = fields.IntField(default=0)
    created_at = fields.DatetimeField(auto_now_add=True)

    class Meta:
        table = "user_account"


class RevokedToken(Model):
    jti = fields.CharField(max_length=32, primary_key=True)
    expires_at = fields.DatetimeField(db_index=True)

    class Meta:
        table = "revoked_token"


class Provider(Model):
    id = fields.IntField(primary_key=True)
    user: fields.ForeignKeyRelation[User] = fields.ForeignKeyField(
        "luxx.User", related_name=False, on_delete=fields.CASCADE
    )
    user_id: int
    name = fields.CharField(max_length=100)
    provider_type = fields.CharEnumField(ProviderType, max_length=16)
    base_url = fields.CharField(max_length=2048)
    #: Sealed by `security.Vault`; empty where there is none.
    api_key = fields.TextField(default="")
    default_model = fields.CharField(max_length=200)
    max_tokens = fields.IntField(default=8192)
    is_default = fields.BooleanField(default=False)
    enabled = fields.BooleanField(default=True)
    created_at = fields.DatetimeField(auto_now_add=True)
    updated_at = fields.DatetimeField(auto_now=True)

    class Meta:
        table = "provider"
        indexes = (Index(fields=("user_id", "id"), name="idx_provider_user"),)
