"""Bronze files of a made-up Brazilian retail store: inventory, social media and sales, as parquet.

`write(folder, rows, seed)` makes one file for each source below the folder, with that many rows in each, and counts
what the tables must hold. It plants what the silver jobs repair - underscores for blanks, blanks around texts, names of
states for their letters, missing categories, dates in three numbers, ratings inside comments ("Nota 4") - and what they
cannot repair, which has to be rejected: dates that no calendar has, states that Brazil has not, and exact duplicates,
of which one stays. `keep` is what is left of each row, told by the generator rather than worked out from the file.

Names of people are made up; cities and states are real.
"""

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa  # parquet is the one thing here that the standard library cannot do
from pyarrow import parquet

from samples import Landed, SampleError
from samples.command import Command

SOURCES = ("inventory", "social", "sales")
LEAST, MOST = 100, 5_000_000
BAD_EVERY, DUPLICATE_EVERY = 40, 50  # of so many rows one is bad, one a copy of another
FIRST_DAY = date(2024, 1, 1)
DAYS = 366
TOP = 10  # rows of the gold tables with the most of something

PRODUCTS = {  # category -> products with their price in cents
    "Alimentos": {"Arroz Integral": 2890, "Feijão Preto": 990, "Café Torrado": 1899, "Açúcar Mascavo": 1290},
    "Bebidas": {"Suco de Caju": 790, "Água de Coco": 650, "Guaraná Natural": 890},
    "Casa e Cozinha": {
        "Panela de Pressão": 15990,
        "Jogo de Copos": 4990,
        "Faca do Chef": 8990,
        "Tapete de Sala": 19990,
    },
    "Eletrônicos": {"Fone de Ouvido": 12990, "Caixa de Som": 24990, "Carregador Portátil": 9990},
    "Moda": {"Camiseta Básica": 3990, "Tênis de Corrida": 29990, "Bolsa de Couro": 34990},
    "Beleza": {"Creme de Mãos": 2490, "Perfume de Lavanda": 11990, "Sabonete Artesanal": 1490},
    "Brinquedos": {"Quebra Cabeça": 5990, "Bola de Futebol": 7990, "Boneca de Pano": 6990},
}
CATALOG = [
    (100 + number, product, category, cents)
    for number, (category, product, cents) in enumerate(
        (category, product, cents) for category, found in PRODUCTS.items() for product, cents in found.items()
    )
]
STATES = {  # region -> state -> its letters and a city of it
    "Norte": {"Amazonas": ("AM", "Manaus"), "Pará": ("PA", "Belém"), "Rondônia": ("RO", "Porto Velho"),
              "Acre": ("AC", "Rio Branco"), "Amapá": ("AP", "Macapá"), "Roraima": ("RR", "Boa Vista"),
              "Tocantins": ("TO", "Palmas")},
    "Nordeste": {"Bahia": ("BA", "Salvador"), "Ceará": ("CE", "Fortaleza"), "Pernambuco": ("PE", "Recife"),
                 "Maranhão": ("MA", "São Luís"), "Paraíba": ("PB", "João Pessoa"), "Piauí": ("PI", "Teresina"),
                 "Rio Grande do Norte": ("RN", "Natal"), "Alagoas": ("AL", "Maceió"), "Sergipe": ("SE", "Aracaju")},
    "Centro-Oeste": {"Goiás": ("GO", "Goiânia"), "Mato Grosso": ("MT", "Cuiabá"),
                     "Mato Grosso do Sul": ("MS", "Campo Grande"), "Distrito Federal": ("DF", "Brasília")},
    "Sudeste": {"São Paulo": ("SP", "Campinas"), "Rio de Janeiro": ("RJ", "Niterói"),
                "Minas Gerais": ("MG", "Belo Horizonte"), "Espírito Santo": ("ES", "Vitória")},
    "Sul": {"Paraná": ("PR", "Curitiba"), "Santa Catarina": ("SC", "Joinville"),
            "Rio Grande do Sul": ("RS", "Porto Alegre")},
}  # fmt: skip
PLACES = [(region, state, *found) for region, states in STATES.items() for state, found in states.items()]
WOMEN = ("Ana", "Beatriz", "Camila", "Dandara", "Iracema", "Juliana", "Larissa")
MEN = ("Bruno", "Caio", "Davi", "Heitor", "João", "Mateus", "Thiago")
LAST_NAMES = ("Almeida", "Barbosa", "Carvalho", "da Silva", "dos Santos", "Ferreira", "Oliveira", "Souza")
PLATFORMS = ("Instagram", "Rede de Vídeos", "Fórum de Compras", "Blog de Moda")
INFLUENCE = ("Baixa", "Média", "Alta")
CHANNELS, ORIGINS = ("Loja Física", "Loja Virtual", "Televendas"), ("Busca Orgânica", "Anúncio Pago", "Indicação")
PAYMENTS = ("Pix", "Cartão de Crédito", "Boleto Bancário", "Dinheiro")
PRAISE = ("Gostei muito do produto", "Entrega no prazo", "Esperava mais", "Compraria de novo", "Chegou com defeito")
NO_STATES = ("Patagônia", "Xx", "Estado Desconhecido")

