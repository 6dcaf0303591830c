"""The parts of the job that Spark does, and what it is told."""

from types import SimpleNamespace

import boto3
import pytest
from operations_files import Files, FilesError

OTHER = {"domain": "01", "payload": "{}", "data_versao": "2026-01-05", "id_carga": "202601050000001"}


def row(operation, file, line, payload="{}"):
    key = {"custody": "10", "operation_id": operation, "domain_load": "DOMAIN#01#202601050000001"}
    return {**OTHER, **key, "source_file": file, "line_number": line, "payload": payload}


@pytest.fixture(scope="module")
def frame(spark):
    from load import COLUMNS

    return lambda *rows: spark.createDataFrame([tuple(one[name] for name in COLUMNS) for one in rows], COLUMNS.spark)


def plain(found):
    return sorted((one.operation_id, one.source_file, one.line_number, one.payload) for one in found.collect())


def test_the_last_line_of_the_last_file_is_the_record_of_a_key(frame):
    from load import COLUMNS, latest

    found = latest(
        frame(
            row("1", "b.txt", 2, "old"), row("1", "b.txt", 10, "new"), row("1", "a.txt", 99, "older"),
            row("2", "a.txt", 1, "alone"),
        )
    )  # fmt: skip
    assert found.columns == list(COLUMNS)
    assert plain(found) == [("1", "b.txt", 10, "new"), ("2", "a.txt", 1, "alone")]


def test_a_partition_keeps_its_other_rows_each_once(frame):
    from load import merged

    kept = row("1", "a.txt", 1, "kept")
    former = frame(kept, kept, row("2", "a.txt", 2, "former"), row("2", "b.txt", 1, "of a killed run"))
    found = merged(former, frame(row("2", "b.txt", 1, "new"), row("3", "b.txt", 2)))
    assert plain(found) == [("1", "a.txt", 1, "kept"), ("2", "b.txt", 1, "new"), ("3", "b.txt", 2, "{}")]


class Glue:
    def __init__(self, properties):
        self.properties, self.asked = properties, None

    def get_workflow_run_properties(self, **asked):
        self.asked = asked
        return {"RunProperties": self.properties}


@pytest.mark.parametrize(
    ("workflow_run", "properties", "mode"),
    [(None, {"mode": "batch"}, "online"), (("w", "wr_1"), {"mode": "batch"}, "batch"), (("w", "wr_1"), {}, "online")],
)
def test_the_run_of_the_workflow_says_the_mode(monkeypatch, workflow_run, properties, mode):
    from load import mode_of

    glue = Glue(properties)
    monkeypatch.setattr(boto3, "client", lambda _: glue)
    args = type("Args", (dict,), {"workflow_run": workflow_run})(mode="online")
    assert mode_of(args) == mode
    assert glue.asked == ({"Name": "w", "RunId": "wr_1"} if workflow_run else None)


def test_a_mode_that_is_none_is_refused(monkeypatch):
    from load import LoadError, mode_of

    monkeypatch.setattr(boto3, "client", lambda _: Glue({"mode": "sometimes"}))
    args = type("Args", (dict,), {"workflow_run": ("w", "wr_1")})(mode="online")
    with pytest.raises(LoadError, match="there is no mode 'sometimes'"):
        mode_of(args)


@pytest.mark.parametrize(("there", "refused"), [(0, False), (1, True)])
def test_lines_without_a_list_of_their_files_are_not_taken_for_none(there, refused):
    from load import GlueBookmark

    data = SimpleNamespace(limit=lambda _: SimpleNamespace(count=lambda: there))
    reader = SimpleNamespace(from_options=lambda *_, **__: SimpleNamespace(toDF=lambda: data))
    files = Files("bucket")
    files.given = lambda *_: None
    bookmark = GlueBookmark(SimpleNamespace(create_dynamic_frame=reader), None, files, ("s3://t/", "load", "jr_1"))
    if refused:
        with pytest.raises(FilesError, match="no list of the files"):
            bookmark.given()
    else:
        assert bookmark.given() == []
