"""What change sets say of resources: replaced or not, as the update then does; their values before and after.

What a change replaces is "Update requires" in CloudFormation's template reference of each type; the shapes of values
are those of public records of real change sets.
"""

# ruff: noqa: E501 - a table reads better with a case a line

import json

from tests.local_aws.aws_server import unique, wait_until

LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def template(resources, **more):
    made = {name: {"Type": kind, "Properties": properties} for name, (kind, properties) in resources.items()}
    return json.dumps({**more, "Resources": made})


def propose(stack, body, kind="UPDATE", **more):
    """The changes of a change set by logical id, with values."""
    name = unique("c")
    given = {"StackName": stack.name, "ChangeSetName": name, "ChangeSetType": kind, "TemplateBody": body}
    stack.cloudformation.create_change_set(**given, Capabilities=["CAPABILITY_NAMED_IAM"], **more)
    asked = {"StackName": stack.name, "ChangeSetName": name}
    found = stack.cloudformation.describe_change_set(**asked, IncludePropertyValues=True)
    return name, {one["ResourceChange"]["LogicalResourceId"]: one["ResourceChange"] for one in found["Changes"]}


def column(kind):
    return {"StorageDescriptor": {"Columns": [{"Name": "a", "Type": kind}]}}


CASES = {  # type, properties before, properties after, whether the template reference says Replacement
    "Job": ("Glue::Job", {"Role": "r", "Command": {"Name": "glueetl"}, "Timeout": 5}, {"Timeout": 6}, False),
    "NamedJob": ("Glue::Job", {"Role": "r", "Command": {"Name": "glueetl"}, "Name": "@1"}, {"Name": "@2"}, True),
    "Table": ("Glue::Table", {"TableInput": {"Name": "@1", **column("int")}}, {"TableInput": {"Name": "@1", **column("string")}}, False),
    "NamedTable": ("Glue::Table", {"TableInput": {"Name": "@3"}}, {"TableInput": {"Name": "@4"}}, True),
    "Database": ("Glue::Database", {"DatabaseInput": {"Description": "a"}}, {"DatabaseInput": {"Description": "b"}}, False),
    "Flow": ("Glue::Workflow", {"Name": "@1"}, {"Name": "@2"}, True),
    "Trigger": ("Glue::Trigger", {"Type": "ON_DEMAND", "Actions": [{"JobName": "j"}]}, {"Description": "d"}, False),
    "Crawler": ("Glue::Crawler", {"Name": "@1", "Role": {"Fn::GetAtt": ["Session", "Arn"]}, "Targets": {"S3Targets": [{"Path": "s3://@b/"}]}}, {"Name": "@2"}, True),
    "Bucket": ("S3::Bucket", {"BucketName": "@1"}, {"BucketName": "@2"}, True),
    "Versions": ("S3::Bucket", {"BucketName": "@3"}, {"VersioningConfiguration": {"Status": "Enabled"}}, False),
    "Role": ("IAM::Role", {"AssumeRolePolicyDocument": TRUST}, {"Path": "/glue/"}, True),
    "Session": ("IAM::Role", {"AssumeRolePolicyDocument": TRUST}, {"MaxSessionDuration": 7200}, False),
    "Logs": ("Logs::LogGroup", {"LogGroupName": "@1"}, {"LogGroupName": "@2"}, True),
    "Kept": ("Logs::LogGroup", {"RetentionInDays": 1}, {"RetentionInDays": 3}, False),
    "Topic": ("SNS::Topic", {"TopicName": "@1"}, {"TopicName": "@2"}, True),
    "Items": ("DynamoDB::Table", {"TableName": "@1", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}]}, {"TableName": "@2"}, True),
    "Query": ("Athena::NamedQuery", {"Database": "d", "QueryString": "SELECT 1"}, {"QueryString": "SELECT 2"}, True),
    "Group": ("Athena::WorkGroup", {"Name": "@1"}, {"Description": "d"}, False),
}  # fmt: skip


def test_replacements_are_foreseen_as_they_come(local_aws, stack, glue):
    named = unique("d")
    local_aws.bucket(f"{named}crawlerb")
    glue.create_database(DatabaseInput={"Name": named})

    def resources(after):
        found = {}
        for name, (kind, old, new, _replaced) in CASES.items():
            properties = {**old, **new} if after else old
            properties = json.loads(json.dumps(properties).replace("@", f"{named}{name}".lower()))
            if kind == "Glue::Table":
                properties["DatabaseName"] = named
            if kind in ("Glue::Table", "Glue::Database"):
                properties["CatalogId"] = "000000000000"
            found[name] = (f"AWS::{kind}", properties)
        return template(found)

    status = stack.make(resources(after=False), capabilities=["CAPABILITY_NAMED_IAM"])
    assert status == "CREATE_COMPLETE", stack.reasons()
    before = stack.refs()
    name, changes = propose(stack, resources(after=True))
    told = {one: change["Replacement"] for one, change in changes.items()}
    assert told == {one: str(replaced) for one, (*_, replaced) in CASES.items()}
    stack.cloudformation.execute_change_set(StackName=stack.name, ChangeSetName=name)
    assert wait_until(stack.status_now, lambda status: not status.endswith("IN_PROGRESS")) == "UPDATE_COMPLETE"
    after = stack.refs()
    assert {one for one in CASES if before[one] != after[one]} == {one for one in CASES if CASES[one][3]}


