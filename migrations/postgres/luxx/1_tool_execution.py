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
    "eJztXW1v2zYQ/iuGP3VAViRKnGTDMMBJvc2bExeJuxUdBoG2GFuL3ipRaYIu/32k3iWSCu"
    "VIsqXyU2KSJ0oPqSPvuTvq69DwHx/fXtrWA3Q9gHTbGv44+Dq0gAnxP4zag8EQOE5cR34i"
    "sDSCxqtiu6WHXLBCuO4OGB7ERRr0Vq7uRP1YvmGQQnuFG+rWOi3yLf2zD1VkryHaQBdX/P"
    "0PLtYtDT5Cj/z8OrzToaEF/w99D7qqrpFOfUcDCGoqQOQXLiNy8NFxoefhXr34UvET6tqj"
    "mr1x1dC9QBQ9OUGDYSCPHyT48Xww4PXsuPa/cIXo+6h6B9GFxG8CCzzoWngjW3QWyJb0Ru"
    "SdezXoMDc7wicNytVY9nID3F+ClmRkl7gzwzettLXzhDa427g5HnhSuoYWdAlemblCpkI0"
    "teKicFrgAuT6MJkPWlqgwTvgGygzt5ZqWjZU1ev5Qr2dLFR1WGE2YsDITNYt5AXPb4JH1Y"
    "DWGm3wz2PlOewnxSFsRTr8c3xz+dv45s2x8h3p0MavQ/iuXEc1SlD1HFwCIKCmo5rCnJ9Y"
    "onDnpbaCPQI1QT1uksKevtet4350eCgAPG7FRT6oew5ephhqpCPcqgLKiUA983qvEFaEEF"
    "ZKEFZohH0rgIwxlS9s24DAYuOcFStAvcRyTWEdq5UGsC6B9mI+n5Erm5732QgKposCxB+u"
    "LiZ4dgfI40Y6Coqn14sC3KatQaPKhE4E5IQWm9Dek4egSdZR00E00gu8kLKRpgTbQ3w4bH"
    "9SLyYfF7lJHaP65mr8MQDcfIpqZvPrX+PmmVG4nM0vivoamg5Bx3cZWvsXwwYc7AtyBeTv"
    "iGBT2B++PWsf/HfzDxezyeD9zeRyejudX+fgDivzmuRmMp4VVQl+lZB9D/GmkoJ6anGAzg"
    "sVcMY33hTK+EU9bEqnrMlNfK8cnZydnB+fnpzjJsGNJiVnJSNBq2i00a173KEKLfLEVVdG"
    "lniLK2RS0tklcuXCjMWYR/4drkG6CdnQ5yULoGuR6Nv4ny4un/gBtbllPEVboTL1Pr2a3C"
    "7GV+9zo/JuvJiQGiWvcKLSN6eFhTa5yOCv6eK3Afk5+DS/DnSTY3to7QY9pu0Wn4gxPAQ+"
    "slXL/qICLWMMxqUxavl9aI4nqDLqeUk56vsy6jFGmWGP7j5nSidMifgiVpDaahXbN1u65k"
    "Usw4MJgpplzlrbFuw5ooRpu7tnkkAELsYW13ahvrb+gE8ByFN8R8Basfa0AZP7IbpIx6B9"
    "judOXJq+Ty74khCT2SmFnxzbsTBc8y/Ht5fjd5MhUxW8GtT3mQt1SwmI4lrQfzls8T0Mrj"
    "/MZiFNvASr+y/A1dTcLCY1tmIXSpK2dJWpmMUSYIF1gBB5FHLjAfZTDRtyNoLW6gkP15By"
    "XRTqD/jOCz1tqd5HTWv1X+R8BaSHf8o8Gq5vCbL52RvHUnXx+Bf6mqu6RbV2NJf2l8gPVf"
    "YPinJ8fKYcHp+ej07Ozkbnh4nupqvKlPjF9Feix3Obm3ip5NP70WwTJeii5pKeE6PnXIif"
    "1GNs8vkIZ0R6iPLpiQDIpydcjElVlw3oVhVMNy0pEfs5WqCqvFaJRA/fqrq8wNKikhbVHu"
    "38K1lU0e7zVXjehNfoKZypCmSjuQsT6grbFiB40wq2U1xxwDeazEyT1oK9cuFLIZoe/Cxi"
    "KkW3qxYD1cSirMRNsrifLc0x8jTUe1Rmj0UC0iCrxyCTYW2NbGhcmxdaNbF8k1od8ntHu7"
    "dRVkenImFsxZ1+JortlIpIQQD5DCe9GNSpdIvxKCvbdMhqGL9encMcd4egVSn+JyMiI38q"
    "R/54CDqMOf777fyas0jGAkWaQV+hwX+DOOy7EdB/uvOtFUF0sPR1A+mW95b09/MOBoMAVD"
    "4YRdwP8twBuUBxMBIHAVEeDCXPHxVa8lXDs58OltbGIYi0wuj6LE3E3T4WpNrjDroSoRWG"
    "aFYPfqPkZOQAI/wqXPqJMVcZYKasBJkVnkHsUegh3QSoevA9LS0jDCtEGELXtRlUI39rmA"
    "j0IW2n7Z1ht9xRMrLvx1r8UQxWUJTBYYj24b1rnM9p2wP4DeBb4q4qktavcrMUU7q7hbyo"
    "u4XxYu+TF6ujqHKcWLsNBEyCMCk3VjY8k+fHysaC7uTUAjG/UkKWxK7rOgL9vpUov1faUn"
    "x3UfC3wioYt++jL6OJnPxk1gdIMYF+2atBXaSP6Nfu1VgCD6q+WymBPCvTQ5CVw5NzoSjV"
    "k/OSMFVSmYcaOLrKjATmswQZEelAqkwTRA+gVj4hgRLs5SxvIBS7Uwnk50c/KHu9Icns6r"
    "zkHilcS3ndvKCkdKtQulvl6u8mRb/zh9hIRpevS/rL6MoM/b6NeoxRWYa+THuQaQ87pzhf"
    "THvYBcV5Ax/wPlhbkM3wkKI5c7UHfKrTDduFe+rG+U4uE/kv0qvYXFFzGWXN8crx2Un46O"
    "hYO2+xiuYl+5ec2d1FM9wrUTp+J0rJZ+kiv1wF+S0fDx2FtAt4WIhvKw2AF8sLKnoZBbvZ"
    "LgkpXpkEO6nTUSRTYGpXzvf4Mbf1aMSyPWQfRQh2PrtOUeuG/gBVneHV58/ojEgtoSo9nN"
    "UZBx1wgVkpFyOV2I9kDNJtb5IxOpj+hZv63c39AogcJ1wl4yIjIbMtimyvh2xHjc7gqcyw"
    "08LSrSEj1ffUBS39Gnyl0k2GW8SvcadburfZatgLojWMe4fewD0aZi4nIzMS5JFZ0nckfU"
    "eiyQYyqaO5pI4d0eGTBxjcO82JhzUHpcS4CpNGNZ8+nKZtQMIfizrqcGHV44ETkd7kDuz4"
    "QCpYdQRg/5a0VoYgc5IGN9eAjXiP0woUkQODFf6BwQp1YDCZ6FVIhrh9L8Btm2SQB/W2m6"
    "crT0Ht4imoC9s2Jo9w5bM/gZ2vLtnCIdxQhbmW+5tPmr/Zl4IFCpEIKCLSt+oqFq4jLkF+"
    "qaKtfWg8asKboqh9D5eRBr6iAAyDxa6IuW1T6R6CXXM8CHDXvomtbHX5hGCVXDRasE8WVm"
    "0OXNtHK5uXE//yVM6I93Au1x9+gJddko5adTIXxeRUZkxlzXdDopEV38SFtiAlkZU5fZWg"
    "7q/vW3ropIdu5/zDXmZ3BZhTvEM8Ejy6IXgUsErObt5NMpc8VqqBY6XI0FY9Wior08O9cz"
    "MRI+R/9tE7LwNd7/k7e5QlUD+/AU2gV2KPEoHegauMhFxqoxKf2ojC1wGe98XGi9AGeJsq"
    "OFOCPdQcR4oIh4Rb8e1uheKRuvVBo2Rr2Dm+zoGuqQeuBdzFA+uwLrzZEDgCkHGZ9kyKo2"
    "a3IcfK2WmyAyE/yjYft1fj2Yw2ybESuPccsIKqA1AlFUJL9i9c9ehQKBCCNCs53ZIOhtA9"
    "vIFH+gNDlbx0eFcqJ0+TEs9xCT93Q2IImUGXL3wmJyMnU7ckqfetknp7cfjEGLr6ajOkWJ"
    "Oo/IDPm4C0hWRMWnsFGmZMuCqdv3Hha/M+WD3KaCRkZ45K7MwRfVCxUwXhqHkP0W3ksHPu"
    "d0T5hynwvyPawmkKuwmUre3chJ0uY8//A9+vNA0="
)
