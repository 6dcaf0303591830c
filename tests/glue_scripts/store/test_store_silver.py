"""The store's silver jobs on bronze files of the generator, against DuckDB, and on single rows that are odd."""

import json
import sys
from datetime import date
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))

from samples import store
from tests.store_judge import judge, rows

ROWS, SEED = 400, 5


@pytest.fixture(scope="module")
def bronze(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bronze")
    store.write(folder, ROWS, SEED)
    return folder


def refined(spark, source, path):
    """The module of a source's job, and what it makes of the files."""
    import importlib

    import lake

    job = importlib.import_module(f"silver_{source}")
    return job, lake.refine(lake.read(spark, str(path), job.NEEDED), job.columns())


def values(spark, tmp_path, source, column, **changes):
    """What a job makes of one column, given values of columns of otherwise good rows."""
    import pyarrow as pa
    from pyarrow import parquet

    good = next(row for row in store.rows_of(source, 100, 1)[0] if row)
    kinds = {name: getattr(pa, store.KINDS.get(name, "string"))() for name in good}
    count = max(len(found) for found in changes.values())
    made = [{**good, **{name: found[place] for name, found in changes.items()}} for place in range(count)]
    parquet.write_table(pa.Table.from_pylist(made, schema=pa.schema(kinds.items())), tmp_path / "one.parquet")
    frame = refined(spark, source, tmp_path)[1]
    return [row[column] for row in frame.select(column).collect()]


@pytest.mark.parametrize("source", store.SOURCES)
def test_silver_is_what_duckdb_makes_of_bronze(spark, bronze, source):
    import lake

    job, frame = refined(spark, source, bronze / source)
    good = frame.where("reason IS NULL").select(*lake.schema(job.columns())).distinct()
    expected = judge(bronze)
    assert sorted((tuple(row) for row in good.collect()), key=str) == rows(expected, f"silver_{source}")
    bad = frame.where("reason IS NOT NULL").collect()
    assert len(bad) == expected.execute(f"select count(*) from silver_{source}_rejected").fetchone()[0]


def test_the_columns_have_the_declared_types(spark, bronze):
    import lake

    job, frame = refined(spark, "sales", bronze / "sales")
    types = dict(frame.dtypes)
    assert [(name, types[name]) for name in lake.schema(job.columns())] == lake.schema(job.columns()).items()


def test_a_rejected_row_is_kept_as_it_came_with_all_reasons_and_its_file(spark, tmp_path):
    bad = {"dia": [31], "mês": [6], "uf_cliente": ["Nárnia"], "quantidade": [None]}
    reason = values(spark, tmp_path, "sales", "reason", **bad)
    assert reason == [
        "data: no date in dia, mês and ano; quantidade: missing; uf_cliente: no state of Brazil",
    ]
    (line,) = values(spark, tmp_path, "sales", "raw_line", **bad)
    row = json.loads(line)
    assert (row["dia"], row["mês"], row["uf_cliente"], row["quantidade"]) == (31, 6, "Nárnia", None)
    (file,) = values(spark, tmp_path, "sales", "source_file", **bad)
    assert file.endswith("/one.parquet")


def test_texts_lose_underscores_and_blanks(spark, tmp_path):
    texts = ["Bola_de_Futebol", "  Bola  de\tFutebol_", "Bola de Futebol", "_", "", "  ", None]
    found = values(spark, tmp_path, "inventory", "produto", produto=texts)
    assert found == ["Bola de Futebol"] * 3 + [None] * 4


@pytest.mark.parametrize(
    ("given", "letters"),
    [("São_Paulo", "SP"), ("sao paulo", "SP"), (" sp ", "SP"), ("PARÁ", "PA"), ("Pará", "PA"), ("Paraná", "PR"),
     ("Rio Grande do Norte", "RN"), ("XX", None), ("", None), (None, None)],
)  # fmt: skip
def test_states_come_by_name_or_letters(spark, tmp_path, given, letters):
    assert values(spark, tmp_path, "sales", "uf_cliente", uf_cliente=[given]) == [letters]


def test_all_states_of_brazil_are_known(spark):
    import silver_sales
    from pyspark.sql import functions as F  # noqa: N812

    from tests.store_judge import STATES

    told = [(one[3:], one[:2]) for one in STATES.split(",")]
    frame = spark.createDataFrame(told, ["name", "uf"])
    found = frame.select("uf", silver_sales.letters(F.col("name")).alias("found")).collect()
    assert len(found) == 27
    assert [row for row in found if row["uf"] != row["found"]] == []


def test_a_missing_category_is_that_of_most_rows_of_the_product(spark, tmp_path):
    found = values(
        spark,
        tmp_path,
        "inventory",
        "categoria_produto",
        id_produto=[1, 1, 1, 1, 2, 3, 3, 3],
        categoria_produto=["Casa", "_Casa", "Jardim", None, " ", "A", "B", None],
    )
    assert sorted(found, key=str) == sorted(["Casa", "Casa", "Jardim", "Casa", None, "A", "B", "B"], key=str)


def test_the_rating_is_the_number_after_nota(spark, tmp_path):
    told = ["Bom. Nota 4", "nota_5: ótimo", "Nota 0", "Nota 6", "Nota 10", "Notas 3", "sem", None]
    found = values(spark, tmp_path, "social", "nota", comentario=told)
    assert found == [4, 5, None, None, None, None, None, None]


def test_dates_that_no_calendar_has_are_none(spark, tmp_path):
    told = ["29/02/2024", " 01/12/2024 ", "30/02/2024", "2024-01-01", None]
    found = values(spark, tmp_path, "inventory", "data", data=told)
    assert found == [date(2024, 2, 29), date(2024, 12, 1), None, None, None]


def test_files_of_another_source_are_refused_by_name(spark, bronze):
    import lake
    import silver_sales

    with pytest.raises(lake.LakeError, match=r"missing: id_venda, dia, .*found: id_estoque"):
        lake.read(spark, str(bronze / "inventory"), silver_sales.NEEDED)
