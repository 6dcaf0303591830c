"""The jobs' functions on rows that the generator does not plant, and what their arguments may be."""

import sys
from decimal import Decimal

import pytest

ORDER = ("order_id", "customer_id", "order_status", "order_purchase_timestamp", "order_approved_at",
         "order_delivered_carrier_date", "order_delivered_customer_date", "order_estimated_delivery_date")  # fmt: skip
BOUGHT = "2024-01-02 10:00:00"


class Output:
    """What `dated` asks of the arguments."""

    partition, spark_pattern = "anomesdia", "yyyyMMdd"

    def __init__(self, day=None):
        self.day = day


class Context:
    """A GlueContext whose catalog has one table of these texts."""

    def __init__(self, spark, columns, rows):
        self.spark_session, self.found = (
            spark,
            spark.createDataFrame(rows, ", ".join(f"{one} string" for one in columns)),
        )
        self.create_dynamic_frame = self

    def from_catalog(self, **_told):
        return self

    def toDF(self):  # noqa: N802 - Glue's name
        return self.found


def line(order_id, status="shipped", bought=BOUGHT, delivered=None, promised="2024-01-20 00:00:00"):
    return (order_id, "c", status, bought, bought, None, delivered, promised)


@pytest.fixture
def typed(spark):
    """Gives a table of the system of record, read from texts as a job reads it."""
    from ecommerce_tables import SOR, read

    return lambda table, *rows: read(Context(spark, list(SOR[table]), list(rows)), "sor", table)


@pytest.fixture
def joined(typed):
    """Gives the rows that a job makes of order lines and of what belongs to them, as dicts by number of the order."""
    from ecommerce_tables import each_once
    from sot_orders import PROGRESS, dated, one_row_an_order

    def make(*lines, items=(), payments=(), reviews=()):
        tables = {
            "customers": typed("customers", ("c", "u", "01037", "sao paulo", "SP")),
            "order_items": typed("order_items", *(items or [(None,) * 7])),
            "order_payments": typed("order_payments", *(payments or [(None,) * 5])),
            "order_reviews": typed("order_reviews", *(reviews or [(None,) * 7])),
        }
        once = each_once(
            dated(typed("orders", *lines), Output()).where("anomesdia IS NOT NULL"), ["order_id"], PROGRESS
        )
        return {row["order_id"]: row.asDict() for row in one_row_an_order(once, tables, "anomesdia").collect()}

    return make


def test_texts_become_what_is_declared_and_what_is_no_value_is_null(typed):
    rows = typed(
        "order_items", ("o", " 2 ", "p", "s", BOUGHT, "58.905", ""), ("o", "two", "p", "", "02/01/2024", "x", "1")
    )
    found = [row.asDict() for row in rows.collect()]
    assert [row["order_item_id"] for row in found] == [2, None]
    assert [row["price"] for row in found] == [Decimal("58.91"), None]
    assert [row["freight_value"] for row in found] == [None, Decimal("1.00")]
    assert [row["seller_id"] for row in found] == ["s", None]
    assert [row["shipping_limit_date"] is None for row in found] == [False, True]


def test_a_table_that_lacks_columns_is_refused_by_name(spark):
    from ecommerce_tables import ShopError, read

    with pytest.raises(
        ShopError, match=r"missing: seller_zip_code_prefix, seller_city; found: seller_id, seller_state"
    ):
        read(Context(spark, ["seller_id", "seller_state"], [("a", "SP")]), "sor", "sellers")


def test_a_value_with_a_line_break_is_refused_by_name(spark, tmp_path):
    from ecommerce_tables import ShopError, check_lines

    for table, text in {
        "sellers": 'id,city\n1,"a ""big"" town, far"\n2,b\n',
        "order_reviews": 'id,comment\n1,"late\nbut ""good"""\n2,fine\n',
    }.items():
        (tmp_path / table).mkdir()
        (tmp_path / table / "part.csv").write_text(text)
    places = {table: str(tmp_path / table) for table in ("sellers", "order_reviews")}
    assert check_lines(spark, {"sellers": places["sellers"]}) is None
    with pytest.raises(ShopError) as caught:
        check_lines(spark, places)
    assert caught.value.failed == "a value with a line break stands in the tables sellers, order_reviews"
    assert 'order_reviews/part.csv: 1,"late; ' in caught.value.seen
    assert caught.value.seen.endswith('order_reviews/part.csv: but ""good"""')


def test_of_several_lines_of_an_order_the_one_that_got_furthest_counts(joined):
    later, sooner = "2024-01-21 00:00:01", "2024-01-19 23:59:59"
    found = joined(
        line("a"), line("a", "delivered", delivered=later), line("b", "delivered", delivered=sooner), line("b")
    )
    assert {key: (row["order_status"], row["is_late"], row["delivery_delay_days"]) for key, row in found.items()} == {
        "a": ("delivered", True, 1),
        "b": ("delivered", False, -1),
    }


def test_an_order_alone_has_noughts_and_no_score(joined):
    row = joined(line("a"))["a"]
    assert [row[name] for name in ("items", "sellers", "items_value", "payments", "payment_value", "reviews")] == [
        0
    ] * 6
    assert [row[name] for name in ("payment_types", "review_score", "delivery_days", "is_late")] == [None] * 4
    assert (row["customer_state"], row["anomesdia"]) == ("SP", "20240102")


