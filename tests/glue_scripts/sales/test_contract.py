"""The contract of the sales (sales_schema.py): what changes in the input are told, and what is held to it."""

import re
from pathlib import Path

import clean
import pytest
import sales_schema
from lakejobs import rejected
from lakejobs.schema import Schema

from glue_client.templates import Template
from samples import sales as sample

ROOT = Path(__file__).parents[3]
NAMES = "region country item_type sales_channel order_priority order_date order_id ship_date units_sold unit_price unit_cost total_revenue total_cost total_profit".split()  # noqa: E501
NAMED = re.compile(r'"([a-z_]+)"')


def header(*names):
    return ",".join(name.replace("_", " ").title() for name in names)


@pytest.mark.parametrize(
    ("names", "told"),
    [
        ([*NAMES, "discount"], "added: discount"),
        ([name for name in NAMES if name != "country"], "removed: country"),
        (["country", "region", *NAMES[2:]], "moved: country where region was, region where country was"),
        (["area", *NAMES[1:]], "removed: region; added: area"),
        ([*NAMES[:2], *NAMES[1:]], "twice: country"),
    ],
)
def test_a_change_of_the_header_is_told_before_anything_is_read(names, told):
    with pytest.raises(clean.CleanError) as caught:
        clean.check_headers({"file:///a.csv": header(*names)})
    assert caught.value.seen.startswith(f"{told}; found: ")
    assert caught.value.then.endswith("If the source has changed for good, change SALES in sales_schema.py with it")


def test_the_same_header_passes():
    clean.check_headers({"file:///a.csv": header(*NAMES)})


def test_a_retyped_column_is_told(spark):
    reasons = ["units_sold: not a whole number"] * 6 + ["order_id: missing; units_sold: too large", "order_id: missing"]
    rejects = spark.createDataFrame([("line", reason, "file") for reason in reasons], rejected.COLUMNS.spark)
    assert clean.retyped(rejects, 10) == ["units_sold (int)"]
    assert clean.retyped(rejects, 14) == []
    args = {"rejected_path": "s3://r/", "max_rejected_ratio": 0.05}
    error = clean._too_many(rejects, {"rows_read": 10, "rows_rejected": 8}, args)
    assert "the sales table is as it was. Of another type now: units_sold (int). If the source" in error.then


def test_a_column_that_is_retyped_in_a_file_is_told(spark, tmp_path):
    line = "Asia,Japan,Fruits,Online,H,{},1,12/31/2014,10,9.33,6.92,93.30,69.20,24.10"
    days = ["2014-02-03"] * 9 + ["2/3/2014"]
    (tmp_path / "a.csv").write_text("\n".join([header(*NAMES), *map(line.format, days)]))
    parsed = clean.parse(clean.read_lines(spark, str(tmp_path)))
    assert clean.retyped(clean.rejected(parsed), parsed.count()) == ["order_date (date)"]


def test_nothing_is_retyped_where_nothing_was_rejected(spark):
    assert clean.retyped(spark.createDataFrame([], rejected.COLUMNS.spark), 10) == []


@pytest.mark.parametrize("stage", ["raw", "silver", "gold"])
def test_rules_name_columns_of_the_contract_and_their_number(stage):
    rules = (ROOT / f"glue_scripts/sales/quality/{stage}.dqdl").read_text()
    named = set(NAMED.findall(re.sub(r"labels=\[[^]]*\]", "", rules)))
    assert named
    assert named <= set(sales_schema.SALES)
    assert re.findall(r"ColumnCount = (\d+)", rules) == ([] if stage == "raw" else [str(len(sales_schema.SALES))])


def test_the_catalog_expects_what_the_job_writes():
    template = Template.load(ROOT / "cloudformation/glue-catalog.yml")
    resources = template.body["Resources"].values()
    tables = [one["Properties"]["TableInput"] for one in resources if one["Type"] == "AWS::Glue::Table"]
    columns = {table["Name"]: table["StorageDescriptor"]["Columns"] for table in tables}
    declared = {name: [(one["Name"], one["Type"]) for one in those] for name, those in columns.items()}
    assert declared == {"silver_sales_rejected": rejected.COLUMNS.items()}


def test_the_sample_has_the_columns_of_the_contract():
    assert [name.lower().replace(" ", "_") for name in sample.COLUMNS] == list(sales_schema.SALES)


def test_differences_of_names_are_kinds():
    assert Schema({"a": "int", "b": "int"}).differences(["a", "b"]) == []
    assert Schema({"a": "int", "b": "int"}).differences([]) == ["removed: a, b"]
