"""Bronze to silver: what people say on social media, with the rating that stands in the comment as a number.

The rating is the N of "Nota N", from 1 to 5; a comment without one, or with another number, has none.
"""

from __future__ import annotations

from lake import Column, clean, filled, main
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

NEEDED = "id_social data influencia_autor plataforma nome_produto categoria_produto comentario".split()
RATING = r"(?i)\bnota ([1-5])\b"


def columns() -> list[Column]:
    """The columns of silver_social; a function, for expressions need a running Spark."""
    day = F.expr("try_to_timestamp(trim(data), 'yyyy-MM-dd')")
    return [
        Column("id_social", "bigint", complaint="missing"),
        Column("data", "date", day, complaint="no date as yyyy-MM-dd"),
        Column("influencia_autor", "string", clean("influencia_autor")),
        Column("plataforma", "string", clean("plataforma")),
        Column("nome_produto", "string", clean("nome_produto"), complaint="missing"),
        Column("categoria_produto", "string", filled("categoria_produto", "nome_produto")),
        Column("comentario", "string", clean("comentario")),
        Column("nota", "int", F.nullif(F.regexp_extract(clean("comentario"), RATING, 1), F.lit(""))),
    ]


if __name__ == "__main__":
    main(NEEDED, columns)
