"""Bronze to silver: the inventory, with real dates, clean texts and each product's category."""

from __future__ import annotations

from lake import Column, clean, filled, main
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

NEEDED = (
    "id_estoque id_produto produto categoria_produto data horario quantidade_em_estoque quantidade_novos_produtos "
    "quantidade_vendida"
).split()


def columns() -> list[Column]:
    """The columns of silver_inventory; a function, for expressions need a running Spark."""
    day = F.expr("try_to_timestamp(trim(data), 'dd/MM/yyyy')")
    return [
        Column("id_estoque", "bigint", complaint="missing"),
        Column("id_produto", "int", complaint="missing"),
        Column("produto", "string", clean("produto")),
        Column("categoria_produto", "string", filled("categoria_produto", "id_produto")),
        Column("data", "date", day, complaint="no date as dd/MM/yyyy"),
        Column("horario", "string", F.trim("horario")),
        Column("quantidade_em_estoque", "int", complaint="missing"),
        Column("quantidade_novos_produtos", "int"),
        Column("quantidade_vendida", "int"),
    ]


if __name__ == "__main__":
    main(NEEDED, columns)
