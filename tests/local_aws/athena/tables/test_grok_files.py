"""Tables with GrokSerDe; the first three are the examples of Athena's user guide, their rows those of Trino's tests."""

import gzip

import pytest

from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from tests.local_aws.athena.tables.test_relations import Files, entry

GROK = "com.amazonaws.glue.serde.GrokSerDe"


@pytest.fixture
def files(tmp_path):
    return Files(tmp_path)


def rows(files, columns, pattern, custom="", **parameters):
    told = {"input.format": pattern, **({"input.grokCustomPatterns": custom} if custom else {})}
    return files.rows(entry(GROK, columns, (), parameters, told), order=False)


def test_mail_logs(files):
    line = "Feb 9 07:15:00 m4eastmail postfix/smtpd[19305]: B88C4120838: connect from unknown[192.168.55.4]"
    found = rows(
        files.add("a", f"{line}\n"),
        ["syslogbase string", "queue_id string", "syslog_message string"],
        "%{SYSLOGBASE} %{POSTFIX_QUEUEID:queue_id}: %{GREEDYDATA:syslog_message}",
        "POSTFIX_QUEUEID [0-9A-F]{7,12}",
    )
    assert found == [["Feb 9 07:15:00", "m4eastmail", "postfix/smtpd"]]


def test_log4j_logs(files):
    line = (
        "2017-09-12 12:10:34,972 INFO - processType=AZ, processId=ABCDEFG614B6F5E49, status=RUN, "
        "threadId=123:amqListenerContainerPool23P:AJ|ABCDE9614B6F5E49||2017-09-12T12:10:11.172-0700], "
        "executionTime=7290, tenantId=12456, userId=123123f8535f8d76015374e7a1d87c3c, shard=testapp1, "
        "jobId=12312345e5e7df0015e777fb2e03f3c, messageType=REAL_TIME_SYNC, "
        "action=receive, hostname=1.abc.def.com"
    )
    names = (
        "processtype processid status threadid executiontime tenantid userid shard jobid messagetype action hostname"
    )
    kinds = {"executiontime": "int", "tenantid": "int"}
    found = rows(
        files.add("a", line),
        [f"{name} {kinds.get(name, 'string')}" for name in ("timestamp", "loglevel", *names.split())],
        "%{TIMESTAMP_ISO8601:timestamp} %{LOGLEVEL:loglevel} - processType=%{NO_COMMAS:processtype}, "
        "processId=%{NO_COMMAS:processid}, status=%{NO_COMMAS:status}, threadId=%{NO_COMMAS:threadid}, "
        "executionTime=%{POSINT:executiontime}, tenantId=%{POSINT:tenantid}, userId=%{NO_COMMAS:userid}, "
        "shard=%{NO_COMMAS:shard}, jobId=%{NO_COMMAS:jobid}, messageType=%{NO_COMMAS:messagetype}, "
        "action=%{C_ACTION:action}, hostname=%{HOST:hostname}",
        "C_ACTION (receive|send)\nNO_COMMAS ([^,]+)",
    )
    assert found == [
        [
            "2017-09-12 12:10:34,972",
            "INFO",
            "AZ",
            "ABCDEFG614B6F5E49",
            "RUN",
            "123:amqListenerContainerPool23P:AJ|ABCDE9614B6F5E49||2017-09-12T12:10:11.172-0700]",
            "7290",
            "12456",
            "123123f8535f8d76015374e7a1d87c3c",
            "testapp1",
            "12312345e5e7df0015e777fb2e03f3c",
            "REAL_TIME_SYNC",
            "receive",
            "1.abc.def.com",
        ]
    ]


