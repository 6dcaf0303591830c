"""What becomes of a row: the whole file against plain Python, then one rule a test."""

import csv
import io
import random
import re
from collections import Counter
from datetime import date, datetime
from decimal import Decimal

import clean
import pytest
from pyspark.sql.types import (
    DateType,
    DecimalType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
)

HEADER = (
    "Region,Country,Item Type,Sales Channel,Order Priority,Order Date,Order ID,Ship Date,"
    "Units Sold,Unit Price,Unit Cost,Total Revenue,Total Cost,Total Profit"
)
BASE = {
    "region": "Asia",
    "country": "Japan",
    "item_type": "Fruits",
    "sales_channel": "Online",
    "order_priority": "H",
    "order_date": "2/3/2014",
    "order_id": "123456789",
    "ship_date": "12/31/2014",
    "units_sold": "10",
    "unit_price": "9.33",
    "unit_cost": "6.92",
    "total_revenue": "93.30",
    "total_cost": "69.20",
    "total_profit": "24.10",
}
VALUES = {
    **BASE,
    "order_date": date(2014, 2, 3),
    "order_id": 123456789,
    "ship_date": date(2014, 12, 31),
    "units_sold": 10,
    **{name: Decimal(BASE[name]) for name in list(BASE)[9:]},
}


def line(**changes):
    return ",".join({**BASE, **changes}.values())


NOT_A_DATE = "not a date (M/d/yyyy, 1900 to 2099)"
BLANKS = ["", "   ", '""']
TAKEN = [
    ({}, {}),
    ({"order_date": "02/03/2014"}, {}),
    ({"order_date": "2/29/2016"}, {"order_date": date(2016, 2, 29)}),
    (
        {"order_date": "1/1/1900", "ship_date": "12/31/2099"},
        {"order_date": date(1900, 1, 1), "ship_date": date(2099, 12, 31)},
    ),
    ({"region": "  Asia "}, {}),
    ({"region": "\tAsia\t"}, {}),
    ({"units_sold": " 10 "}, {}),
    ({"units_sold": "+10"}, {}),
    ({"units_sold": "-10"}, {"units_sold": -10}),
    ({"units_sold": "2147483647"}, {"units_sold": 2147483647}),
    ({"order_id": "9223372036854775807"}, {"order_id": 9223372036854775807}),
    ({"order_id": "000123456789"}, {}),
    ({"unit_price": "99999999.99"}, {"unit_price": Decimal("99999999.99")}),
    ({"unit_price": "9"}, {"unit_price": Decimal("9.00")}),
    ({"unit_price": "9.3"}, {"unit_price": Decimal("9.30")}),
    ({"total_profit": "-24.10"}, {"total_profit": Decimal("-24.10")}),
    ({"country": '"Korea, South"'}, {"country": "Korea, South"}),
    ({"country": '"Korea ""South"""'}, {"country": 'Korea "South"'}),
    ({"country": ' "Korea, South" '}, {"country": "Korea, South"}),
    ({"country": '" Japan "'}, {}),
    ({"unit_price": '"9.33"'}, {}),
    ({"country": "Cote d'Ivoire"}, {"country": "Cote d'Ivoire"}),
    ({"country": "Côte d'Ivoire"}, {"country": "Côte d'Ivoire"}),
    ({"country": "C:\\Japan\\"}, {"country": "C:\\Japan\\"}),
]

