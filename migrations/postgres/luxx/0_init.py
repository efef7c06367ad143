from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "revoked_token" (
    "jti" VARCHAR(32) NOT NULL PRIMARY KEY,
    "expires_at" TIMESTAMPTZ NOT NULL
);
CREATE INDEX IF NOT EXISTS "idx_revoked_tok_expires_77ccc7" ON "revoked_token" ("expires_at");
CREATE TABLE IF NOT EXISTS "user_account" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "username" VARCHAR(32) NOT NULL,
    "username_key" VARCHAR(64) NOT NULL UNIQUE,
    "email" VARCHAR(254) NOT NULL UNIQUE,
    "password_hash" VARCHAR(128) NOT NULL,
    "role" VARCHAR(8) NOT NULL,
    "permission_level" SMALLINT NOT NULL,
    "workspace_path" VARCHAR(1024),
    "is_active" BOOL NOT NULL,
    "token_version" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL
);
CREATE TABLE IF NOT EXISTS "provider" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(100) NOT NULL,
    "provider_type" VARCHAR(16) NOT NULL,
    "base_url" VARCHAR(2048) NOT NULL,
    "api_key" TEXT NOT NULL,
    "default_model" VARCHAR(200) NOT NULL,
    "max_tokens" INT NOT NULL,
    "is_default" BOOL NOT NULL,
    "enabled" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "user_id" INT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_provider_user" ON "provider" ("user_id", "id");
CREATE TABLE IF NOT EXISTS "conversation" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "project_id" VARCHAR(100),
    "title" VARCHAR(200) NOT NULL,
    "untitled" BOOL NOT NULL,
    "model" VARCHAR(200) NOT NULL,
    "system_prompt" TEXT NOT NULL,
    "temperature" DOUBLE PRECISION NOT NULL,
    "max_tokens" INT NOT NULL,
    "thinking_enabled" BOOL NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
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
    "params" JSONB NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "attempt" INT NOT NULL,
    "stop_requested" BOOL NOT NULL,
    "error" TEXT,
    "created_at" TIMESTAMPTZ NOT NULL,
    "finished_at" TIMESTAMPTZ,
    "conversation_id" VARCHAR(32) REFERENCES "conversation" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_run_status" ON "run" ("status");
CREATE INDEX IF NOT EXISTS "idx_run_conversation" ON "run" ("conversation_id");
CREATE TABLE IF NOT EXISTS "idempotency_key" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "key" VARCHAR(200) NOT NULL,
    "request" VARCHAR(64) NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "run_id" VARCHAR(32) NOT NULL REFERENCES "run" ("id") ON DELETE CASCADE,
    "user_id" INT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_idempotency_user_id_1b8b8d" UNIQUE ("user_id", "key")
);
CREATE INDEX IF NOT EXISTS "idx_idempotency_created_98dcfd" ON "idempotency_key" ("created_at");
CREATE TABLE IF NOT EXISTS "message" (
    "seq" BIGSERIAL NOT NULL PRIMARY KEY,
    "id" VARCHAR(32) NOT NULL UNIQUE,
    "role" VARCHAR(16) NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "content" TEXT NOT NULL,
    "steps" JSONB NOT NULL,
    "provider_state" JSONB,
    "token_count" INT NOT NULL,
    "prompt_tokens" INT,
    "completion_tokens" INT,
    "usage_estimated" BOOL NOT NULL,
    "error" TEXT,
    "created_at" TIMESTAMPTZ NOT NULL,
    "conversation_id" VARCHAR(32) REFERENCES "conversation" ("id") ON DELETE CASCADE,
    "run_id" VARCHAR(32) REFERENCES "run" ("id") ON DELETE SET NULL
);
CREATE INDEX IF NOT EXISTS "idx_message_conversation" ON "message" ("conversation_id", "seq");
CREATE INDEX IF NOT EXISTS "idx_message_run" ON "message" ("run_id");
CREATE TABLE IF NOT EXISTS "run_event" (
    "pk_id" BIGSERIAL NOT NULL PRIMARY KEY,
    "eid" BIGINT NOT NULL,
    "type" VARCHAR(24) NOT NULL,
    "data" TEXT NOT NULL,
    "run_id" VARCHAR(32) NOT NULL REFERENCES "run" ("id") ON DELETE CASCADE,
    CONSTRAINT "uid_run_event_run_id_229738" UNIQUE ("run_id", "eid")
);
CREATE TABLE IF NOT EXISTS "aerich" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "version" VARCHAR(255) NOT NULL,
    "app" VARCHAR(100) NOT NULL,
    "content" JSONB NOT NULL
);"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        """


