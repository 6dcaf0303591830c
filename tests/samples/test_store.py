"""The store's bronze files against DuckDB, which reads them and works out each table by SQL of its own."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from samples import SampleError, store
from tests.store_judge import COLUMNS, GOLD, judge, rows

ROOT = Path(__file__).parents[2]
ROWS, SEED = 600, 3


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bronze")
    return folder, store.write(folder, ROWS, SEED)


@pytest.fixture(scope="module")
def db(made):
    return judge(made[0])


def count(db, sql):
    return db.execute(sql).fetchone()[0]


@pytest.mark.parametrize("source", store.SOURCES)
def test_what_it_says_is_left_of_each_row_is_what_the_rules_leave(db, source):
    kept = store.rows_of(source, ROWS, SEED)[1]
    names = COLUMNS[source].split()
    told = sorted(tuple(str(row[name]) for name in names) for row in kept)
    cents = names.index("preco_unitario") if source == "sales" else None
    found = [
        tuple(f"{float(value)}" if place == cents else str(value) for place, value in enumerate(row))
        for row in rows(db, f"silver_{source}")
    ]
    assert sorted(found) == told


def test_it_counts_what_each_table_must_hold(made, db):
    planted = made[1].tables
    silver = [f"{kind}_{source}" for source in store.SOURCES for kind in ("bronze", "silver")]
    silver += [f"silver_{source}_rejected" for source in store.SOURCES]
    assert {name: count(db, f"select count(*) from {name}") for name in silver} == {
        name: planted[name] for name in silver
    }
    assert {f"gold_{name}": len(rows(db, f"gold_{name}")) for name in GOLD} == {
        f"gold_{name}": planted[f"gold_{name}"] for name in GOLD
    }


def test_each_flaw_that_is_to_be_repaired_is_there(db):
    flaws = {
        "underscores": "select count(*) from bronze_sales where nome_cliente like '%\\_%' escape '\\'",
        "blanks": "select count(*) from bronze_social where nome_produto <> trim(nome_produto)",
        "no category": "select count(*) from bronze_inventory where categoria_produto is null",
        "an empty category": "select count(*) from bronze_inventory where trim(categoria_produto, ' _') = ''",
        "names of states": "select count(*) from bronze_sales where tidy(uf_cliente) = 'Rio Grande do Sul'",
        "letters of states": "select count(*) from bronze_sales where tidy(uf_cliente) = 'RS'",
        "a rating first": "select count(*) from bronze_social where tidy(comentario) like 'Nota _:%'",
        "a rating last": "select count(*) from bronze_social where tidy(comentario) like '%. Nota _'",
        "no rating of a sale": "select count(*) from bronze_sales where avaliacao is null",
    }
    assert {name: count(db, sql) for name, sql in flaws.items() if not count(db, sql)} == {}


def test_what_cannot_be_repaired_and_copies_are_told_by_kind(made, db):
    planted = made[1]
    assert planted.bad["sales"] == {
        "impossible date": count(db, "select count(*) from silver_sales_rejected where data is null"),
        "unknown state": count(db, "select count(*) from silver_sales_rejected where uf_cliente is null"),
    }
    for source in store.SOURCES:
        copies = ROWS - count(db, f"select count(*) from (select distinct * from bronze_{source})")
        assert planted.duplicates[source] == copies > 0


def test_the_same_call_gives_the_same_bytes(made, tmp_path):
    store.write(tmp_path, ROWS, SEED)
    for source in store.SOURCES:
        file = Path(source) / f"{source}-1.parquet"
        assert (tmp_path / file).read_bytes() == (made[0] / file).read_bytes()


def test_another_seed_gives_other_rows():
    assert store.rows_of("sales", 100, 1)[0] != store.rows_of("sales", 100, 2)[0]


@pytest.mark.parametrize(("rows", "seed"), [(99, 1), (5_000_001, 1), (100, -1)])
def test_what_is_out_of_range_is_refused(tmp_path, rows, seed):
    with pytest.raises(SampleError):
        store.write(tmp_path, rows, seed)
    assert list(tmp_path.iterdir()) == []


def test_the_command_makes_the_files_and_says_what_they_hold(tmp_path):
    command = [sys.executable, "-m", "samples.store", "--rows", "100", "--seed", "1", "--out", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout)["rows"] == dict.fromkeys(store.SOURCES, 100)
    assert sorted(path.name for path in tmp_path.rglob("*.parquet")) == [
        "inventory-1.parquet",
        "sales-1.parquet",
        "social-1.parquet",
    ]
    wrong = subprocess.run([*command[:3], "--rows", "5"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stdout) == (2, "")
