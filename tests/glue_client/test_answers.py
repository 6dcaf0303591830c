import json
from decimal import Decimal

import pytest

from glue_client.answers import SHOWN, Answer, Column, json_object, show_csv, show_json, show_table, writer
from glue_client.errors import WrongCall

COLUMNS = [Column("region", "varchar"), Column("profit", "decimal"), Column("big", "boolean")]
ROWS = [["Europe, east", "12345678901234567890.10", "true"], ['"Asia"', None, "false"]]


def answer(rows=ROWS, columns=COLUMNS):
    return Answer(columns, iter(rows), 1.24, 12_345)


def test_csv_quotes_what_needs_it_and_leaves_null_empty(capsys):
    show_csv(answer())
    assert capsys.readouterr().out == (
        'region,profit,big\n"Europe, east",12345678901234567890.10,true\n"""Asia""",,false\n'
    )


def test_json_keeps_every_digit_of_a_decimal(capsys):
    show_json(answer())
    assert json.loads(capsys.readouterr().out, parse_float=Decimal) == [
        {"region": "Europe, east", "profit": Decimal("12345678901234567890.10"), "big": True},
        {"region": '"Asia"', "profit": None, "big": False},
    ]


def test_json_of_no_rows_is_an_empty_list(capsys):
    show_json(answer(rows=[]))
    assert capsys.readouterr().out == "[]\n"


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("double", "1.0E7", '{"x": 1.0E7}'),
        ("double", "NaN", '{"x": "NaN"}'),
        ("integer", "-5", '{"x": -5}'),
        ("varchar", "5", '{"x": "5"}'),
        ("varchar", "é", '{"x": "é"}'),
        ("bigint", None, '{"x": null}'),
    ],
)
def test_a_value_as_json(kind, cell, expected):
    assert json_object([Column("x", kind)], [cell]) == expected


def test_a_table_puts_numbers_to_the_right(capsys):
    show_table(answer([["Europe", "9.50", "true"], ["Asia", "10.25", "true"]]))
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in (lines[2], lines[3])] == ["9.50", "10.25"]
    assert lines[2].index("9.50") == lines[3].index("10.25") + 1


def test_a_table_says_rows_time_and_bytes(capsys):
    show_table(answer())
    assert capsys.readouterr().out.splitlines()[-1] == "2 rows, 1.2 s, 12.3 kB scanned"


def test_a_table_shows_null(capsys):
    show_table(answer())
    assert "NULL" in capsys.readouterr().out


def test_a_table_of_one_row_says_row(capsys):
    show_table(answer(ROWS[:1]))
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 row,")


def test_a_long_answer_shows_its_beginning_and_says_so(capsys):
    show_table(answer([["x", "1", "true"]] * (SHOWN + 1)))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + SHOWN + 1
    assert lines[-1].startswith("the first 1,000 rows (format=csv gives all)")


def test_an_unknown_format_is_answered_with_the_known_ones():
    with pytest.raises(WrongCall) as caught:
        writer("xml")
    assert str(caught.value) == 'error: there is no format "xml"; the formats are table, csv, json'