MODELS_STATE = (
    "eJztXWtT4zYX/isafyk7kzJgrt3d6Uxg05a+QHYg23ba6RhhK4mKLXstGchs+e+vJF/ia7"
    "BD4sSuPxFLOpb1SDrSufJNMb3n591zmzwil0KGbaK8B98UAi3Ef+TU9oACHSesE48M3puy"
    "sZ5ud0+ZC3XG68bQpIgXGYjqLnaCfohnmqLQ1nlDTCbzIo/grx7SmD1BbIpcXvHX37wYEw"
    "M9IyoevyljjExD/lY8ilwNG6JTzzEgQ4YGmXjiZYIOPTsuopT3SsNXhSPExrMW/3DNxFSS"
    "spkjGyiSng9EPrz0QFHPjmv/g3SW/Y6qXxC8qPxHcIJHbPgfskRnknZBb4LeedBkh4nV4Y"
    "9Ulmsh7fkUuj/JlmJm73lnpmeReWtnxqa827A5n3hROkEEuQKv2FoRSyFYWmGRvyx4AXM9"
    "FK0HY15goDH0TBZbW/favEzRtOvhSLsdjDRNqbAaOWBiJWPCqBy/BZ81E5EJm/LHA/XF72"
    "eOg99KdPhb/+b8l/7NzoH6TnRo8+3g75XroEaVVS/yFZBBbT6rc5iTC6ss3EmqpWAPQI1Q"
    "D5vMYZ/v69px39/bKwE8b1WIvKx7kZsphJphxltVQDkiWM263iqE1VIIqwsQVrMIe0RClr"
    "OUz2zbRJDk4xwnS0F9z+nWhXXIVt6EtTLibwFiBCaAQI4DPEEKJvgREWC7gMEH/mPs2hbg"
    "px0YY5cyYHEODidoV8lO04JZORsOLwWFRelXUxZcjFKz8+XqbMA3hpw03ggzWXxxPUrNlG"
    "UbyKyyFyKCbi+U2wt0RhmyxBFsOSyL9IifwflIZwjrQ1xR1oT3AnhHgz9GiUUdorpz1f9D"
    "Am7NgprL4fXPYfPYLJxfDs/SrB5ZjkDHc3MY/k+mDQuwT9GlkB8LwnVhv7d7Uj/4n4Zfzi"
    "4H4PPN4Pzi9mJ4nYDbr0xykptB/zLNSvhWYjZncjQL9QUpADpJlMKZf/i6UOYbdW9dPGUi"
    "PuJ7df/w5PD04PjwlDeRHxqVnCyYiSyLZlNMHniHGiJixFUP1TzyGg/XqKTeBb3CI1J3UU"
    "zYTCL/idcwbKF86JOUKdCNgHQ3/NHE45MP0BgScxbcohax94urwe2of/U5MSuf+qOBqFGT"
    "DCco3TlOHbTRS8DvF6NfgHgEfw6vJW9ybMomruxx3m70p5CjFegxWyP2kwaNmBwZloaoJa"
    "+wCRVDlVlPUnazvi2zHmIUm/bg6xNSeKRkKX+IpaiWOsW2TQxf8SEWU6GVBDWudKvtWrDl"
    "iAol3fghV38k4Mq54touwhPyPzSTIF/wL4JEz7vTSiXwl+AlDYP2JVw7Yel8P7nwKdJpxp"
    "cUHzmXY5F/5p/3b8/7nwZKLit4M6ifYy9qFhMoi2uK/yWw5d8Arr9cXvoa5nuoPzxB19AS"
    "q1jU2KqdKonaZqss1UqXQAInEiExFPHhEvsLgwtyNkNEn/HpUjJWj1R9r9jugecttYeg6R"
    "KmD+UKPiAKIHCRIy+HgC8el/FHLmuSmGbI9ch3NNQPUakgyrGXJGwT4rP+TllQKqn1z/Ck"
    "kB2X5cTB+thevb7Phn9Q1YODE3Xv4Pj06PDk5Oh0L+LH2apFjPns4mfBmxMXlvD4K9b2By"
    "uorNItaN6p3Mqp3FzER0pzLu7FCMdIGoay0gdTSKfAHoOnKWRS6QzpAzLeS25COSaArx/w"
    "hNkUQGIL1gGC4QJM+c8x5yFGngo6OVXHhyVm6viwcKJEVZMl61q5VDNFrDKCNT/YKho55x"
    "QN25p1WpY7UasTtbZIJKgkavEN/mY8b/x3tBTOOQvMR3MTstWVL5soGaEqrOgVS1NWrMky"
    "UtSQoFA2EhcfCOLuTh/AHWXIoXcAughgRkFoA+kBhp5ZD+jQNPktiRj89kP5hFKAhY2ei7"
    "BFgtYix7SEq5U/SxR9LeOkFQwh4awlcSrlERYsigr9BButqguYGE1mfy4SFgOCTlpcjbTY"
    "ueCt5aLk2kVuYAPiWZlTJ3kntVvrEbZ/XMblLi1BxDzujjMuMAwyL8croBzUc+oaHWB023"
    "LEKRtur8ZhzrtjiFRyOIqRdK5GlV2N5JUjC/evt8PrgkMyJEirL7DOwL8gdFFfC+gfxx7R"
    "BaLg3sMmw4Tuiv5+3MBkCIAWT0Ya915SJyFekJ6MyCIhmEcOky+elSzlm6ZnYxYd5XehDE"
    "RQnwLpsinvvMDyKAP3KPBKFVIA4AthCgm/34MdyuUt6fNGe/xiDKlN+LvefQAUIX7BdtHu"
    "lA/admcV3VXXMsPSaYzPm5fH4wovpimq+rQdTXE2871Nq/vxZeg6J4gcTzL/UiHExMoA59"
    "J2IOd5mghJF1GGLciqhyBkqTtnyQrOksh17RzlaPGlMyJoQ/BS3XfOZhnQOifF9yuxoOXo"
    "G8vqhnJI27Dv1q4pqttm+R/Ad4GBLa0Of5NhKB3Y3izkyxqIcjb2NtndGopqgdltsz6NkT"
    "9pxvAW9zQtsrzF3Vo3kruhnMUqUsOExvZVpC34rzg3vlGWKjZEyb8VTsGwfRutJOvITBCt"
    "eolULtCv20syL2kj+iu3l9xDijTPrRQLH6dpIcjq3uFpKefcw9MF3rmiMgk1dLCW6wBdrC"
    "WIkTTKNKXcImgiA9zPwB1FuudiNtv9Tbzt7gNAlsNm4Ikfn0i46gpfFQqITaqmg1iLaiEY"
    "tFY5QUSGsJU7Yw1e642Knz/d/0Hd6ktM7CZIo2/M4LpQF5wk7NTAVdTAS6Uq2EyGgpWk/9"
    "kk2J0WuJiXtFcL3CUoaNushxgtSlDQBXd0wR0bV4u+GtyxCbXoDXrk92BjJC7DSkY1mqjt"
    "FatHXb+df6deu460UHv5D8NVZK6geefzXWDJK9ZoomcHc+68xCmapGxfCGpzD03/rpTh8R"
    "thSl4eL/IWsyBvacbjO306rm14OqIy2AnYj8gFYgm+BzZBIu+EOeuJhKTyybYtYGCqe9IU"
    "s0z0U+CeX8KmI6xpc2f+cjFOabtmyW5KBlRVsh51ETcr574PfJjLmjlC2haqF8to3YtV7h"
    "l9u4kfkYZzTP3FKzpGshL/lZpWtTKaokQo6HcUYAM8TbEpVewiq45Qsovh9UQBkW95D/wP"
    "7QFq+2zRIxRwTgol43w9NcbqPY4c6EKrUjjJnGI74klEt62JJ2lgBBtv6jU3fA0ykYK5Sm"
    "hHjKJJYR3KDcTUtxAizrZmQDchtj5w1vPkYuZHtxNgmwa/xQVDfC1rz4rtJ5TZjhYkDKqs"
    "0s8Sd3aUzp2+c6dv3AW1mSr1MoaUMSaYTpea9hTpCua9QTtwi6a5UAnUhU10mcg6Y1VnrC"
    "obEdFFnqwv8mRD+vfBI5LfnlXC+zW9hZp4DUWNls1TZmISJCnzczqb9uQDuEPYuBOC3N1O"
    "KNV9/MhZ8DvwL6Do611xwud5TAoS+vCyFkVeWDXlc0TSmsCIDefxQlVnALXvKKxlCmJpQg"
    "oDKfIRb3HMhFomf7NanL9ZzeRvFgu9inIibN8KcOtWTnR5k+sNQu6S0jYxKa0UZjKXvVDE"
    "KbroSRkB6lFeqM04fXUhq2sIWRVTWzVsNU7Tsc6Sih7xOz+s73WgVxvbV6ezQTgCoEOKvh"
    "8LO53BW/MSkXUaMmDg8RgJZytzJpJMi2YyLbVwMxDNNvF/N5AFcaWYvoigWRN0Pp+T12FW"
    "j0rdj48WXJCPMkg7kNInmx9p4l+0VEE8Q9hCPrSvlnF04q2K/QbUjLNTs5I6RxrcxjmVOc"
    "i1sHTC5F085oUI86tLiWQFOa+pT92xv95LzYF6chzdZ8TDoqvM7VX/8jKrwOBM4IE6UEea"
    "A1klFpKlbJ/Nan+vlFZDNFuQhyOr2cCUiwMMP+awktdChud0XQxreUcXPzGvMCTkWl5eSe"
    "gbo2uc7xf/CTADiBg08ACjvnO7sBmw4IpZh59X5/1SzHTa5f2yFaExfeRifapkdDVBea9Y"
    "WwPnLTo9TW1bYM16mkLWX3zBKeb6bZCO1KOjUvLo0QJ59CibesmpgnDQvIXoriV9W+H/XC"
    "mO2ij+nys1hG1sxjq2sgCNjR5jL/8HtrfG0A=="
)
