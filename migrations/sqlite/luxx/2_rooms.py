from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "agent" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "role" VARCHAR(1000) NOT NULL,
    "model" VARCHAR(200) NOT NULL,
    "system_prompt" TEXT NOT NULL,
    "color" VARCHAR(7) NOT NULL,
    "enabled_tools" JSON NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "updated_at" TIMESTAMP NOT NULL,
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
    "round_open" INT NOT NULL,
    "turns_taken" JSON NOT NULL,
    "created_at" TIMESTAMP NOT NULL,
    "updated_at" TIMESTAMP NOT NULL,
    "user_id" INT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_room_list" ON "room" ("user_id", "updated_at", "id");
        CREATE TABLE IF NOT EXISTS "room_agent" (
    "id" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
    "name" VARCHAR(100) NOT NULL,
    "role" VARCHAR(1000) NOT NULL,
    "model" VARCHAR(200) NOT NULL,
    "system_prompt" TEXT NOT NULL,
    "color" VARCHAR(7) NOT NULL,
    "enabled_tools" JSON NOT NULL,
    "turn_order" INT NOT NULL,
    "agent_id" INT REFERENCES "agent" ("id") ON DELETE SET NULL,
    "provider_id" INT REFERENCES "provider" ("id") ON DELETE SET NULL,
    "room_id" VARCHAR(32) NOT NULL REFERENCES "room" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_room_agent_room" ON "room_agent" ("room_id", "turn_order");
CREATE INDEX IF NOT EXISTS "idx_room_agent_agent" ON "room_agent" ("agent_id");
CREATE INDEX IF NOT EXISTS "idx_room_agent_provider" ON "room_agent" ("provider_id");
        ALTER TABLE "message" ADD "round_number" INT;
        ALTER TABLE "message" ADD "sender_name" VARCHAR(100);
        ALTER TABLE "message" ADD "seat_id" INT REFERENCES "room_agent" ("id") ON DELETE SET NULL;
        ALTER TABLE "message" ADD "room_id" VARCHAR(32) REFERENCES "room" ("id") ON DELETE CASCADE;
        ALTER TABLE "message" ADD "sender_color" VARCHAR(7);
        ALTER TABLE "run" ADD "room_id" VARCHAR(32) REFERENCES "room" ("id") ON DELETE CASCADE;
        ALTER TABLE "run" ADD "base_attempt" INT NOT NULL DEFAULT 0;
        CREATE INDEX IF NOT EXISTS "idx_message_room" ON "message" ("room_id", "seq");
        CREATE INDEX IF NOT EXISTS "idx_message_seat" ON "message" ("seat_id");
        CREATE INDEX IF NOT EXISTS "idx_run_room" ON "run" ("room_id", "attempt");"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX IF EXISTS "idx_run_room";
        DROP INDEX IF EXISTS "idx_message_seat";
        DROP INDEX IF EXISTS "idx_message_room";
        ALTER TABLE "message" DROP COLUMN "round_number";
        ALTER TABLE "message" DROP COLUMN "sender_name";
        ALTER TABLE "message" DROP COLUMN "seat_id";
        ALTER TABLE "message" DROP COLUMN "room_id";
        ALTER TABLE "message" DROP COLUMN "sender_color";
        ALTER TABLE "run" DROP COLUMN "room_id";
        ALTER TABLE "run" DROP COLUMN "base_attempt";
        DROP TABLE IF EXISTS "room_agent";
        DROP TABLE IF EXISTS "agent";
        DROP TABLE IF EXISTS "room";"""


MODELS_STATE = (
    "eJztXVtz2zYW/isY7UPSGdXjKL6kTmdn5MRtvevEncRpO912aEiEJNQUoBCgZU2b/7444E"
    "W8i9SFEhm+JBaJAxLfAQ9wrvi7YzlPT0f9MWGyc4H+7jA8JeqP8OUu6uDZzL8IPyUeWLoV"
    "DhoMhLTxEPoYYUsQdckkYmjTmaScqavMsSy4yIeqIWVjoO6jGbEFZxjJCZZoiBmS+IEgjA"
    "RRvylDmC2QzfkU8RGiUiBHEPsInucw+tkhhuRjIifEVr397091mTKTPBEBP//ujCixTP13"
    "B+gMagKl+hdakqeZTYRQLyd8Yn/o1Hwy9MAMINPjXcz0nY4mVAPVP750UeQhM5s/UtN9UO"
    "FH+EQ5jwHC2YOhnxThkTsgfd3waa+Z/EE3BLAHxpBbzpQtG88WcsJZ0Jq63FNvQmwsCXQv"
    "bQe4B/zyuOwz1MV82cQFO0RjkhF2LBni9sBYXusYxvvbO+Pj1Z1hdIrMD+/SUOGnsFCvKv"
    "Tox/AK3/ZenJyfvHp5dvJKNdGvGVw5/+I+egmMS6jheX/X+aLvY4mNJfOWoOr/E7C+mWA7"
    "HVe/fQxZ9cpxZH0c86D1LyyxXX5OVYA7xU+GRdhYTtTPF8fHOVD+0v/w5qf+h+eq1TfwSK"
    "6+f1cqvPdu9dx7X/SH4uNrc6sUvn776vDtdKpCtyC8ufgmAJ5yk1hlEA4IagVx52o6kwsl"
    "eyYE+UL0mUBej0gPSi8VuUzoFeJBL4cFvSQHxEJIMgXRrl4xyYk7JdvTOZEgrBVH0id9Dr"
    "x3V7/dQc9TIT5bYVSfv+v/pgGfLrw7N7fvf/Sbh7jw5ub2Mga+QpPbZaZ/QFAzCd65/5dt"
    "j8eDwf3qaZ63JPqYn2dO8fP4BCcMRq864twSSaz/8/H2fTrWCcIY5iYdSvQPsqhI7Eu2Nt"
    "G/HzlsCLCigUMtSZk4guf9ew8fAACV/wHE5zpAxoUc27oX3UHiA7AJQGbgFNHzVt2RdEoy"
    "voQIZZw1HumR/8dBfxwZC7AaoHnLrIW3Z82TTdfvrj7e9d/9HOHP2/7dFdzpRYSTf/X5WY"
    "xnQSfo1+u7nxD8RL/fvr+KszFod/c7aBUd7EhuMD43sBnaXvtXfdQiXHdm5ppcj1K2XD8U"
    "rvsYhdjuvf2S62GVM8H2TFUwRrVaJ0xhsjcnD4bHW9EKQ5+TKAtqiGItQA/uq9kComC5GD"
    "2kqtm+aSWK7g/cJnTM/ksWGuRr9UaYDdP0P22f+uR1UjNov/hzx7+6/J5sPA8MPeEppUau"
    "9Bki3b1s/+Ob/turTqoo2BjUn0Md1UsIFMU1Jv8i2Kp3QO8/3dy4ZrcBHj7MsW0akVkMd3"
    "iPx64EbZO3pr1p/ApmeKwRgqHAi2vs33D2SGyBvZHHzLGRu91sq+ww3m4N46x3aX07a3Rb"
    "UcwkGn5xw1cCihlfw+LX5n+RoUy+R9k38DramQU4/rCtGoKzFd7URWpNbXe/puCIjvuyV0"
    "DJfdnL1HLhVr5pODqxisIdpVoL9gOTsxVYiSWV5czEAUHNrDhFEN6JkdJhGrKUqXzJuUUw"
    "y9jmhshiUA8U3a6w9sXKZhazO9ULghFYCCM9DjTHAo3pI2GI29r7yNDI5lNtVh5RW0g0VR"
    "JcrdVpRrYcrlze3t5ElMjL67jx8tO7yyv1YWimqUbU3YAkdZE6GPTr/S20Bvs9GuwVgDNA"
    "x7FTBP4PFscZ2MfoYsiPgHBX2B8fnVcP/tvbT5c3V+jnD1dvrj9ee4bjwBilb0YlyYer/k"
    "1clKhPSXIl5FKs9pmWjShRdcYN9aEe70qmbNlcJCeUPagHGp6Do+SimkZe4eIaXKl2Qm9x"
    "iWx9HtlTvZ7W79bn8TVyvfV5tD6PmiPa+jxan8cB4nq4Po9rUylyXBI2XCh2dRJej9j9br"
    "bfgy5bGg9e03Xi0t/hByIQRjaZ6c0hUpPHluqn0jVZyDJkO+yZ8O1DIisuPeKbgNf6M8+D"
    "ovos6D0Ij1ZRbctvcEnHX0sM+Xe93suX573jl2evTk/Oz09fHQcCP3krT/JfXv8Iwj+yI1"
    "odae5N0aJWPa95a9MrZtOziRqpSNEMckLNlyQ1Q7nTRxMsJpAmM4dUGrBqY/FATDc+WihM"
    "kJo/aE7lBGHGQTYhb7iICvXnSAkpc3Ug6dlJAU6dnWQyCm7VWXWvVErVU4crorl7q1yZbz"
    "OgqNmnWaXrutXlWl3ugHSOUrqct4XdCM8Pbh8NhXMpAtPR3Ify9s5VfjoJrc2/0c1W16ah"
    "JuuoabeM+MrXa3QvJJmJe4RtojOFfZdKF0mlCXXREFuW2hMxU+11hGKfgPRibpvr5RNHIr"
    "dcngjyuYjW5r1wJPYrR3WLBZhBLvR6zwPK4s+B/OuCaqj/ACApMZDCam4wgPVUXIApIVby"
    "dFyPoFVyt6PktqGJO9nfCcLAmFc2WT1G1gYjFgpG9FArnVkap2se3FvOK7W5w0yDOdNB2u"
    "Y6U2THyerl3OscgwUGzDSwRj9Tf2LxAHsYYo1SDTJbdvtlF2S4UpAm9t17Ls5QnSQ5KyJI"
    "4jaUkBw5S4gRiaWTEnhVDOoldYUxhkM+nYGe4X9ztcNcPU56JYqKxnSGSNpoztLRnFoNS8"
    "KdXRIgIGhLAeQzY41SAIHTF4RHipDP5kqSciP27G9x/RXcIQQPJ25FGG0HQFNHSDQgXuA/"
    "2EGQmggTzMbERM8FHTMdViy6yCZYcKb6+uY1EoSgIbfJ0UQNmtuLkhkBO+GwjstVfHPSZF"
    "zmhilGVZ29ty7xvG5Af/lQ6QRdvbai1YDrbSrAdFYa4FTaFuS0YD4wmhEh6RTL8lleSeo2"
    "Hr1EPDqx7TRTQfamMyBogo2g6j1nvUII2jjwi63EEKT4YIoa5lJIm/Dd7droHPI+FQ7bWJ"
    "K0CBdAuOq4mK8MX9+vWXzDGaJot5kro2LiXu2Nojni5W7qhXTRqI6UtahAsIznzd8sWsbr"
    "pJm4hlae1Xj6wQsb4fmRFMo436ctjCMxU2qzLq2v3U2vdUM0guIXE6JdT10dJTOfEJu4wc"
    "O6Fr9AY87yimCsZEhIkmZkn+wnHKyu8zs9Gmy/uTxBHlUiHiycYZUVEBZO59pLzbJiEUmB"
    "bXzF8RCl0m6+lpyb9tyGmgbBBLNeI5UK9GondqKTJqK/dSf2AAtiOHapGlBhmgaC3Ds+eV"
    "UoZ+zkVU7SGNyMQo1n1EjNy8s23YZIahUv0FH7VYuYaLBA94IMHZvKxdEv0Nv9a0TgcI3l"
    "JhCCqgVi+TvAyuy93qCN0oXREoSN/DJ2kExZq7pRr1581zvoTUxoJyiCd0zgmuugixK2vr"
    "kyvrm1SnTtpzLXVspe7hPs1jWXLUua65prC3M1jes+RnmFudqc4zbneO9m0ZU5x/swi34g"
    "j2ofbN7BZriTMI1G7nazzaO2287dU+/cRpppvfxL0jI6l9e8zenLcE5nWzTJ04wq6bzGKh"
    "qlbF5llPoumu5eKSHj9yKUwP2bFEaeUzhTCPn31zvwe+lgnPC5orR1sr5JxdDRDhcoY4SG"
    "fEo2POV7ndNntMd4xakzpXw6bZ7z1mViey7Irk198IWWMX/77RuBb/XZcrVLCaWm5b9J7R"
    "xp0L1OFi9rxl4SVaennu4K5G2n8zi2TZh0MSqBa4KuTmlonTudr6/eHGouQpgUI3Mopggl"
    "Yl+jYzQgI+4FUOlisdVk8kMdBD4jKaFTucbtKGHtvAmaGd508pgC28gBGTtM7zW171Ii/u"
    "hVe9qLKRxmhjD0EVNJ9mRn4sbIGpUlrRkHcYFQ/wJLxbVHov4x4bOhtv6WIFRRxtnbBac1"
    "TS1XWnUCbuvgyF5o6mnqbh0cXyPXWwdH6+A4BNWzpg4OJ82v4eS7M5y1nRhuVY+ZzU1nSI"
    "Su8Kk3dwhk5gXijMDZDdaiC4d66l+cT0NWxqM/2B/s3qKPxKDsHk24GmG4Ahf18x+oznzA"
    "YdI17JKenl7EBOkwY6nVZ9ggY6U04wlEBR+zcQFSLOEExkKnasPzyhUg9Wd5wc63GYnfWm"
    "23brV9oGmWgWJGLp+2EfbFKPBFIpizw5cTscuePCszo0MkW0kfrmhWuwp/SID5MptarslF"
    "yQQQ3DC8LlxgupcL5L5oFwnuLgsOU9Jd6sOgp6mhzbtOSJ5hG09L1UtbUhyGKQAe25iCaT"
    "W0x6umTn3rM/qbiATimSpViKJWBuMPmAo324IosbVAQwvT6WsleuY2lQSsyJghtRFVu1hv"
    "iKsO5tmy9VhnDJXnR5ysVkyBdcRHO26xhxXiCPV9nYCBkgHrypgrlUNJQF0+T/UTSpWGNc"
    "Xrhso/GJR/NvVio62b0IIqRQNY7feq5oJipyK03HmBxjafV8FtIfnM8E6AKh0MnySunc9g"
    "rxkIbXWwtjrYIbCiprbaIhb6EWVUTNZie4x0C3yv0Rd4QGzODJ9sq8C1VeCajHDrZ2r9TI"
    "fvZ8qSwhsD29Z9y8S5rfu2ed23PflHr0DT76Q5Sd073VxPqUGCRuselWhRRjzbgz633uLj"
    "1+ieUPMeDE33z307yPffqyXtG/QPEuTzffah9sv6YwT8dEWzx9TFsqfOBySNKYK15zP5SF"
    "kOkOZtLSphQSj4c5FVNCsj6nPR2PpYvSJHyPeyj5DvJY6Qh4lexpzmt28EuFWb09qj23eg"
    "/eXoKu252HU8F1vXAk5s9vwKwXnJtYbqbsOd3gzbkg7pDDO5dDZdqP+HfLbwPI36KTo+bo"
    "pN4hUABocjRMphy6/0VjLSLbT5huB9Qx+wXTj3Vr9TyUAxl6ZEgq9LEIBc7ClB3crSDwrX"
    "tN1GdFpbJ7atE7uttWsndWKzj5PNsg1XnZ+9s7M2E+gWhDcX32QtxrJVL/dQ7bIiiHeSAC"
    "8WQpKp4R7lV0atSBA2AO/KnfVlz1jf7HD1w5bPWz5d3SthqTZz3CoVcpogPIzI00Yd1Rva"
    "Lhff80WJamae67wlTCjNQ4lLdIzmVKkfLEjCqSIELlAdigMeJmmPg0o9NzfQk4qjGqNqgU"
    "0r7VB50MVhr427t7tV6Go9NKi35mtNiNuNEe37vdRLHhRFNLzAFDglK2xd2gjW8PFMzUQ2"
    "tsgc0KFZd2pbffVEho439JjROHq7m209hu25QSIt17UgO8ILFYA+L9B8wruQXTecBKUbqU"
    "ReesPAkVBdZwKpEIpmDqkOcyyQwF6Fll2fxxUd96pc4JhlV3qZCms9yifehmE3z//eMNvu"
    "nsMffK4V9sV77Wu2i+r03ZoGQ2xZxEYwelN9thfeeT6MQDaa+p8j4agPG0a5OgP2rIjz/i"
    "zbeX+WcN67r5fOj9Upl0vqmnGnyB53y/nh2B47U9heDBaSlKmAmCSsmamhGh2NOxIqF687"
    "lUPkDZzL208dVuu0et/SkzlO1k7llKlsOrYbmJxWmyAT2hhVi2x7IFIpqJubjdhm9LQZPX"
    "u3gBxk5TiNecLm4XMiy9Shh4KHugTDuoYO79IGJ+G08Vk7iM8C1paN0QrTNHDvvJsMU/g7"
    "/azj1UBv98DjKquG+SNAQyzItyMouGNeaOOIV4PapKMRsd2KLJTpZgjbbm0XaLYPGwmZYl"
    "rKZBUQ1ItBb5Y8WQ1z77RQIslpTibJaQLpGRZiztWSNsFiUgbxBGED5dCLXhGLlGqVrcX3"
    "Elap7HjR1SaTPcSO+hvN2ln/ZsSeUu3ZUI94TIsgVVuX1ZCndVOdgvJit5ual73zs2A/Az"
    "/ytjIf3/VvbpIKvhICD2KGh8SYYVlKhCQpm1cs48VxofQ/aJYTFJ1MAaRCqQOSPqaIklXn"
    "qC/p2oO9S5xmAoeQGlDBILXkQ3bIYpyuVvUCoYgj+Lld77fwSjkK12PsnwQES0QV8YutKT"
    "Fb6DTLlJgwfO3DUtMnNh1OOglbjXe9m22twcsWrZ2msk9gx3aaTNGfvcHJlvpN0I56p6eF"
    "9NHTHH30NOGzV59UCYS95g1Edye5iuqJMjUoNTsXJkRSfRbM7p0IO8132esy9uX/rcr9VQ"
    "=="
)
