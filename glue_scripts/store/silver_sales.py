"""Bronze to silver: the sales, with one date of day, month and year, and a state's two letters for its name.

A state may come as its letters or its name, in any case, with or without accents; one that Brazil has not rejects the
row. The names and letters are those of IBGE, Brazil's office of statistics.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from lake import Column, clean, filled, main
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

if TYPE_CHECKING:
    from pyspark.sql import Column as Expression

NEEDED = (
    "id_venda dia mês ano horario canal_venda origem_venda id_produto produto categoria_produto preco_unitario "
    "quantidade metodo_pagamento id_cliente nome_cliente genero_cliente idade_cliente cidade_cliente uf_cliente "
    "regiao_cliente avaliacao"
).split()
STATES = {
    "ACRE": "AC", "ALAGOAS": "AL", "AMAPA": "AP", "AMAZONAS": "AM", "BAHIA": "BA", "CEARA": "CE",
    "DISTRITO FEDERAL": "DF", "ESPIRITO SANTO": "ES", "GOIAS": "GO", "MARANHAO": "MA", "MATO GROSSO": "MT",
    "MATO GROSSO DO SUL": "MS", "MINAS GERAIS": "MG", "PARA": "PA", "PARAIBA": "PB", "PARANA": "PR",
    "PERNAMBUCO": "PE", "PIAUI": "PI", "RIO DE JANEIRO": "RJ", "RIO GRANDE DO NORTE": "RN", "RIO GRANDE DO SUL": "RS",
    "RONDONIA": "RO", "RORAIMA": "RR", "SANTA CATARINA": "SC", "SAO PAULO": "SP", "SERGIPE": "SE", "TOCANTINS": "TO",
}  # fmt: skip
ACCENTS, PLAIN = "ÁÀÂÃÄÉÊËÍÎÏÓÔÕÖÚÛÜÇ", "AAAAAEEEIIIOOOOUUUC"


def letters(state: Expression) -> Expression:
    """The two letters of a state that is given by them or by its name; null for what is none."""
    known = {**STATES, **{short: short for short in STATES.values()}}
    pairs = F.create_map(*[F.lit(text) for text in chain.from_iterable(known.items())])
    return F.element_at(pairs, F.translate(F.upper(state), ACCENTS, PLAIN))


def columns() -> list[Column]:
    """The columns of silver_sales; a function, for expressions need a running Spark."""
    day = F.expr("try_to_timestamp(concat_ws('-', ano, `mês`, dia), 'y-M-d')")
    return [
        Column("id_venda", "bigint", complaint="missing"),
        Column("data", "date", day, complaint="no date in dia, mês and ano"),
        Column("horario", "string", F.trim("horario")),
        Column("canal_venda", "string", clean("canal_venda")),
        Column("origem_venda", "string", clean("origem_venda")),
        Column("id_produto", "int", complaint="missing"),
        Column("produto", "string", clean("produto")),
        Column("categoria_produto", "string", filled("categoria_produto", "id_produto")),
        Column("preco_unitario", "decimal(10,2)", complaint="missing"),
        Column("quantidade", "int", complaint="missing"),
        Column("metodo_pagamento", "string", clean("metodo_pagamento")),
        Column("id_cliente", "int"),
        Column("nome_cliente", "string", clean("nome_cliente")),
        Column("genero_cliente", "string", clean("genero_cliente")),
        Column("idade_cliente", "int"),
        Column("cidade_cliente", "string", clean("cidade_cliente")),
        Column("uf_cliente", "string", letters(clean("uf_cliente")), complaint="no state of Brazil"),
        Column("regiao_cliente", "string", clean("regiao_cliente")),
        Column("avaliacao", "int"),
    ]


if __name__ == "__main__":
    main(NEEDED, columns)
