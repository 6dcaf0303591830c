"""What the store's tables must hold, worked out by DuckDB from bronze files, with SQL of its own."""

import duckdb

TEXTS = {
    "inventory": ["produto"],
    "social": ["influencia_autor", "plataforma", "nome_produto", "comentario"],
    "sales": "canal_venda origem_venda produto metodo_pagamento nome_cliente cidade_cliente regiao_cliente".split(),
}
DATES = {
    "inventory": "try_strptime(data, '%d/%m/%Y')::date",
    "social": "try_strptime(data, '%Y-%m-%d')::date",
    "sales": "try_strptime(format('{}/{}/{}', dia, \"mês\", ano), '%d/%m/%Y')::date",
}
MORE = {
    "inventory": "",
    "social": ", nullif(regexp_extract(tidy(comentario), 'Nota ([1-5])', 1), '')::int as nota",
    "sales": ", (select min(uf) from states where simple(tidy(uf_cliente)) in (lower(uf), simple(name))) as uf_cliente",
}
PRODUCT = {"inventory": "id_produto", "social": "nome_produto", "sales": "id_produto"}
STATES = (
    "AC Acre,AL Alagoas,AP Amapá,AM Amazonas,BA Bahia,CE Ceará,DF Distrito Federal,ES Espírito Santo,GO Goiás,"
    "MA Maranhão,MT Mato Grosso,MS Mato Grosso do Sul,MG Minas Gerais,PA Pará,PB Paraíba,PR Paraná,PE Pernambuco,"
    "PI Piauí,RJ Rio de Janeiro,RN Rio Grande do Norte,RS Rio Grande do Sul,RO Rondônia,RR Roraima,SC Santa Catarina,"
    "SP São Paulo,SE Sergipe,TO Tocantins"
)
COLUMNS = {
    "inventory": "id_estoque id_produto produto categoria_produto data horario quantidade_em_estoque "
    "quantidade_novos_produtos quantidade_vendida",
    "social": "id_social data influencia_autor plataforma nome_produto categoria_produto comentario nota",
    "sales": "id_venda data horario canal_venda origem_venda id_produto produto categoria_produto preco_unitario "
    "quantidade metodo_pagamento id_cliente nome_cliente genero_cliente idade_cliente cidade_cliente uf_cliente "
    "regiao_cliente avaliacao",
}
GOLD = {
    "top_products_by_region": """
        select regiao, posicao, produto, categoria_produto, unidades, receita from (
            select regiao_cliente as regiao, produto, any_value(categoria_produto) as categoria_produto,
                   sum(quantidade) as unidades, sum(preco_unitario * quantidade) as receita,
                   rank() over (partition by regiao_cliente
                                order by sum(quantidade) desc, receita desc, produto) as posicao
            from silver_sales group by regiao_cliente, produto
        ) where posicao <= 10""",
    "largest_stocks": """
        select row_number() over (order by amount desc, produto) as posicao, id_produto, produto, categoria_produto,
               data, amount as quantidade_em_estoque
        from (select id_produto, max(produto) as produto, max(categoria_produto) as categoria_produto,
                     arg_max(data, (data, horario, id_estoque)) as data,
                     arg_max(quantidade_em_estoque, (data, horario, id_estoque)) as amount
              from silver_inventory group by id_produto)
        order by amount desc, produto limit 10""",
    "sales_by_rating": """
        select n as avaliacao, (select count(*) from silver_sales where avaliacao = n) as vendas,
               (select coalesce(sum(quantidade), 0) from silver_sales where avaliacao = n) as unidades,
               (select coalesce(sum(preco_unitario * quantidade), 0) from silver_sales where avaliacao = n) as receita,
               (select count(*) from silver_social where nota = n) as comentarios
        from range(1, 6) as r(n) where vendas + comentarios > 0""",
}


def judge(folder):
    """A connection with bronze_…, silver_… and …_rejected views of the bronze files below the folder."""
    db = duckdb.connect()
    db.execute("create macro tidy(t) as nullif(trim(regexp_replace(replace(t, '_', ' '), ' +', ' ', 'g')), '')")
    db.execute("create macro simple(t) as lower(strip_accents(t))")
    rows = [(one[:2], one[3:]) for one in STATES.split(",")]
    db.execute("create table states (uf varchar, name varchar)")
    db.executemany("insert into states values (?, ?)", rows)
    for source, columns in COLUMNS.items():
        db.execute(f"create view bronze_{source} as select * from '{folder}/{source}/*.parquet'")
        product, given = PRODUCT[source], f"bronze_{source}"
        texts = "".join(f", tidy({name}) as {name}" for name in TEXTS[source])
        made = ["data", "categoria_produto", *TEXTS[source], *(["uf_cliente"] if source == "sales" else [])]
        known = [row[0] for row in db.execute(f"describe {given}").fetchall()]
        left = ", ".join(f'"{name}"' for name in known if name not in made)
        category = (
            f"coalesce(tidy(categoria_produto), (select mode(tidy(o.categoria_produto)) from {given} o "
            f"where tidy(o.{product}::varchar) = tidy({given}.{product}::varchar)))"
        )
        db.execute(
            f"create table {source}_all as select {left}, {DATES[source]} as data, {category} as categoria_produto"
            f"{texts}{MORE[source]} from {given}"
        )
        bad = "data is null" + (" or uf_cliente is null" if source == "sales" else "")
        names = columns.replace(" ", ", ").replace("preco_unitario", "preco_unitario::decimal(10, 2) as preco_unitario")
        db.execute(f"create table silver_{source} as select distinct {names} from {source}_all where not ({bad})")
        db.execute(f"create table silver_{source}_rejected as select * from {source}_all where {bad}")
    return db


def rows(db, table):
    """The rows of a silver or gold table, in the order of its columns, sorted."""
    if table.startswith("gold_"):
        return sorted(db.execute(GOLD[table.removeprefix("gold_")]).fetchall())
    return sorted(db.execute(f"select * from {table}").fetchall(), key=str)
