"""Executions on a real local AWS: started once for a token, answered by earlier results, listed, stopped, measured."""

import json
import urllib.request
import uuid

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.local_aws.aws_server import REGION, allow, error_of, unique, wait_until


@pytest.fixture(scope="module")
def athena(local_aws):
    return local_aws.client("athena")


@pytest.fixture
def group(local_aws, athena):
    name = unique("group")
    place = {"OutputLocation": f"s3://{local_aws.bucket()}/"}
    athena.create_work_group(Name=name, Configuration={"ResultConfiguration": place})
    return name


def started(athena, sql, group, **more):
    return athena.start_query_execution(QueryString=sql, WorkGroup=group, **more)["QueryExecutionId"]


def test_how_a_result_is_encrypted_is_shown(athena, local_aws, group):
    ssl, kms = {"EncryptionOption": "SSE_S3"}, {"EncryptionOption": "SSE_KMS", "KmsKey": "arn:aws:kms:key"}
    place = {"OutputLocation": f"s3://{local_aws.bucket()}/"}

    def shown(**more):
        found = athena.get_query_execution(QueryExecutionId=started(athena, "SELECT 1", group, **more))
        return found["QueryExecution"]["ResultConfiguration"].get("EncryptionConfiguration")

    given = {"ResultConfiguration": {**place, "EncryptionConfiguration": ssl}}
    settings = {"EnforceWorkGroupConfiguration": False}
    athena.update_work_group(WorkGroup=group, ConfigurationUpdates=settings)
    assert (shown(), shown(**given)) == (None, ssl)
    settings["ResultConfigurationUpdates"] = {"EncryptionConfiguration": kms}
    athena.update_work_group(WorkGroup=group, ConfigurationUpdates=settings)
    assert (shown(), shown(**given), shown(ResultConfiguration=place)) == (kms, ssl, None)
    athena.update_work_group(WorkGroup=group, ConfigurationUpdates={"EnforceWorkGroupConfiguration": True})
    assert (shown(), shown(**given)) == (kms, kms)


# ClientRequestToken


def test_the_same_token_starts_one_execution(athena, group):
    token = str(uuid.uuid4())
    first = started(athena, "SELECT 1", group, ClientRequestToken=token)
    assert started(athena, "SELECT 1", group, ClientRequestToken=token) == first
    assert started(athena, "SELECT 1", group) != first


@pytest.mark.parametrize(
    "other",
    [{"QueryString": "SELECT 2"}, {"QueryExecutionContext": {"Database": "other"}},
     {"ResultConfiguration": {"OutputLocation": "s3://other/"}}],
)  # fmt: skip
def test_the_same_token_with_another_request_is_refused(athena, group, other):
    request = {"QueryString": "SELECT 1", "WorkGroup": group, "ClientRequestToken": str(uuid.uuid4())}
    athena.start_query_execution(**request)
    with pytest.raises(athena.exceptions.InvalidRequestException) as refused:
        athena.start_query_execution(**{**request, **other})
    assert refused.value.response["Error"]["Message"] == "Idempotent parameters do not match"
    assert refused.value.response["AthenaErrorCode"] == "IDEMPOTENT_PARAMETER_MISMATCH"


def raw(aws, parameters):
    """A request as a client sends it that adds nothing and checks nothing."""
    request = AWSRequest(
        "POST", aws.endpoint, data=json.dumps(parameters),
        headers={"X-Amz-Target": "AmazonAthena.StartQueryExecution", "Content-Type": "application/x-amz-json-1.1"},
    )  # fmt: skip
    SigV4Auth(Credentials("test", "test"), "athena", REGION).add_auth(request)
    sent = urllib.request.Request(aws.endpoint, request.body, dict(request.headers), method="POST")  # noqa: S310
    try:
        with urllib.request.urlopen(sent) as answer:  # noqa: S310 - the server of the test
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        return json.loads(error.read())


