"""The generator of the online shop: its shape, its traps, and what it says of them."""

import csv
import json
import re
import subprocess
import sys
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest

from samples import SampleError, ecommerce, olist

ORDERS = 220
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("olist")
    return folder, ecommerce.write(folder, ORDERS, 3)


@pytest.fixture(scope="module")
def shop(made):
    """The rows of each table."""
    found = {}
    for table in olist.COLUMNS:
        with (made[0] / table / f"olist_{table}_dataset.csv").open(newline="", encoding="utf-8") as file:
            found[table] = list(csv.DictReader(file))
    return found


def test_the_same_arguments_give_the_same_bytes_and_another_seed_others(made, tmp_path):
    ecommerce.write(tmp_path / "again", ORDERS, 3)
    ecommerce.write(tmp_path / "other", ORDERS, 4)
    for file in made[0].rglob("*.csv"):
        name = file.relative_to(made[0])
        assert (tmp_path / "again" / name).read_bytes() == file.read_bytes()
        assert (tmp_path / "other" / name).read_bytes() != file.read_bytes()


def test_eight_tables_with_olist_s_columns(shop):
    """Their numbers of columns, and names that are easily got wrong."""
    assert {table: len(rows[0]) for table, rows in shop.items()} == {
        "customers": 5, "geolocation": 5, "order_items": 7, "order_payments": 5, "order_reviews": 7, "orders": 8,
        "products": 9, "sellers": 4,
    }  # fmt: skip
    assert {"product_name_lenght", "product_description_lenght", "product_photos_qty"} <= set(shop["products"][0])
    assert {"review_answer_timestamp", "review_comment_title"} <= set(shop["order_reviews"][0])


TYPES = {
    r"(order|customer|product|seller|review|customer_unique)_id": r"[0-9a-f]{32}",
    r".*zip_code_prefix": r"\d{5}",
    r".*_state": r"[A-Z]{2}",
    r".*(timestamp|_at|_date)": r"(20\d\d-\d\d-\d\d \d\d:\d\d:\d\d)?",
    r"price|freight_value|payment_value": r"\d+\.\d\d",
    r"order_item_id|payment_sequential|payment_installments|review_score|product_.*(lenght|qty|_g|_cm)": r"\d+",
    r"geolocation_l(at|ng)": r"-?\d+\.\d{8}",
}


def test_values_are_of_olist_s_types(shop):
    for rows in shop.values():
        for name in rows[0]:
            kinds = [kind for pattern, kind in TYPES.items() if re.fullmatch(pattern, name)]
            for kind in kinds:
                assert [row[name] for row in rows if not re.fullmatch(kind, row[name])] == [], name
    assert any(row["customer_zip_code_prefix"].startswith("0") for row in shop["customers"])
    assert any("," in row["review_comment_message"] for row in shop["order_reviews"])
    assert any('"' in row["review_comment_message"] for row in shop["order_reviews"])


def test_keys_join(shop):
    ids = {name: {row[f"{name}_id"] for row in shop[f"{name}s"]} for name in ("order", "customer", "product", "seller")}
    assert {row["product_id"] for row in shop["order_items"]} <= ids["product"]
    assert {row["seller_id"] for row in shop["order_items"]} <= ids["seller"]
    strangers = {row["order_id"] for row in shop["orders"] if row["customer_id"] not in ids["customer"]}
    assert len(strangers) == ORDERS // 11
    for table in ("order_items", "order_payments", "order_reviews"):
        lost = {row["order_id"] for row in shop[table]} - ids["order"]
        assert len(lost) == ORDERS // 11, table