REJECTED = [
    ({"units_sold": "ten"}, "units_sold: not a whole number"),
    ({"units_sold": "10.0"}, "units_sold: not a whole number"),
    ({"units_sold": "1e3"}, "units_sold: not a whole number"),
    ({"units_sold": "NaN"}, "units_sold: not a whole number"),
    ({"units_sold": '"1,000"'}, "units_sold: not a whole number"),
    ({"units_sold": "2147483648"}, "units_sold: too large"),
    ({"order_id": "9223372036854775808"}, "order_id: too large"),
    ({"order_id": "0x10"}, "order_id: not a whole number"),
    ({"unit_price": "9.334"}, "unit_price: more than two decimals"),
    ({"unit_price": "9.330"}, "unit_price: more than two decimals"),
    ({"unit_price": "100000000.00"}, "unit_price: more than eight digits before the point"),
    ({"unit_price": "1e3"}, "unit_price: not a number"),
    ({"unit_price": "NaN"}, "unit_price: not a number"),
    ({"unit_price": "Infinity"}, "unit_price: not a number"),
    ({"unit_price": "$9.33"}, "unit_price: not a number"),
    ({"unit_price": '"1,009.33"'}, "unit_price: not a number"),
    ({"unit_price": "9,33"}, "line: 15 fields instead of 14"),
    ({"order_date": "2/30/2015"}, "order_date: no such day"),
    ({"order_date": "2/29/2015"}, "order_date: no such day"),
    ({"order_date": "13/1/2015"}, "order_date: no such day"),
    ({"order_date": "0/1/2015"}, "order_date: no such day"),
    ({"order_date": "2/3/15"}, f"order_date: {NOT_A_DATE}"),
    ({"order_date": "2/3/0015"}, f"order_date: {NOT_A_DATE}"),
    ({"order_date": "2/3/1200"}, f"order_date: {NOT_A_DATE}"),
    ({"order_date": "2/3/12015"}, f"order_date: {NOT_A_DATE}"),
    ({"order_date": "2014-02-03"}, f"order_date: {NOT_A_DATE}"),
    ({"order_date": "2/3/2014 10:00"}, f"order_date: {NOT_A_DATE}"),
    ({"order_date": "soon"}, f"order_date: {NOT_A_DATE}"),
    ({"country": '"Japan'}, "line: quotes out of place"),
    ({"region": 'ia"'}, "line: quotes out of place"),  # the second half of a text with a line break
    ({"country": '"Ja"pan'}, "line: quotes out of place"),
    ({"units_sold": "x", "ship_date": ""}, "ship_date: missing; units_sold: not a whole number"),
]

WRONG_NUMBER_OF_FIELDS = [
    ("Asia,Japan", "line: 2 fields instead of 14"),
    (line() + ",more", "line: 15 fields instead of 14"),
    ("," * 13, "; ".join(f"{name}: missing" for name in BASE)),
    ('"a,b",c', "line: 2 fields instead of 14"),
]

LONG = [
    ("," * 30_000, "line: 30001 fields instead of 14"),
    ('""' * 30_000, "line: 1 fields instead of 14"),
    ('"' * 30_001, "line: quotes out of place"),
    ('a"' + "," * 30_000, "line: quotes out of place"),
    ('"a"' + ",b" * 30_000, "line: 30001 fields instead of 14"),
]


@pytest.fixture
def parsed(spark, tmp_path):
    """Function: the lines of one file -> the parsed frame."""

    def parse(*lines, name="sales.csv", header=HEADER):
        (tmp_path / name).write_bytes("\n".join([header, *lines, ""]).encode())
        return clean.parse(clean.read_lines(spark, str(tmp_path)))

    return parse


def run_all(spark, folder, lines):
    """Line -> values (a dict) or reason (a text), of many lines in one run of Spark."""
    (folder / "sales.csv").write_bytes("\n".join([HEADER, *lines, ""]).encode())
    frame = clean.parse(clean.read_lines(spark, str(folder))).cache()
    reasons = {row["raw_line"]: row["reason"] for row in clean.rejected(frame).collect()}
    in_order = frame.coalesce(1).collect()
    return {
        text: reasons[text] if row["raw_line"] else {name: row[name] for name in BASE}
        for text, row in zip(lines, in_order, strict=True)
    }


@pytest.fixture(scope="module")
def outcome(spark, tmp_path_factory):
    """Function: one of the lines of the cases below -> its values or its reason."""
    lines = [line(**changes) for changes, _ in [*TAKEN, *REJECTED]]
    lines += [line(**{name: blank}) for name in BASE for blank in BLANKS]
    lines += [text for text, _ in [*WRONG_NUMBER_OF_FIELDS, *LONG]]
    return run_all(spark, tmp_path_factory.mktemp("cases"), lines).__getitem__


# ---------------------------------------------------------------- schemas


