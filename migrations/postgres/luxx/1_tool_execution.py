from tortoise import BaseDBAsyncClient

RUN_IN_TRANSACTION = True


async def upgrade(db: BaseDBAsyncClient) -> str:
    return """
        CREATE TABLE IF NOT EXISTS "tool_execution" (
    "id" BIGSERIAL NOT NULL PRIMARY KEY,
    "tool" VARCHAR(64) NOT NULL,
    "caller" VARCHAR(8) NOT NULL,
    "argument_bytes" INT NOT NULL,
    "outcome" VARCHAR(16) NOT NULL,
    "result_bytes" INT NOT NULL,
    "duration_ms" INT NOT NULL,
    "created_at" TIMESTAMPTZ NOT NULL,
    "user_id" INT NOT NULL REFERENCES "user_account" ("id") ON DELETE CASCADE
);
CREATE INDEX IF NOT EXISTS "idx_tool_execution_user" ON "tool_execution" ("user_id", "id");
CREATE INDEX IF NOT EXISTS "idx_tool_execution_tool" ON "tool_execution" ("tool", "id");"""


async def downgrade(db: BaseDBAsyncClient) -> str:
    return """
        DROP TABLE IF EXISTS "tool_execution";"""


MODELS_STATE = (
    "eJztXVlv47YW/iuEXjoF3CBR1mYGF3AybpveLIPE0xa9KBRaom02kqgRqTjGNP/9ktRi7Z"
    "E83qTqKTHJI4ofyUOeVV8V03t52bsk9jNyKWSY2Mo5+KrY0EL8n5zaHlCg44R14ieDI1M2"
    "1tPtRpS5UGe8bgxNiniRgajuYifox/ZMUxQSnTfE9mRR5Nn4i4c0RiaITZHLK/73Fy/Gto"
    "FeEBU/vypjjExD/q94FLkaNkSnnmNAhgwNMvGLlwk69OK4iFLeKw0fFY4QGy9a/MU1E1NJ"
    "yuaObKBIej4Q+eO1B4p6dlzyN9JZ9j3qvkHwoOovwQmeseG/yBKdSdqS3gS986TJDhOrwx"
    "+pLNdC2sspdH+SLcXMjnhnpmfZi9bOnE15t2FzPvGidIJs5Aq8YmtFLIVgaYVF/rLgBcz1"
    "ULQejEWBgcbQM1lsbY20RZmiabd3Q+1hMNQ0pcZq5ICJlYxtRuX4LfiimciesCn/eai++v"
    "0scPBbiQ5/699f/tK/f3eofi86JHw7+HvlNqhRZdWrfARkUFvM6gLm5MKqCneSainYA1Aj"
    "1MMmC9gX+3rjuB/s71cAnrcqRF7WvcrNFELNMOOtaqAcEaxmXe8UwmolhNUShNUswp4tIc"
    "tZyheEmAja+TjHyVJQjzjdurAO2co3Ya0M+VOAGIEJIJDjADNIwQQ/IxsQFzD4xP8Zu8QC"
    "/LQDY+xSBizOweEE7SnZaSqZlYu7u2tBYVH6xZQFV8PU7Hy+uRjwjSEnjTfCTBZf3Q5TM2"
    "URA5l19kJE0O2FanuBzilDljiCLYdlkR7yMzgf6Qzh5hBXlDXhXQLvcPDHMLGoQ1Tf3fT/"
    "kIBb86Dm+u7257B5bBYur+8u0qweWY5Ax3NzGP5PJoEF2KfoUsiPBeG6sN/fO908+B/vPl"
    "9cD8Cn+8Hl1cPV3W0Cbr8yyUnuB/3rNCvhW4kRzuRoFuoruwDoJFEKZ/7i60KZb9T9dfGU"
    "iXiJH9SDo9Ojs8OTozPeRL5oVHJaMhNZFs2m2H7iHWrIFiOue6jmkW/wcI1KNrugV3hE6i"
    "6KCZtJ5D/yGoYtlA99kjIFuhGQ7oX/NPH45AM07mxzHtyiytj71c3gYdi/+ZSYlY/94UDU"
    "qEmGE5S+O0kdtNFDwO9Xw1+A+An+vLuVvMkhlE1c2eOi3fBPIUcr0GNEs8lMg0ZMjgxLQ9"
    "SSV9iEiqHOrCcpu1nflVkPMYpNe/D2CSk8UrJUP8RSVEudYrsmhq/4EIup0CqCGle6bexa"
    "sOOICiXd+ClXfyTgyrniEhfhif1fNJcgX/E3graed6eVSuDPwUMaBu1ruHbC0sV+cuEs0m"
    "nGlxQfOZdjkX/mX/YfLvsfB0ouK/hmUD/FHtQsJlAV1xT/S2DL3wHcfr6+9jXMI6g/zaBr"
    "aIlVLGqISlIlUdtslaVa6RJow4lESAxFvLjE/srgghxhyNbnfLqUjNUjVd8rtnvgRUvtKW"
    "i6hOlDuYFPiAIIXOTIyyHgi8dl/CeXNe2YZsj17O9oqB+iUkGUYy9J2CbEa/1VZkHhz6xo"
    "PYiPllOtym5wgSeF/L4qqw8W4O4aDnw+/6OqHh6eqvuHJ2fHR6enx2f7EcPPVpVx/ournw"
    "XzT9yIwvO12JwQLNGqWr2geafTq6bTcxEfKc2RDIoRjpE0DGWlD6aQTgEZg9kUMqnVhvQJ"
    "GeeSXVGOCeDrB8wwmwJoE8GbQDBcgCn/d8yZlJGn405O1clRhZk6OSqcKFHVZNF9o1yqmT"
    "JcFck9OOXq7M2IomFbc5Om606W62S5HZI5aslywRX2m/C895/RUjgXLDAfzW0Ibze+8KNk"
    "pLawolcsrlmxJsuIaXc2CoUvcfGBIO5P9R48UoYc+gigiwBmFIRGlh5gXDbqAR2aJr8l2Q"
    "a//VA+oRRg4QTAZeQiSa5Mbkv4cvmzRNGXKnJcMISEN1iJMJdyOasuL4b9LCkritFk9meZ"
    "sBgQdNLiaqTFzsdvLRcllxT5mQ1sz8qcOsk7KWmty9nBSRWfvrQEEXPpO8n42DDIvBy3g2"
    "pQL6g36GGjE8sRp2y4vRqHOe+OIbuWR1OMpPNlqu3LJK8cWbh/fbi7LTgkQ4K0+gLrDPwD"
    "Qh/4tYD+YezZukAUjDxsMmzTPdHff7YwGQKg8slI495L6iTEA9KTEZk8BPPIYfLFs5Kl/K"
    "bp2ZrJSPldKAMR1KdA+oTKOy+wPMrACAVur0IKAHwhTKHN7/fgHeXylnSqoz1+MYaU2PxZ"
    "378HFCF+wXbR3pQPmrjzmv6wa5lh6ZXG583L43GFF9MU1ea0HU3xZvPdWes7CmboOi+LHF"
    "c1/1IhxMTaAOfSdiDnubIISRdRhi3I6sc4ZKk7b8wa3pjIdUmOcrT40hkRtCE6atN3zmYZ"
    "0DovyPOVWNBy9I1VdUM5pG3Yd2vXFG3aZvkvwLfEwJZWh3+TYSgdOd8s5KsaiHI29i7Z3R"
    "qKaoHZbbtOk5HDasbwFndlLbK8xf1mt5IcoprFKlLDhMb2Vfg3/lucG79Rlio2RMm/NU7B"
    "sH0brSTrSH0QrXqJVC7Qb9tLMg9pI/ort5eMIEWa59YKto/TtBBkdf/orJJz7tFZiXeuqE"
    "xCDR2s5TpAF2sJYiSNMk0pDwiayACjOXikSPdczOZ7v4mnPb4HyHLYHMz48YmEq67wVaHA"
    "JnbdfBNrUS0Eg9ZqZ6DIELZyZ6zBa71RAfpnBz+qO32Jid0EafSOGVxLdcFJwk4NXEcNvF"
    "QuhO2kQFhJfqFtgt1pgYt5SXu1wF0GhLbNeohRWQaELrijC+7Yulr0zeCObahF79Ezvwcb"
    "Q3EZVjKq0URtr1g96vrt/Dv12nWkhdrLvxmuI3MFzTuf7wJLXrFGE704mHPnJU7RJGX7Ql"
    "Cbe2j6d6UMj98KU/LyeJFXzoK8pRmP7/TpuMTwdERlsBMgz8gFYgmeA2IjkdjCnPdExlP5"
    "ixALGJjqnjTFLBP9FLjnV7DpCGvawpm/WoxT2q5ZsZvlAqrCc61iJ6s0TXXhPCtn7U98mM"
    "vaUELaFuouq6j0i/X5GWW+iZ+RhnP8CIpXdIxkJc4xG1rVynCKEnGm31GADTCbYlPq70VO"
    "IKHBF8PriQJbPuUc+C/aA5T4PNezKeBsGkqu/HbejdW7MznQhVatWJUFxW4Eq4huWxOs0s"
    "DwON7Ua25sHGQigXSduJEYRZNiRpR7iKlvfkScbc2BbkJsveesZ+Zi5ofO24CYBr8iBkN8"
    "KyXQio0zlBFHC7IR1bYXZIk7I03nq9/56jfugtpMfX0VK80Y25hOl5r2FOkK5r1BO3CHpr"
    "lQw9TFZHRpzjpLWGcJqxpu0YW1rC+sZUvK/cEzku+e1fD7Nb1SNb+GokbLJkEzsR1kQPMz"
    "Uptk8h48Imw8CkHu8V0o1X34wFnw9+AfQNGXx+J01YuAFyT04FXNlbywbj7piKQ1URdbTh"
    "KG6s4Aat9RuJEpiOUgKYzSyEe8xQEZapXk0Gpxcmg1kxxaLPQ6yomwfSvA3bRyokvKvNkI"
    "5y7jbRMz3g4JMQcvSPfyv9GerC65+jHeUEOJlsve/7gA4l//xDPPwWxKesIiqU9ldtspmQ"
    "HMAOJTbfTAyGNA5P/n5ImvBVCIjWU8P2oH9SbH/Zb/RMo5gwW6/KW6ColX4arRfSVlU1fa"
    "cNYq36+C9g07kZQ+lf4DIkMfcoEYvcG37XkQFGgjYcHjfwmgHt/YYpRb+VqHfL38+XjbTL"
    "2gbtjsbMGnBroTz0I200ZzhupEA2YJ2yTdrczoTDymk6JMBm8v5Rh5C9fy6t0t/Bz7tRdz"
    "mqxbyjlL2fBcXzma589VCG2KqkO2i6qsBXV77fWdVbGzKm5d97GT8XUS84zOI5yJIlWHHA"
    "rUo4zb2wmn65KBrSEZmJjaugnB4jQtvDuvx8tF/J+fMOltoFebNWmTkRbhCIAOKfphLJyU"
    "jXOpHBHaEsiAgcdjJMLYzLn4fJdoJj/4JWIsRLNt6EiQBXEtlVVE0KwJulzMydswq8eVjI"
    "PHJdbB4wzSDqR0RviRJj5+WwfxDGEL+dCBWkUjxVsVS/FqRivVrM9lRRfNxmn/HORaWFo2"
    "eBfPecnX+NWlQhrInMdsTkA5WO+l5lA9PYnuM+JH2VXm4aZ/fZ0V8DkTeKIO1JHmQFaLhW"
    "Qp2+ewe7BfyaVDNCvJcJp168CUiwMMP+ewkreSsS3ouuxg1aN8/E8eCS/KXLfTNz6VFKNr"
    "XOCbsHP71m8ahL9R32IsrN8suGJuIsitUyUWM512qRJ3IulIH7lYnyoZXU1Q3ivW1sBFi0"
    "5Ps7EtsGY9TSHrL77gFHP9NkhH6vFxJXn0uEQePc4mtXbqIBw0byG6a0mMX/g12+KUFcVf"
    "s91AzortuAavLDvFVo+x1/8DqWBvzg=="
)