@pytest.mark.parametrize(
    ("token", "message"),
    [
        ({}, "clientRequestToken is null or empty"),
        ({"ClientRequestToken": "short"}, "Member must have length greater than or equal to 32"),
        ({"ClientRequestToken": "x" * 129}, "Member must have length less than or equal to 128"),
    ],
)
def test_a_token_is_needed(local_aws, token, message):
    answer = raw(local_aws, {"QueryString": "SELECT 1", **token})
    assert answer["Message"].endswith(message)
    assert (answer["AthenaErrorCode"], answer["ErrorCode"]) == ("INVALID_INPUT", "INVALID_INPUT")


# Results that are used again

AGE = {"ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 10}}}


def reused(execution):
    return execution["Statistics"]["ResultReuseInformation"]["ReusedPreviousResult"]


def test_an_earlier_result_is_used_again(local_aws, athena, group):
    first = local_aws.query("SELECT random() AS x", WorkGroup=group)
    second = local_aws.query("SELECT random() AS x", WorkGroup=group, **AGE)
    assert (reused(first), reused(second)) == (False, True)
    assert second["QueryExecutionId"] != first["QueryExecutionId"]
    assert second["ResultConfiguration"] == first["ResultConfiguration"]
    assert second["ResultReuseConfiguration"] == AGE["ResultReuseConfiguration"]
    rows = [
        athena.get_query_results(QueryExecutionId=execution["QueryExecutionId"])["ResultSet"]["Rows"]
        for execution in (first, second)
    ]
    assert rows[0] == rows[1]


@pytest.mark.parametrize("change", ["off", "sql", "group", "age", "file"])
def test_a_result_that_does_not_stand_for_it_is_not(local_aws, athena, group, change):
    first = local_aws.query("SELECT 1 AS x", WorkGroup=group)
    more, sql, other = AGE, "SELECT 1 AS x", group
    if change == "off":
        more = {"ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}}}
    elif change == "sql":
        sql = "select 1 AS x"
    elif change == "group":
        other = unique("group")
        place = {"OutputLocation": first["ResultConfiguration"]["OutputLocation"].rpartition("/")[0]}
        athena.create_work_group(Name=other, Configuration={"ResultConfiguration": place})
    elif change == "age":
        more = {"ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": True, "MaxAgeInMinutes": 0}}}
    else:
        bucket, _, key = first["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
        local_aws.client("s3").delete_object(Bucket=bucket, Key=key)
    assert not reused(local_aws.query(sql, WorkGroup=other, **more))


def test_who_may_not_read_the_earlier_result_does_not_get_it(local_aws, group):
    local_aws.query("SELECT 5 AS x", WorkGroup=group)
    athena = local_aws.client("athena", local_aws.user(allow("athena:*"), allow("s3:PutObject")))
    execution_id = started(athena, "SELECT 5 AS x", group, **AGE)
    status = wait_until(
        lambda: athena.get_query_execution(QueryExecutionId=execution_id)["QueryExecution"]["Status"],
        lambda status: status["State"] not in ("QUEUED", "RUNNING"),
    )
    assert status["StateChangeReason"].startswith("PERMISSION_DENIED: Permission denied on S3 path: ")


# Lists, ends, statistics


def test_executions_are_listed_by_work_group_the_newest_first(local_aws, athena, group):
    ids = [local_aws.query(f"SELECT {number}", WorkGroup=group)["QueryExecutionId"] for number in range(3)]
    first = athena.list_query_executions(WorkGroup=group, MaxResults=2)
    second = athena.list_query_executions(WorkGroup=group, NextToken=first["NextToken"])
    assert first["QueryExecutionIds"] + second["QueryExecutionIds"] == ids[::-1]
    assert error_of(athena.list_query_executions, WorkGroup="absent") == (
        "InvalidRequestException: WorkGroup is not found."
    )


def test_stopping_what_is_over_changes_nothing(local_aws, athena, group):
    execution = local_aws.query("SELECT 1", WorkGroup=group)
    athena.stop_query_execution(QueryExecutionId=execution["QueryExecutionId"])
    after = athena.get_query_execution(QueryExecutionId=execution["QueryExecutionId"])["QueryExecution"]
    assert after["Status"] == execution["Status"]


def test_statistics_are_those_that_were_measured(local_aws, athena, group):
    execution = local_aws.query("SELECT x FROM UNNEST(sequence(1, 4)) AS t(x)", WorkGroup=group)
    found = athena.get_query_runtime_statistics(QueryExecutionId=execution["QueryExecutionId"])
    statistics = found["QueryRuntimeStatistics"]
    assert statistics["Rows"] == {"InputBytes": 0, "OutputRows": 4}
    for name in ("EngineExecutionTimeInMillis", "TotalExecutionTimeInMillis"):
        assert statistics["Timeline"][name] == execution["Statistics"][name]


PARTS = ("QueryQueue", "ServicePreProcessing", "EngineExecution", "ServiceProcessing")


@pytest.mark.parametrize("sql", ["SELECT 1", "SHOW DATABASES", "SELECT 1 / 0", "SELECT x FROM nowhere.none"])
def test_each_part_of_an_execution_takes_its_time(athena, group, sql):
    query = athena.start_query_execution(QueryString=sql, WorkGroup=group)["QueryExecutionId"]
    found = ended(athena, query)["Statistics"]
    parts = [found[f"{name}TimeInMillis"] for name in PARTS]
    assert min(parts) >= 1
    assert 1 <= found["QueryPlanningTimeInMillis"] <= found["EngineExecutionTimeInMillis"]
    assert found["TotalExecutionTimeInMillis"] == sum(parts)


# What is shown of an execution, and where it runs


def ended(athena, query_id):
    return wait_until(
        lambda: athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"],
        lambda execution: execution["Status"]["State"] not in ("QUEUED", "RUNNING"),
    )


@pytest.mark.parametrize("context", [{}, {"Database": "some_db"}, {"Database": "d", "Catalog": "awsdatacatalog"}])
def test_an_execution_shows_its_context_as_it_was_given(athena, group, context):
    given = {"QueryExecutionContext": context} if context else {}
    found = ended(athena, started(athena, "SELECT 1", group, **given))
    assert found["Status"]["State"] == "SUCCEEDED"
    assert found["QueryExecutionContext"] == context
    assert found["ResultReuseConfiguration"] == {"ResultReuseByAgeConfiguration": {"Enabled": False}}
    assert found["Statistics"]["ServicePreProcessingTimeInMillis"] >= 1


@pytest.mark.parametrize("sql", ["CREATE DATABASE {name}", "SELECT 1", "SHOW DATABASES"])
def test_nothing_runs_in_a_catalog_that_is_not_there(local_aws, athena, group, sql):
    name = unique("db_")
    context = {"Catalog": "nosuchcatalog", "Database": "default"}
    found = ended(athena, started(athena, sql.format(name=name), group, QueryExecutionContext=context))
    assert found["Status"]["State"] == "FAILED"
    assert found["Status"]["StateChangeReason"] == "CATALOG_NOT_FOUND: Catalog 'nosuchcatalog' not found"
    assert error_of(local_aws.client("glue").get_database, Name=name).startswith("EntityNotFoundException")


def test_a_catalog_of_another_kind_is_refused_by_name(athena, group):
    name = unique("catalog")
    athena.create_data_catalog(Name=name, Type="LAMBDA", Parameters={"function": "arn:aws:lambda:::function:f"})
    error = error_of(
        athena.start_query_execution, QueryString="SELECT 1", WorkGroup=group, QueryExecutionContext={"Catalog": name}
    )
    assert error == (
        f"InvalidRequestException: NOT_SUPPORTED: a query in the catalog {name} of type LAMBDA is not supported by the "
        "local AWS"
    )
