from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "agent" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(100) NOT NULL,
    "role" VARCHAR(1000) NOT NULL,
    "model" VARCHAR(200) NOT NULL,
    "system_prompt" TEXT NOT NULL,
    "color" VARCHAR(7) NOT NULL,
    "enabled_tools" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "provider_id" INT REFERENCES "provider" ("id") ON DELETE SET NULL,
    "user_id" INT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_agent_user" ON "agent" ("user_id", "id");
CREATE INDEX IF NOT EXISTS "idx_agent_provider" ON "agent" ("provider_id");
        CREATE TABLE IF NOT EXISTS "room" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "title" VARCHAR(200) NOT NULL,
    "task" TEXT NOT NULL,
    "status" VARCHAR(16) NOT NULL,
    "max_rounds" INT NOT NULL,
    "current_round" INT NOT NULL,
    "turns_taken" JSONB NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "updated_at" TIMESTAMPTZ NOT NULL,
    "user_id" INT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_room_list" ON "room" ("user_id", "updated_at", "id");
        CREATE TABLE IF NOT EXISTS "room_agent" (
    "id" SERIAL NOT NULL PRIMARY KEY,
    "name" VARCHAR(100) NOT NULL,
    "role" VARCHAR(1000) NOT NULL,
    "model" VARCHAR(200) NOT NULL,
    "system_prompt" TEXT NOT NULL,
    "color" VARCHAR(7) NOT NULL,
    "enabled_tools" JSONB NOT NULL,
    "turn_order" INT NOT NULL,
    "agent_id" INT REFERENCES "agent" ("id") ON DELETE SET NULL,
    "provider_id" INT REFERENCES "provider" ("id") ON DELETE SET NULL,
    "room_id" VARCHAR(32) NOT NULL REFERENCES "room" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_room_agent_room" ON "room_agent" ("room_id", "turn_order");
CREATE INDEX IF NOT EXISTS "idx_room_agent_agent" ON "room_agent" ("agent_id");
CREATE INDEX IF NOT EXISTS "idx_room_agent_provider" ON "room_agent" ("provider_id");
        ALTER TABLE "message" ADD "seat_id" INT;
        ALTER TABLE "message" ADD "room_id" VARCHAR(32);
        ALTER TABLE "message" ADD "sender_name" VARCHAR(100);
        ALTER TABLE "message" ADD "sender_color" VARCHAR(7);
        ALTER TABLE "message" ADD "round_number" INT;
        ALTER TABLE "run" ADD "base_attempt" INT NOT NULL DEFAULT 0;
        ALTER TABLE "run" ADD "room_id" VARCHAR(32);
        ALTER TABLE "message" ADD CONSTRAINT "fk_message_room_age_18e89795" FOREIGN KEY ("seat_id") REFERENCES "room_agent" ("id") ON DELETE SET NULL;
        ALTER TABLE "message" ADD CONSTRAINT "fk_message_room_0b813c27" FOREIGN KEY ("room_id") REFERENCES "room" ("id") ON DELETE CASCADE;
        CREATE INDEX IF NOT EXISTS "idx_message_seat" ON "message" ("seat_id");
        CREATE INDEX IF NOT EXISTS "idx_message_room" ON "message" ("room_id", "seq");
        ALTER TABLE "run" ADD CONSTRAINT "fk_run_room_a6d7c8b1" FOREIGN KEY ("room_id") REFERENCES "room" ("id") ON DELETE CASCADE;
        CREATE INDEX IF NOT EXISTS "idx_run_room" ON "run" ("room_id", "attempt");"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX IF EXISTS "idx_run_room";
        ALTER TABLE "run" DROP CONSTRAINT IF EXISTS "fk_run_room_a6d7c8b1";
        DROP INDEX IF EXISTS "idx_message_room";
        DROP INDEX IF EXISTS "idx_message_seat";
        ALTER TABLE "message" DROP CONSTRAINT IF EXISTS "fk_message_room_0b813c27";
        ALTER TABLE "message" DROP CONSTRAINT IF EXISTS "fk_message_room_age_18e89795";
        ALTER TABLE "message" DROP COLUMN "seat_id";
        ALTER TABLE "message" DROP COLUMN "room_id";
        ALTER TABLE "message" DROP COLUMN "sender_name";
        ALTER TABLE "message" DROP COLUMN "sender_color";
        ALTER TABLE "message" DROP COLUMN "round_number";
        ALTER TABLE "run" DROP COLUMN "base_attempt";
        ALTER TABLE "run" DROP COLUMN "room_id";
        DROP TABLE IF EXISTS "room_agent";
        DROP TABLE IF EXISTS "agent";
        DROP TABLE IF EXISTS "room";"""


MODELS_STATE = (
    "eJztXWtz2zYW/SsY7YekM6rHUfxInc7OyInbeteJO4nTdrrt0JAISagpQCFAy5o2/31xwY"
    "f4FqkHJTL8klgkLh/nkpe45z7wd8dynp6O+mPCZOcC/d1heErUH+HNXdTBs5m/EX5KPLD0"
    "KBwMGAhp4yEcY4QtQdQmk4ihTWeScqa2MseyYCMfqoGUjUG6j2bEFpxhJCdYoiFmSOIHgj"
    "ASRP2mDGG2QDbnU8RHiEqBHEHsIzifw+hnhxiSj4mcEFsd7X9/qs2UmeSJCPj5d2dEiWXq"
    "vzsgZ1ATJNW/MJI8zWwihLo44Qv7t07NJ0PfmAFi+n4XM72nowXVjeofX7oocpKZzR+p6Z"
    "6o8Cl8oZzTgODswdBniujIvSG93fBlr5n8QQ8EsAfGkFvOlC0HzxZywlkwmrraU1dCbCwJ"
    "HF7aDmgP9OVp2Veoi/lyiAt2SMYkI+xYMqTtgbHc1jGM97d3xserO8PoFHk+vE1DhZ/CQl"
    "2q0Hc/hkv4tvfi5Pzk1cuzk1dqiL7MYMv5F/fUS2BcQQ3P+7vOF70fS2wslbcEVf+fgPXN"
    "BNvpuPrjY8iqS44j6+OYB62/YYnt8nWqAtwpfjIswsZyon6+OD7OgfKX/oc3P/U/PFejvo"
    "FTcvX+u1bhvber5+77ol8UH1+bW6Xw9cdXh2+nUxW6BeHNxTcB8JSbxCqDcCBQK4g7V9OZ"
    "XCjbMyHIN6LPBPKOiPRN6U9FrhJ6hXTQy1FBL6kBsRCSTMG0q0tMauJO2fZ0TSQEa6WR9I"
    "c+B967q9/u4MhTIT5bYVSfv+v/pgGfLrw9N7fvf/SHh7Tw5ub2Mga+QpPbZR7/QKBmFrxz"
    "/y/bHo8Hg/vVj3neJ9HH/DzzET+PP+CEwd2rA3FuiSTW//l4+z4d64RgDHOTDiX6B1lUJO"
    "YlW3vQvx85bAiwooFDLUmZOILz/XsPLwAAlf8CxJ91gIwLObb1UfQBEi+ATQAyA6eYnrdq"
    "j6RTkvEmRCTjqvFEj/w/DvrlyPgAqxs0b5m18Oasebbp+t3Vx7v+u58j+nnbv7uCPb2Icf"
    "K3Pj+L6Sw4CPr1+u4nBD/R77fvr+JqDMbd/Q5eRQc7khuMzw1shqbX/lYftYjWnZm5ptaj"
    "kq3WD0XrPkYhtXtXv9R62OVMqD3TFYxJrfYJU5TsPZMHo+OteIWh10mUBTUksRagB/fWbA"
    "FRYC5GD6lutk+tRNH9gduEjtl/yUKDfK2uCLNhmv+n+alP3kFqBu0X/9nxty7fJxvPA6In"
    "/EipO1f+DJHuXLb/8U3/7VUn1RRsDOrPoQPVywgUxTVm/yLYqmtA7z/d3Li02wAPH+bYNo"
    "3IUwx7eI/HtgRjk7umvWl8C2Z4rBGCW4EL19i/4eyR2AJ7dx6jYyN7u9ms7DA+bg1y1tu0"
    "Ps8anVYUo0TDF274TkAx8jVsfm3+FxnK5HWUvQLvQDtjgOMn2yoRnO3wpn6k1vR290sFR3"
    "zcl70CTu7LXqaXC7vyqeHog1UU7qjUWrAfmJ2tgCWWVJajiQOBmrE4RRDeCUnpMA1ZyqN8"
    "yblFMMuY5obEYlAPlNyusPbNymaM2Z06CoI7sBBG+j7QHAs0po+EIW7r6CNDI5tPNa08or"
    "aQaKosuPpWp5FsOVq5vL29iTiRl9dx8vLTu8sr9WJopalB1J2AJH2ROhD69X4XWsJ+j4S9"
    "AnAG6Dh2isH/weI4A/uYXAz5EQjuCvvjo/PqwX97++ny5gr9/OHqzfXHa484DsgovTNqST"
    "5c9W/ipkS9SpIrI5fC2mcyG1Gh6sgN9aIe78qmbJkukhPKHtQJDS/AUfKjmiZe4cc12FLt"
    "A73FT2Qb88h+1OvJfrcxj69R623Mo4151BzRNubRxjwOENfDjXlcm8qR45Kw4UKpq5OIes"
    "T2d7PjHnQ50njwhq6Tl/4OPxCBMLLJTE8OkXp4bKl+Kl+ThZgh22HPhM8Piay89EhsAi7r"
    "z7wIijpmwehB+G6V1LbiBpd0/LXkkH/X6718ed47fnn26vTk/Pz01XFg8JO78iz/5fWPYP"
    "wjM6LVmebeI1qU1fOGt5xeMU7PJupORYpnkJNqvhSpGcqdPppgMYEymTmU0gCrjcUDMd38"
    "aKEwQer5QXMqJwgzDrYJebeLqFB/jpSRMlcnkp6dFNDU2UmmomBXnV33Sq1UPX24Ip6795"
    "Ur824GEjV7NasMXbe+XOvLHZDPUcqX86awG+H5wT1GQ+FcmsB0NPfhvL1znZ9Owmvzd3Sz"
    "3bVpaMg6btotI77z9RrdC0lm4h5hm+hKYT+k0kVSeUJdNMSWpeZEzFRzHaHUJ6C8mNvmev"
    "XEkcwtVyeCfC7itXkXHMn9ynHdYglmUAu93vlAsvh5oP66oBvqnwBEStxIYTc3uIH1XFyA"
    "KWFW8nxcT6B1crfj5LapiTuZ3wnCgMwrW6weE2uTEQslI3qola4sjcs1D+4t15Xa3GGmwZ"
    "zpIG1ynWmy42L1Cu51joGBAZoGvtHP1J9YPMAchlijVEJmy2G/7IYMVwrSxLx7z80ZqrMk"
    "Z0UMSZxDCdmRs4QZkVg6KYlXxaBeSleYYzjk0xn4Gf47VzvM1emk16KoaE5nSKTN5iydza"
    "ndsCTc2S0BAoG2FUC+MtZoBRAEfcF4pBj5bK0kJTdSz/4+rr9COITg4cTtCKN5ADR1hEQD"
    "4iX+Aw+C1IMwwWxMTPRc0DHTacWii2yCBWfqWN+8RoIQNOQ2OZqom+b2omRFwE40rPNyld"
    "6cNBuXOWGKSVXH99Yln9dN6C+fKp2Qq9dUtBpwvUkFUGelAU6VbUFOS+YD0owISadYlq/y"
    "Skq3+egl8tGJbadRBdmTzkCgCRxB1XPOeqUQtHngF1vJIUiJwRQl5lJEm/De7Zp0DkWfCq"
    "dtLEVahAsgXHVezFeGrx/XLD7hDEm008yVWTHxqPZG2Rzxdjf1QrpoVkfKt6hAsowXzd8s"
    "W8Y7SDNxDX15VuPpJy9shOdHUqjifJ9cGEdiptxm3Vpfh5te64FoBM0vJkSHnro6S2Y+IT"
    "Zxk4d1L36BxpzlNcFYqZCQJc2oPtlPOlhdn+/0bLD91vIEdVSJfLBwhVVWQli4nGsvPcuK"
    "ZSQF3PiK5SFKld18LTU37boNNU2CCZ56jVQq0KuD2ImDNBH9rQexB1gQw7FL9YAKyzQQ5N"
    "7xyatCNWMnr3KKxmBnFGo8o0ZqXV42dRsSqVW+QEfNVy1iosEC3QsydGwqF0e/wNHuXyMC"
    "i2ssJ4GQVC0Qy58BVsb3ejdtlG6MlhBs5Juxg2LKWvWNevXiu95BT2JCM0ERXGMC19wAXV"
    "Swjc2Vic2t1aJrP525ttL2cp9gt6G5bFvS3NBc25iraVr3McprzNXWHLc1x3unRVfWHO+D"
    "Fv1AHtU82LyDyXAnQY1G9naz6VHbHefOqXfOkWayl39JWsbn8oa3NX0ZwelsRpM8zaiyzm"
    "t8RaOSzeuMUt+PpjtXStj4vRglCP8mjZEXFM40Qv7+9Rb8XgYYJ3yuJG1drG9SMXR0wAXa"
    "GKEhn5INV/leZ/UZHTFesepMqZhOW+e8dZvYrguya6oP3tAy9Lc/vhH4Vl8tV7uSUGpa/p"
    "XULpAGh9fF4mVp7KVQdX7q6a5A3nY5j2PbhEkXoxK4JuTqVIbWudP1+urKoecipEkxModm"
    "itAi9jU6RgMy4l4ClW4WW0UlP5xbGHoRo6Qesms9Y2KNqsPVeoLMM+iwgKWaXj4S9Y8Jiq"
    "G21hYkw4GavOfR1WoXwqI0tSFm1SWeLYWebcrqSaa2FPrXqPWWQm8p9ENwbmpKoTtpzLmT"
    "T5g7a9Pkbt+Imc1NZ0iE7iGJ+CNRMwZlMy8QZwRWB7AWXVg2Uv/ifBrisY7+YH+we4s+Eo"
    "OyezTh6g7DPZ6on2FPdW49DouuwXx5nmARksthxtJvzGC5Ys0a4yUqBU+zcYtLLGGNv0Lr"
    "NsP5yrW49J/yggffZq53ywtunRd8oGm+ZzEaxZdtBIMVBb5Ijmx2gmwiO9azZ2We6JDIVg"
    "pUK3qqtd8YNmC+zaaW69QrmwCGG26vCxuYPsoFci+0iwR3PwsOU9Zd6uWGp6nJs7sueZ1h"
    "G09LdeRaShwGFQCnbUxLrhoyvmqoU98OgP4kIoF4pksVkqgVJfkBU+Hm8xNlthZoaGE6fa"
    "1Mz9ymkgBPiRlSE1E1i/VucdXSL1vmJ3VNSnl9xMVqpRT4jvhoxzlh+EIcob7vEzBwMuC7"
    "MubK5VAWUDdoU8cJFePCN8U7DJV/MGgwbOqPjWY3YQRVjgao2j+qehaUOpWg5T4XaGzzeR"
    "XaFpLPDG+NodLp1knhNse97T91oFHclqHP/rrXk6stwtCPKKNispbaY6Jb0HuN3sADUnNm"
    "gl7bZ6ztM9ZkhNs4UxtnOvw4U5YV3hjYtrNYJs5tZ7HNO4vtKT56BZ5+Jy1I6u7p5kZKDR"
    "IMWncxPosy4nEPemV0i49fo3tCzXsgmu6f+zzI99+rT9o36B8kyOf77GXTlx2uCMTpitYn"
    "qY1l1zUPRBrTZmnPq76RshogzZtaVKKCUPLnIqstU0bW56KxHZh6RRYp72UvUt5LLFIOD3"
    "oZOs0f3whwq6bT2sXBd+D95fgq7crLdVx5WXebTUz2/B60eeWbhjrchjO9GbYlHdIZZnIZ"
    "bLpQ/w/5bOFFGvVZdH7cFJvEazELAUfIlMOW30usZKZbaPINyfuGXsK5cHWnvqaSiWKuTI"
    "kSUlcgALnYWYLOiKVPFO6auo3stLYTaduJdFvfrp10Is1esDSLG666Anhnqzkm0C0Iby6+"
    "yW5/Zfsq7qGfYkUQ76TEWiyEJFPDXSyujFuREGwA3pUH68uu4r3Z8t2HbZ+3vH631yRRTe"
    "a4VSrlNCF4GJmnjVoMNjRdLj7niwrVjJ7rvCVMKM9DmUt0jOZUuR8sKMKpIgUucB2KAx4W"
    "aRccSl2ZNfCTiqMak2qBTQK7h6SLw/427p53qzDUemhQby3WmjC3GyPa949SL3tQFNHwB6"
    "bAOkxhdmkjWMMLADUT2dhH5oCWZbpT0+qrJzJ0vFuPkcbR3d1s9him5waJjFyXQXaElyoA"
    "x7xA8wnvQnXdcBI0B6QSeeUNA0cixmH2NgaZOZQ6zLFAAnsdWna94lP0vlfVAseYXelVKq"
    "x1Kl94G8RuXvy9YdzuntMffK0VjsV742s2i+r03Z4GQ2xZxEZw96Z6bS+8FWMYgWo09T9H"
    "wlEvNtzl6grYsyLB+7Ps4P1ZInjvXl66PlaXXC6la6adInPcLdeHY3vsTGF6MVhIUqbHXl"
    "KwZlRDNT4adyT0xl33UQ6JN/BZ3n7psPpOq+st/TDHxdpHOeVRNh3bTUxO602QCW1MqkW2"
    "XXKnFNTNrUZsK3raip69MyAH2TlOY57gPHxNZFEd+lbwULdgWJfo8DZtsNZKm5+1g/wsUG"
    "3ZHK2wTAPnzrupMIW/01fTXQ30dpfUrbJrmH8HaIgF+XYEDXfMC02OeD2oTToaEdvtyEKZ"
    "Hoaw7fZ2gWH74EjIFNNSlFUgUC8FvVnqZDXMvdNChSSnOZUkpwmkZ1iIOVeftAkWkzKIJw"
    "QbaIde9IowUmpUthffS7BS2fmiqymTPeSO+hPN2rF/M2JPqY5sqFM8pmWQqqnLasjTDlOd"
    "g/Jit5Oal73zs2A+Az/ypjIf3/VvbpIOvjICD2KGh8SYYVnKhCQlm9cs48VxofI/GJaTFJ"
    "0sAaRCuQOSPqaYklUrdS/l2qWji/cw08tcGtDBILXlQ3bKYlyuVv0CoYkjxLnd6LfwWjkK"
    "N2LsrzUDn4gq8hdbKjHb6DSLSkwQX/tgavrEpsNJJ8HVeNu72WwNXo5oeZrKXoEd8zSZpj"
    "97gpNt9ZvgHfVOTwv5o6c5/uhpImavXqkSCHvDG4juTmoV1RllalJqdi1MSKT6KpjdBxF2"
    "Wu+y18/Yl/8DUfl4Tg=="
)