def test_values_are_told_when_asked_for(stack):
    job = {"Role": "r", "Command": {"Name": "glueetl"}, "DefaultArguments": {"--a": "1", "--b": "2"}, "Timeout": 5}
    assert stack.make(template({"J": ("AWS::Glue::Job", job)})) == "CREATE_COMPLETE"
    changed = {**job, "DefaultArguments": {"--a": "9", "--c": "<&>"}, "MaxRetries": 1}
    del changed["Timeout"]
    name, changes = propose(stack, template({"J": ("AWS::Glue::Job", changed), "T": ("AWS::SNS::Topic", {})}))
    assert json.loads(changes["J"]["BeforeContext"]) == {"Properties": job}
    assert json.loads(changes["J"]["AfterContext"]) == {"Properties": changed}
    members = ("Path", "AttributeChangeType", "BeforeValue", "AfterValue")
    targets = [one["Target"] for one in changes["J"]["Details"]]
    assert {tuple(target.get(member) for member in members) for target in targets} == {
        ("/Properties/DefaultArguments/--a", "Modify", "1", "9"),
        ("/Properties/DefaultArguments/--b", "Remove", "2", None),
        ("/Properties/DefaultArguments/--c", "Add", None, "<&>"),
        ("/Properties/MaxRetries", "Add", None, "1"),
        ("/Properties/Timeout", "Remove", "5", None),
    }
    assert changes["T"]["Action"] == "Add"
    assert "BeforeContext" not in changes["T"]
    plain = stack.cloudformation.describe_change_set(StackName=stack.name, ChangeSetName=name)
    for change in (one["ResourceChange"] for one in plain["Changes"]):
        assert not {"BeforeContext", "AfterContext"} & set(change)
        assert not any({"Path", "AfterValue"} & set(one["Target"]) for one in change["Details"])


def test_what_is_made_by_the_change_is_known_later(stack):
    parameter = ("AWS::SSM::Parameter", {"Type": "String", "Value": "a"})
    assert stack.make(template({"P": parameter, "O": parameter})) == "CREATE_COMPLETE"
    named = {"Type": "String", "Value": {"Fn::Sub": "at ${T.TopicArn}"}, "Description": {"Ref": "O"}}
    exported = {"Type": "String", "Value": {"Fn::ImportValue": unique("nobody")}}
    resources = {
        "O": parameter,
        "P": ("AWS::SSM::Parameter", named),
        "T": ("AWS::SNS::Topic", {}),
        "E": ("AWS::SSM::Parameter", exported),
    }
    _name, changes = propose(stack, template(resources))
    after = json.loads(changes["P"]["AfterContext"])["Properties"]
    assert after == {"Type": "String", "Value": LATER, "Description": stack.refs()["O"]}
    assert json.loads(changes["E"]["AfterContext"]) == {"Properties": {"Type": "String", "Value": LATER}}


def test_what_refers_to_a_replaced_resource_is_known_later(stack):
    def resources(name):
        topic = ("AWS::SNS::Topic", {"TopicName": name})
        return template({"T": topic, "P": ("AWS::SSM::Parameter", {"Type": "String", "Value": {"Ref": "T"}})})

    assert stack.make(resources(unique("t"))) == "CREATE_COMPLETE"
    _name, changes = propose(stack, resources(unique("t")))
    assert (changes["T"]["Replacement"], changes["P"]["Replacement"]) == ("True", "False")
    assert json.loads(changes["P"]["BeforeContext"])["Properties"]["Value"] == stack.refs()["T"]
    assert json.loads(changes["P"]["AfterContext"])["Properties"]["Value"] == LATER


def test_another_attribute_is_a_change(stack):
    def resources(of):
        value = {"Type": "String", "Value": {"Fn::GetAtt": [of, "TopicName"]}}
        topics = {name: ("AWS::SNS::Topic", {}) for name in "AB"}
        return template({**topics, "P": ("AWS::SSM::Parameter", value)})

    assert stack.make(resources("A")) == "CREATE_COMPLETE"
    _name, changes = propose(stack, resources("B"))
    assert list(changes) == ["P"]


def test_secret_values_are_stars(stack):
    secret = {"S": {"Type": "String", "NoEcho": True}}
    body = template({"P": ("AWS::SSM::Parameter", {"Type": "String", "Value": {"Ref": "S"}})}, Parameters=secret)
    assert stack.make(body, S="before") == "CREATE_COMPLETE"
    _name, changes = propose(stack, body, Parameters=[{"ParameterKey": "S", "ParameterValue": "after"}])
    for context in ("BeforeContext", "AfterContext"):
        assert json.loads(changes["P"][context])["Properties"]["Value"] == "****"
