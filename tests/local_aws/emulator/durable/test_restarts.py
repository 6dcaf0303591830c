"""The emulator's state in SQLite, with real servers: taken over from files, put back, and kept through kills."""

from __future__ import annotations

import io
import json
import signal
import sqlite3
import time
import zipfile

from tests.local_aws.aws_server import LocalAws, wait_until

FILE = "emulator/emulator.sqlite"


def test_state_files_of_earlier_versions_are_taken_over(fresh_local_aws: LocalAws):
    fresh_local_aws.client("ssm").put_parameter(Name="/old", Value="kept", Type="String")
    fresh_local_aws.stop()
    database = fresh_local_aws.state_dir / FILE
    with sqlite3.connect(database) as rows:
        [(value,)] = rows.execute("SELECT value FROM record WHERE service = 'ssm' AND store = 'parameters'")
    rows.close()
    database.unlink()
    parameters = {"__account_region_scoped__": True, "data": {"000000000000\0eu-west-1\0'/old'": json.loads(value)}}
    file = database.with_name("ssm.json")
    file.write_text(json.dumps({"__ministack_format__": 2, "payload": {"parameters": parameters}}))
    file.with_suffix(".json.tmp").write_text("left over")
    for _ in range(2):
        fresh_local_aws.start()
        assert fresh_local_aws.client("ssm").get_parameter(Name="/old")["Parameter"]["Value"] == "kept"
        assert list(database.parent.glob("*.json*")) == []
        fresh_local_aws.stop(signal.SIGKILL)


def test_what_happens_behind_requests_is_saved(fresh_local_aws: LocalAws):
    """A rule's target gets its message, and an execution ends, after their requests were answered."""
    aws = fresh_local_aws
    sqs, events, states = aws.client("sqs"), aws.client("events"), aws.client("stepfunctions")
    url = sqs.create_queue(QueueName="q")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    allowed = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:*", "Resource": arn}
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps({"Statement": [allowed]})})
    events.put_rule(Name="r", EventPattern=json.dumps({"source": ["mine"]}))
    events.put_targets(Rule="r", Targets=[{"Id": "1", "Arn": arn}])
    role = aws.role(trusts="states.amazonaws.com")
    definition = {"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 1, "End": True}}}
    machine = states.create_state_machine(name="m", definition=json.dumps(definition), roleArn=role)["stateMachineArn"]
    execution = states.start_execution(stateMachineArn=machine)["executionArn"]
    events.put_events(Entries=[{"Source": "mine", "DetailType": "t", "Detail": "{}"}])
    wait_until(lambda: states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED")
    time.sleep(0.5)
    aws.stop(signal.SIGKILL)
    aws.start()
    states, sqs = aws.client("stepfunctions"), aws.client("sqs")
    assert states.describe_execution(executionArn=execution)["status"] == "SUCCEEDED"
    history = states.get_execution_history(executionArn=execution)["events"]
    assert history[-1]["type"] == "ExecutionSucceeded"
    assert len(sqs.receive_message(QueueUrl=url)["Messages"]) == 1


def test_items_of_dynamodb_survive_a_kill_however_they_were_changed(fresh_local_aws: LocalAws):
    dynamodb = fresh_local_aws.client("dynamodb")
    for name in ("one", "two"):
        dynamodb.create_table(
            TableName=f"t-{name}",
            KeySchema=[{"AttributeName": "p", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "p", "AttributeType": "S"},
                {"AttributeName": "s", "AttributeType": "N"},
            ],
            BillingMode="PAY_PER_REQUEST",
        )

    def item(number: int, value: str) -> dict[str, dict[str, str]]:
        return {"p": {"S": f"é\0{number % 3}"}, "s": {"N": str(number)}, "v": {"S": value}}

    puts = [{"PutRequest": {"Item": item(number, "put")}} for number in range(20)]
    dynamodb.batch_write_item(RequestItems={"t-one": puts})
    key = {name: value for name, value in item(3, "").items() if name != "v"}
    value = {":v": {"S": "updated"}}
    dynamodb.update_item(TableName="t-one", Key=key, UpdateExpression="SET v = :v", ExpressionAttributeValues=value)
    gone = {name: value for name, value in item(4, "").items() if name != "v"}
    dynamodb.transact_write_items(
        TransactItems=[
            {"Delete": {"TableName": "t-one", "Key": gone}},
            {"Put": {"TableName": "t-two", "Item": item(1, "in two")}},
        ]
    )
    dynamodb.execute_statement(Statement="INSERT INTO \"t-two\" VALUE {'p': 'q', 's': 1, 'v': 'sql'}")
    fresh_local_aws.stop(signal.SIGKILL)
    dynamodb = fresh_local_aws.start().client("dynamodb")
    found = {int(entry["s"]["N"]): entry for entry in dynamodb.scan(TableName="t-one")["Items"]}
    expected = {number: item(number, "put") for number in range(20) if number != 4}
    expected[3] = item(3, "updated")
    assert found == expected
    assert dynamodb.describe_table(TableName="t-one")["Table"]["ItemCount"] == 19
    two = sorted(entry["v"]["S"] for entry in dynamodb.scan(TableName="t-two")["Items"])
    assert two == ["in two", "sql"]


def test_code_of_functions_survives_ends_and_kills_and_unused_code_goes(fresh_local_aws: LocalAws):
    aws = fresh_local_aws
    role = aws.client("iam").get_role(RoleName=aws.role(trusts="lambda.amazonaws.com").rpartition("/")[2])["Role"]
    for text in ("first", "second"):
        code = {"ZipFile": zipped({"index.py": f"def handler(event, context):\n    return '{text}'\n"})}
        if text == "first":
            given = {"Runtime": "python3.11", "Handler": "index.handler", "Role": role["Arn"]}
            aws.client("lambda").create_function(FunctionName="f", Code=code, **given)
        else:
            aws.client("lambda").update_function_code(FunctionName="f", **code)
    for end in (signal.SIGTERM, signal.SIGKILL, signal.SIGTERM):
        aws.stop(end)
        aws.start()
        answer = aws.client("lambda").invoke(FunctionName="f")
        assert json.loads(answer["Payload"].read()) == "second"
    assert len(list((aws.state_dir / "emulator" / "lambda-blobs").glob("*.zip"))) == 1


def zipped(files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return out.getvalue()
