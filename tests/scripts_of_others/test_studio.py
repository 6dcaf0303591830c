"""Jobs as Glue Studio generates them."""

import io
from collections import defaultdict

import pytest
from pyarrow import orc

from tests.scripts_of_others.data import CUSTOMERS, EVENTS, ORDERS, of_year


@pytest.mark.usefixtures("run")
def test_studio_orders_by_region(shop):
    expected = defaultdict(lambda: [0, 0.0])
    for order in ORDERS:
        group = expected[order["region"], order["ordered_on"][:4]]
        group[0] += 1
        group[1] += order["quantity"] * order["unit_price"]
    rows = shop.aws.rows("SELECT sales_region, order_year, orders, revenue FROM orders_by_region", "shop")
    found = {(region, year): [int(orders), float(revenue)] for region, year, orders, revenue in rows}
    assert found == {key: [orders, round(revenue, 2)] for key, (orders, revenue) in expected.items()}
    keys = shop.keys("orders_by_region/")
    assert {key.split("/")[1] for key in keys} == {"order_year=2024", "order_year=2025"}
    assert all(key.endswith("snappy.parquet") for key in keys)
    glue = shop.aws.client("glue")
    table = glue.get_table(DatabaseName="shop", Name="orders_by_region")["Table"]
    assert [column["Type"] for column in table["StorageDescriptor"]["Columns"]] == ["string", "bigint", "double"]
    assert len(glue.get_partitions(DatabaseName="shop", TableName="orders_by_region")["Partitions"]) == 2


@pytest.mark.usefixtures("run")
def test_studio_customers_join(shop, same):
    cities = {customer["customer_id"]: customer["address"]["city"] for customer in CUSTOMERS}
    names = {customer["customer_id"]: customer["name"] for customer in CUSTOMERS}
    orders = of_year(2025)
    expected = [
        {
            "order_id": order["order_id"],
            "customer_id": order["customer_id"],
            "ordered_on": order["ordered_on"],
            "quantity": order["quantity"],
            "year": "2025",
            "customer_name": names[order["customer_id"]],
            "city": cities[order["customer_id"]],
        }
        for order in orders
        if order["customer_id"] in names
    ]
    assert same(shop.records("orders_with_customers/"), expected)
    assert all(key.endswith(".gz") for key in shop.keys("orders_with_customers/"))
    sql = "SELECT order_id, city FROM read_csv({files}, header = true, union_by_name = true) ORDER BY 1"
    assert shop.query(sql, "order_cities/") == [
        (order["order_id"], cities.get(order["customer_id"])) for order in orders
    ]


@pytest.mark.usefixtures("run")
def test_studio_router(shop, same):
    europe_or_bulk = [order for order in ORDERS if order["quantity"] >= 3 or order["region"] == "Europe"]
    groups = defaultdict(list)
    for order in europe_or_bulk:
        groups[order["region"]].append(order["quantity"])
    expected = [
        {"region": region, "count(DISTINCT order_id)": len(found), "sum(quantity)": sum(found)}
        for region, found in groups.items()
    ]
    assert same(shop.records("router/aggregate/"), expected)
    rest = {
        (order["product"].upper(), order["region"])
        for order in ORDERS
        if order["quantity"] < 3 and order["region"] != "Europe"
    }
    assert same(shop.records("router/rest/"), [{"product": product, "region": region} for product, region in rest])


@pytest.mark.usefixtures("run")
def test_studio_quality_gate(shop):
    with_email = sum("email" in customer for customer in CUSTOMERS) / len(CUSTOMERS)
    outcomes = {record["Rule"]: record for record in shop.records("quality/outcomes/")}
    assert {rule: record["Outcome"] for rule, record in outcomes.items()} == {
        'IsUnique "customer_id"': "Passed",
        'IsComplete "name"': "Passed",
        'Completeness "email" > 0.9': "Failed",
        'ColumnLength "customer_id" = 2': "Passed",
    }
    failed = outcomes['Completeness "email" > 0.9']
    assert failed["EvaluatedMetrics"] == {"Column.email.Completeness": with_email}
    assert failed["FailureReason"] == f"Value: {with_email} does not meet the constraint requirement!"
    (row,) = shop.records("quality/quarantine/")
    assert row["customer_id"] == "C1"
    assert row["DataQualityRulesFail"] == ['Completeness "email" > 0.9']


@pytest.mark.usefixtures("run")
def test_legacy_generated(shop, same):
    expected = [
        {name: value for name, value in event.items() if name == "id" or isinstance(value, str)} for event in EVENTS
    ]
    found = shop.records("legacy/mapped/")
    assert same([{name: value for name, value in row.items() if value is not None} for row in found], expected)
    structs = shop.query("SELECT id, price FROM read_parquet({files}) ORDER BY id", "legacy/structs/")
    assert structs == [
        (1, {"int": 5, "string": None}),
        (2, {"int": 7, "string": None}),
        (3, {"int": None, "string": "8"}),
        (4, {"int": None, "string": "free"}),
        (5, None),
    ]
    tables = [orc.read_table(io.BytesIO(shop.aws.get("shop-lake", key))) for key in shop.keys("legacy/matched/")]
    matched = {row["id"]: row["price"] for table in tables for row in table.to_pylist()}
    assert matched == {1: 5.0, 2: 7.0, 3: 8.0, 4: None, 5: None}
