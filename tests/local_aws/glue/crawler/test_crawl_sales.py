"""The sales lake, crawled on a real emulator: raw CSV, silver Parquet, gold Parquet by country."""

import csv
import datetime as dt
import io
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from local_aws.glue.crawler.crawl import CrawlSummary

HEADER = (
    "Region,Country,Item Type,Sales Channel,Order Priority,Order Date,Order ID,Ship Date,Units Sold,Unit Price,"
    "Unit Cost,Total Revenue,Total Cost,Total Profit"
)
COUNTRIES = ["Cote d'Ivoire", "France", "Sao Tome and Principe", *(f"Country {n}" for n in range(182))]
MONEY = pa.decimal128(10, 2)
SILVER = pa.schema(
    [
        *((name, pa.string()) for name in ("region", "country", "item_type", "sales_channel", "order_priority")),
        ("order_date", pa.date32()),
        ("order_id", pa.int64()),
        ("ship_date", pa.date32()),
        ("units_sold", pa.int32()),
        *((name, MONEY) for name in ("unit_price", "unit_cost", "total_revenue", "total_cost", "total_profit")),
    ]
)
SILVER_TYPES = [
    *((name, "string") for name in ("region", "country", "item_type", "sales_channel", "order_priority")),
    ("order_date", "date"),
    ("order_id", "bigint"),
    ("ship_date", "date"),
    ("units_sold", "int"),
    *((name, "decimal(10,2)") for name in ("unit_price", "unit_cost", "total_revenue", "total_cost", "total_profit")),
]


def raw_csv(rows):
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADER.split(","))
    for n in range(rows):
        country = COUNTRIES[n % len(COUNTRIES)]
        dates = ["1/27/2011", 686800706 + n, "3/12/2011"]
        writer.writerow(["Asia", country, "Baby Food", "Online", "H", *dates, n, 255.28, 159.42, 1.5, 2.5, 3.5])
    return buffer.getvalue()


def silver_table(rows, country="France"):
    day = dt.date(2020, 1, 2)
    row = ["Europe", country, "Cereal", "Online", "H", day, 1, day, 7, *[Decimal("1.25")] * 5]
    return pa.table([pa.array([value] * rows, field.type) for value, field in zip(row, SILVER, strict=True)], SILVER)


def parquet(table):
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="snappy")
    return buffer.getvalue()


def hive_folder(country):
    return "country=" + country.replace("'", "%27")  # as Spark names it


