"""Jobs in the manners of blogs and tutorials."""

import pytest

from tests.scripts_of_others.data import BASKETS, CUSTOMERS, DELIVERY, EVENTS, MESSAGES, ORDERS, STOCK


def as_number(value):
    """What a cast to double makes of a value."""
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def without_absent(record):
    return {name: value for name, value in record.items() if value is not None}


def test_blog_schema_drift(shop, run, same):
    def price(event):
        return event.get("price")

    cast = [without_absent({"id": event["id"], "price": as_number(price(event))}) for event in EVENTS]
    assert same([without_absent(record) for record in shop.records("drift/cast/")], cast)
    columns = [
        without_absent(
            {
                "id": event["id"],
                "price_int": price(event) if isinstance(price(event), int) else None,
                "price_string": price(event) if isinstance(price(event), str) else None,
            }
        )
        for event in EVENTS
    ]
    assert same([without_absent(record) for record in shop.records("drift/columns/")], columns)
    structs = {record["id"]: without_absent(record.get("price") or {}) for record in shop.records("drift/structs/")}
    assert structs == {1: {"int": 5}, 2: {"int": 7}, 3: {"string": "8"}, 4: {"string": "free"}, 5: {}}
    projected = [without_absent({"price": price(event) and str(price(event))}) for event in EVENTS]
    assert same([without_absent(record) for record in shop.records("drift/projected/")], projected)
    assert "|-- price: choice" in run.printed


def test_blog_relationalize_join(shop, run):
    bought = [
        (customer, order)
        for customer in CUSTOMERS
        for order in ORDERS
        if order["customer_id"] == customer["customer_id"]
    ]
    assert f"Count:  {len(bought)}" in run.printed
    assert "['history', 'history_phones']" in run.printed
    history = shop.records("relationalized/history/")
    found = {
        (row["customer_id"], row["name"], row["address.city"], row["order_id"], row["quantity"], row["year"])
        for row in history
    }
    assert found == {
        (
            customer["customer_id"],
            customer["name"],
            customer["address"]["city"],
            order["order_id"],
            order["quantity"],
            order["ordered_on"][:4],
        )
        for customer, order in bought
    }
    orders = {row["phones"]: row["order_id"] for row in history if row.get("phones") is not None}
    phones = [
        (orders[row["id"]], row["index"], row["phones.val.kind"], row["phones.val.number"])
        for row in shop.records("relationalized/history_phones/")
    ]
    assert sorted(phones) == sorted(
        (order["order_id"], n, phone["kind"], phone["number"])
        for customer, order in bought
        for n, phone in enumerate(customer.get("phones", []))
    )


def test_blog_filter_map(shop, run, same):
    assert "with email: 2" in run.printed
    assert "nobody: 0" in run.printed
    with_email = [customer for customer in CUSTOMERS if customer.get("email", "").endswith("@example.com")]
    assert same([without_absent(record) for record in shop.records("with_email/")], with_email)
    countries = {"C0": "France", "C1": "Japan", "C2": "Ghana", "C3": "unknown"}
    found = {record["customer_id"]: record for record in shop.records("enriched/")}
    assert "fax" not in {name for record in found.values() for name in record}
    assert {key: record["address"]["country"] for key, record in found.items()} == {
        key: country for key, country in countries.items() if key in found
    }
    assert {key: (record["initials"], record["phone_count"]) for key, record in found.items()} == {
        "C0": ("AM", 2),
        "C1": ("KS", 0),
        "C2": ("EM", 1),
    }
    assert "errors: 1" in run.printed  # C3 has no phones: KeyError


@pytest.mark.usefixtures("run")
def test_blog_unbox(shop, same):
    expected = [
        {"id": number, "device": body["device"]["name"], "reading": body["reading"]} for number, body in MESSAGES
    ]
    assert same(shop.records("readings/"), expected)


def test_blog_split_and_spigot(shop, run):
    read = "read_csv({files}, header = true, delim = '|', union_by_name = true)"
    middle = [order["order_id"] for order in ORDERS if 1 < order["quantity"] <= 3]
    others = [order["order_id"] for order in ORDERS if not 1 < order["quantity"] <= 3]
    for name, expected in (("middle", middle), ("others", others)):
        assert shop.query(f"SELECT order_id FROM {read} ORDER BY 1", f"split/{name}/") == [(key,) for key in expected]
    names = [(order["order_id"], order["product"]) for order in ORDERS]
    assert shop.query(f"SELECT * FROM {read} ORDER BY 1", "split/names/") == names
    figures = shop.query(f"DESCRIBE SELECT * FROM {read}", "split/figures/")
    assert [column[0] for column in figures] == [
        *(name for name in ORDERS[0] if name not in ("order_id", "product")),
        "year",
    ]
    sample = shop.records("split/sample/")
    assert len(sample) == 2
    assert {record["order_id"] for record in sample} <= set(middle)
    assert run.printed[-1] == "['middle', 'others'] ['figures', 'names']"


def test_blog_upsert(shop, run, same):
    delivered = {row["sku"] for row in DELIVERY}
    expected = DELIVERY + [row for row in STOCK if row["sku"] not in delivered]
    assert same(shop.records("stock/"), expected)
    assert run.printed[-2:] == [f"rows {len(expected)}", "files 1"]


def test_blog_relationalize_class(shop, run, same):
    expected = [
        {"basket": basket["basket"], "owner": basket["owner"]["name"], "place": n, "sku": item["sku"], "tag": tag}
        for basket in BASKETS
        for n, item in enumerate(basket["items"])
        for tag in item["tags"] or [None]
    ]
    assert same([{"tag": None} | record for record in shop.records("baskets/")], expected)
    assert run.printed[0] == "['root', 'root_items', 'root_items.val.tags']"
