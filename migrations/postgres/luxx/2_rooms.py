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
    "round_open" BOOL NOT NULL,
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
        ALTER TABLE "message" ADD "room_id" VARCHAR(32);
        ALTER TABLE "message" ADD "seat_id" INT;
        ALTER TABLE "message" ADD "round_number" INT;
        ALTER TABLE "message" ADD "sender_color" VARCHAR(7);
        ALTER TABLE "message" ADD "sender_name" VARCHAR(100);
        ALTER TABLE "run" ADD "base_attempt" INT NOT NULL DEFAULT 0;
        ALTER TABLE "run" ADD "room_id" VARCHAR(32);
        ALTER TABLE "message" ADD CONSTRAINT "fk_message_room_0b813c27" FOREIGN KEY ("room_id") REFERENCES "room" ("id") ON DELETE CASCADE;
        ALTER TABLE "message" ADD CONSTRAINT "fk_message_room_age_18e89795" FOREIGN KEY ("seat_id") REFERENCES "room_agent" ("id") ON DELETE SET NULL;
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
        ALTER TABLE "message" DROP CONSTRAINT IF EXISTS "fk_message_room_age_18e89795";
        ALTER TABLE "message" DROP CONSTRAINT IF EXISTS "fk_message_room_0b813c27";
        ALTER TABLE "message" DROP COLUMN "room_id";
        ALTER TABLE "message" DROP COLUMN "seat_id";
        ALTER TABLE "message" DROP COLUMN "round_number";
        ALTER TABLE "message" DROP COLUMN "sender_color";
        ALTER TABLE "message" DROP COLUMN "sender_name";
        ALTER TABLE "run" DROP COLUMN "base_attempt";
        ALTER TABLE "run" DROP COLUMN "room_id";
        DROP TABLE IF EXISTS "room_agent";
        DROP TABLE IF EXISTS "agent";
        DROP TABLE IF EXISTS "room";"""


MODELS_STATE = (
    "eJztXWtv2zgW/SuGP3WBbJEoiZMZLBZwUncmu3kUibs7mMVAYGwm0USWXIlKY3Ty35fUW3"
    "zIpC3JksIvbSzxitIhdcV77oM/hnbw+vpx/AgdNPx58GPogAXEf+QP7w2GYLlMDpKfCNzb"
    "YSuQNrj3kQdm5BoPwPYhPjSH/syzlshyHXzUCWybHHRnuKHlPGaHAsf6FkATuY8QPUEPn/"
    "jfH/iw5czhK/TJzx/DBwva8/DvYeBDz7TmpFP8L2kJX5ce9H3cj58IJ09hzV/N8B5NIhbe"
    "+moZnhmGgviewx9ve4NCJ0vPfbHmUUfSXSRCJd0QweWzGfZUgDt6oPC4mcheOOhz2JDgdm"
    "/OXDtYOFnj5Qo9uU7a2ooGAt8J9ACC5PLIC8hAEJzjAUvGJsI8axKBnZOZwwcQ2Cg3cPdm"
    "dmxomtc3U/NuMjXNocJQzzB+GAt8q3749I/kFv5uHBydHJ0ejo5OcZPwNtMjJ29R1xkwkW"
    "AIz/V0+BaeBwiY2eBloIb/M7CePwGPj2vSnkIW3zKNbIJjGbTJgQzb7M1oAtwFeDVt6Dyi"
    "J/zzYH+/BMr/jG/Pfx3ffsCt/ka6dPGrHL3g1/EpIzr3Fr4oCb6eayvhm7RvDt/hsCl0Je"
    "EtxZcBeOHOoa2CcCrQO4gNKYSNEoANFl9/5SO4IIp7sUQszlOsufk4M4I9wLsE3unktym5"
    "8sL3v9l5VD9cjX8LAV+s4jOXN9e/JM1zo3B+eXNGgY/RdD2VyZ0K9FA/l33oEqxPhFP7hJ"
    "7Y0CFPjS/kurbPYvyvu5trPsaMIIX13JqhwV8D2/KZ1UZlE/wfD4EzI3AO7gPLRpbjfyT9"
    "/XMHE58AVT7x6TlOIHN99OiFVwkvwEx8DxLITMBROZ/wGWQtoOANKEjSQxOLfkz+6OJLgR"
    "9wfuPYq3glWqaTLq4md9Px1ZfC+HwaTyfkjFFQSsnRDyNqzNKLDP57Mf11QH4Ofr+5ntDD"
    "mLab/k5shSEIkGs67ncTzHOL5uRoglph1IPlfMNRL0rqUW/LqCcY5YY9vvts1POGJDPsQg"
    "OPklpv6XEGOZ6TrRnjSmy93Ovkq4Kak9gI0Na9NRUgSviIh2eu8ZwQJkV0P7setB6df8NV"
    "CPIFviPgzHhWXUggfY0v0jFo35K5kxzN3icPfE/pm/yUwk+OTS+IojXs+O58/Gky5KqCrU"
    "H9krtQt5SALK6U/itgi+9hcP318jIi0+7B7Pk78OZmYRaTM67hUkfStuyphbGgjwAHPIYI"
    "kUchNx5if+46L9DzQfzkFF9aOLsnpk1ndLtdsKfFZYUc0Zm/cTMxAuQo1bz69dw/4Qyx96"
    "F6B/GFauN16c4qpXfFhi73I7Whlbtbgrdg4x4aEkbuoSG0csmpcsK3OLFk4S5KbQR7y/Rs"
    "A9wvspAa+ZsK9JC9qYWcDJwQMs5UPnNdGwJHsMzNiVFQ32O5urBO1Eqz/MzZzc1lwRI8u6"
    "CZx69XZxM8u0PkcSMrWkWwBkUXuPZuT2jNtu+QbccALgk6gcfR2p9tFwiwp+Qo5B+IYF3Y"
    "7388aR78Tzdfzy4ngy+3k/OLu4uY/U0ZpfBkUZPcTsaXtCrBrxJyn6HDod6F9ERRqDmGAr"
    "+o+3XplIo5H/RkOc+4QzP2Uih+GXniDX4h0yOd/URqx4V4qneTwtaOi/c46tpxoR0XHUdU"
    "Oy6046KFuLbXcXExx4aci6AzW+HhGjKuC+r8nth5YWUtzee4aaX+i4KvgPTwR5lHwwscST"
    "Y/f+NYqioe/8x6fC+R2j8ZxuHhibF/ODo9Pjo5OT7dT3U3e6pMiZ9d/EL0eGFxsz6eO55t"
    "sgRd3FzTc3L0nAfxk/qcRX5JQHcm0kOUR0cSII+OhBiTU102oBtVMN20pGTs5/gDpfJapR"
    "I9fKuq8gJri0pbVC1a+StZVPHqcys8b6Nr9BTOTAXy0dyFCXWFbQsQvmmU7ZSc2BMbTYtc"
    "k8aCvQrhSxGaPvwmYyrFt2vSgWpyUVae6y42649Iyvfj4zWRpO2XdEBEFB5E2rZMH2Azu5"
    "LAxCiEMsMyFtCWZTWWpY7Pq2Vl5kOHkGGqediUmI7Ik4rIi1FTTquk5foHd8XJlZ4bOHPT"
    "CRb3vGWxUGXTYto5xjrHxBUFJhg4Zl284+oCzemLkYy6oDmOnLYYMcoCARRwwpPkoM6kG4"
    "zEm7mLJbEDkjerc5jj7lBcLkc28jEnomMelWMefQSXStnvqYDOei8fjA2y3lPXKFEeHCUv"
    "HhVWcqvhadkntOlxCGNMMboBTxMJFy+UVHOsaVdiU6PgdPWwX0ZOLws5gafRp5/QWMoAc2"
    "U1yLzANEJgQR9ZC4DU045YaR1brRBbDT2PZ7aLl4apQB/s9aZXht1yxOuY5p8r8cRz/CGy"
    "JBlHtA/vXd0EcM4TJB38kIlohCUQbjq65J3hm/gY5RecOQm9zFwbW0J7mLeKiaDrr3QLad"
    "nYCM63SCLkJPasbxdzEl+kn7jmvjzr8UwCCbbC8w5KZU93FM+cIhQkQuwmJqqjcApConab"
    "VpKm9DBBUflkH1FUVD6zqMU7CKQE9JpNBJTSRt5Lzoiu7t/ReJJ01odIcYFe7ylmLtJH9C"
    "v3FN8DH5qBp1SOKC/TQ5CN/aNTqZyno9OSpCdysgg1WFomN69MzLzmRLRTXpl6jR/AVK63"
    "xQj2cpbXkNjXqXJEpwc/Ga1ekORWdX56jwyupb6yoqB2k6m4yTaq/LSbgk+dL4movWRiXd"
    "JfL5mu99S3UU8wKqv3pJNodRLtzinOtUm0u6A4b+ELXgfPp2QxPGRozsLZPTHV6UXtojV1"
    "7XynkIn8E1kqNlfcXKe6CfzEYnYSvi4trJ03+IoWJftX6qO7H81orcTo+J0oJeKJZZVR7J"
    "8VKqHkfFf2Gwldsmv2GVHyuuik3so1nd4Jom4CDwH/WYWgTtr3At/mk8Y6lxlpze3kTjrn"
    "6iKXDzOjVcnpTKg56/O4LpCrzpcJPA86KMJIAVdGTud5sRnqJIvfXUJOtFIpB10U1KS/Ag"
    "+NAs/xTQSeeaCL80YpMZ3TW/6t1DtZa6pYOwje5ahrB4F2ELTByOuogyDg+QWCcndA0PDG"
    "v7FhKsO5BY6ZmbEC0o0qlEinpEh2s3V5SYDI/nRSGweT/tTKSyaTTfLiVQaHa5qycpry2e"
    "KZwnKsTiLbC0KtCLxMUK04opYJp7WtF2haHDNNPKNzIpUkpPZwVueC8oEHFko1rTKJdhjA"
    "pNveGMAdJItx06C7NfSSDz6DuNAKyUloNpNm1sKkEXVMaTENLA2sj9ylGW+PoxyuzAprul"
    "iXUmqpv1RzwGKl0k02UIYDfrAcy3/aaNgp0QrGvUNvYIuGWRjgpktm6ZJZfUZYezK0J6P9"
    "ngyRFt4aWF0kS4izLpK1fZGsHXngJi8wvGfWDRed2Sv1xZkwbVTxVtZZ1SZIXEmyeTr4oO"
    "pe06lIb0oH7XhTMKg6ArB/S4RGhiAX6bcSlRoShPiteltVyJDZfdoQ7z5tMLtPk4muQosl"
    "7XsBbtO0mN71uQYrrsTm0FvqdnFL3bAAKrNoS8qilqUxmvhydazYymKocmtfEltuuh6pXS"
    "mbxhjesGIIUiSjkCsZCaTYyPWSFulT7ihfwLOKuCddFFMXxazqk1NLUUzxBpUiarbpVNfa"
    "CgUy6ErCW4ovW6xOtSzgDsoBNgRxLbnE/spHcGFG246pWAOMYA/wbtxXrro383abMrdbP1"
    "e8K3Nc4w8v5lxbKUCSEWxHnGSvEgVzy2X5NV9RqE+sWmVhZql9II9qXkTvT8PdyDM1huRR"
    "paQ0sLzM+cYDG1r3+jfMiTXozmwb1JX5Mxl1uzWi4+Qq3dIHsojmPzAS+/7kKaStYM1vON"
    "NPZKmPTIu2AZritfPkFc6C+NEpQrd4ek/M7JI1uAkLLdu7LVDxZtflf1KcK4pD+DfqKhGu"
    "gnItc2j3jHXdcTxBMmrSzu24fQ+XPiMZ5/ZI7NweMc7tGbBt3kdELhMvk+4h2BWn+ALvMV"
    "iQT/z9CkGVqm2soLbpOXaSG6CZK/LirJ/KOfEezuXqM0rxZxffr/JkpsX0VOZM5XngRQG4"
    "vJR1IbSUlEZWb82iBHV/s+505orOXNk5C9HKGlwh5gzvkIyEiG4IHwXMZm7QQCiZDoRqMh"
    "CKDK1qMFRepodr53oyKcnf/B1U1wNd7TaqLSr8VD2/ARfAUmKPUoHegWscS6VGHJfkRhwz"
    "+C6B73938UfoCfhPKjgzgj3UHAeGDIeEW4ntboPhkcShlOtJjh2EVSZLw87xdUvoLazQtY"
    "C7eOEFV+LFhsRO7pzLNGdSHNS7DDk0TkbpCoT8KFt83F2NLy9ZkxwrgWd/CWbQXAKkpEJY"
    "yf6VcTjYl0poI81K4oXZpDbLxwt4ZL1wVMm6PZgzOb0psMJmDGQDQ5Pk1nOLEYij+Wg5XT"
    "ROk3rvldRjKKhdcCZj6FmzpyHDmsTH98S8CchaaMaksVegZsZEqNLFCxexNu+D1WMcH0vZ"
    "mcclduYx4z3Hr5QCwnHzHqJbS3oe7hFxQzTF6R85keYTP+qn82tN8djpZ+zt/xNx3cY="
)
