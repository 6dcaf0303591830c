"""What a Python function raised in Spark's worker, and what becomes of it in ErrorMessage and log."""

import sys

import pytest

from local_aws.runtime.categories import MAX_LENGTH, categorised
from local_aws.runtime.failures import describe, print_traceback
from local_aws.runtime.python_causes import cause_of, read, without_java_frames

SCRIPT = """\
import decimal
import helping
import pandas as pd
from awsglue.dynamicframe import DynamicFrame
from pyspark.sql import functions as F


def margin(value):
    return str(decimal.Decimal(value) / (value - value))


def of_series(values: pd.Series) -> pd.Series:
    return values.map(lambda value: {}["k"])


def of_frames(frames):
    for frame in frames:
        raise ModuleNotFoundError("No module named 'nothing'")
        yield frame


def of_rows(rows):
    for row in rows:
        int("a\\nb")


def chained(value):
    try:
        {}["first"]
    except KeyError as error:
        raise ValueError("two\\n  lines") from error


def of_record(record):
    return {"a": 1 / (record["id"] - 1)}


data = spark.range(1, 4, 1, 2)
frame = DynamicFrame.fromDF(data, None, "ids")
"""
DIVIDED = (9, "decimal.DivisionByZero: [<class 'decimal.DivisionByZero'>]", "in margin", "UNCLASSIFIED_ERROR")
ACTIONS = [
    ("data.select(F.udf(margin)('id')).collect()", *DIVIDED),
    ("data.select(F.udf(margin)('id').alias('m')).write.mode('overwrite').parquet(out)", *DIVIDED),
    ("frame.toDF().rdd.map(lambda row: margin(row.id)).saveAsTextFile(out + 'text')", *DIVIDED),
    ("data.select(F.pandas_udf(of_series, 'string')('id')).toPandas()",
     13, "KeyError: 'k'", "in <lambda>", "INVALID_ARGUMENT_ERROR"),
    ("data.mapInPandas(of_frames, 'id long').collect()",
     18, "ModuleNotFoundError: No module named 'nothing'", "in of_frames", "IMPORT_ERROR"),
    ("data.foreachPartition(of_rows)",
     24, r"ValueError: invalid literal for int() with base 10: 'a\nb'", "in of_rows", "UNCLASSIFIED_ERROR"),
    ("data.foreach(lambda row: chained(row.id))", 31, "ValueError: two\n  lines", "in chained", "UNCLASSIFIED_ERROR"),
    ("frame.mapPartitions(lambda rows: [of_record(row) for row in rows])",
     35, "ZeroDivisionError: division by zero", "in of_record", "UNCLASSIFIED_ERROR"),
    ("frame.map(of_record, stageThreshold=0.5)",
     35, "ZeroDivisionError: division by zero", "in of_record", "UNCLASSIFIED_ERROR"),
    ("frame.filter(lambda record: of_record(record), totalThreshold=0.5)",
     35, "ZeroDivisionError: division by zero", "in of_record", "UNCLASSIFIED_ERROR"),
    # A function of a module: the line is the script's that called it, and the message says where it broke.
    ("data.select(F.udf(lambda id: helping.broken(id))('id')).collect()",
     -1, "LookupError: helped", "helping.py line 2, in broken", "UNCLASSIFIED_ERROR"),
]  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory, spark):
    folder = tmp_path_factory.mktemp("scripts")
    (folder / "helping.py").write_text("def broken(_):\n    raise LookupError('helped')\n")
    spark.sparkContext.addPyFile(str(folder / "helping.py"))
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        yield folder
    sys.modules.pop("helping", None)


@pytest.mark.parametrize(("action", "line", "text", "where", "category"), ACTIONS, ids=range(len(ACTIONS)))
def test_a_python_function_that_failed_in_spark(spark, place, capsys, action, line, text, where, category):
    script = place / "job.py"
    script.write_text(SCRIPT + action)
    last = SCRIPT.count("\n") + 1
    with pytest.raises(Exception, match=r".") as raised:
        exec(  # noqa: S102 - what a launcher does
            compile(script.read_text(), str(script), "exec"),
            {"spark": spark, "out": str(place / "out"), "__name__": "__main__"},
        )
    error = raised.value
    message = categorised(error, describe(error, None, ""), str(script))
    head = f"Error Category: {category}; Failed Line Number: {last if line < 0 else line}; "
    assert message.startswith(head)
    said = message.removeprefix(head)
    assert text in said
    assert where in said
    assert "\tat " not in message
    assert "worker.py" not in message
    print_traceback(error, str(script))
    log = capsys.readouterr().err
    assert f"line {last}, in <module>" in log
    assert log.rstrip().endswith(text) or "Threshold" in action


def test_a_traceback_is_read_whatever_it_says():
    for said in ("KeyError: 'x'", "KeyError", "a.b.Error: one\n\nTwo: three", 'Odd: \n  File "x", that is'):
        text = f'Traceback (most recent call last):\n  File "/j.py", line 3, in f\n    x\n    ^\n{said}\n'
        cause = read(text)
        assert (cause.text, cause.line_in("/j.py")) == (said, 3)
    assert read("Traceback (most recent call last):\nE: t").frames == ()
    long = read(f'Traceback (most recent call last):\n  File "/j.py", line 3, in f\nE: {"x" * 9000}')
    assert str(long).endswith("xx (j.py line 3, in f)")
    assert len(str(long)) < MAX_LENGTH - 200  # room for the category and the call


def test_errors_that_no_function_raised_have_no_cause_and_no_frames(spark):
    with pytest.raises(Exception, match="spark_error") as raised:
        spark.sql("select raise_error('spark_error')").collect()
    assert cause_of(raised.value) is None
    assert cause_of(ValueError("Traceback (most recent call last):")) is None
    message = describe(raised.value, None, "")
    assert "spark_error" in message
    assert "\tat " not in message
    assert without_java_frames("a: b\n\tat x.Y.z(Y.java:1)\n\t... 3 more\n\nDriver stacktrace:") == "a: b"
