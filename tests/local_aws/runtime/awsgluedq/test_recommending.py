"""What a recommendation run finds in rows: the rules, and that the rows pass them."""

import datetime
from decimal import Decimal

import pytest

SCHEMA = (
    "id bigint, name string, city string, price decimal(10,2), weight double, active boolean, day date, "
    "seldom string, empty string, tags array<string>, `odd\\` string, `a.b` int"
)
DAY = datetime.date(2024, 2, 29)
CITIES = ["Ulm", 'a "b"', "Bonn"]


def row(number):
    return (
        number,
        f"name {number}",
        CITIES[number % 3],
        Decimal(number % 7),
        number / 2,
        number % 2 == 0,
        DAY,
        "x" * (number % 5) if number % 4 else None,
        None,
        ["t"],
        "o",
        number // 10,
    )


@pytest.fixture(scope="module")
def rules(spark):
    from awsgluedq._recommending import recommended

    frame = spark.createDataFrame([row(number) for number in range(100)], SCHEMA)
    return frame, recommended(frame)


def test_rules_fit_the_rows(rules):
    lines = [line.strip().rstrip(",") for line in rules[1].splitlines()[1:-1]]
    # by hand: 100 rows; ids 0 to 99; names of 6 or 7 letters; 34 of Ulm, 33 of the others, "B" before "a"; prices 0 to
    # 6, 15 of the first two and 14 of the others; weights to 49.5, each once; a.b has ten of each of ten values
    assert lines == [
        "RowCount between 50 and 200",
        'IsComplete "id"',
        'Uniqueness "id" > 0.95',
        'ColumnValues "id" <= 99',
        'IsComplete "name"',
        'Uniqueness "name" > 0.95',
        'ColumnLength "name" between 5 and 8',
        'IsComplete "city"',
        'ColumnValues "city" in ["Ulm", "Bonn", "a \\"b\\""]',
        'IsComplete "price"',
        'ColumnValues "price" in ["0.00", "1.00", "2.00", "3.00", "4.00", "5.00", "6.00"]',
        'IsComplete "weight"',
        'Uniqueness "weight" > 0.95',
        'ColumnValues "weight" <= 49.5',
        'IsComplete "active"',
        'ColumnValues "active" in ["false", "true"]',
        'IsComplete "day"',
        'Completeness "seldom" >= 0.75',
        'ColumnLength "seldom" <= 4',
        'IsComplete "tags"',
        'IsComplete "a.b"',
        'ColumnValues "a.b" in ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]',
    ]


def test_the_rows_pass_them(rules):
    from awsgluedq.transforms import Evaluation

    frame, ruleset = rules
    assert [outcome.verdict.reason for outcome in Evaluation(frame, ruleset, None, None, None).rules] == [None] * 22


def test_a_spread_and_columns_of_many_values(spark):
    from awsgluedq._recommending import recommended

    rows = [(number // 2 % 400,) for number in range(1000)]
    rules = recommended(spark.createDataFrame(rows, "v int"))
    # 0 to 399 twice, 0 to 99 four times: statistics.pstdev of these is 120.138
    assert 'StandardDeviation "v" between 114.13 and 126.15' in rules
    assert 'ColumnValues "v" <= 399' in rules


@pytest.mark.parametrize("schema", ["v int", ""])
def test_nothing_to_recommend_from(spark, schema):
    from awsgluedq._recommending import recommended
    from pyspark.sql.types import StructType

    frame = spark.createDataFrame([], schema or StructType([]))
    with pytest.raises(ValueError, match="to recommend rules from"):
        recommended(frame)
