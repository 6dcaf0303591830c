"""Jobs as people write them by hand."""

import csv
import io
import json
from collections import Counter
from decimal import Decimal

import pytest
from pyarrow import orc

from tests.scripts_of_others.data import BATCHES, CARTS, CLICKS, CUSTOMERS, OFFERS, ORDERS, TAX, lines_of, of_year


def test_by_hand_star_imports(shop, run):
    expected = []
    for order in of_year(2024):
        if order["quantity"] < 2:
            continue
        price = Decimal(str(order["unit_price"])).quantize(Decimal("0.01"))
        total = order["quantity"] * price
        size = "large" if total > 50 else "small"
        place = {"region": order["region"], "customer": order["customer_id"]}
        expected.append((str(order["order_id"]), order["quantity"], price, place, total, 2024, size))
    sql = (
        "SELECT id, quantity, unit_price, place, total, year, size"
        " FROM read_parquet({files}, hive_partitioning = true) ORDER BY id"
    )
    assert shop.query(sql, "star_imports/") == expected
    assert "root" in run.printed
    assert "|-- order_id: long" in run.printed
    assert "long" in run.printed
    errors = shop.aws.log(run.job_run, "error")
    assert any("orders of 2024: 14" in line for line in errors)
    assert any("WARN" in line and "written" in line for line in errors)


def test_by_hand_session_only(shop, run):
    expected = [
        (customer["customer_id"], customer["address"]["city"], len(customer.get("phones", [])), "2025-06-30")
        for customer in CUSTOMERS
    ]
    sql = (
        "SELECT customer_id, city, phones, run_date::varchar"
        " FROM read_parquet({files}, hive_partitioning = true) ORDER BY 1"
    )
    assert shop.query(sql, "session_only/run_date=2025-06-30/") == expected
    assert any(line.endswith(f"rows: {len(CUSTOMERS)}") for line in run.printed)


def test_by_hand_incremental(shop, run):
    assert run.printed[-1] == "read 2"
    assert shop.records("increments/") == [{"n": 1}, {"n": 2}]
    shop.aws.put("shop-landing", "increments/later/2.json", '{"n": 3}\n')
    for expected in ("read 1", "nothing new"):
        again = shop.run("by_hand_incremental")
        assert again["JobRunState"] == "SUCCEEDED", again.get("ErrorMessage")
        assert shop.aws.log(again)[-1] == expected
    assert shop.records("increments/") == [{"n": 1}, {"n": 2}, {"n": 3}]


@pytest.mark.usefixtures("run")
def test_workflow_step(shop):
    glue = shop.aws.client("glue")
    run_id = glue.get_workflow_runs(Name="nightly")["Runs"][0]["WorkflowRunId"]
    properties = glue.get_workflow_run_properties(Name="nightly", RunId=run_id)["RunProperties"]
    assert properties == {"year": "2025", "asked_by": "a test", "rows": str(len(of_year(2025)))}


@pytest.mark.usefixtures("run")
def test_dynamodb_export(shop):
    items = shop.aws.client("dynamodb").scan(TableName="shop-open-carts")["Items"]
    assert {item["cart"]["S"]: int(item["total"]["N"]) for item in items} == {
        cart["cart"]: cart["total"] for cart in CARTS if cart["state"] == "open"
    }
    carts = {cart["lines"]: cart for cart in shop.records("carts/cart/") if "lines" in cart}
    lines = [
        (carts[line["id"]]["cart"], line["index"], line["lines.val"]) for line in shop.records("carts/cart_lines/")
    ]
    assert sorted(lines) == [(cart["cart"], n, line) for cart in CARTS for n, line in enumerate(cart["lines"])]


def test_sql_on_the_catalog(shop, run):
    big = [order for order in ORDERS if order["quantity"] >= 3]
    asia = [order for order in ORDERS if order["region"] == "Asia"]
    expected = sorted([str(order["order_id"]), str(order["quantity"]), order["region"]] for order in big + asia)
    assert sorted(shop.aws.rows("SELECT order_id, quantity, region FROM big_orders", "shop")) == expected
    assert f"rows: {len(expected)}" in run.printed
    assert "|Africa|  8|" in run.printed
    assert shop.aws.rows("SELECT count(*) FROM orders_typed WHERE region = 'Asia'", "shop") == [[str(len(asia))]]


def test_error_records(shop, run, same):
    assert "good 2 bad 2 stage 2" in run.printed
    assert "also 2" in run.printed
    assert any(line.startswith("refused") for line in run.printed)
    assert same(shop.records("parsed/"), [{"id": "1", "quantity": 5}, {"id": "4", "quantity": 7}])
    assert any("some rows are bad" in line for line in shop.aws.log(run.job_run, "error"))


def test_compaction(shop, run):
    wanted = [batch for name, batch in BATCHES.items() if name.endswith(".json") and "/_" not in name]
    expected = sorted((record["n"], record["t"]) for batch in wanted for record in batch["records"])
    assert shop.query("SELECT n, t FROM read_parquet({files}) ORDER BY n", "compacted/") == expected
    assert run.printed[-2:] == [f"rows {len(expected)}", "files 2"]
    sql = "SELECT DISTINCT compression FROM parquet_metadata({files})"
    assert shop.query(sql, "compacted/") == [("GZIP",)]


def test_collection_functions(shop, run, same):
    for region in ("Asia", "Europe"):
        expected = [
            {"order_id": order["order_id"], "quantity": order["quantity"]}
            for order in ORDERS
            if order["region"] == region
        ]
        assert same(shop.records(f"collection/{region}/"), expected)
    assert run.printed == ["['Asia', 'Europe'] [2, 2]", "both 16 True", "one 3 1"]


