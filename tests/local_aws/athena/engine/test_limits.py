"""What one query can take of the machine: memory, time, turns. The server stays as it is, and answers meanwhile."""

import contextlib
import os
import signal
import time
from pathlib import Path

import pytest

from tests.local_aws.aws_server import LocalAws, error_of, unique, wait_until

ENDLESS = (
    "SELECT count(*) FROM unnest(sequence(1, 10000)) AS a(x), unnest(sequence(1, 10000)) AS b(x), "
    "unnest(sequence(1, 10000)) AS c(x)"
)
MOMENT_S = 5
"""What an answer may take that depends on no query; far more than it takes."""


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A local AWS with room for two queries of 512 MB, and ten seconds for each."""
    settings = {"LOCAL_AWS_QUERY_MEMORY": "1GB", "LOCAL_AWS_QUERIES_AT_ONCE": "2", "LOCAL_AWS_QUERY_SECONDS": "10"}
    os.environ.update(settings)
    try:
        server = LocalAws(tmp_path_factory.mktemp("small") / "state").start()
    finally:
        for name in settings:
            del os.environ[name]
    yield server
    server.stop()


@pytest.fixture
def start(small):
    """Starts a query, returns its id."""
    bucket = small.bucket()
    place = {"OutputLocation": f"s3://{bucket}/results/"}
    return lambda sql: small.client("athena").start_query_execution(QueryString=sql, ResultConfiguration=place)[
        "QueryExecutionId"
    ]


def status(small, query_id):
    return small.client("athena").get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]


def ended(small, query_id):
    done = ("SUCCEEDED", "FAILED", "CANCELLED")
    return wait_until(lambda: status(small, query_id), lambda found: found["State"] in done, 120)


def stop(small, *query_ids):
    for query_id in query_ids:
        small.client("athena").stop_query_execution(QueryExecutionId=query_id)


def resident_mb(pid):
    text = Path(f"/proc/{pid}/status").read_text()
    return int(text.partition("VmHWM:")[2].split()[0]) >> 10


def processes_of_queries(small):
    """The children of the process that the server has for them."""
    return [grand for child in children_of(small.pid) for grand in children_of(child)]


def children_of(parent):
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if int((folder / "stat").read_text().rpartition(")")[2].split()[1]) == parent:
                found.append(int(folder.name))
    return found


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT rpad('x', 700000000, 'ab')",
        "SELECT array_agg(a.x) FROM unnest(sequence(1, 10000)) AS a(x), unnest(sequence(1, 10000)) AS b(x)",
        "SELECT listagg(rpad('x', 100000, 'y'), ',') WITHIN GROUP (ORDER BY x) FROM unnest(sequence(1, 10000)) AS a(x)",
    ],
)  # fmt: skip
def test_a_query_that_needs_more_memory_fails_alone(small, start, sql):
    found = ended(small, start(sql))
    assert found["StateChangeReason"] in (
        "EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded the local memory limit of 0.5GB",
        "Query timeout",  # on a busy machine the text may not have grown so far
    )
    assert resident_mb(small.pid) < 400
    assert small.rows("SELECT 1") == [["1"]]


def test_a_query_that_takes_too_long_fails(small, start):
    assert ended(small, start(ENDLESS))["StateChangeReason"] == "Query timeout"


def test_others_are_answered_while_queries_compute(small, start):
    busy = start(ENDLESS)
    wait_until(lambda: status(small, busy)["State"], lambda state: state == "RUNNING")
    began = time.monotonic()
    small.client("s3").list_buckets()
    assert time.monotonic() - began < MOMENT_S
    began = time.monotonic()
    assert small.rows("SELECT 1") == [["1"]]
    assert time.monotonic() - began < MOMENT_S
    stop(small, busy)


def test_a_stopped_query_is_over_at_once(small, start):
    busy = start(ENDLESS)
    wait_until(lambda: processes_of_queries(small))
    stop(small, busy)
    assert status(small, busy)["State"] == "CANCELLED"
    wait_until(lambda: not processes_of_queries(small), seconds=MOMENT_S)
    wait_until(lambda: not list((small.state_dir / "queries").iterdir()), seconds=MOMENT_S)


def test_more_queries_than_may_run_are_queued(small, start):
    running, waiting, given_up = [start(ENDLESS), start(ENDLESS)], start("SELECT 1"), start("SELECT 1")
    for query_id in running:  # for ten seconds at the most: nothing is to be done meanwhile
        wait_until(lambda query_id=query_id: status(small, query_id)["State"], lambda state: state == "RUNNING")
    assert status(small, waiting)["State"] == "QUEUED"
    stop(small, given_up, *running)
    assert ended(small, waiting)["State"] == "SUCCEEDED"
    assert status(small, given_up)["State"] == "CANCELLED"


def test_a_query_whose_process_is_killed_fails_and_leaves_nothing(small, start):
    busy = start(ENDLESS)
    (process,) = wait_until(lambda: processes_of_queries(small))
    os.kill(process, signal.SIGKILL)
    assert ended(small, busy)["StateChangeReason"].startswith(
        "GENERIC_INTERNAL_ERROR: the process of the query was ended by SIGKILL"
    )
    assert small.rows("SELECT 1") == [["1"]]
    wait_until(lambda: not list((small.state_dir / "queries").iterdir()), seconds=MOMENT_S)


def test_queries_are_split_off_a_process_without_threads(small):
    """A thread is not there in what is split off, and what it holds or was to do stays so."""
    assert small.rows("SELECT 1") == [["1"]]
    [parent] = (one for one in children_of(small.pid) if "engine.worker" in Path(f"/proc/{one}/cmdline").read_text())
    assert len(list(Path(f"/proc/{parent}/task").iterdir())) == 1


def test_random_numbers_are_each_query_s_own(small):
    """The engine's database is open before the process of a query is split off."""
    sql = (
        "SELECT random(), random(1000000000), uuid(), "
        "(SELECT sum(x) FROM unnest(sequence(1, 1000)) AS t(x) TABLESAMPLE BERNOULLI (50))"
    )
    first, second = small.rows(sql)[0], small.rows(sql)[0]
    assert [one for one, other in zip(first, second, strict=True) if one == other] == []


