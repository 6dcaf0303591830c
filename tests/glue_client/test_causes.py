"""The cause of a failure among the lines of a log: as Python and Spark print them."""

from glue_client import causes, log_view
from glue_client.job_logs import Line
from tests.glue_client.workflow_answers import START

PLAIN = """\
begun
Traceback (most recent call last):
  File "/tmp/clean.py", line 9, in main
    raise ValueError("7 % rejected")
ValueError: 7 % rejected
  seen: 7 of 100
  next: look
the end""".splitlines()
WORKER = """\
26/01/01 12:00:00 ERROR Executor: Exception in task 0.0
org.apache.spark.api.python.PythonException: Traceback (most recent call last):
  File "/usr/lib/python3.11/site-packages/pyspark/python/lib/pyspark.zip/pyspark/worker.py", line 1247, in main
    process()
  File "/tmp/clean.py", line 333, in <lambda>
    str(a / (b - b))
        ~~^~~~~~~~~
decimal.DivisionByZero: [<class 'decimal.DivisionByZero'>]

\tat org.apache.spark.api.python.BasePythonRunner$ReaderIterator.handlePythonException(PythonRunner.scala:572)
\t... 17 more""".splitlines()
OWN = """\
Traceback (most recent call last):
  File "/tmp/clean.py", line 258, in main
    store(unique)
  File "/usr/lib/python3.11/site-packages/py4j/java_gateway.py", line 1322, in __call__
    return_value = get_return_value(
py4j.protocol.Py4JJavaError: An error occurred while calling o1.parquet.""".splitlines()
CAUSE = [
    OWN[0],
    '  File "clean.py", line 333, in <lambda>',
    "    str(a / (b - b))",
    "        ~~^~~~~~~~~",
    "decimal.DivisionByZero: [<class 'decimal.DivisionByZero'>]",
]


def test_the_script_s_own_frames_and_what_it_says_are_told():
    assert causes.of(PLAIN) == [
        "Traceback (most recent call last):",
        '  File "clean.py", line 9, in main',
        '    raise ValueError("7 % rejected")',
        "ValueError: 7 % rejected",
        "  seen: 7 of 100",
        "  next: look",
    ]


def test_a_worker_s_exception_is_the_cause_wherever_it_stands():
    assert causes.of([*WORKER, *OWN]) == CAUSE
    assert causes.of([*OWN, *WORKER]) == CAUSE
    thrown = ["PythonException: ", "  An exception was thrown from the Python worker. Please see below.", ""]
    assert causes.of([*thrown, WORKER[1].split(": ")[1], *WORKER[2:], *OWN]) == CAUSE


def test_without_a_worker_s_it_is_the_last_one():
    assert causes.of([*PLAIN, *OWN])[-1] == OWN[-1]
    assert causes.of(["all is well", "  File nothing"]) == []
    assert causes.of(["Traceback (most recent call last):"]) == []


def test_a_library_s_frame_is_told_where_no_frame_is_the_user_s():
    lines = [OWN[0], *OWN[3:]]
    assert causes.of(lines) == [OWN[0], '  File "java_gateway.py", line 1322, in __call__', OWN[4], OWN[5]]


def test_an_error_of_syntax_is_at_its_line():
    lines = [
        OWN[0],
        '  File "/opt/local_aws/launch.py", line 1, in run',
        '  File "/tmp/clean.py", line 265',
        "    x = (",
    ]
    lines += ["        ^", "SyntaxError: '(' was never closed"]
    assert causes.of(lines) == [OWN[0], '  File "clean.py", line 265', *lines[3:]]


def test_counts_are_read_from_lines_of_json():
    lines = [
        "no counts",
        '{"job": "clean", "rows_read": 1, "rows_written": 1, "rows_rejected": 0, "rows_duplicate": 0}',
        '{"job": "clean", "rows_read": 1200, "rows_written": 1000, "rows_rejected": 150, "rows_duplicate": 50}',
        '{"job": "repartition", "rows_written": 19700, "files": 185}',
        '{"job": "clean", "note": "text"}',
        '{"job": "clean"}',
        '{"job": ["x"], "n": 1}',
        '{"job": 1',
    ]
    assert log_view.counts_told(lines) == [
        "clean: 1,200 rows read = 1,000 written + 150 rejected + 50 duplicates",
        "repartition: rows_written 19,700, files 185",
    ]


def test_what_stands_at_the_end_and_is_told_anyway_is_not_told_again():
    def told(lines, error):
        view = log_view.LogView(START)
        view.show(Line(0, "output", line) for line in lines)
        return view.cause(error)

    assert told(PLAIN[:5], "FAILED: ValueError: 7 % rejected") == []
    assert told(PLAIN[:5], "FAILED: PythonException:  … and 6 more lines")[-1] == "ValueError: 7 % rejected"
    assert told([*PLAIN[:5], *(f"line {number}" for number in range(40))], "ValueError: 7 % rejected") != []
    assert told(["all is well"], "") == []
