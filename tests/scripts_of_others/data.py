"""What lies in the shop's landing bucket before the jobs run: plain records, and the files made of them."""

import csv
import io
import json
import zipfile
from html import escape

import pyarrow as pa
from pyarrow import parquet

PRODUCTS = ("Lamp", "Desk", "Chair", "Shelf")
ORDERS = [
    {
        "order_id": 1000 + i,
        "customer_id": f"C{i % 5}",
        "ordered_on": f"{2024 if i < 14 else 2025}-{i % 12 + 1:02}-{i + 1:02}",
        "region": ("Europe", "Asia", "Africa")[i % 3],
        "product": PRODUCTS[i % 4],
        "quantity": i % 4 + 1,
        "unit_price": 9.5 + 1.25 * i,
    }
    for i in range(24)
]
"""C4 has orders and is no customer."""
CUSTOMERS = [
    {
        "customer_id": "C0",
        "name": "Ada Moreau",
        "email": "ada@example.com",
        "since": "2020-01-01",
        "address": {"street": "Rue 1", "city": "Lyon"},
        "phones": [{"kind": "home", "number": "1"}, {"kind": "mobile", "number": "2"}],
    },
    {
        "customer_id": "C1",
        "name": "Ken Sato",
        "since": "2021-05-01",
        "address": {"street": "Dori 2", "city": "Osaka"},
        "phones": [],
    },
    {
        "customer_id": "C2",
        "name": "Esi Mensah",
        "email": "esi@example.org",
        "since": "2022-07-01",
        "address": {"street": "High 3", "city": "Accra"},
        "phones": [{"kind": "mobile", "number": "3"}],
    },
    {
        "customer_id": "C3",
        "name": "Jo",
        "email": "jo@example.com",
        "since": "2023-02-01",
        "address": {"street": "Calle 4", "city": "Lima"},
    },
]
EVENTS = [
    {"id": 1, "price": 5},
    {"id": 2, "price": 7},
    {"id": 3, "price": "8"},
    {"id": 4, "price": "free"},
    {"id": 5},
]
MESSAGES = [(1, {"device": {"name": "a; b"}, "reading": 1.5}), (2, {"device": {"name": "c"}, "reading": 2.25})]
STOCK = [{"sku": "L1", "pieces": 4}, {"sku": "D1", "pieces": 1}, {"sku": "D1", "pieces": 2}, {"sku": "S1", "pieces": 9}]
DELIVERY = [{"sku": "D1", "pieces": 12}, {"sku": "S1", "pieces": 10}]
CARTS = [
    {"cart": "a", "state": "open", "total": 12, "lines": ["Lamp", "Desk"]},
    {"cart": "b", "state": "paid", "total": 7, "lines": ["Chair"]},
    {"cart": "c", "state": "open", "total": 1, "lines": []},
]
BATCHES = {
    "2024/a.json": {"source": "a", "records": [{"n": 1, "t": "x"}, {"n": 2, "t": "y"}]},
    "2024/b.json": {"source": "b", "records": [{"n": 3, "t": "z"}]},
    "2025/c.json": {"source": "c", "records": [{"n": 4, "t": "x"}]},
    "2025/_d.json": {"source": "d", "records": [{"n": 5, "t": "no"}]},
    "2025/e.json.tmp": {"source": "e", "records": [{"n": 6, "t": "no"}]},
}
OFFERS = [("L1", "Lamp & shade", [10, 12]), ("D1", "Desk", [80, 75])]
"""Stock keeping unit, title, prices."""

BASKETS = [
    {
        "basket": 1,
        "owner": {"name": "Ada"},
        "items": [{"sku": "L1", "tags": ["new", "blue"]}, {"sku": "D1", "tags": []}],
    },
    {"basket": 2, "owner": {"name": "Ken"}, "items": [{"sku": "S1", "tags": ["old"]}]},
]
CLICKS = {
    "10": [{"page": "home", "user": "C0"}, {"page": "cart", "user": "C1"}],
    "11": [{"page": "home", "user": "C2"}],
}
TAX = {"Europe": 0.2, "Asia": 0.1}


def of_year(year):
    """The orders of a year."""
    return [order for order in ORDERS if order["ordered_on"].startswith(str(year))]


def csv_of(rows):
    """Rows as CSV with a header."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def lines_of(rows):
    """Rows as JSON lines."""
    return "".join(json.dumps(row) + "\n" for row in rows)


def feed():
    """The offers as XML."""
    offers = [
        f'<offer sku="{sku}"><title>{escape(title)}</title>'
        f"<prices>{''.join(f'<price>{price}</price>' for price in prices)}</prices></offer>"
        for sku, title, prices in OFFERS
    ]
    return f'<?xml version="1.0"?>\n<feed>{"".join(offers)}</feed>\n'


def parquet_of(rows):
    """Rows as a parquet file."""
    out = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(rows), out)
    return out.getvalue()


def objects():
    """Key -> body of what lies in the bucket shop-landing."""
    quoted = [order | {"product": f'{order["product"]}, "new"'} for order in ORDERS]
    head, *events = [json.dumps(event) for event in EVENTS]
    return {
        "orders/1.csv": csv_of(quoted[:10]),
        "orders/more/2.csv": csv_of(quoted[10:]),
        **{f"orders_by_year/year={year}/part.csv": csv_of(of_year(year)) for year in (2024, 2025)},
        "customers/part-0.json": lines_of(CUSTOMERS[:2]),
        "customers/part-1.json": lines_of(CUSTOMERS[2:]),
        # several objects on one line, as Firehose leaves them
        "events/old.json": head + events[0],
        "events/new.json": "".join(events[1:]),
        "increments/1.json": lines_of([{"n": 1}, {"n": 2}]),
        "messages/m.csv": "id;payload\n" + "".join(f"{n};'{json.dumps(body)}'\n" for n, body in MESSAGES),
        "products/list.csv": b"\xef\xbb\xbf" + b'sku;price;note\nL1;9,50;"two\nlines"\nD1;80,00;\n',
        "stock_delivery/1.json": lines_of(DELIVERY),
        "dirty/d.csv": "id,quantity\n1,5\n2,many\n3,500\n4,7\n",
        "baskets/all.json": json.dumps(BASKETS, indent=2),
        "clicks/hour=10/c.json": lines_of(CLICKS["10"]),
        "feed/feed.xml": feed(),
        **{f"batches/{name}": json.dumps(batch) for name, batch in BATCHES.items()},
    }


def asset_objects():
    """Key -> body of what jobs get beside their scripts."""
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("shoplib/__init__.py", "")
        archive.writestr("shoplib/rules.py", f"def rate_of(region):\n    return {TAX!r}.get(region, 0)\n")
    config = {"database": "shop", "table": "orders_by_year", "fields": ["order_id", "gross"]}
    return {
        "libs/shoplib.zip": package.getvalue(),
        "libs/shop_constants.py": 'TARGET = "s3://shop-lake/taxed/"\n',
        "libs/taxes.json": json.dumps(config),
    }


def lake_objects():
    """Key -> body of what lies in the bucket shop-lake."""
    old = [order | {"order_id": order["order_id"] - 900} for order in ORDERS[:3]]
    return {
        "old_friends/left": "over",
        "stock/now.json": lines_of(STOCK),
        "archive/year=2023/part.parquet": parquet_of(old),
        "archive/year=2024/part.parquet": parquet_of(of_year(2024)),
    }
