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
    "eJztXWtT4zYX/isafyk7kzJgrt3d6Uxg05a+QHYg23ba6RhhK4mKLXstGchs+e+vJF/iO3"
    "bIza4/EUs6lvVIOtK58k0xvefn3XObPCKXQoZtorwH3xQCLcR/5NT2gAIdJ6wTjwzem7Kx"
    "nm53T5kLdcbrxtCkiBcZiOoudoJ+iGeaotDWeUNMJvMij+CvHtKYPUFsilxe8dffvBgTAz"
    "0jKh6/KWOMTEP+VjyKXA0bolPPMSBDhgaZeOJlgg49Oy6ilPdKw1eFI8TGsxb/cM3EVJKy"
    "mSMbKJKeD0Q+vPRAUc+Oa/+DdJb9jrpfELyo+kdwgkds+B+yQGeStqQ3Qe88aLLDxOrwRy"
    "rLtZD2fArdn2RLMbP3vDPTs8i8tTNjU95t2JxPvCidIIJcgVdsrYilECytsMhfFryAuR6K"
    "1oMxLzDQGHomi62te21epmja9XCk3Q5GmqbUWI0cMLGSMWFUjt+Cz5qJyIRN+eOB+uL3M8"
    "fBbyU6/K1/c/5L/2bnQH0nOrT5dvD3ynVQo8qqF/kKyKA2n9U5zMmFVRXuJNVCsAegRqiH"
    "Teawz/f12nHf39urADxvVYi8rHuRmymEmmHGW9VAOSJYzrreKoTVSgirJQirWYQ9IiHLWc"
    "pntm0iSPJxjpOloL7ndKvCOmQrb8JaGfG3ADECE0AgxwGeIAUT/IgIsF3A4AP/MXZtC/DT"
    "DoyxSxmwOAeHE7SrZKepZFbOhsNLQWFR+tWUBRej1Ox8uTob8I0hJ403wkwWX1yPUjNl2Q"
    "Yy6+yFiKDbC9X2Ap1RhixxBFsOyyI94mdwPtIZwvUhrigrwrsE3tHgj1FiUYeo7lz1/5CA"
    "W7Og5nJ4/XPYPDYL55fDszSrR5Yj0PHcHIb/k2nDAuxTdCnkx4JwVdjv7Z6sH/xPwy9nlw"
    "Pw+WZwfnF7MbxOwO1XJjnJzaB/mWYlfCsxmzM5moX6ghQAnSRK4cw/fFUo8426tyqeMhEf"
    "8b26f3hyeHpwfHjKm8gPjUpOSmYiy6LZFJMH3qGGiBhx3UM1j3yNh2tUst4FvcQjUndRTN"
    "hMIv+J1zBsoXzok5Qp0I2AdDf80cTjkw/QGBJzFtyiytj7xdXgdtS/+pyYlU/90UDUqEmG"
    "E5TuHKcO2ugl4PeL0S9APII/h9eSNzk2ZRNX9jhvN/pTyNEK9JitEftJg0ZMjgxLQ9SSV9"
    "iEiqHOrCcpu1nfllkPMYpNe/D1CSk8UrJUP8RSVAudYtsmhi/5EIup0CqCGle6re1asOWI"
    "CiXd+CFXfyTgyrni2i7CE/I/NJMgX/AvgkTPu9NKJfCX4CUNg/YlXDth6Xw/ufAp0mnGlx"
    "QfOZdjkX/mn/dvz/ufBkouK3gzqJ9jL2oWE6iKa4r/JbDl3wCuv1xe+hrme6g/PEHX0BKr"
    "WNTYqp0qidpmqyzVSpdAAicSITEU8eES+wuDC3I2Q0Sf8elSMlaPVH2v2O6B5y21h6DpAq"
    "YP5Qo+IAogcJEjL4eALx6X8Ucua5KYZsj1yHc01A9RqSDKsZckbBPis/4us6Dwd1a0HsRH"
    "y6mWZTc4w5NCfl+V1QcLcHsNBz6f/0FVDw5O1L2D49Ojw5OTo9O9iOFnq8o4/9nFz4L5J2"
    "5E4flabE4IlmhVrV7QvNPpVdPpuYiPlOZIBsUIx0gahrLSB1NIp8Aeg6cpZFKrDekDMt5L"
    "dkU5JoCvH/CE2RRAYgveBILhAkz5zzFnUkaejjs5VceHFWbq+LBwokRVk0X3tXKpZspwVS"
    "T34JSrszcjioZtzXWarjtZrpPltkjmqCXLBVfYN+F547+jpXDOWWA+mpsQ3q584UfJSG1h"
    "Ra9YXLNiTRYR04YEhcKXuPhAEPen+gDuKEMOvQPQRQAzCkIjSw8wLhv1gA5Nk9+SiMFvP5"
    "RPKAVYOAFwGblIkiuT2xK+XP4sUfS1ihwXDCHhDVYizKVczqrLi2E/C8qKYjSZ/VkmLAYE"
    "nbS4HGmx8/FbyUXJtYv8zAbEszKnTvJOarfW5Wz/uIpPX1qCiLn0HWd8bBhkXo7bQTWo59"
    "Rr9LDRbcsRp2y4vRqHOe+OIVLLoylG0vky1fZlkleOLNy/3g6vCw7JkCCtvsA6A/+C0Ad+"
    "JaB/HHtEF4iCew+bDBO6K/r7cQOTIQAqn4w07r2kTkK8ID0ZkclDMI8cJl88K1nKN03Pxk"
    "xGyu9CGYigPgXSJ1TeeYHlUQbuUeD2KqQAwBfCFBJ+vwc7lMtb0qmO9vjFGFKb8He9+wAo"
    "QvyC7aLdKR+07c5q+sOuZIalVxqfNy+PxxVeTFNU69N2NMWbzXdnre8omKHrvCxyXNX8S4"
    "UQE2sDnEvbgZznyiIkXUQZtiCrH+OQpe68MWt4YyLXtXOUo8WXzoigDdFR675zNsuA1nlB"
    "vl+KBS1H31hVN5RD2oZ9t3JN0bptlv8BfEsMbGl1+JsMQ+nI+WYhX9VAlLOxt8nu1lBUC8"
    "xum3WajBxWM4a3uCtrkeUt7je7keQQ1SxWkRomNLYvw7/xv+Lc+EZZqtgQJf/WOAXD9m20"
    "kqwi9UG06iVSuUC/bi/JvKSN6C/dXnIPKdI8t1awfZymhSCre4enlZxzD09LvHNFZRJq6G"
    "At1wG6WEsQI2mUaUq5RdBEBrifgTuKdM/FbLb7m3jb3QeALIfNwBM/PpFw1RW+KhQQm9TN"
    "N7ES1UIwaK12BooMYSt3xgq81hsVoH+6/4O61ZeY2E2QRt+YwbVUF5wk7NTAddTAC+VC2E"
    "wKhKXkF9ok2J0WuJiXtFcL3GVAaNushxiVZUDogju64I6Nq0VfDe7YhFr0Bj3ye7AxEpdh"
    "JaMaTdT2itWjrt/Ov1OvXEdaqL38h+E6MlfQvPP5LrDkFWs00bODOXde4BRNUrYvBLW5h6"
    "Z/V8rw+I0wJS+PF3nlLMhbmPH4Tp+OaxuejqgMdgL2I3KBWILvgU2QSGxhznoi46l8sm0L"
    "GJjqnjTFLBL9FLjnV7DpCGva3Jm/WoxT2q5ZsZvFAqrCc61iJ8s0TXXhPEtn7Q98mIvaUE"
    "LaFuouq6j0i/X5GWW+iR+RhnP8CIpXdIxkKc4xa1rVymiKEnGm31GADfA0xabU34ucQEKD"
    "L4bXEwVEvuU98D+0B6jt81yPUMDZNJRc+fW8G8t3Z3KgC61asSpziu0IVhHdtiZYpYHhcb"
    "yp19zYOMhEAuk6cSMxiibFjCg3EFPf/Ig425oB3YTY+sBZz5OLmR86T4BtGvyKGAzxtZRA"
    "SzbOUGY7WpCNqLa9IEvcGWk6X/3OV79xF9Rm6uurWGnGmGA6XWjaU6RLmPcG7cAtmuZCDV"
    "MXk9GlOessYZ0lrGq4RRfWsrqwlg0p9wePSH57VsPv1/RK1fwaihotmgTNxCTIgOZnpDbt"
    "yQdwh7BxJwS5u51Qqvv4kbPgd+BfQNHXu+J01fOAFyT04FXNlbywbj7piKQ1URcbThKG6s"
    "4Aat9RuJYpiOUgKYzSyEe8xQEZapXk0Gpxcmg1kxxaLPQ6yomwfSvAXbdyokvKvN4I5y7j"
    "bRMz3kphJnPZC0WcoouelBGgHiWd2oxHWRcPu4J4WDG1dWNi4zQd66yo6BG/82MGXwd6uY"
    "GD63Q2CEcAdEjR92NhpzN4a14iUlpDBgw8HiPhyWXORAZr0UzmvBZuBqLZJv6pB7IgrhUw"
    "GBE0a4LO53PyOszqUaX78VHJBfkog7QDKX2y+ZEm/v9LHcQzhC3kQ/tqFUcn3qrYb0DNOD"
    "s1K2N0pMFtnFOZg1wLS+dL3sVjXvwxv7pUyISQ85r1qTv2V3upOVBPjqP7jHgou8rcXvUv"
    "L7MKDM4EHqgDdaQ5kNViIVnK9tms9vcqaTVEs5IkH1nNBqZcHGD4MYeVvBaPPKfrAmSrO7"
    "r4WX+FISHX8vJKtuAYXeN8v/hPgBlAxKCBBxj1ndqFzYAFV8x1+Hl13i/FTKdd3i9bEXfT"
    "Ry7Wp0pGVxOU94q1NXDeotPTrG0LrFhPU8j6iy84xVy/DdKRenRUSR49KpFHj7J5nZw6CA"
    "fNW4juSnLDFf5Dl+KojeJ/6LKGsI3NWMeWFqCx0WPs5f81MAKl"
)