def test_duplicates_are_there(shop):
    for table in ("orders", "order_items", "order_payments", "order_reviews"):
        copies = [number for number in Counter(tuple(row.values()) for row in shop[table]).values() if number > 1]
        assert copies == [2] * (ORDERS // 11), table


def test_each_kind_is_what_it_says(shop, made):
    assert made[1].kinds == dict.fromkeys(olist.KINDS, ORDERS // 11)
    orders = {row["order_id"]: row for row in shop["orders"]}
    assert Counter(row["order_status"] for row in orders.values()) == {
        "delivered": 8 * 20, "canceled": 20, "unavailable": 20, "shipped": 20,
    }  # fmt: skip
    delivered = "order_delivered_customer_date"
    assert all(bool(row[delivered]) == (row["order_status"] == "delivered") for row in orders.values())
    late = [row for row in orders.values() if row[delivered][:10] > row["order_estimated_delivery_date"][:10]]
    assert len(late) == 20
    items = Counter(row["order_id"] for row in shop["order_items"])
    assert sum(order not in items for order in orders) == 20
    known = [row for row in shop["order_reviews"] if row["order_id"] in orders]
    waits = [
        (datetime.fromisoformat(row["review_creation_date"])
         - datetime.fromisoformat(orders[row["order_id"]][delivered])).days
        for row in known
    ]  # fmt: skip
    assert sum(wait > 30 for wait in waits) == 20


def test_each_day_has_all_kinds(shop):
    orders = {row["order_id"]: row["order_purchase_timestamp"][:10] for row in shop["orders"]}
    assert Counter(orders.values()) == {f"2024-01-{day:02d}": 22 for day in range(1, 11)}


def test_payments_pay_for_the_items(shop):
    cents = Counter()
    for row in {tuple(one.values()): one for one in shop["order_items"]}.values():
        cents[row["order_id"]] += round(100 * (float(row["price"]) + float(row["freight_value"])))
    paid = Counter()
    for row in {tuple(one.values()): one for one in shop["order_payments"]}.values():
        paid[row["order_id"]] += round(100 * float(row["payment_value"]))
    assert {order: paid[order] for order in cents} == cents


def test_what_must_come_of_it_is_counted(shop, made):
    orders = {row["order_id"]: row for row in shop["orders"]}
    day = {order: row["order_purchase_timestamp"][:10] for order, row in orders.items()}
    states = {row["customer_id"]: row["customer_state"] for row in shop["customers"]}
    assert list(made[1].expected.values()) == [
        len(orders),
        len({(day[row["order_id"]], row["seller_id"]) for row in shop["order_items"] if row["order_id"] in day}),
        len({(day[order], states.get(row["customer_id"])) for order, row in orders.items()}),
    ]
    assert made[1].files == {table: len(rows) for table, rows in shop.items()}


@pytest.mark.parametrize(("orders", "seed"), [(10, 1), (10_000_001, 1), (20, -1)])
def test_what_is_out_of_range_is_refused(orders, seed, tmp_path):
    with pytest.raises(SampleError, match=r"out of range|negative"):
        ecommerce.write(tmp_path, orders, seed)
    assert list(tmp_path.iterdir()) == []


def test_land_says_what_the_demo_compares(tmp_path):
    landed = ecommerce.land(tmp_path, 11, 1, {})
    assert list(landed.tables) == list(ecommerce.TABLES)
    assert "rows of 8 tables, 11 orders among them" in landed.said


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["--orders", "11", "--seed", "1"], 0, ""),
        (["--orders", "3", "--seed", "1"], 2, "seen: orders 3"),
        (["--orders", "x", "--seed", "1"], 2, "next: python -m samples.ecommerce --help"),
    ],
)
def test_the_command(words, code, said, tmp_path):
    command = [sys.executable, "-m", "samples.ecommerce", *words, "--out", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, said in run.stderr) == (code, True)
    if code == 0:
        assert json.loads(run.stdout)["files"]["orders"] == 12


def test_a_folder_that_cannot_be_written_is_told(tmp_path):
    (tmp_path / "file").touch()
    command = [sys.executable, "-m", "samples.ecommerce", "--orders", "11", "--seed", "1", "--out", tmp_path / "file"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (run.returncode, run.stderr.splitlines()[0]) == (1, f"error: cannot write {tmp_path / 'file'}")