Row = dict[str, Any]


@dataclass
class Planted:
    """What a sample holds: rows of each source, and how many are copies, bad, or repaired in which way."""

    rows: dict[str, int]
    duplicates: dict[str, int] = field(default_factory=dict)
    bad: dict[str, dict[str, int]] = field(default_factory=dict)
    repaired: dict[str, int] = field(default_factory=dict)
    tables: dict[str, int] = field(default_factory=dict)


class _Maker:
    """Rows of the three sources by one stream of random numbers."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.repaired: Counter[str] = Counter()
        # A category is filled from rows of the same product that have one: each source names it once at the least.
        self.named: dict[str, set[int]] = defaultdict(set)

    def soiled(self, text: str) -> str:
        """A text as it comes: sometimes with underscores for its blanks, sometimes with blanks around it."""
        chance = self.rng.random()
        if chance < 0.25 and " " in text:
            self.repaired["underscores"] += 1
            return text.replace(" ", "_")
        if chance < 0.4:
            self.repaired["blanks"] += 1
            return self.rng.choice((f" {text}", f"{text}  ", f"  {text} "))
        return text

    def category(self, source: str, product: int, category: str) -> str | None:
        """The category as it comes: sometimes it is missing."""
        if product in self.named[source] and self.rng.random() < 0.15:
            self.repaired["missing categories"] += 1
            return self.rng.choice((None, "", " ", "_"))
        self.named[source].add(product)
        return self.soiled(category)

    def day(self) -> date:
        return FIRST_DAY + timedelta(days=self.rng.randrange(DAYS))

    def time(self) -> str:
        return f"{self.rng.randrange(8, 22):02d}:{self.rng.randrange(60):02d}:{self.rng.randrange(60):02d}"

    def inventory(self, number: int, bad: str | None) -> tuple[Row, Row]:
        """A row of the inventory, and what has to be left of it."""
        product, name, category, _ = self.rng.choice(CATALOG)
        day, time = self.day(), self.time()
        amounts = (self.rng.randrange(10_000), self.rng.randrange(500), self.rng.randrange(300))
        said = "31/02/2024" if bad == "impossible date" else day.strftime("%d/%m/%Y")
        row = {
            "id_estoque": number,
            "id_produto": product,
            "produto": self.soiled(name),
            "categoria_produto": self.category("inventory", product, category),
            "data": said,
            "horario": time,
            "quantidade_em_estoque": amounts[0],
            "quantidade_novos_produtos": amounts[1],
            "quantidade_vendida": amounts[2],
        }
        return row, {**row, "produto": name, "categoria_produto": category, "data": day}

    def social(self, number: int, bad: str | None) -> tuple[Row, Row]:
        """A comment, and what has to be left of it."""
        product, name, category, _ = self.rng.choice(CATALOG)
        day, rating = self.day(), self.rng.randint(1, 5)
        praise, influence, platform = (self.rng.choice(one) for one in (PRAISE, INFLUENCE, PLATFORMS))
        words = f"{praise}. Nota {rating}" if self.rng.random() < 0.8 else f"Nota {rating}: {praise}"
        row = {
            "id_social": number,
            "data": "2024-13-05" if bad == "impossible date" else day.isoformat(),
            "influencia_autor": self.soiled(influence),
            "plataforma": self.soiled(platform),
            "nome_produto": self.soiled(name),
            "categoria_produto": self.category("social", product, category),
            "comentario": self.soiled(words),
        }
        clean = {"data": day, "influencia_autor": influence, "plataforma": platform, "nome_produto": name}
        return row, {**row, **clean, "categoria_produto": category, "comentario": words, "nota": rating}

    def sales(self, number: int, bad: str | None) -> tuple[Row, Row]:
        """A sale, and what has to be left of it."""
        product, name, category, cents = self.rng.choice(CATALOG)
        region, state, letters, city = self.rng.choice(PLACES)
        day, time = self.day(), self.time()
        woman = self.rng.random() < 0.5
        buyer = f"{self.rng.choice(WOMEN if woman else MEN)} {self.rng.choice(LAST_NAMES)}"
        channel, origin, payment = (self.rng.choice(one) for one in (CHANNELS, ORIGINS, PAYMENTS))
        said_state = letters if self.rng.random() < 0.5 else state
        self.repaired["names of states"] += said_state == state
        row = {
            "id_venda": number,
            "dia": 31 if bad == "impossible date" else day.day,
            "mês": 2 if bad == "impossible date" else day.month,
            "ano": day.year,
            "horario": time,
            "canal_venda": self.soiled(channel),
            "origem_venda": self.soiled(origin),
            "id_produto": product,
            "produto": self.soiled(name),
            "categoria_produto": self.category("sales", product, category),
            "preco_unitario": cents / 100,
            "quantidade": self.rng.randint(1, 12),
            "metodo_pagamento": self.soiled(payment),
            "id_cliente": self.rng.randrange(1, 5_000),
            "nome_cliente": self.soiled(buyer),
            "genero_cliente": "Feminino" if woman else "Masculino",
            "idade_cliente": self.rng.randint(18, 90),
            "cidade_cliente": self.soiled(city),
            "uf_cliente": self.rng.choice(NO_STATES) if bad == "unknown state" else self.soiled(said_state),
            "regiao_cliente": self.soiled(region),
            "avaliacao": self.rng.randint(1, 5) if self.rng.random() < 0.9 else None,
        }
        clean = {"canal_venda": channel, "origem_venda": origin, "produto": name, "categoria_produto": category,
                 "metodo_pagamento": payment, "nome_cliente": buyer, "cidade_cliente": city, "uf_cliente": letters,
                 "regiao_cliente": region, "data": day}  # fmt: skip
        kept = {name: value for name, value in row.items() if name not in ("dia", "mês", "ano")}
        return row, {**kept, **clean}


KINDS = {  # of the columns that are no texts
    **dict.fromkeys(("id_estoque", "id_social", "id_venda"), "int64"),
    **dict.fromkeys(("id_produto", "id_cliente", "dia", "mês", "ano", "idade_cliente", "avaliacao"), "int32"),
    **dict.fromkeys(("quantidade", "quantidade_em_estoque", "quantidade_novos_produtos"), "int32"),
    "quantidade_vendida": "int32",
    "preco_unitario": "float64",
}
BAD = {
    "inventory": ("impossible date",),
    "social": ("impossible date",),
    "sales": ("impossible date", "unknown state"),
}


def rows_of(source: str, rows: int, seed: int) -> tuple[list[Row], list[Row], Planted]:
    """The rows of a source as they come, what has to be left of the good ones, and what was planted.

    Raises:
        SampleError: a parameter is out of range.
    """
    _check(rows, seed)
    maker = _Maker(seed * len(SOURCES) + SOURCES.index(source))
    make = getattr(maker, source)
    found: list[Row] = []
    kept: list[Row] = []
    bad: Counter[str] = Counter(dict.fromkeys(BAD[source], 0))
    copies = 0
    for place in range(rows):
        if place % DUPLICATE_EVERY == DUPLICATE_EVERY - 1:
            found.append(dict(found[place - DUPLICATE_EVERY // 2]))
            copies += 1
            continue
        kind = BAD[source][place // BAD_EVERY % len(BAD[source])] if place % BAD_EVERY == BAD_EVERY - 2 else None
        row, clean = make(place + 1, kind)
        found.append(row)
        if kind:
            bad[kind] += 1
        else:
            kept.append(clean)
    repaired = {f"{source}: {how}": count for how, count in sorted(maker.repaired.items())}
    return found, kept, Planted({source: rows}, {source: copies}, {source: dict(bad)}, repaired)


def write(folder: Path, rows: int, seed: int) -> Planted:
    """Write a parquet file for each source, and count what is planted in them and what each table must hold.

    Raises:
        SampleError: a parameter is out of range.
        OSError: a file cannot be written.
    """
    whole = Planted({})
    kept: dict[str, list[Row]] = {}
    for source in SOURCES:
        found, kept[source], planted = rows_of(source, rows, seed)
        _write(folder / source, found, source)
        for name in ("rows", "duplicates", "bad", "repaired"):
            getattr(whole, name).update(getattr(planted, name))
    whole.tables = _tables(kept, whole)
    return whole


def land(folder: Path, rows: int, seed: int, _settings: Mapping[str, str]) -> Landed:
    """Bronze files with that many rows in each source, and what the tables must hold.

    Raises SampleError as `write` does.
    """
    planted = write(folder, rows, seed)
    refused = sum(sum(kinds.values()) for kinds in planted.bad.values())
    copies = sum(planted.duplicates.values())
    repaired = sum(planted.repaired.values())
    said = f"{rows:,} rows in each of {', '.join(SOURCES)}: {repaired:,} flaws, {refused:,} bad rows, {copies:,} copies"
    return Landed(said, planted.tables)


def _tables(kept: Mapping[str, list[Row]], planted: Planted) -> dict[str, int]:
    products: dict[str, set[str]] = defaultdict(set)
    for sale in kept["sales"]:
        products[sale["regiao_cliente"]].add(sale["produto"])
    ratings = {one["avaliacao"] for one in kept["sales"]} | {one["nota"] for one in kept["social"]}
    return {
        **{f"bronze_{source}": planted.rows[source] for source in SOURCES},
        **{f"silver_{source}": len(kept[source]) for source in SOURCES},
        **{f"silver_{source}_rejected": sum(planted.bad[source].values()) for source in SOURCES},
        "gold_top_products_by_region": sum(min(TOP, len(names)) for names in products.values()),
        "gold_largest_stocks": min(TOP, len({one["produto"] for one in kept["inventory"]})),
        "gold_sales_by_rating": len(ratings - {None}),
    }


def _write(folder: Path, rows: list[Row], source: str) -> None:
    kinds = {name: getattr(pa, KINDS.get(name, "string"))() for name in rows[0]}
    folder.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(rows, schema=pa.schema(kinds.items()))
    parquet.write_table(table, folder / f"{source}-1.parquet", compression="snappy")


def _check(rows: int, seed: int) -> None:
    if not LEAST <= rows <= MOST:
        then = f"give {LEAST}, so that each flaw is there, to {MOST:,}"
        raise SampleError("the number of rows is out of range", f"rows {rows}", then)
    if seed < 0:
        raise SampleError("the seed is negative", f"seed {seed}", "give 0 or more")


def main() -> int:
    """Make the sample and print what it holds as JSON; 1 when it cannot be written, 2 for a wrong call."""
    command = Command("store", "Make the store's bronze files.", "the folder for inventory/, social/ and sales/")
    command.add_argument("--rows", type=int, default=2_000, help="rows of each source (default: %(default)s)")
    return command.run(lambda asked: write(asked.out, asked.rows, asked.seed))


if __name__ == "__main__":
    sys.exit(main())
