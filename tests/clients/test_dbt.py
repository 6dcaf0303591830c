"""dbt on a local AWS: a project of ours, built twice, the second time with a person who has moved."""

import csv
import json
import shutil
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from tests.clients.conftest import settings_of
from tests.local_aws.aws_server import unique

PROJECT = Path(__file__).parent / "dbt_project"
PACKAGES = Path(sys.prefix) / "dbt"
DBT = [sys.executable, "-s", "-c", "from dbt.cli.main import cli; cli()"]
MADE = {"by_day", "log", "paid", "totals", "totals_ha", "people", "payments", "towns"}


class Shop:
    """The project in a folder of its own, with a bucket and a schema of its own."""

    def __init__(self, server, folder):
        self.folder, self.server = folder, server
        self.bucket, self.schema = server.bucket(), unique("shop_")
        self.environment = settings_of(server) | {
            "SHOP_BUCKET": self.bucket,
            "SHOP_SCHEMA": self.schema,
            "PYTHONPATH": str(PACKAGES),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        }

    def dbt(self, *words):
        """Call it; what its run_results.json says: name -> status."""
        shutil.rmtree(self.folder / "target", ignore_errors=True)
        command = [*DBT, *words, "--project-dir", str(self.folder), "--profiles-dir", str(self.folder)]
        ran = subprocess.run(
            command, env=self.environment, cwd=self.folder, capture_output=True, text=True, timeout=280, check=False
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        results = json.loads((self.folder / "target/run_results.json").read_text())["results"]
        return {one["unique_id"].split(".")[2]: one["status"] for one in results}

    def seed(self, name):
        with (self.folder / "seeds" / f"{name}.csv").open(encoding="utf-8") as file:
            return [{name: value or None for name, value in row.items()} for row in csv.DictReader(file)]

    def rows(self, table, columns="*"):
        found = self.server.rows(f"SELECT {columns} FROM {table}", self.schema)
        return sorted((tuple(row) for row in found), key=str)


@pytest.fixture(scope="module")
def shop(local_aws, tmp_path_factory):
    folder = tmp_path_factory.mktemp("dbt") / "shop"
    shutil.copytree(PROJECT, folder)
    made = Shop(local_aws, folder)
    made.first = made.dbt("build")
    made.log_before = made.rows("log")
    people = (folder / "seeds/people.csv").read_text()
    (folder / "seeds/people.csv").write_text(people.replace("Bo,Osaka", "Bo,Kobe"))
    made.second = made.dbt("build")
    return made


def paid(shop):
    """(id, name, town, amount, day) of each payment, from the seeds as they are now."""
    people = {one["id"]: one for one in shop.seed("people")}
    return [
        (one["id"], people[one["person_id"]]["name"], people[one["person_id"]]["town"], one["amount"], one["paid_on"])
        for one in shop.seed("payments")
    ]


def totals(rows, key):
    found = defaultdict(Decimal)
    for row in rows:
        found[row[key]] += Decimal(row[3])
    return sorted(((name, str(total)) for name, total in found.items()), key=str)


def test_all_of_it_is_built_and_tested_twice(shop):
    for results in (shop.first, shop.second):
        assert {name for name, status in results.items() if status == "success"} == MADE
        assert sorted(status for status in results.values() if status != "success") == 4 * ["pass"]


def test_tables_and_views_hold_what_the_seeds_say(shop):
    rows = paid(shop)
    assert shop.rows("paid", "id, name, town, amount, paid_on") == rows
    assert shop.rows("totals", "name, total") == totals(rows, 1)
    assert shop.rows("totals_ha", "town, total") == totals(rows, 2)


def test_what_is_appended_stays_and_what_is_overwritten_is_there_once(shop):
    payments = shop.seed("payments")
    before = [(one["id"], one["amount"]) for one in payments]
    assert [tuple(row) for row in shop.log_before] == before
    last = max(int(one["id"]) for one in payments)
    again = [(one["id"], one["amount"]) for one in payments if int(one["id"]) > last - 2]
    assert shop.rows("log") == sorted(before + again)
    assert shop.rows("by_day") == [(one["id"], one["amount"], one["paid_on"]) for one in payments]


def test_a_snapshot_keeps_what_was(shop):
    found = shop.rows("towns", "CAST(id AS varchar), name, town, dbt_valid_to IS NULL")
    now = [(one["id"], one["name"], one["town"], "true") for one in shop.seed("people")]
    assert found == sorted([*now, ("2", "Bo", "Osaka", "false")], key=str)


def test_the_catalog_is_documented(shop):
    command = [*DBT, "docs", "generate", "--project-dir", str(shop.folder), "--profiles-dir", str(shop.folder)]
    ran = subprocess.run(command, env=shop.environment, cwd=shop.folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    catalog = json.loads((shop.folder / "target/catalog.json").read_text())
    assert catalog["errors"] is None
    nodes = {name.split(".")[2]: node for name, node in catalog["nodes"].items()}
    assert set(nodes) == MADE
    columns = {name: one["type"] for name, one in nodes["by_day"]["columns"].items()}
    assert columns == {"id": "int", "amount": "decimal(10,2)", "paid_on": "date"}