def test_figures_do_not_multiply_each_other(joined):
    items = [("a", str(one), "p", f"s{one % 2}", BOUGHT, "10.00", "1.00") for one in range(3)]
    payments = [("a", "1", "voucher", "1", "5.00"), ("a", "2", "credit_card", "4", "28.00")]
    reviews = [
        ("r1", "a", "1", "", "", BOUGHT, "2024-02-03 00:00:00"),
        ("r2", "a", "5", "", "", BOUGHT, "2024-02-02 00:00:00"),
    ]
    row = joined(line("a"), items=items * 2, payments=payments * 2, reviews=reviews * 2)["a"]
    assert (row["items"], row["sellers"], row["items_value"], row["freight_value"]) == (3, 2, 30, 3)
    assert (row["payments"], row["payment_types"], row["payment_value"]) == (2, "credit_card,voucher", 33)
    assert (row["payment_installments"], row["reviews"], row["review_score"]) == (4, 2, 1)


def test_a_review_is_late_from_the_thirty_first_day_on(joined):
    reviews = [
        (f"r{day}", "a", "3", "", "", f"2024-02-{day:02d} 00:00:00", f"2024-02-{day:02d} 10:00:00") for day in (14, 15)
    ]
    row = joined(line("a", "delivered", delivered="2024-01-15 12:00:00"), reviews=reviews)["a"]
    assert (row["reviews"], row["late_reviews"]) == (2, 1)


def test_lines_without_a_number_or_a_purchase_have_no_day(typed):
    from sot_orders import dated

    lines = typed("orders", line("a"), line(""), line("b", bought="yesterday"), line("c", bought="2024-01-03 00:00:00"))
    assert [row["anomesdia"] for row in dated(lines, Output()).collect()] == ["20240102", None, None, "20240103"]
    assert [row["order_id"] for row in dated(lines, Output("20240103")).collect()] == ["c"]


def test_orphans_are_counted(typed):
    from sot_orders import orphans

    tables = {
        "order_items": typed("order_items", ("a", "1", "p", "s", "", "1", "1"), ("x", "1", "p", "s", "", "1", "1")),
        "order_payments": typed("order_payments", ("a", "1", "boleto", "1", "1")),
        "order_reviews": typed("order_reviews", *[(f"r{one}", "y", "1", "", "", "", "") for one in range(2)]),
    }
    found = orphans(typed("orders", line("a")), tables)
    assert found == {"orphan_items": 1, "orphan_payments": 0, "orphan_reviews": 2}


# Arguments

GIVEN = {
    "SOR_DB": "sor", "OUTPUT_BUCKET": "lake", "OUTPUT_DB": "sot", "OUTPUT_TABLE": "orders",
    "OUTPUT_TABLE_URI": "s3://lake/orders/", "CONNECTION_TYPE": "s3", "UPDATE_BEHAVIOR": "LOG",
    "PARTITION_NAME": "anomesdia", "PARTITION_FORMAT": "%Y%m%d", "OUTPUT_DATA_FORMAT": "glueparquet",
    "COMPRESSION": "snappy", "ENABLE_UPDATE_CATALOG": "True", "NUM_PARTITIONS": "5",
}  # fmt: skip


@pytest.fixture
def told(monkeypatch):
    """Gives what a job makes of these arguments."""
    from ecommerce_output import read_arguments

    def read(**changed):
        words = [word for name, value in {**GIVEN, **changed}.items() for word in (f"--{name}", value)]
        monkeypatch.setattr(sys, "argv", ["job.py", "--JOB_NAME", "j", *words])
        return read_arguments("SOR_DB")

    return read


def test_arguments_are_typed_and_all_days_are_run_unless_one_is_said(told):
    output = told()
    assert (output.day, output.partition, output.spark_pattern) == (None, "anomesdia", "yyyyMMdd")
    assert (output.args["ENABLE_UPDATE_CATALOG"], output.args["NUM_PARTITIONS"]) == (True, 5)
    assert told(RUN_DATE="20240229").day == "20240229"
    other = told(PARTITION_FORMAT="%d-%m-%Y", RUN_DATE="29-02-2024")
    assert (other.day, other.spark_pattern) == ("29-02-2024", "dd-MM-yyyy")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"RUN_DATE": "20240230"}, "20240230 is no day"),
        ({"RUN_DATE": "2024011"}, "2024011 is no day"),
        ({"RUN_DATE": "20240101/../x"}, "is no day"),
        ({"PARTITION_FORMAT": "%Y%m"}, "--PARTITION_FORMAT is wrong"),
        ({"PARTITION_FORMAT": "%Y/%m/%d"}, "--PARTITION_FORMAT is wrong"),
        ({"PARTITION_FORMAT": "%Y%m%d%H"}, "--PARTITION_FORMAT is wrong"),
        ({"NUM_PARTITIONS": "0"}, "--NUM_PARTITIONS is wrong"),
        ({"ENABLE_UPDATE_CATALOG": "perhaps"}, "--ENABLE_UPDATE_CATALOG is wrong"),
        ({"OUTPUT_TABLE_URI": "s3://another/orders/"}, "the table orders lies outside its bucket"),
        ({"OUTPUT_TABLE_URI": "s3://lake/"}, "not a folder in a bucket"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(told, changed, said):
    from lakejobs.errors import JobError

    with pytest.raises(JobError) as caught:
        told(**changed)
    assert said in str(caught.value)


def test_the_day_of_a_workflow_run_comes_before_that_of_the_job(told, monkeypatch):
    import ecommerce_output

    class Glue:
        properties = {"anomesdia": "20240105"}  # noqa: RUF012 - of one test

        def get_workflow_run_properties(self, **run):
            assert run == {"Name": "w", "RunId": "r"}
            return {"RunProperties": self.properties}

    monkeypatch.setattr(ecommerce_output.boto3, "client", lambda _service: Glue())
    assert told(WORKFLOW_NAME="w", WORKFLOW_RUN_ID="r").day == "20240105"
    Glue.properties = {}
    assert told(WORKFLOW_NAME="w", WORKFLOW_RUN_ID="r", RUN_DATE="20240106").day == "20240106"