def test_the_clean_table_has_the_agreed_columns():
    money = DecimalType(10, 2)
    expected = StructType(
        [
            *(StructField(name, StringType()) for name in list(BASE)[:5]),
            StructField("order_date", DateType()),
            StructField("order_id", LongType()),
            StructField("ship_date", DateType()),
            StructField("units_sold", IntegerType()),
            *(StructField(name, money) for name in list(BASE)[9:]),
        ]
    )
    assert expected == clean.SILVER


def test_frames_have_the_schemas_that_are_named(parsed):
    frame = parsed(line())
    frames = {"parsed": frame, "accepted": clean.accepted(frame), "rejected": clean.rejected(frame)}
    texts = {name: StructField(name, StringType()) for name in ("raw_line", "reason", "source_file")}
    named = {
        "parsed": StructType([*clean.SILVER, texts["raw_line"], texts["source_file"]]),
        "accepted": clean.SILVER,
        "rejected": StructType(list(texts.values())),
    }
    assert {key: schema.simpleString() for key, schema in named.items()} == {
        key: found.schema.simpleString() for key, found in frames.items()
    }


# ---------------------------------------------------------------- good rows


def test_a_good_row_gets_its_types(outcome):
    assert outcome(line()) == VALUES


@pytest.mark.parametrize(("changes", "expected"), TAKEN)
def test_what_is_taken(outcome, changes, expected):
    assert outcome(line(**changes)) == {**VALUES, **expected}


# ---------------------------------------------------------------- rejected rows


@pytest.mark.parametrize("name", list(BASE))
@pytest.mark.parametrize("blank", BLANKS)
def test_every_column_is_required(outcome, name, blank):
    assert outcome(line(**{name: blank})) == f"{name}: missing"


@pytest.mark.parametrize(("changes", "expected"), REJECTED)
def test_why_a_row_is_rejected(outcome, changes, expected):
    assert outcome(line(**changes)) == expected


@pytest.mark.parametrize(("text", "expected"), WRONG_NUMBER_OF_FIELDS)
def test_a_row_needs_fourteen_fields(outcome, text, expected):
    assert outcome(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"), LONG, ids=["commas", "quotes", "open quote", "quote and commas", "quoted and commas"]
)
def test_no_line_is_too_long_to_be_rejected(outcome, text, expected):
    assert outcome(text) == expected


def test_a_rejected_row_keeps_its_line_as_it_was(parsed):
    text = ' Asia ,"Korea, ""South""",\tFruits'
    assert [row["raw_line"] for row in clean.rejected(parsed(text)).collect()] == [text]


def test_the_file_of_a_rejected_row_is_not_encoded(parsed, tmp_path):
    name = "my sales+50% [é] {1}.csv"
    (row,) = clean.rejected(parsed("Asia,Japan", name=name)).collect()
    assert re.fullmatch(rf"file:/+{re.escape(str(tmp_path / name).lstrip('/'))}", row["source_file"])


def test_bytes_that_are_not_utf8_are_rejected(spark, tmp_path):
    text = line(country="Côte d'Ivoire").encode("latin-1")
    (tmp_path / "sales.csv").write_bytes(HEADER.encode() + b"\n" + text + b"\n")
    rows = clean.rejected(clean.parse(clean.read_lines(spark, str(tmp_path)))).collect()
    expected = ("country: not valid UTF-8", line(country="C\ufffdte d'Ivoire"))
    assert [expected] == [(row["reason"], row["raw_line"]) for row in rows]


@pytest.mark.parametrize(("policy", "ansi"), [("EXCEPTION", "true"), ("LEGACY", "false")])
def test_neither_ansi_mode_nor_the_time_parser_changes_anything(spark, parsed, policy, ansi):
    settings = {"spark.sql.legacy.timeParserPolicy": policy, "spark.sql.ansi.enabled": ansi}
    before = {key: spark.conf.get(key) for key in settings}
    try:
        for key, value in settings.items():
            spark.conf.set(key, value)
        frame = parsed(line(), line(order_date="2/30/2015"), line(units_sold="x"), "Asia")
        reasons = sorted(row["reason"] for row in clean.rejected(frame).collect())
        good = [row.asDict() for row in clean.accepted(frame).collect()]
    finally:
        for key, value in before.items():
            spark.conf.set(key, value)
    expected = ["line: 1 fields instead of 14", "order_date: no such day", "units_sold: not a whole number"]
    assert (expected, [VALUES]) == (reasons, good)


