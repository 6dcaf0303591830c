"""The file that describes a result's columns."""

from local_aws.athena.executions.metadata import result_metadata
from local_aws.athena.values import Column


def test_it_is_as_athena_wrote_it():
    seen = bytes.fromhex(
        "0a1b 32303139303432335f3132353132385f30303030315f6568747572"
        "2219 0a0468697665 2203617279 2a03617279 32056172726179 4803"
    )  # a file that Athena wrote, shown in a public question
    assert result_metadata("20190423_125128_00001_ehtur", [Column("ary", "array").to_api()]) == seen


def test_numbers_above_127_take_several_bytes():
    found = result_metadata("q", [Column("a", "varchar", 2147483647).to_api()])
    assert b"\x38\xff\xff\xff\xff\x07\x48\x03\x50\x01" in found
