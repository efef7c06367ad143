from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "process" (
    "id" VARCHAR(32) NOT NULL PRIMARY KEY,
    "host" VARCHAR(255) NOT NULL,
    "pid" INT NOT NULL,
    "beats" BIGINT NOT NULL,
    "started_at" TIMESTAMP NOT NULL
);
        ALTER TABLE "run" ADD "owner" VARCHAR(32);
        ALTER TABLE "run" ADD "logged" INT NOT NULL DEFAULT 1;
        CREATE INDEX IF NOT EXISTS "idx_run_logged" ON "run" ("logged", "finished_at");"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP INDEX IF EXISTS "idx_run_logged";
        ALTER TABLE "run" DROP COLUMN "owner";
        ALTER TABLE "run" DROP COLUMN "logged";
        DROP TABLE IF EXISTS "process";"""


MODELS_STATE = (
    "eJztXWlz2zYa/isYfWk6o/U4imW7aWdn7MRtvesjEzvbTo+hYRK2WFMEQ4A+ps1/X4CXSI"
    "KgAB2UyOBLYpF4AfIB+OK98ffAi56fd47ukU8Hb8HfAx9OEfujeHkIBjAIsov8J4W3XtwK"
    "5g1uCQ2hzfu4gx5B7JKDiB26AXWxz676kefxi9hmDV3/nlMfgQCFBPsQ0AmkwIY+oPABAQ"
    "gIYr9dH0D/BYQYTwG+Ay4lICIo3OHjRb77OUIWxfeITlDIevv9T3bZ9R30jAj/+ffgzkWe"
    "E/894HSW63BK9i9viZ6DEBHCHo5kxNmru86zFb+Yxcni930J4juDmJC9aPzjyxCUBglC/O"
    "g6yUDKQ2REDcNwwuDBikcqzVHyQvF1K6M99emPcUMO9q1lYy+a+rPGwQudYD9v7Sazx54E"
    "hZAi3j0NIz57fL7SWc4mNMF81iQBu0DjoDsYebQw27fW7NrAsi4ur62rk2vLGqisj/SSzf"
    "BjWLBHJfHb3/NH+Nfo9d7B3uGb/b1D1iR+zPzKwZdk6BkwCWEMz8X14Et8H1JozSZvBmr8"
    "vwDruwkM63HN2leQZY9cRTbDsQna7MIM29nn1Aa4U/hseci/pxP28/XubgOU/zv6+O7no4"
    "+vWKtv+ZCYff8JV7hIb42Se1/iDyXDN8SeFr5Z+/bwHQzaQlcR3kZ8BYCn2EGeDsI5Qe8g"
    "HikhPGoAeCTiS14IRVPOuKcBFXG+Zpy7HmeBsAd4N8B7ffLrNe95Sshnr4jqq/OjX2PApy"
    "/pnbPLi5+y5oVZeHd2eVwBn6GJQ53FnRP0kD83bXQZ1gfSpX1QXdjI52/NOsLYIyLG/7m6"
    "vKjHWCCsYO24NgX/AM8lgrSxsgX+w13k2xxOcBu5HnV9ssPH+/cGFj4HqnnhV9c4hwwTeh"
    "/GvcQdCAs/RBwyC9awnPfsDnWnSPIFlCirU5OS7mR/dPGjYC/oXPreSyqJNvGk0/OTq+uj"
    "8w+l+Xl/dH3C74xKTCm7+mq/Mmd5J+CX0+ufAf8Jfru8OKlOY97u+jeuKwxgRLHl4ycLOg"
    "WhObuaoVaa9ShwFpz1MqWZ9W2Z9QyjwrSnTz+b9aIiKUy7VMGrUM3X9GomOV2TWzPHK9H1"
    "Cp8T0QW1QLEQoFv31awAUW6PuHuoVZ4zg0kZ3R9xiNx7/7/oJQb5lD0R9O06rS62On1KO+"
    "kYtF+ytZNdnX1PIXzKzTfFJcXenKleiCYy7NHVu6P3J4NaVrA0qB8KHXWLCajiWuF/JWzZ"
    "M4CLT2dniTHtFtoPTzB0rNIq5nfwCFeu5G3FW9PRtHoF+vA+Roi/Cn/wGPt32H9EIYHpm1"
    "eMrKW7Q7mt1a62W8Dkml5a3HpaFivUDJ3FB7cyJUDNpFpkvyH+C9lUfA7dJ0g7WptdtzrY"
    "Ss27ckW3dpNaUMvdrIG3pOO+GSkouW9GUi2X32o2+JYXlircZaqFYN8yPtuC7Ze6VM/4mx"
    "P00HqzFuNk5MeQ1SzlY4w9BH2JmFsgq0B9y+jWhXXGVtq1zxxfXp6VNMHj06rl8dP58Qlb"
    "3THyrJGbSBGiQtEFW3u3F7Sxtm/Q2s4ADDg6UVjDtX/0MJRgX6GrIH/HCdeF/e7OQfvgv7"
    "/8dHx2Aj58PHl3enWaWn9zi1J8s8xJPp4cnVVZCfuUKH5Afo3pXWqeKBO1Z6FgH+ruunjK"
    "im0+dOL6D2xAK/VSaO6MdeQt7pD5lc5ukcZxIV/q3TRhG8fF1zjrxnFhHBcdR9Q4LozjYg"
    "tx3V7HxanDFDlMkW+/sOkaCK6Lyv2h3HnhzlpaD2nTRULGz+EDIgCCEAWxcAjY4gkp+8l0"
    "TR/QCQJ3bkjYhcj/hoApIoS9F5GFjJccDPyx/mxyg7A+FV0AxbdlVKsy/h+7919LePd3o9"
    "GbNwej3Tf7h+O9g4Px4W7O8MVbTZz/+PQnzvxLEtH8IPB0iapa9dLmxqanZtMLEXtTUqMZ"
    "NESBz0h6iPL+ngLI+3tSjPmtLmvdrTKYbqpfKkp3ukHpfFY5RQ+/qlW5jo0aZtSwLVIXtN"
    "SwVPpcCs+PSR89hXPGAuvR3ITedZ7oLQNB4cpuDOWa1rTQZBEN69JHmd70PbghFAXkBsAQ"
    "xfm3mTdkCChTYobAhp7H1DHfYRoYYdNHeNIuDp3FsnRLkVPJnBD0WUXhSh+4FHvVoHVVAr"
    "x4hvFi43FK9XF4VrOiBpkNwEk0XkRZQ81fYDHtlMMksJUm9TQlMPrpavRTExq4FvmOIJ/b"
    "4XRTwCtkJhhQKRgwRU07o7NK1z+4V5zXGeLIdyw/mt7WCddSll0lM3450S8nL2ZwwoATpO"
    "sNFzZoj1/sq7CLqqWkwC32BWZBIY1qIqPUoJ5RtxgEaONpwLWJ7MvqHOZsOJqW91ENuiyQ"
    "mHBL7XDLWNkS4ZYn3ucEJuG+eTIWSLjPvbKcedQwefmsiJRLTc+WbaFtz0Mc3srQjeo4kV"
    "R4qVC1Z3vtSlhsEhevH3Es0BmxsCbmNdn6uRlLG+BaWgNyXUwcN2AhQt0ppPoZTyK1CevW"
    "COtGYVintstFw5ygD/p625Jht9z5Jpz67Ur8+TX+EFUjWQ1pH767dRuAC54g5RCKGYlBWA"
    "HhtmNUvjJ8Mx+jusBZoDBi5twIlaqHeanIimrpl24hrRphUbMXKQSupJ715SJX0k76iWth"
    "55mPZxZIsBSeV0gpcbujeBYYoSQHYzORVR2FUxJYtdmMlg8hthFJ+H0psiq7MZRHVgWFJg"
    "sed5D0kBx3wObOjigiPFeF7AAed/U0wQSBm1u2EMkNT23xeYKL63lgAglwXOQohlVppZWY"
    "wJGV15Ri86iV3pC176EveDQeq2SQjMfyDBJ+r2K91kswNgHYUitqzGtqbKcNsXw5SW+8Kq"
    "1E85WCGcLFrHllSmPN23ZrnqBIbkjmSTKo64SePLe6QeqZtdlEyVG1gObc6T7nzCYtyehr"
    "ybY1hyl1NIY2X/UxUrVAz4+OEzrpI/orj467hQRZUahV/bFI00OQR7t7h0rZ4nuHDeni/G"
    "YZahi4Vm1GvtzbXCAxgYja7ub0BSzt8qYCYS9X+RpKInSq+uPh6+9GWy2QFKQ6kj+jgGtj"
    "fFCZ0IQG6YQGLVRoczP1NTtfgdpEBsl5Sb9sCaa8Zp9nPcOoqbymKT9iyo9s3K07t/zIJk"
    "ycH9Ejk4Oday4MDwQzZ+nuUG7qDJN2iUy9dnun1BL5F3V1dK60ufHSantp0XPgMu68wC5a"
    "puxfkbTubppb5HeJo89EZpTGpEmZUHZ/sRATCsnDMK7IM8FPjDKM6/Y4LrGj2HkSR5LYmK"
    "3OgRKXWuVBcHHA2pwD4EzkymZ5ojmia92mPv6F6piys/a9wLf9lPrO1Y1wHS97ks45xXj3"
    "cd0YXTP2jKg9PXW8LpBXnU0chSHyaYKRBq4CXW/itVZYv4fXOMIBqonlbrRWlwmNe0DDYs"
    "0r9ROLwoc60OVVNSpkpuJJ8165QKUN40qQ851uGpWNK+FrnHXjSjCuhG1Q8jrqSojqPAhR"
    "s+MgWthdMPiF54IFIXYiG5G4rDbAjygEnGe+BdhH/Kwj72UIcJj8wnhasOft/OH/4d947i"
    "OyXP8GTDB7w/gcJN7uGwJcBzxNUFy+G7j85KQC6QIWwFQjVjH2Rb41058l1r5K/epqprDi"
    "MEtX/YaUn1hMVcfTq/qdrXLFzufEr1c69/D9fRZq47tkkmzHikPNiI0xVm3PaNkY++DWKf"
    "xqtquMthdmwzLwKkHG8ghjIbw4ZZ46K7pAspKiJD1c1YUkBRjCqVZd0xnFdqj5fNjeqPkd"
    "NImzplF36yhn0oWAuFTXKlAYm62QscyTaPQxrZIZYKvA4ie/TmeV74I5gSnMpVCYi+LASo"
    "+x1A6OF4mNy8EUK91Sn7vxI8iZTDctyip+hKL9QXPaK6QrmPcOfYFbNM3ScMqStlywOCnv"
    "XzMik9ulkdtl6v+a+r89Q9g4Ho3jcfsdjzIuvDSwpuKvFGdT8Xf5ir8bcpifPKL4mUWveX"
    "Jn2Og6t1DeaNEDqz2X/YPvAOTFVL8hgMmb34Mb5Do33Ol98yq1+4EffmBb2rfgH0DQ5xuZ"
    "//v3QulaxB23qol77GLdztZUSzEn6U0tsQ2fjIx0ZwD1T7RouZxljJmGxJy176FnerSnki"
    "+0J08X2qvKy3yh61gus/a9ALdty2Xrh5NsG+Dr0P4adJX2auhvG9DKEl99Ef2NCnzxKRCC"
    "sJedDdGU12yx7paU9AIYUtd2A+jTVOBj/b5l/9s4eImv+CAeJQ6YnEIHgTv2B50wOTAOnY"
    "Qe9hdKfi4I3zwXxcIhr4qrmvYcP5Nm5GBCo5FbnRDkIKuNkpf/1B6oWBp4FRGEptyuKbe7"
    "qr1rLeV2Q6yXG5+170EJUgFdRXgb8RXLYOoWHN1AodGWIF5L7QHyQiiaWskhzjpqhUDYA7"
    "xbj4vAXl0USpMTz1siCmW7+XPTRpdhfSBd2gfVhZ1WD2XCHPa0Qo0Fwu2IOO5VYnFBXFaX"
    "+cpEfTLPrSxgM9cP1FEtkpjTPkVIi8qQOqoVKgNsXaWN1iMrtu7zb9m41qI/ddugXplDVW"
    "C3SyN6lPXSLX6gimhxg1E4RbVoQloK1uJRVv1EtrLJbNGhqtdMdj6JTzNNXr1iGS7fHspN"
    "xFwGt1Cp5aJm4oik8QC8z7f8YNUh+8e1J3lpTJcCxCbcGTKhmwIf0wkj5zRPPCH/CRJAoK"
    "t63upyZ5eV31szA5ymEbQLDZURr8J62+Rk75kBd8MxDtmsKTvc0/Y9lKL2VRzu+3KH+77g"
    "cLeh58nS4Oanx86oewj2ivPuYXgfTbm0cPtCkU7BSJHQmAfq8jkjygs9L7qUC+Q9XMurT/"
    "Nm2y57Xu3FXCUzS7lmKTtRmAQT19WRkEJboTLImvOjtKDub7KmycIxWTgbN2hsZfm/GHPB"
    "hJHNhMxyEb8KtG0cLR7ell5a4uAgE1O1hpgqPrW6cVVFmh7KzuvJCuV/1x/zPB/o1Z71vE"
    "XV2FZv30BT6GpZj3KC3oE7Giula4wb8jXGAr4BJOQJs01oAslEB2eBsIec4/VIxYbEWsn1"
    "7pFgR5JHZc43cmwgQjMTDTtnrwtQOHVj1wIb4rEuTpMJG/Mhr+umPZXi9XrFkDejg/1cAu"
    "E/moSPq/OjszNRJWdM4IEE0EZWAKkWCxEp+1eS4vWuUpIdb9YQeiwm2rmECfDUfaxhJfMO"
    "ip/Rmeo2GufA8FNWLV4noLawgjwwsEpnKjkao97XatQTTFCbsJkcodC1JwPBapJeH8rtJn"
    "DWwlhMWvsE1mwxkbJ0ueAi5+Z90HpG47GSnjlu0DPHgvecfVIaCKfNe4juWjL92Ii0NtpT"
    "nklSIGk/h2T95vy1ZotsdBv78n83JXFR"
)