@pytest.mark.parametrize(
    "sql", ["SELECT " + "(" * 3000 + "1" + ")" * 3000, "SELECT 1 WHERE " + "NOT " * 20000 + "true"]
)
def test_a_statement_that_is_nested_too_deeply_is_refused(start, sql):
    refused = error_of(start, sql=sql)
    assert refused == "InvalidRequestException: line 1:1: statement is too large (stack overflow while parsing)"


def test_a_large_result_is_answered_from_its_file(small):
    rows = small.rows(
        "SELECT x, CASE x WHEN 2 THEN '' WHEN 3 THEN NULL ELSE 'a \"b\",' || chr(10) || 'c' END AS y "
        "FROM unnest(sequence(1, 2500)) AS t(x) ORDER BY x"
    )
    texts = {2: "", 3: None}
    assert rows == [[str(x), texts.get(x, 'a "b",\nc')] for x in range(1, 2501)]


def test_a_large_result_in_a_versioned_bucket_is_there_as_a_version(small):
    bucket = small.bucket(versioned=True)
    place = {"OutputLocation": f"s3://{bucket}/"}
    execution = small.query("SELECT x FROM unnest(sequence(1, 2500)) AS t(x)", ResultConfiguration=place)
    key, s3 = f"{execution['QueryExecutionId']}.csv", small.client("s3")
    written = small.get(bucket, key)
    small.put(bucket, key, "new")
    versions = s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"]
    (old,) = (found["VersionId"] for found in versions if found["Key"] == key and not found["IsLatest"])
    assert s3.get_object(Bucket=bucket, Key=key, VersionId=old)["Body"].read() == written


def test_a_large_result_whose_file_is_gone_is_not_found(small, start):
    query_id = start("SELECT x FROM unnest(sequence(1, 2500)) AS t(x)")
    ended(small, query_id)
    athena = small.client("athena")
    place = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["ResultConfiguration"]
    bucket, _, key = place["OutputLocation"].removeprefix("s3://").partition("/")
    small.client("s3").delete_object(Bucket=bucket, Key=key)
    assert error_of(athena.get_query_results, QueryExecutionId=query_id) == (
        "InvalidRequestException: Could not find results"
    )


def test_the_processes_of_queries_end_with_a_killed_server(tmp_path):
    server = LocalAws(tmp_path / "state").start()
    place = {"OutputLocation": f"s3://{server.bucket(unique())}/results/"}
    server.client("athena").start_query_execution(QueryString=ENDLESS, ResultConfiguration=place)
    (process,) = wait_until(lambda: processes_of_queries(server))
    server.stop(signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{process}/cmdline").exists(), seconds=MOMENT_S)
    server.start()
    assert not (server.state_dir / "queries").exists() or not list((server.state_dir / "queries").iterdir())
    server.stop()