# ---------------------------------------------------------------- files and headers


def read(spark, folder):
    return sorted(row["raw_line"] for row in clean.read_lines(spark, str(folder)).collect())


def test_each_file_has_its_own_header(spark, tmp_path):
    (tmp_path / "a.csv").write_text(f"{HEADER}\none\n")
    (tmp_path / "b.csv").write_text('"' + HEADER.replace(",", '","') + '"\ntwo\n')
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.csv").write_text(f"{HEADER.lower()}\nthree\n")
    assert read(spark, tmp_path) == ["one", "three", "two"]


def test_byte_order_mark_and_carriage_returns_are_no_part_of_the_data(spark, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbf" + f"{HEADER}\r\none\r\ntwo\r\n".encode())
    assert read(spark, tmp_path) == ["one", "two"]


def test_blank_lines_and_repeated_headers_are_no_rows(spark, tmp_path):
    (tmp_path / "a.csv").write_text(f"{HEADER}\none\n\n   \n{HEADER}\ntwo")
    assert read(spark, tmp_path) == ["one", "two"]


def test_hidden_files_are_not_read(spark, tmp_path):
    (tmp_path / "a.csv").write_text(f"{HEADER}\none\n")
    (tmp_path / "_SUCCESS").write_text("")
    assert read(spark, tmp_path) == ["one"]


def test_a_wrong_header_is_told_with_the_missing_and_the_found(spark, tmp_path):
    (tmp_path / "a.csv").write_text(f"{HEADER}\none\n")
    (tmp_path / "b c.csv").write_text(HEADER.replace("Ship Date", "Shipped") + "\ntwo\n")
    with pytest.raises(clean.CleanError) as error:
        clean.read_lines(spark, str(tmp_path))
    found = ", ".join(HEADER.replace("Ship Date", "Shipped").split(","))
    assert str(error.value) == (
        f"error: file://{tmp_path}/b c.csv does not start with the columns of the sales; the sales table is as it was\n"
        f"  seen: removed: ship_date; added: shipped; found: {found}\n"
        f"  next: the first line has to name {', '.join(BASE)}; correct the file or take it away. "
        "If the source has changed for good, change SALES in sales_schema.py with it"
    )


def test_columns_in_another_order_are_refused():
    names = HEADER.split(",")
    with pytest.raises(clean.CleanError, match="moved: country where region was, region where country was; found: C"):
        clean.check_headers({"f": ",".join([names[1], names[0], *names[2:]])})


def test_an_empty_file_is_refused(spark, tmp_path):
    (tmp_path / "a.csv").write_text("")
    with pytest.raises(clean.CleanError, match="found: nothing"):
        clean.read_lines(spark, str(tmp_path))


@pytest.mark.parametrize(("folder", "seen"), [("", "the folder holds no file"), ("absent", "no such folder")])
def test_no_input_is_a_clear_failure(spark, tmp_path, folder, seen):
    with pytest.raises(clean.CleanError) as error:
        clean.read_lines(spark, str(tmp_path / folder))
    assert str(error.value) == (
        f"error: no sales in {tmp_path / folder}\n"
        f"  seen: {seen}; the sales table is as it was\n"
        "  next: see whether the extract job ran, and wrote there"
    )


# ---------------------------------------------------------------- duplicates


def test_only_rows_equal_in_all_columns_after_parsing_are_dropped(parsed):
    lines = [
        *[line(order_id="1")] * 3,  # equal: two are dropped
        line(order_id="2"),
        line(order_id="2", country="China"),  # shares only the order_id
        line(order_id="3"),
        line(order_id="03", order_date="02/03/2014", country=' "Japan" ', unit_price="+9.33"),  # equal once parsed
        line(order_id="4"),
    ]
    rows, dropped = clean.drop_duplicates(clean.accepted(parsed(*lines)))
    found = Counter((row["order_id"], row["country"]) for row in rows.collect())
    expected = {(1, "Japan"): 1, (2, "Japan"): 1, (2, "China"): 1, (3, "Japan"): 1, (4, "Japan"): 1}
    assert (expected, 3) == (found, dropped)


def test_rejected_rows_are_no_duplicates(parsed):
    assert clean.rejected(parsed("Asia", "Asia")).count() == 2


# ---------------------------------------------------------------- the whole file, and the sum


def oracle(text):
    """What plain Python makes of a line: a tuple of values, or None when it is to be rejected."""
    try:
        (cells,) = csv.reader(io.StringIO(text), strict=True, skipinitialspace=True)
        cells = [cell.strip() for cell in cells]
        if len(cells) != 14 or not all(cells):
            return None
        whole, amount = re.compile(r"[+-]?\d+"), re.compile(r"[+-]?\d{1,8}(\.\d\d?)?")
        if not (whole.fullmatch(cells[6]) and whole.fullmatch(cells[8]) and all(map(amount.fullmatch, cells[9:]))):
            return None
        ordered, shipped = (datetime.strptime(cells[place], "%m/%d/%Y").date() for place in (5, 7))  # noqa: DTZ007
    except (csv.Error, ValueError):
        return None
    order_id, units = int(cells[6]), int(cells[8])
    if abs(units) >= 2**31 or not 1900 <= ordered.year < 2100 or not 1900 <= shipped.year < 2100:
        return None
    return (*cells[:5], ordered, order_id, shipped, units, *map(Decimal, cells[9:]))


def random_line(rng):
    cells = {
        **BASE,
        "country": rng.choice(["Japan", " Chad", '"Korea, South"', "Cote d'Ivoire", "Mali"]),
        "order_date": f"{rng.randint(1, 12)}/{rng.randint(1, 31)}/{rng.randint(2010, 2020)}",
        "ship_date": f"{rng.randint(1, 12):02}/{rng.randint(1, 28):02}/{rng.randint(2010, 2020)}",
        "order_id": str(rng.randint(1, 4000)),
        "units_sold": str(rng.randint(-5, 9999)),
        "total_profit": f"{rng.uniform(-1000, 99999):.2f}",
    }
    if rng.random() < 0.1:
        cells[rng.choice(list(cells))] = rng.choice(
            ["", " ", "x", "1e3", "1.005", "99999999999", "1,5", '"', "2/30/2015"]
        )
    return ",".join(cells.values())


def test_whole_files_against_plain_python(spark, tmp_path):
    rng = random.Random(5)  # noqa: S311 - seeded, not secret
    lines = [random_line(rng) for _ in range(4000)]
    lines += rng.choices(lines, k=400)
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.csv").write_text("\n".join([HEADER, *lines[number::3], ""]))

    parsed = clean.store(clean.parse(clean.read_lines(spark, str(tmp_path / "in"))), str(tmp_path / "parsed"))
    rejects = clean.store(clean.rejected(parsed), str(tmp_path / "rejected"))
    rows, dropped = clean.drop_duplicates(clean.accepted(parsed))
    table = clean.store(rows, str(tmp_path / "table"))

    wanted = [oracle(text) for text in lines]
    refused = Counter(text for text, values in zip(lines, wanted, strict=True) if values is None)
    good = [values for values in wanted if values is not None]
    assert Counter(set(good)) == Counter(tuple(row) for row in table.collect())
    assert refused == Counter(row["raw_line"] for row in rejects.collect())
    assert len(good) - len(set(good)) == dropped > 0
    assert all(row["reason"] for row in rejects.collect())
    assert len(lines) == parsed.count() == table.count() + rejects.count() + dropped


def test_the_error_of_too_many_rejected_rows_says_how_many_why_and_where(parsed):
    rejects = clean.rejected(parsed(line(), "Asia", "Africa", line(units_sold="x")))
    counts = {"rows_read": 4, "rows_rejected": 3}
    args = {"rejected_path": "s3://silver/rejected/sales/", "max_rejected_ratio": 0.05}
    assert str(clean._too_many(rejects, counts, args)) == (
        "error: 3 of 4 rows were rejected (75.0%), more than --max_rejected_ratio 0.05 allows\n"
        "  seen: 2 x 'line: 1 fields instead of 14', 1 x 'units_sold: not a whole number'\n"
        "  next: look at the rows in s3://silver/rejected/sales/ (table silver_sales_rejected); "
        "the sales table is as it was"
    )
