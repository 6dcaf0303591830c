"""The declared layout against a reader that knows the format from its description alone."""

import json

import pytest
from operations_layout import KINDS, LAYOUT, METADATA, NAMES, Malformed, Record, fields_of, parse

from samples import operations
from tests import operations_read

GOOD = "2101000000123" + "202601050000001" + "CDCBRL" + "000000000123456" + "20251231"


@pytest.fixture(scope="module")
def lines(tmp_path_factory):
    folder = tmp_path_factory.mktemp("incoming")
    operations.write(folder, 3000, 21)
    return [line for path in folder.iterdir() for _, line in operations_read.lines(path.read_bytes())]


def test_records_and_malformed_lines_are_those_of_an_independent_reader(lines):
    wanted = [operations_read.record(line) for line in lines]
    found = [parse(line) for line in lines]
    assert [isinstance(one, Malformed) for one in found] == [one is None for one in wanted]
    for one, fields in zip(found, wanted, strict=True):
        if isinstance(one, Record):
            item = operations_read.item(fields)
            assert (one.custody_operation, one.domain_load) == (item["custody_operation"], item["domain_load"])
            assert (one.load_id, one.version_date) == (item["load_id"], fields["version_on"])
            assert json.loads(one.payload) == item["payload"]
    assert {one.domain for one in found if isinstance(one, Record)} == NAMES


def test_the_fields_of_a_record_follow_each_other_without_gaps():
    for record in NAMES:
        place = 29
        for field in fields_of(record):
            assert field.start == place, field
            place += field.length
    assert [(one.name, one.start, one.length) for one in fields_of("every")][:4] == [
        ("custody", 1, 2),
        ("domain", 3, 2),
        ("operation_id", 5, 9),
        ("load_id", 14, 15),
    ]
    assert {one.kind for one in LAYOUT} == set(KINDS)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"", "0 characters, and every record has at least 28"),
        (GOOD[:27].encode(), "27 characters, and every record has at least 28"),
        (GOOD[:-1].encode(), "56 characters, and a record of domain 01 has 57"),
        (f"{GOOD} ".encode(), "58 characters, and a record of domain 01 has 57"),
        (GOOD.replace("CDC", "\u00e7\u00e3o").encode()[:-2], "55 characters, and a record of domain 01 has 57"),
        (GOOD.encode()[:30] + b"\xe9" + GOOD.encode()[31:], "byte 31 is no UTF-8"),
        (GOOD.replace("2101", "2105").encode(), "domain: '05' is none of 01, 02, 03, 04, 99"),
        (f"2\u0661{GOOD[2:]}".encode(), "custody: '2\u0661' is no digits"),
        (GOOD.replace("000000123", "00000 123").encode(), "operation_id: '00000 123' is no digits"),
        (GOOD.replace("20251231", "20251301").encode(), "contracted_on: '20251301' is no date"),
        (GOOD.replace("CDC", "   ").encode(), "product: '   ' is no text"),
        (GOOD.replace("CDC", "C\tC").encode(), "product: 'C\\tC' is no text"),
        (GOOD.replace("000000000123456", "00000000-123456").encode(), "amount: '00000000-123456' is no amount"),
        (
            GOOD.replace("21", "x1", 1).replace("BRL", "   ").encode(),
            "custody: 'x1' is no digits; currency: '   ' is no text",
        ),
    ],
)
def test_a_malformed_line_says_all_that_is_wrong_with_it(line, reason):
    found = parse(line)
    assert isinstance(found, Malformed)
    assert found.reason.startswith(reason)
    assert found.raw_line == line.decode("utf-8", "replace")


def test_places_count_characters_not_bytes():
    line = f"0099{0:09d}202601050000001001{'ÇÃO':8}20260105"
    assert len(line.encode()) > len(line)
    assert json.loads(parse(line.encode()).payload)["system"] == "ÇÃO"
    assert parse(line.encode()).domain == METADATA


def test_numbers_keep_their_zeros_and_money_its_cents():
    found = parse(GOOD.replace("000000000123456", "000000000000005").encode())
    assert (found.custody_operation, found.domain_load) == ("21#000000123", "DOMAIN#01#202601050000001")
    assert json.loads(found.payload)["amount"] == "0.05"
