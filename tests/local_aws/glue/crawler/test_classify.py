import bz2
import gzip
import io
import json
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from local_aws.glue.crawler.classify import MEGABYTE, TAIL, classify
from local_aws.glue.crawler.custom import read_classifier


class Bytes:
    """A file in memory that counts what is read of it."""

    def __init__(self, data, name="file"):
        self.data, self.name, self.size = data, name, len(data)
        self.reads = []

    def head(self, length):
        self.reads.append(("head", length))
        return self.data[:length]

    def tail(self, length):
        self.reads.append(("tail", length))
        return self.data[-length:]


CSV = b"id,name\n" + b"".join(b"%d,n%d\n" % (n, n) for n in range(100))
JSON = b"".join(json.dumps({"id": n}).encode() + b"\n" for n in range(100))


def parquet(rows=10, columns=1):
    buffer = io.BytesIO()
    pq.write_table(pa.table({f"column_{n}": pa.array(range(rows)) for n in range(columns)}), buffer)
    return buffer.getvalue()


def zipped(data):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", data)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "classification", "compression"),
    [
        (CSV, "csv", "none"),
        (JSON, "json", "none"),
        (gzip.compress(CSV), "csv", "gzip"),
        (gzip.compress(JSON), "json", "gzip"),
        (bz2.compress(CSV), "csv", "bzip2"),
        (zipped(CSV), "csv", "zip"),
        (parquet(), "parquet", "none"),
        (b"\xef\xbb\xbf" + CSV, "csv", "none"),
        (b"just a sentence\n", "UNKNOWN", "none"),
        (b"\x00\x01\x02\x03", "UNKNOWN", "none"),
        (b"a,b\n1,\x002\n3,4\n", "UNKNOWN", "none"),
        ("ann,7\nü,8\n".encode("latin-1"), "UNKNOWN", "none"),
        (gzip.compress(b"\x00" * 50), "UNKNOWN", "gzip"),
    ],
)
def test_format_and_compression(data, classification, compression):
    reading = classify(Bytes(data))
    assert (reading.classification, reading.compression) == (classification, compression)


def test_xml_is_unknown_and_the_reason_names_it():
    assert "looks like XML or HTML" in classify(Bytes(b"<?xml version='1.0'?>\n<a>\n</a>\n")).why


def test_a_columnar_name_is_read_from_its_end_only():
    file = Bytes(parquet(), "a/part-0.snappy.parquet")
    classify(file)
    assert file.reads == [("tail", TAIL)]


def test_a_footer_longer_than_the_first_read_is_read_once_more():
    file = Bytes(parquet(columns=2000), "wide.parquet")
    assert len(classify(file).schema) == 2000
    assert [kind for kind, _ in file.reads] == ["tail", "tail"]


def test_parquet_under_another_name_is_still_parquet():
    assert classify(Bytes(parquet(), "data.bin")).classification == "parquet"


def test_text_under_a_columnar_name_is_still_text():
    assert classify(Bytes(CSV, "not.parquet")).classification == "csv"


def test_no_more_than_a_megabyte_of_csv_is_read():
    file = Bytes(b"a,b\n" + b"1,2\n" * MEGABYTE)
    classify(file)
    assert file.reads == [("head", MEGABYTE)]


def test_json_is_read_further_until_a_record_is_complete():
    file = Bytes(json.dumps({"a": "x" * (2 * MEGABYTE + 5)}).encode() + b"\n" + JSON)
    assert classify(file).classification == "json"
    assert [length for _, length in file.reads] == [MEGABYTE, 2 * MEGABYTE, 3 * MEGABYTE]


def test_json_is_not_read_beyond_ten_megabytes():
    file = Bytes(json.dumps({"a": "x" * (11 * MEGABYTE)}).encode())
    assert classify(file).classification == "UNKNOWN"
    assert max(length for _, length in file.reads) == 10 * MEGABYTE


def test_records_are_size_by_average_record_as_on_aws():
    reading = classify(Bytes(CSV))
    average = len(CSV) // 101
    assert (reading.record_size, reading.records) == (average, len(CSV) // average)


def test_records_of_a_gzip_are_counted_after_decompression():
    data = gzip.compress(CSV * 50)
    assert classify(Bytes(data)).records == pytest.approx(5050, rel=0.15)


def test_a_character_cut_by_the_sample_does_no_harm():
    start = b"n,tt\n1,x\n"
    assert (MEGABYTE - len(start)) % len("ü\n".encode()) == 1  # the sample ends inside a letter
    assert classify(Bytes(start + "ü\n".encode() * MEGABYTE)).why != "no known magic bytes, and no UTF-8 text"


def test_a_custom_classifier_comes_before_the_built_in_ones():
    custom = read_classifier({"CsvClassifier": {"Name": "mine", "ContainsHeader": "PRESENT"}})
    reading = classify(Bytes(b"name,city\nann,rome\n"), [custom])
    assert ([column.name for column in reading.schema], reading.why) == (["name", "city"], "custom classifier mine")


def test_a_custom_classifier_that_does_not_fit_is_passed_over():
    custom = read_classifier({"CsvClassifier": {"Name": "mine", "Delimiter": "|"}})
    assert classify(Bytes(CSV), [custom]).delimiter == ","
