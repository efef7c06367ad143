from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "revoked_token" (
    "jti" VARCHAR(32) NOT NULL PRIMARY KEY,
    "expires_at" TIMESTAMP NOT NULL
);
CREATE INDEX IF NOT EXISTS "idx_revoked_tok_expires_77ccc7" ON "revoked_token" ("expires_at");
CREATE TABLE IF NOT EXISTS "user_account" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "username" VARCHAR(32) NOT NULL,
    "username_key" VARCHAR(64) NOT NULL UNIQUE,
    "email" VARCHAR(254) NOT NULL UNIQUE,
    "password_hash" VARCHAR(128) NOT NULL,
    "role" VARCHAR(8) NOT NULL,
    "permission_level" SMALLINT NOT NULL,
    "workspace_path" VARCHAR(1024),
    "is_active" INT NOT NULL,
    "token_version" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL
);
CREATE TABLE IF NOT EXISTS "provider" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "provider_type" VARCHAR(16) NOT NULL,
    "base_url" VARCHAR(2048) NOT NULL,
    "api_key" TEXT NOT NULL,
    "default_model" VARCHAR(200) NOT NULL,
    "max_tokens" INT NOT NULL,
    "is_default" INT NOT NULL,
    "enabled" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "updated_at" TIMESTAMP NOT NULL,
    "user_id" INT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_provider_user" ON "provider" ("user_id", "id");
CREATE TABLE IF NOT EXISTS "conversation" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "project_id" VARCHAR(100),
    "title" VARCHAR(200) NOT NULL,
    "untitled" INT NOT NULL,
    "model" VARCHAR(200) NOT NULL,
    "system_prompt" TEXT NOT NULL,
    "temperature" REAL NOT NULL,
    "max_tokens" INT NOT NULL,
    "thinking_enabled" INT NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "updated_at" TIMESTAMP NOT NULL,
    "provider_id" INT REFERENCES "provider" ("id") ON DELETE SET NULL,
    "user_id" INT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_conversation_list" ON "conversation" ("user_id", "updated_at", "id");
CREATE INDEX IF NOT EXISTS "idx_conversation_project" ON "conversation" ("user_id", "project_id", "updated_at");
CREATE INDEX IF NOT EXISTS "idx_conversation_provider" ON "conversation" ("provider_id");
CREATE TABLE IF NOT EXISTS "run" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "kind" VARCHAR(8) NOT NULL,
    "live_in" VARCHAR(32) UNIQUE,
    "params" JSON NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "attempt" INT NOT NULL,
    "stop_requested" INT NOT NULL,
    "error" TEXT,
    "created_at" TIMESTAMP NOT NULL,
    "finished_at" TIMESTAMP,
    "conversation_id" VARCHAR(32) REFERENCES "conversation" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_run_status" ON "run" ("status");
CREATE INDEX IF NOT EXISTS "idx_run_conversation" ON "run" ("conversation_id");
CREATE INDEX IF NOT EXISTS "idx_run_user" ON "run" ("user_id");
CREATE TABLE IF NOT EXISTS "idempotency_key" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "key" VARCHAR(200) NOT NULL,
    "request" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "run_id" VARCHAR(32) NOT NULL REFERENCES "run" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_idempotency_user_id_1b8b8d" UNIQUE ("user_id", "key")
);
CREATE INDEX IF NOT EXISTS "idx_idempotency_created_98dcfd" ON "idempotency_key" ("created_at");
CREATE INDEX IF NOT EXISTS "idx_idempotency_run" ON "idempotency_key" ("run_id");
CREATE TABLE IF NOT EXISTS "message" (
    "seq" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "id" VARCHAR(32) NOT NULL UNIQUE,
    "role" VARCHAR(16) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "content" TEXT NOT NULL,
    "steps" JSON NOT NULL,
    "provider_state" JSON,
    "token_count" INT NOT NULL,
    "prompt_tokens" INT,
    "completion_tokens" INT,
    "usage_estimated" INT NOT NULL,
    "error" TEXT,
    "created_at" TIMESTAMP NOT NULL,
    "conversation_id" VARCHAR(32) REFERENCES "conversation" ("id") ON DELETE CASCADE,
    "run_id" VARCHAR(32) REFERENCES "run" ("id") ON DELETE SET NULL
);
CREATE INDEX IF NOT EXISTS "idx_message_conversation" ON "message" ("conversation_id", "seq");
CREATE INDEX IF NOT EXISTS "idx_message_run" ON "message" ("run_id");
CREATE TABLE IF NOT EXISTS "run_event" (
    "pk_id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "eid" BIGINT NOT NULL,
    "type" VARCHAR(24) NOT NULL,
    "data" TEXT NOT NULL,
    "run_id" VARCHAR(32) NOT NULL REFERENCES "run" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_run_event_run_id_229738" UNIQUE ("run_id", "eid")
);
CREATE TABLE IF NOT EXISTS "aerich" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSON NOT NULL
);"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        """