def test_catalog_append(shop, run):
    rows = shop.aws.rows("SELECT order_id, product, unit_price, year FROM orders_archive WHERE year = '2026'", "shop")
    assert rows == [["9001", "Desk", "80.5", "2026"]]
    partitions = shop.aws.client("glue").get_partitions(DatabaseName="shop", TableName="orders_archive")["Partitions"]
    assert sorted(partition["Values"] for partition in partitions) == [["2024"], ["2026"]]
    assert shop.keys("archive/year=2023/") == []
    (new,) = (json.loads(line) for line in run.printed if line.startswith("{"))
    assert (new["order_id"], new["year"]) == (9001, "2026")
    columns = sorted([*ORDERS[0], "year"])
    assert run.printed[-2:] == [f"{3 + len(of_year(2024)) + 1} {columns}", "['order_id', 'customer_id']"]


@pytest.mark.usefixtures("run")
def test_xml_feed(shop):
    expected = sorted((sku, title, price) for sku, title, prices in OFFERS for price in prices)
    tables = [orc.read_table(io.BytesIO(shop.aws.get("shop-lake", key))) for key in shop.keys("offers/part-")]
    assert sorted(tuple(row.values()) for table in tables for row in table.to_pylist()) == expected


def test_by_hand_configured_spark(shop, run):
    (key,) = shop.keys("configured/")
    assert key == "configured/orders_test.tsv"
    lines = shop.aws.get("shop-lake", key).decode().splitlines()
    found = list(csv.reader(lines, delimiter="\t", escapechar="\\", doublequote=False))
    assert found[0] == ["order_id", "ordered_on", "code", "file", "product"]
    assert sorted(found[1:]) == [
        [
            str(order["order_id"]),
            order["ordered_on"],
            order["product"][:3].upper(),
            "orders/1.csv" if n < 10 else "orders/more/2.csv",
            f'{order["product"]}, "new"',
        ]
        for n, order in enumerate(ORDERS)
    ]
    assert any(f"orders: {len(ORDERS)}" in line for line in shop.aws.log(run.job_run, "error"))


def test_by_hand_schema_driven(shop, run):
    sql = "SELECT cust_customer_id, since::varchar, years, rank, cust_email FROM read_parquet({files}) ORDER BY 1"
    assert shop.query(sql, "typed_customers/") == [
        (
            customer["customer_id"],
            customer["since"],
            [int(customer["since"][:4]), 2025],
            len(customer["name"]) / 2,
            customer.get("email", "none"),
        )
        for customer in CUSTOMERS
    ]
    assert run.printed[0] == str(
        [f"cust_{name}" for name in "address_city address_street customer_id email name since".split()]
    )
    assert run.printed[-1] == "timestamp array<int>"
    lines = [line for key in shop.keys("inline/") for line in shop.aws.get("shop-lake", key).decode().splitlines()]
    assert sorted(lines) == ["a\t1", "b\t2", "c\t3"]


@pytest.mark.usefixtures("run")
def test_by_hand_with_modules(shop, same):
    expected = [
        {
            "order_id": order["order_id"],
            "gross": round(order["quantity"] * order["unit_price"] * (1 + TAX.get(order["region"], 0)), 4),
        }
        for order in ORDERS
    ]
    assert same(shop.records("taxed/"), expected)
    assert shop.aws.get("shop-lake", "taxed_count.txt") == str(len(ORDERS)).encode()


def test_by_hand_catalog_increments(shop, run):
    assert run.printed == ["new 2"]
    shop.aws.put("shop-landing", "clicks/hour=11/c.json", lines_of(CLICKS["11"]))
    glue = shop.aws.client("glue")
    first = glue.get_partition(DatabaseName="shop", TableName="clicks", PartitionValues=["10"])["Partition"]
    storage = first["StorageDescriptor"] | {"Location": "s3://shop-landing/clicks/hour=11/"}
    glue.create_partition(
        DatabaseName="shop", TableName="clicks", PartitionInput={"Values": ["11"], "StorageDescriptor": storage}
    )
    for expected in ("new 1", "new 0"):
        again = shop.run("by_hand_catalog_increments")
        assert again["JobRunState"] == "SUCCEEDED", again.get("ErrorMessage")
        assert shop.aws.log(again) == [expected]
    rows = shop.aws.rows('SELECT "user", hour, page FROM clicks_by_page ORDER BY 1', "shop")
    assert rows == sorted([click["user"], hour, click["page"]] for hour, clicks in CLICKS.items() for click in clicks)


def test_by_hand_old_friends(shop, run):
    known = {customer["customer_id"] for customer in CUSTOMERS}
    joined = sum(order["customer_id"] in known for order in ORDERS)
    assert run.printed[-4:] == [
        "clearing ['left']",
        "sizes ['size=big', 'size=small']",
        f"joined {joined} True",
        "by AWSGlueServiceRole-shop 1",
    ]
    assert "old_friends/left" not in shop.keys("old_friends/")
    totals = Counter()
    for order in ORDERS:
        totals[order["customer_id"]] += order["quantity"]
    rows = shop.aws.rows("SELECT customer_id, pieces FROM totals", "shop")
    assert {customer: int(pieces) for customer, pieces in rows} == totals
    big = [[str(order["order_id"])] for order in ORDERS if order["quantity"] > 2]
    assert shop.aws.rows("SELECT order_id FROM sizes WHERE size = 'big' ORDER BY 1", "shop") == big
    (names,) = [key for key in shop.keys("old_friends/names/") if "/part-" in key]
    assert sorted(shop.aws.get("shop-lake", names).decode().splitlines()) == sorted(
        customer["name"] for customer in CUSTOMERS
    )
    assert not any("CSV header" in line for line in shop.aws.log(run.job_run, "error"))