def test_access_logs_of_s3(files):
    owner = "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
    line = (
        f"{owner} amzn-s3-demo-bucket1 [06/Feb/2019:00:00:38 +0000] 192.0.2.3 {owner} 3E57427F3EXAMPLE "
        'REST.GET.VERSIONING - "GET /amzn-s3-demo-bucket1?versioning HTTP/1.1" 200 - 113 - 7 - "-" "S3Console/0.4" - '
        "s9lzHYrFp76ZVxRcpX9+5cjAnEH2ROuNkd2BHfIa6UkFVdtjf5mKR3/eTPFvsiP/XV/VLi31234= SigV4"
    )
    names = (
        "bucket_owner bucket time remote_ip requester request_id operation key request_uri http_status error_code "
        "bytes_sent object_size total_time turnaround_time referrer user_agent version_id"
    ).split()
    quoted = {"request_uri", "referrer", "user_agent"}
    parts = [rf"\"?%{{INSIDE_QS:{name}}}\"?" if name in quoted else f"%{{NOTSPACE:{name}}}" for name in names]
    parts[2] = r"\[%{INSIDE_BRACKETS:time}\]"
    custom = 'INSIDE_QS ([^\\"]*)\nINSIDE_BRACKETS ([^\\]]*)'
    found = rows(files.add("a", line), [f"{name} string" for name in names], " ".join(parts), custom)
    assert found == [
        [
            owner,
            "amzn-s3-demo-bucket1",
            "06/Feb/2019:00:00:38 +0000",
            "192.0.2.3",
            owner,
            "3E57427F3EXAMPLE",
            "REST.GET.VERSIONING",
            "-",
            "GET /amzn-s3-demo-bucket1?versioning HTTP/1.1",
            *("200", "-", "113", "-", "7", "-", "-", "S3Console/0.4", "-"),
        ]
    ]


def test_a_line_that_does_not_fit_is_a_row_of_nulls(files):
    found = rows(files.add("a", "foo bar\n1 x\n\n"), ["abc string", "bar string"], "^%{NUMBER:a} %{WORD:b}")
    assert found == [[None, None], ["1", "x"], [None, None]]


def test_what_is_none_of_its_type_is_null_if_the_table_says_so(files):
    kinds = ["a tinyint", "b int", "c bigint", "d double", "e boolean", "f boolean", "g varchar(2)"]
    pattern = " ".join(f"%{{NOTSPACE:x{place}}}" for place in range(len(kinds)))
    told = {"input.format": pattern, "grok.nullOnParseError": "true"}
    found = files.add("a", "300 x 5 2.5 TRUE yes abc\n").rows(entry(GROK, kinds, (), {}, told))
    assert found == [[None, None, "5", "2.5", "true", "false", "ab"]]


def test_what_is_none_of_its_type_ends_the_query_that_asks_for_it_unless_told_otherwise(files):
    """The words are those of Trino's test of its reader."""
    columns, pattern = ["n int", "w string"], "%{NOTSPACE:n} %{NOTSPACE:w}"
    files.add("a", "abc x\n")
    with pytest.raises(FailedQueryError) as failed:
        rows(files, columns, pattern)
    assert str(failed.value) == 'HIVE_BAD_DATA: Error Parsing a column in the table: For input string: "abc"'
    assert files.rows(entry(GROK, columns, (), {}, {"input.format": pattern}), "SELECT w FROM t") == [["x"]]


@pytest.mark.parametrize("mode", ["grok.strictMode", "grok.namedOnlyMode"])
def test_modes_that_are_not_supported_are_refused(files, mode):
    files.add("a", "abc x\n")
    for told in ("TRUE", "false"):
        table = entry(GROK, ["w string"], (), {}, {"input.format": "%{NOTSPACE:w}", mode: told})
        if told == "TRUE":
            assert files.rows(table) == [["abc"]]
        else:
            with pytest.raises(RefusedQueryError, match=f"NOT_SUPPORTED: {mode}"):
                files.rows(table)


def test_packed_files_headers_and_ends_of_lines_of_others(files):
    files.add("a.gz", gzip.compress("head line\r\n1 é\r\n2 b".encode()))
    assert rows(files, ["n int", "w string"], "%{INT:n} %{NOTSPACE:w}", **{"skip.header.line.count": "1"}) == [
        ["1", "é"],
        ["2", "b"],
    ]


@pytest.mark.parametrize(
    ("parameters", "text"),
    [
        ({}, "Schema does not have required 'input.format' property"),
        ({"input.format": "%{NONEXISTENT}"}, "Grok compilation failure: Pattern NONEXISTENT is not defined."),
    ],
)
def test_a_pattern_that_is_none_fails_the_query(files, parameters, text):
    files.add("a", "foo\n")
    with pytest.raises(FailedQueryError) as caught:
        files.rows(entry(GROK, ["abc string"], (), {}, parameters))
    assert str(caught.value) == f"GENERIC_INTERNAL_ERROR: {text}"