MODELS_STATE = (
    "eJztXW1v27YW/iuGP3VAbpEocZINwwWc1Nu8OXGRuLvDLgaBsRhbi94qUWmCLv99JPUukg"
    "rlyLKl8lNjkkekHlKHh885h/06tMKnp/eXrvMI/QAg03WGPwy+Dh1gQ/wHp/ZgMASel9SR"
    "nwjcWbTxstzuLkA+WCJcdw+sAOIiAwZL3/TifpzQskihu8QNTWeVFYWO+TmEOnJXEK2hjy"
    "v+/xcuNh0DPsGA/Pw6vDehZdC/h2EAfd00SKehZwAEDR0g8guXETn45PkwCHCvQfKo5A1N"
    "40nPD1y3zICKomePNhhSefwi9MfLwUDUs+e7f8MlYsdRdwTxg+QHgQUeTSMayAadUdmK3o"
    "i896DTDgurI3pTWq4nspdr4P9EW5KZvcOdWaHtZK29Z7TG3SbN8cST0hV0oE/wyq0VshTi"
    "pZUURcsCFyA/hOl6MLICA96D0EK5tXWnZ2VDXb+eL/TbyULXhzVWIwaMrGTTQQF9fxs86R"
    "Z0VmiNfx5rL1E/GQ5RK9Lh7+Oby1/GN++Ote9Ihy7+HKJv5Tqu0WjVC30EQEDPZjWDubiw"
    "ZOEuSm0EewxqinrSJIM9+65bx/3o8FACeNxKiDyte6EfUwI1MhFuVQPlVKCZdb1XCGtSCG"
    "sVCGsswqFDIeMs5QvXtSBw+DjnxUpQ32G5bWGdqJUtYF0B7cV8PiNPtoPgs0ULposSxJ+u"
    "LiZ4dVPkcSMT0eLp9aIEt+0a0KqzoFMBtaDlFnTwHCBok33U9hCL9AJvpHykGcH2EB8O21"
    "/Ui8kfi8KiTlB9dzX+gwJuP8c1s/n1z0nz3CxczuYXZX0NbY+gE/ocrf2T5QIB9iW5EvL3"
    "RHBb2B++P2sf/A/zTxezyeDjzeRyejudXxfgjiqLmuRmMp6VVQn+lJD7ALFRyUA9dQRAF4"
    "VKOOOBbwtl/KEebkunrMgg/qMdnZydnB+fnpzjJnSgaclZxUywKhqtTecBd6hDh7xx3Z2R"
    "J97iDpmWdHaLXPowd2IsIv8B1yDThnzoi5Il0I1Y9H3yRxe3T/yCxtyxnmNTqEq9T68mt4"
    "vx1cfCrHwYLyakRisqnLj03Wlpo00fMvjfdPHLgPwc/Dm/prrJcwO08mmPWbvFn+QwPAQh"
    "cnXH/aIDI3cYTEoT1Ip2aIEnqDPrRUk16/sy6wlGuWmPR184SqdMifwmVpLaaBfbt7N0w5"
    "tYjgeTBDXPnLVmFuw5ooRpu3/gkkAELo6J6/rQXDm/wWcK8hSPCDhLnk1LmdxP8UM6Bu1L"
    "snaS0ux78sGXlJjMLyn85vgcC6M9/3J8ezn+MBlyVcGbQf2Ye1C3lIAsriX9V8AWj2Fw/W"
    "k2i2jiO7B8+AJ8Qy+sYlLjam6pJG3LVtmaXS4BDlhRhMirkIFT7KcGPsi5CDrLZzxdQ8Z1"
    "Uao/EDsvzKyl/hA3bdR/UfAVkB7+qvJo+KEjyebnB46lmuLxL8yVUHXLau14Le0vkR+p7O"
    "817fj4TDs8Pj0fnZydjc4PU93NVlUp8Yvpz0SPF4ybZKsU0/vxapMl6OLmip6To+d8iN80"
    "4Bj5YoRzIj1E+fREAuTTEyHGpKrLB+hWFUw3T1Iy5+d4g6rzWaUSPfyqmvICqxOVOlHtke"
    "Vf60QVW59vwvMmekZP4cxUIB/NXRyhrvDZAtAvrXR2SioOxIcmO9ektWCvQvhShGYAP8sc"
    "leLh6uVANbkoK/kjWdLPhscx8jbMd1R1HosF1IGsmQOZCmvbikHju6LQqokT2szuULQd3d"
    "5GWR2dyoSxlS39XBTbKRORggAKOU56Oagz6RbjUZau7ZHdMPm8Ooc57g5Bp1b8T05ERf7U"
    "jvwJEPQ4a/zX2/m1YJNMBMo0g7lEg38GSdj3VkD/8T50lgTRwV1oWsh0gvekv//uYDIIQN"
    "WTUcb9oMgdkAeUJyN1EBDlwVHy4llhJd80PfvpYGltHmikFUY35GkioflYkmqPO+hKhFYU"
    "olk/+I2RU5EDnPCraOsnh7naAHNlFci88AxyHoUBMm2A6gffs9IqwrBGhCH0fZdDNYpNw1"
    "SgD2k7bVuG3XJHqci+HxrxR3FYQVkGhyPah+9u63xO2x7AbwDfCndVmbR+k5ulnNLdLeRl"
    "3S2cD3ufvFgdRVXgxNptIGAahMm4sfLhmSI/Vj4WdCe3Fsj5lVKyJHFdNxHo961E+b3xLC"
    "V2F9F/a+yCSfs++jK2kZOfrnqKFBfo170azEP6iH7jXo07EEA99GslkOdlegiydnhyLhWl"
    "enJeEaZKKotQA8/UuZHAYpYgJ6IcSLVpgvgF9No3JDCCvVzlWwjF7lQC+fnR99peGyQ5qy"
    "5Ix8jgWsnrFgUVpVuH0t0oV383Kfqdv8RGMbpiXdJfRldl6Pdt1hOMqjL0VdqDSnvYOcX5"
    "atrDLijOG/iI7WBjQYzhIUNzFmoPxFSnH7WLbOqt851CJvJvZNY5c8XNVZS1wCsnZifhk2"
    "di7bzBLlqU7F9yZnc3zchWYnT8TpRSyNNFYbUKClu+HjoOaZfwsBDfVhYAL5cXVPYySnaz"
    "WRJSsjNJdtKko0ilwDSunB/wa27q0Uhke8g+yhDsYnadodYt8xHqJserL17ROZFGQlV6uK"
    "pzDjrgA7tWLkYmsR/JGKTb3iRjdDD9CzcNu5v7BRC5TrhOxkVOQmVblNneALmeHt/BU5th"
    "Z4WVW0NFqu+pC1r5NcRKpZsMt4xf4950zGC90bSXRBuY9w59gXs0zUJORmUkqCuzlO9I+Y"
    "5kkw1UUsf2kjp2RIdPHiEdO8uJRzUHlcS4DtNGDd8+nKVtQMIfyzrqcGHd64FTkd7kDuz4"
    "QipYdwZg/7a0VqYgd5OGMNeAj3iP0wo0mQuDNfGFwRpzYTBZ6HVIhqR9L8Btm2RQF/W2m6"
    "erbkHt4i2o9FDCGG3JUUVksFFbHyzTq5N2E0ulsjq3kNVJprZuZmdeRqlOScKG/M3PfHsd"
    "6GbT3/bISd/8f9IAbWDWSnNLBXoHrjaSsmhHFSbtiMHXA0HwxcWb0BoE6zo4M4I91BxHmk"
    "xID24l9rprTFhPt+4TTrnTzoVPedC3TRpmiLt45OXKYmNDIgOf85j2CIqj7Zohx9rZaWqB"
    "kB9Vxsft1Xg2YykHrAQeAg8soe4BVEuFsJL98xYdHUrxEKRZxeUSLBdhBtiAR+YjR5W8lj"
    "ubyalkTvkQk+i2WULhc30er9xSm5NTkVMqT/ZbjSfZi9yPMfTN5XrIsCZx+YGYNwFZC8WY"
    "tPYJbJkxEap0seEi1uZ9OPVoo5HUOXNUcc4csfcEeXUQjpv3EN2t3DUm/G88xLkM4v/Go4"
    "Vkht34qRpLW9jpNvbyL7Hk8Ds="
)