def test_raw_sales(lake):
    body = raw_csv(3000)
    lake.put("sales/2m-Sales-Records.csv", body)
    assert lake.crawl(lake.crawler("sales/", TablePrefix="raw_")) == CrawlSummary(tables_created=1)
    assert lake.columns("raw_sales") == [
        ("region", "string"),
        ("country", "string"),
        ("item type", "string"),
        ("sales channel", "string"),
        ("order priority", "string"),
        ("order date", "string"),
        ("order id", "bigint"),
        ("ship date", "string"),
        ("units sold", "bigint"),
        ("unit price", "double"),
        ("unit cost", "double"),
        ("total revenue", "double"),
        ("total cost", "double"),
        ("total profit", "double"),
    ]
    table = lake.table("raw_sales")
    sample = body.encode().split(b"\n")[:1000]
    average = sum(len(line) + 1 for line in sample) // 1000
    assert table["Parameters"] == table["StorageDescriptor"]["Parameters"]
    assert table["Parameters"] == {
        "CrawlerSchemaDeserializerVersion": "1.0",
        "CrawlerSchemaSerializerVersion": "1.0",
        "UPDATED_BY_CRAWLER": "the-crawler",
        "CRAWL_RUN_ID": "crawl-1",
        "classification": "csv",
        "compressionType": "none",
        "typeOfData": "file",
        "objectCount": "1",
        "sizeKey": str(len(body)),
        "recordCount": str(len(body) // average),
        "averageRecordSize": str(average),
        "delimiter": ",",
        "columnsOrdered": "true",
        "areColumnsQuoted": "false",
        "skip.header.line.count": "1",
    }
    assert (table["Owner"], table["TableType"], table["PartitionKeys"]) == ("owner", "EXTERNAL_TABLE", [])
    assert table["StorageDescriptor"]["NumberOfBuckets"] == -1
    assert table["StorageDescriptor"]["Location"] == lake.uri("sales/")


def test_raw_sales_without_numbers_has_no_header(lake):
    lake.put("sales/names.csv", "Region,Country\nAsia,India\nEurope,France\n")
    lake.crawl(lake.crawler("sales/", TablePrefix="raw_"))
    assert lake.columns("raw_sales") == [("col0", "string"), ("col1", "string")]
    assert "skip.header.line.count" not in lake.table("raw_sales")["Parameters"]


def test_silver_sales(lake, tmp_path):
    files = [parquet(silver_table(rows)) for rows in (100, 250)]
    for n, body in enumerate(files):
        lake.put(f"sales/part-0000{n}.snappy.parquet", body)
        (tmp_path / f"{n}.parquet").write_bytes(body)
    assert lake.crawl(lake.crawler("sales/", TablePrefix="silver_")) == CrawlSummary(tables_created=1)
    assert lake.columns("silver_sales") == SILVER_TYPES
    chunks = f"parquet_metadata('{tmp_path}/*.parquet')"
    per_file = "SELECT sum(total_uncompressed_size) // any_value(row_group_num_rows) AS average, "
    per_file += f"any_value(row_group_num_rows) AS rows FROM {chunks} GROUP BY file_name"
    totals = f"SELECT sum(rows), sum(average * rows) // sum(rows) FROM ({per_file})"
    ((rows, average),) = duckdb.sql(totals).fetchall()
    parameters = lake.table("silver_sales")["Parameters"]
    assert parameters["objectCount"] == "2"
    assert parameters["sizeKey"] == str(sum(map(len, files)))
    assert (parameters["recordCount"], parameters["averageRecordSize"]) == (str(rows), str(int(average)))


@pytest.fixture
def gold(lake):
    for n, country in enumerate(COUNTRIES):
        table = silver_table(n % 5 + 1).drop_columns(["country"])
        lake.put(f"sales/{hive_folder(country)}/part-00000.snappy.parquet", parquet(table))
    return lake


def test_gold_sales(gold):
    summary = gold.crawl(gold.crawler("sales/", TablePrefix="gold_"))
    assert summary == CrawlSummary(tables_created=1, partitions_created=185)
    table, partitions = gold.table("gold_sales"), gold.partitions("gold_sales")
    assert table["PartitionKeys"] == [{"Name": "country", "Type": "string"}]
    assert gold.columns("gold_sales") == [column for column in SILVER_TYPES if column[0] != "country"]
    assert set(partitions) == {(country,) for country in COUNTRIES}
    assert table["Parameters"]["recordCount"] == str(sum(n % 5 + 1 for n in range(185)))
    assert table["Parameters"]["partition_filtering.enabled"] == "true"


def test_partitions_are_written_a_hundred_a_call(gold):
    sizes = []
    gold.glue.meta.events.register(
        "provide-client-params.glue.BatchCreatePartition",
        lambda params, **_: sizes.append(len(params["PartitionInputList"])),
    )
    gold.crawl(gold.crawler("sales/"))
    assert sizes == [100, 85]


def test_the_value_is_unescaped_and_the_location_is_not(gold):
    gold.crawl(gold.crawler("sales/", TablePrefix="gold_"))
    partition = gold.partitions("gold_sales")["Cote d'Ivoire",]
    assert partition["StorageDescriptor"]["Location"] == gold.uri("sales/country=Cote d%27Ivoire/")
    assert partition["Parameters"]["recordCount"] == "1"
    assert partition["Parameters"] == partition["StorageDescriptor"]["Parameters"]


def test_a_second_crawl_of_the_same_data_changes_nothing(gold):
    gold.crawl(gold.crawler("sales/", TablePrefix="gold_"))
    before = gold.table("gold_sales"), gold.partitions("gold_sales")
    assert gold.crawl(gold.crawler("sales/", TablePrefix="gold_")) == CrawlSummary()
    assert (gold.table("gold_sales"), gold.partitions("gold_sales")) == before


def test_a_partition_more_and_one_less(gold):
    crawler = gold.crawler(
        "sales/",
        TablePrefix="gold_",
        SchemaChangePolicy={"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DELETE_FROM_DATABASE"},
    )
    gold.crawl(crawler)
    gold.put("sales/country=Malta/part-00000.snappy.parquet", parquet(silver_table(9).drop_columns(["country"])))
    gold.delete(f"sales/{hive_folder(COUNTRIES[0])}/part-00000.snappy.parquet")
    assert gold.crawl(crawler) == CrawlSummary(tables_updated=1, partitions_created=1, partitions_deleted=1)
    assert set(gold.partitions("gold_sales")) == {("Malta",), *((country,) for country in COUNTRIES[1:])}


def test_the_log_tells_aws_lines_in_their_order(lake):
    lake.put("sales/part-0.parquet", parquet(silver_table(5)))
    lake.crawl(lake.crawler("sales/", TablePrefix="silver_", Configuration='{"Version":1.0}'))
    told = [line for line in lake.log if "Column" not in line and "is table" not in line and "Format" not in line]
    configured = (
        'INFO : Crawler configured with Configuration {"Version":1.0} and SchemaChangePolicy {UpdateBehavior: '
        "UPDATE_IN_DATABASE, DeleteBehavior: DEPRECATE_IN_DATABASE}. Note that values in the Configuration override "
        "values in the SchemaChangePolicy for S3 Targets."
    )
    assert told == [
        "BENCHMARK : Running Start Crawl for Crawler the-crawler",
        f"INFO : {lake.uri('sales/')} holds 1 file to crawl",
        f"BENCHMARK : Classification complete, writing results to database {lake.database}",
        configured,
        f"INFO : Created table silver_sales in database {lake.database}",
        "BENCHMARK : Finished writing to Catalog",
        "INFO : Run Summary For TABLE:",
        "INFO : ADD: 1",
        "BENCHMARK : Crawler has finished running and is in state READY",
    ]


def test_the_log_says_why_each_folder_and_column_is_what_it_is(lake):
    for country in ("France", "Malta"):
        body = parquet(silver_table(5).drop_columns(["country"]).select(["order_id", "unit_price"]))
        lake.put(f"sales/country={country}/part-0.parquet", body)
    lake.crawl(lake.crawler("sales/", TablePrefix="gold_"))
    uri = lake.uri("sales/")
    first = f"({uri}country=France/part-0.parquet)"
    assert lake.log[3:10] == [
        f"INFO : {uri} is table gold_sales: parquet, 2 files, 2 columns, partitioned by country",
        "INFO : Format of gold_sales: Parquet's magic bytes",
        f"INFO : Column gold_sales.order_id is bigint: Parquet says int64 {first}",
        f"INFO : Column gold_sales.unit_price is decimal(10,2): Parquet says decimal128(10, 2) {first}",
        "INFO : gold_sales gets no partition index here; a crawler on AWS makes one",
        f"INFO : {uri}country=France/ is a partition of gold_sales: country = France",
        f"INFO : {uri}country=Malta/ is a partition of gold_sales: country = Malta",
    ]
