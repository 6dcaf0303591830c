"""Sales by country: what lies in which file, and that nothing is lost on the way."""

import re
from collections import Counter
from datetime import date
from decimal import Decimal

import clean
import duckdb
import pytest
import repartition
from lakejobs.schema import SchemaError

BASE = {
    "region": "Asia",
    "country": "Japan",
    "item_type": "Fruits",
    "sales_channel": "Online",
    "order_priority": "H",
    "order_date": date(2014, 2, 3),
    "order_id": 1,
    "ship_date": date(2014, 3, 4),
    "units_sold": 10,
    "unit_price": Decimal("9.33"),
    "unit_cost": Decimal("6.92"),
    "total_revenue": Decimal("93.30"),
    "total_cost": Decimal("69.20"),
    "total_profit": Decimal("24.10"),
}
ODD_NAMES = ["Cote d'Ivoire", "Saint Kitts and Nevis", "A/B", "A=B", "100%", "C:D", 'E"F', "Côte", "a+b", "%27"]


def sale(**changes):
    return tuple({**BASE, **changes}.values())


@pytest.fixture
def by_country(spark, tmp_path):
    """Function: rows -> the folder that they were written to by country."""

    def write(rows, max_rows_per_file=1000):
        sales = spark.createDataFrame(rows, repartition.SILVER)
        repartition.write_by_country(sales, str(tmp_path / "gold"), max_rows_per_file)
        return tmp_path / "gold"

    return write


def files(folder):
    return Counter(path.parent.name for path in folder.rglob("*.parquet"))


def test_it_reads_what_clean_writes():
    assert clean.SILVER == repartition.SILVER


def test_the_country_is_the_partition_and_no_column_of_the_file(by_country):
    folder = by_country([sale()])
    (path,) = folder.rglob("*.parquet")
    found = [
        row[0] for row in duckdb.sql(f"select name from parquet_schema('{path}') where num_children is null").fetchall()
    ]
    assert ([name for name in BASE if name != "country"], "country=Japan") == (found, path.parent.name)


def test_each_country_has_one_file(by_country):
    rows = [sale(country=f"Country {number % 30}", order_id=number) for number in range(600)]
    assert files(by_country(rows)) == {f"country=Country {number}": 1 for number in range(30)}


def test_a_large_country_has_as_many_files_as_it_needs(by_country):
    rows = [sale(order_id=number) for number in range(25)] + [sale(country="Mali")]
    assert files(by_country(rows, max_rows_per_file=10)) == {"country=Japan": 3, "country=Mali": 1}


def test_a_very_large_country_is_written_by_several_tasks(by_country):
    """One task would write all rows of a country one after the other, however many workers there are."""
    rows = [sale(order_id=number) for number in range(400)] + [sale(country="Mali", order_id=1)]
    folder = by_country(rows, max_rows_per_file=5)
    tasks = {re.match(r"part-(\d+)", path.name)[1] for path in folder.rglob("country=Japan/*.parquet")}
    assert len(tasks) > 2  # of ten parts some may meet in a task
    assert 80 <= files(folder)["country=Japan"] <= 90
    found = duckdb.sql(f"select country, order_id from read_parquet('{folder}/*/*.parquet', hive_partitioning=true)")
    assert sorted(found.fetchall()) == sorted((row[1], row[6]) for row in rows)


def test_rows_and_odd_names_survive(spark, by_country):
    rows = [sale(country=name, order_id=number) for number, name in enumerate(ODD_NAMES)]
    folder = by_country(rows)
    frame = spark.read.schema(repartition.SILVER).parquet(str(folder)).select(*BASE)
    assert frame.schema == repartition.SILVER
    assert sorted(rows) == sorted(tuple(row) for row in frame.collect())


def test_another_reader_finds_the_same_rows(by_country):
    rows = [sale(country=f"Country {number % 7}", order_id=number) for number in range(500)]
    folder = by_country(rows)
    columns = ", ".join(BASE)
    found = duckdb.sql(f"select {columns} from read_parquet('{folder}/*/*.parquet', hive_partitioning=true)").fetchall()
    assert sorted(rows) == sorted(found)


def test_a_second_run_leaves_only_its_own_files(by_country):
    by_country([sale(), sale(country="Mali")])
    assert files(by_country([sale(country="Chad")])) == {"country=Chad": 1}


def test_a_file_without_a_column_is_refused(spark, tmp_path):
    frame = spark.createDataFrame([sale()], repartition.SILVER).withColumnRenamed("ship_date", "shipped").drop("region")
    frame.write.parquet(str(tmp_path / "silver"))
    found = ", ".join(f"{name} {kind}" for name, kind in frame.dtypes)
    with pytest.raises(SchemaError) as error:
        repartition.read_sales(spark, str(tmp_path / "silver"))
    assert str(error.value) == (
        f"error: the files in {tmp_path}/silver have not the columns that are read\n"
        f"  seen: missing: region string, ship_date date; found: {found}\n"
        "  next: run the clean job, or correct --source_path"
    )


def test_a_column_of_another_type_is_refused(spark, tmp_path):
    frame = spark.createDataFrame([sale()], repartition.SILVER)
    frame.withColumn("order_id", frame.order_id.cast("string")).write.parquet(str(tmp_path / "silver"))
    with pytest.raises(SchemaError, match="retyped: order_id string, not bigint; found: "):
        repartition.read_sales(spark, str(tmp_path / "silver"))
