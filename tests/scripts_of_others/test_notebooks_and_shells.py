"""Notebooks as they are exported, and Python shell jobs."""

from collections import defaultdict

from tests.scripts_of_others.data import CUSTOMERS, ORDERS


def test_notebook_export(shop, run):
    quantities = defaultdict(lambda: {"2024": 0, "2025": 0})
    for order in ORDERS:
        quantities[order["product"]][order["ordered_on"][:4]] += order["quantity"]
    expected = [[product, str(found["2024"]), str(found["2025"])] for product, found in sorted(quantities.items())]
    assert shop.aws.rows("SELECT product, y2024, y2025 FROM quantities ORDER BY 1", "shop") == expected
    assert any(line.startswith("only showing top 5") for line in run.printed)


def test_notebook_cells(shop, run):
    sql = "SELECT * FROM read_csv({files}, header = true)"
    assert shop.query(sql, "products/part") == [("L1", 9.5, "two lines"), ("D1", 80.0, None)]
    assert run.printed[0] == "['sku', 'price', 'note']"


def test_shell_sales_report(shop, run):
    totals = defaultdict(float)
    for order in ORDERS:
        totals[order["customer_id"]] += order["quantity"] * order["unit_price"]
    lines = ["customer_id,revenue", *(f"{customer},{total:.2f}" for customer, total in sorted(totals.items()))]
    assert shop.aws.get("shop-lake", "reports/revenue.csv").decode().splitlines() == lines
    assert run.printed[-1] == '{"partition_keys": ["year"]}'


def test_shell_athena_query(run):
    sums = defaultdict(int)
    for order in ORDERS[:14]:
        sums[order["region"]] += order["quantity"]
    assert run.printed == [f"{region},{total}" for region, total in sorted(sums.items())]


def test_shell_crawl(shop, run):
    assert run.printed == ["SUCCEEDED ['customers', 'orders_by_year']"]
    columns = shop.aws.client("glue").get_table(DatabaseName="crawled", Name="customers")["Table"]["StorageDescriptor"]
    assert {column["Name"] for column in columns["Columns"]} == {*CUSTOMERS[0]}
