"""Resources of a stack are changed in place or replaced, go with it, and need the caller's rights."""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique
from tests.local_aws.cloudformation.stack import ROLE, Stack

GLUE_ROLE = {"Fn::GetAtt": ["Role", "Arn"]}


def resource(kind, **properties):
    return {"Type": f"AWS::{kind}", "Properties": properties}


def table(database, name, **given):
    return resource("Glue::Table", CatalogId=ACCOUNT, DatabaseName=database, TableInput={"Name": name, **given})


def database(name, **given):
    return resource("Glue::Database", CatalogId=ACCOUNT, DatabaseInput={"Name": name, **given})


def classifier(name, delimiter=","):
    return resource("Glue::Classifier", CsvClassifier={"Name": name, "Delimiter": delimiter})


def security(name, mode="SSE-S3"):
    encryption = {"S3Encryptions": [{"S3EncryptionMode": mode}]}
    return resource("Glue::SecurityConfiguration", Name=name, EncryptionConfiguration=encryption)


def ruleset(name, rules="a"):
    return resource("Glue::DataQualityRuleset", Name=name, Ruleset=f"Rules = [ {rules} ]")


def budget(name, amount="10"):
    given = {"BudgetName": name, "BudgetType": "COST", "TimeUnit": "MONTHLY"}
    return resource("Budgets::Budget", Budget={**given, "BudgetLimit": {"Amount": amount, "Unit": "USD"}})


READ = {
    "classifier": lambda aws, name: aws.client("glue").get_classifier(Name=name)["Classifier"]["CsvClassifier"],
    "security": lambda aws, name: aws.client("glue").get_security_configuration(Name=name)["SecurityConfiguration"],
    "ruleset": lambda aws, name: aws.client("glue").get_data_quality_ruleset(Name=name),
    "budget": lambda aws, name: aws.client("budgets").describe_budget(AccountId=ACCOUNT, BudgetName=name)["Budget"],
    "database": lambda aws, name: aws.client("glue").get_database(Name=name)["Database"],
}
CASES = [
    ("classifier", classifier, (";",), lambda found: found["Delimiter"] == ";"),
    (
        "security",
        security,
        ("DISABLED",),
        lambda found: found["EncryptionConfiguration"]["S3Encryption"] == [{"S3EncryptionMode": "DISABLED"}],
    ),
    ("ruleset", ruleset, ("a, b",), lambda found: found["Ruleset"] == "Rules = [ a, b ]"),
    ("budget", budget, ("20",), lambda found: found["BudgetLimit"]["Amount"] == "20"),
    ("database", lambda name, text="x": database(name, Description=text), ("y",), lambda f: f["Description"] == "y"),
]


@pytest.mark.parametrize(("kind", "make", "change", "is_changed"), CASES, ids=[case[0] for case in CASES])
def test_a_change_is_made_in_place_a_new_name_replaces_and_all_goes_with_the_stack(
    local_aws, stack, kind, make, change, is_changed
):
    first, second = unique("n"), unique("n")

    def exists(name):
        return error_of(READ[kind], aws=local_aws, name=name) == ""

    assert stack.apply({"It": make(first)}) == "CREATE_COMPLETE", stack.reasons()
    assert not is_changed(READ[kind](local_aws, first))
    assert stack.apply({"It": make(first, *change)}, update=True) == "UPDATE_COMPLETE"
    assert is_changed(READ[kind](local_aws, first))
    assert stack.refs() == {"It": first}
    if kind != "database":  # DatabaseInput.Name is no property that replaces; see below
        assert stack.apply({"It": make(second, *change)}, update=True) == "UPDATE_COMPLETE"
        assert (exists(first), exists(second), stack.refs()) == (False, True, {"It": second})
    stack.delete()
    assert (exists(first), exists(second)) == (False, False)


def test_another_name_in_a_databases_input_fails_the_update(local_aws, stack):
    first = unique("db")
    stack.apply({"It": database(first)})
    assert stack.apply({"It": database(unique("db"))}, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert local_aws.client("glue").get_database(Name=first)["Database"]["Name"] == first
    stack.delete()


def test_a_table_moves_to_another_database_and_drops_what_the_template_dropped(glue, stack):
    one, other = unique("db"), unique("db")
    databases = {"One": database(one), "Other": database(other)}
    stack.apply({**databases, "T": table({"Ref": "One"}, "t", Description="d", Owner="o")})
    stack.apply({**databases, "T": table({"Ref": "One"}, "t", Description="e")}, update=True)
    found = glue.get_table(DatabaseName=one, Name="t")["Table"]
    assert (found["Description"], found.get("Owner"), found["VersionId"]) == ("e", None, "1")
    assert stack.apply({**databases, "T": table({"Ref": "Other"}, "t")}, update=True) == "UPDATE_COMPLETE"
    assert [entry["Name"] for entry in glue.get_tables(DatabaseName=one)["TableList"]] == []
    assert [entry["Name"] for entry in glue.get_tables(DatabaseName=other)["TableList"]] == ["t"]
    assert stack.refs()["T"] == "t"
    stack.delete()


def test_other_values_make_another_partition(glue, stack):
    name = unique("db")

    def resources(value, location):
        return {
            "Db": database(name),
            "T": table({"Ref": "Db"}, "t", PartitionKeys=[{"Name": "k", "Type": "string"}]),
            "P": resource(
                "Glue::Partition",
                CatalogId=ACCOUNT,
                DatabaseName={"Ref": "Db"},
                TableName={"Ref": "T"},
                PartitionInput={"Values": [value], "StorageDescriptor": {"Location": location}},
            ),
        }

    def partitions():
        found = glue.get_partitions(DatabaseName=name, TableName="t")["Partitions"]
        return [(entry["Values"], entry["StorageDescriptor"]["Location"]) for entry in found]

    assert stack.apply(resources("a", "s3://b/1")) == "CREATE_COMPLETE", stack.reasons()
    stack.apply(resources("a", "s3://b/2"), update=True)
    assert partitions() == [(["a"], "s3://b/2")]
    assert stack.apply(resources("b", "s3://b/2"), update=True) == "UPDATE_COMPLETE"
    assert partitions() == [(["b"], "s3://b/2")]
    stack.delete()


def test_every_change_of_a_named_query_makes_another(local_aws, stack):
    athena = local_aws.client("athena")

    def query(text):
        return {"Q": resource("Athena::NamedQuery", Name="q", Database="db", QueryString=text)}

    assert stack.apply(query("SELECT 1")) == "CREATE_COMPLETE", stack.reasons()
    first = stack.refs()["Q"]
    assert stack.apply(query("SELECT 2"), update=True) == "UPDATE_COMPLETE"
    second = stack.refs()["Q"]
    assert athena.get_named_query(NamedQueryId=second)["NamedQuery"]["QueryString"] == "SELECT 2"
    listed = athena.list_named_queries()["NamedQueryIds"]
    assert (first in listed, second in listed) == (False, True)
    stack.delete()
    assert second not in athena.list_named_queries()["NamedQueryIds"]


def test_names_are_made_where_the_template_gives_none(stack):
    resources = {
        "Db": resource("Glue::Database", CatalogId=ACCOUNT, DatabaseInput={}),
        "Classifier": resource("Glue::Classifier", JsonClassifier={"JsonPath": "$"}),
    }
    assert stack.apply(resources) == "CREATE_COMPLETE", stack.reasons()
    assert all(name.lower().startswith(stack.name) for name in stack.refs().values())
    stack.delete()


AT_THE_TOP = "Property validation failure: [Encountered unsupported properties in {/}: [Colour]]"
IN_CLASSIFIER = "Property validation failure: [Encountered unsupported properties in {/JsonClassifier}: [Colour]]"


@pytest.mark.parametrize(
    ("made", "reason"),
    [
        (
            resource("Glue::Classifier", JsonClassifier={"JsonPath": "$", "Colour": "red"}),
            IN_CLASSIFIER,
        ),
        (resource("Glue::DataQualityRuleset", Ruleset="Rules = [ a ]", Colour="red"), AT_THE_TOP),
        (resource("Athena::NamedQuery", Database="d", QueryString="q", Colour="red"), AT_THE_TOP),
        (
            resource("Budgets::Budget", Budget={"BudgetType": "COST", "TimeUnit": "DAILY"}, Colour="red"),
            AT_THE_TOP,
        ),
        (table("no_such_database", "t"), "Database no_such_database not found. (Service: Glue, Status Code: 400"),
        (
            resource(
                "Glue::Table", CatalogId=ACCOUNT, DatabaseName="d", OpenTableFormatInput={"IcebergInput": {"a": 1}}
            ),
            "AWS::Glue::Table with OpenTableFormatInput is not supported",
        ),
    ],
)
def test_what_is_wrong_or_not_supported_fails_the_resource_by_name(stack, made, reason):
    assert stack.apply({"It": made}) == "ROLLBACK_COMPLETE"
    assert reason in stack.reasons()[0]


def test_a_job_that_is_there_already_is_not_taken_into_the_stack(glue, stack):
    name, command = unique("job"), {"Name": "glueetl", "ScriptLocation": "s3://b/s.py"}
    glue.create_job(Name=name, Role="r", Command=command)
    assert stack.apply({"Job": resource("Glue::Job", Name=name, Role="r", Command=command)}) == "ROLLBACK_COMPLETE"
    assert f"Resource of type 'AWS::Glue::Job' with identifier '{name}' already exists." in stack.reasons()[0]
    assert glue.get_job(JobName=name)["Job"]["Name"] == name


def test_a_crawler_drops_what_the_template_dropped(local_aws, glue, stack):
    name, bucket = unique("crawler"), local_aws.bucket()

    def crawler(**more):
        targets = {"S3Targets": [{"Path": f"s3://{bucket}/"}]}
        return resource("Glue::Crawler", Name=name, Role=GLUE_ROLE, Targets=targets, DatabaseName="d", **more)

    settings = {
        "Description": "d",
        "TablePrefix": "p_",
        "Configuration": '{"Version": 1.0, "Grouping": {"TableLevelConfiguration": 2}}',
        "SchemaChangePolicy": {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"},
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"},
    }
    assert stack.apply({"Role": ROLE, "C": crawler(**settings)}) == "CREATE_COMPLETE", stack.reasons()
    assert stack.apply({"Role": ROLE, "C": crawler()}, update=True) == "UPDATE_COMPLETE"
    found = glue.get_crawler(Name=name)["Crawler"]
    assert [found.get(member) or "" for member in ("Description", "TablePrefix", "Configuration")] == ["", "", ""]
    assert found["SchemaChangePolicy"]["UpdateBehavior"] == "UPDATE_IN_DATABASE"
    assert found["RecrawlPolicy"]["RecrawlBehavior"] == "CRAWL_EVERYTHING"
    stack.delete()


# Rights


def job(role=GLUE_ROLE):
    return resource("Glue::Job", Role=role, Command={"Name": "glueetl", "ScriptLocation": "s3://b/s.py"})


STACKS = allow(["cloudformation:*", "iam:CreateRole", "iam:GetRole", "iam:DeleteRole"])
PASS = allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "glue.amazonaws.com"}})
MAKE = allow(["glue:CreateJob", "glue:GetJob", "glue:DeleteJob"])


@pytest.mark.parametrize(
    ("statements", "lacks"),
    [
        ([STACKS, MAKE, PASS], ""),
        ([STACKS, MAKE], "is not authorized to perform: iam:PassRole on resource: arn:aws:iam::"),
        (
            [STACKS, PASS, allow("glue:GetJob")],
            "is not authorized to perform: glue:CreateJob on resource: arn:aws:glue:",
        ),
    ],
)
def test_whoever_makes_the_stack_needs_the_rights(local_aws, statements, lacks):
    stack = Stack(local_aws, local_aws.user(*statements))
    status = stack.apply({"Role": ROLE, "Job": job()})
    assert (status == "CREATE_COMPLETE") == (not lacks), stack.reasons()
    if lacks:
        assert lacks in stack.reasons()[0]


def test_budgets_and_named_queries_need_their_rights(local_aws):
    stack = Stack(local_aws, local_aws.user(STACKS))
    stack.apply({"It": budget(unique("b"))})
    assert "is not authorized to perform: budgets:ModifyBudget" in stack.reasons()[0]
    other = Stack(local_aws, local_aws.user(STACKS))
    other.apply({"It": resource("Athena::NamedQuery", Database="d", QueryString="q")})
    assert (
        f"athena:CreateNamedQuery on resource: arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/primary"
        in (other.reasons()[0])
    )


@pytest.mark.parametrize("operation", ["create_job", "update_job", "create_crawler", "update_crawler"])
def test_whoever_gives_a_role_needs_to_be_allowed_to_pass_it(local_aws, operation):
    role, bucket, name = local_aws.role(), local_aws.bucket(), unique("x")
    of_job = {"Role": role, "Command": {"Name": "glueetl", "ScriptLocation": "s3://b/s.py"}}
    of_crawler = {"Role": role, "Targets": {"S3Targets": [{"Path": f"s3://{bucket}/"}]}, "DatabaseName": "d"}
    calls = {
        "create_job": {"Name": unique("j"), **of_job},
        "update_job": {"JobName": name, "JobUpdate": of_job},
        "create_crawler": {"Name": unique("c"), **of_crawler},
        "update_crawler": {"Name": name, "Role": role},
    }
    local_aws.client("glue").create_job(Name=name, **of_job)
    local_aws.client("glue").create_crawler(Name=name, **of_crawler)

    def denied(*statements):
        client = local_aws.client("glue", local_aws.user(allow("glue:*"), *statements))
        return error_of(getattr(client, operation), **calls[operation])

    text = f"is not authorized to perform: iam:PassRole on resource: {role} because no identity-based policy allows"
    assert text in denied()
    assert text in denied(allow("iam:PassRole", Condition={"StringEquals": {"iam:PassedToService": "x.amazonaws.com"}}))
    assert denied(allow("iam:PassRole", role)) == ""


# A stack's own role


def test_a_stack_with_a_role_of_its_own_acts_as_that_role_then_and_later(local_aws):
    role = local_aws.role(allow(["glue:*", "iam:PassRole"]), trusts="cloudformation.amazonaws.com")
    stack = Stack(local_aws, local_aws.user(allow("cloudformation:*"), allow("iam:PassRole", role)))
    name = unique("cl")
    assert stack.apply({"C": classifier(name)}, RoleARN=role) == "CREATE_COMPLETE", stack.reasons()
    assert stack.apply({"C": classifier(name, ";"), "Db": database(name)}, update=True) == "UPDATE_COMPLETE"
    trail = table(name, "t")
    assert stack.apply({"C": classifier(name), "Db": database(name), "T": trail}, update=True) == "UPDATE_COMPLETE"
    made = local_aws.client("glue").get_table(DatabaseName=name, Name="t")["Table"]
    assert made["CreatedBy"].endswith(f"assumed-role/{role.rpartition('/')[2]}/AWSCloudFormation")
    stack.delete()
    assert error_of(READ["classifier"], aws=local_aws, name=name) != ""


def test_a_role_that_is_too_small_fails_the_stack_whatever_the_caller_may(local_aws, stack):
    role = local_aws.role(allow("s3:*"), trusts="cloudformation.amazonaws.com")
    assert stack.apply({"C": classifier(unique("cl"))}, RoleARN=role) == "ROLLBACK_COMPLETE"
    assert "is not authorized to perform: glue:CreateClassifier" in stack.reasons()[0]


def test_a_role_must_be_passable_and_trust_cloudformation(local_aws, stack):
    other = local_aws.role(allow("*"))
    call = {"StackName": unique("s"), "TemplateBody": json.dumps({"Resources": {"T": resource("SNS::Topic")}})}
    assert error_of(stack.cloudformation.create_stack, **call, RoleARN=other) == (
        f"ValidationError: Role {other} is invalid or cannot be assumed"
    )
    role = local_aws.role(allow("*"), trusts="cloudformation.amazonaws.com")
    user = local_aws.client("cloudformation", local_aws.user(allow("cloudformation:*")))
    assert f"is not authorized to perform: iam:PassRole on resource: {role}" in error_of(
        user.create_stack, **call, RoleARN=role
    )


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        (
            {"Resources": {"X": {"Type": "AWS::Glue::Whatever"}}},
            "Unrecognized resource types: [AWS::Glue::Whatever] (AWS has them only if they are newer",
        ),
    ],
)
def test_a_template_that_needs_what_is_not_here_is_refused_with_that_reason(local_aws, template, reason):
    client, body = local_aws.client("cloudformation"), json.dumps(template)
    more = {"StackName": unique("s"), "TemplateBody": body, "Capabilities": ["CAPABILITY_AUTO_EXPAND"]}
    assert reason in error_of(client.create_stack, **more)
    assert reason in error_of(client.create_change_set, ChangeSetName="c", ChangeSetType="CREATE", **more)


def test_a_stack_in_use_stays_as_it_was(local_aws):
    cloudformation, exporter, importer = local_aws.client("cloudformation"), Stack(local_aws), Stack(local_aws)
    export = unique("export")
    topic = {"Resources": {"Topic": resource("SNS::Topic")}}
    outputs = {"Topic": {"Value": {"Fn::GetAtt": ["Topic", "TopicName"]}, "Export": {"Name": export}}}
    body = json.dumps({**topic, "Outputs": outputs})
    cloudformation.create_stack(StackName=exporter.name, TemplateBody=body)
    assert exporter.status() == "CREATE_COMPLETE"
    display = {"Fn::ImportValue": export}
    assert importer.apply({"Topic": resource("SNS::Topic", DisplayName=display)}) == "CREATE_COMPLETE"
    cloudformation.delete_stack(StackName=exporter.name)
    [stack] = cloudformation.describe_stacks(StackName=exporter.name)["Stacks"]
    assert stack["StackStatus"] == "CREATE_COMPLETE"
    reason = f"Export {export} cannot be deleted as it is in use by {importer.name}"
    assert stack["StackStatusReason"] == reason
    other = {"Topic": {"Value": "another", "Export": {"Name": export}}}
    for outputs_now, done in ((other, "updated"), ({"T": {"Value": "another"}}, "deleted")):
        body = json.dumps({**topic, "Outputs": outputs_now})
        cloudformation.update_stack(StackName=exporter.name, TemplateBody=body)
        assert exporter.status() == "UPDATE_ROLLBACK_COMPLETE"
        assert reason.replace("deleted", done) in exporter.reasons("UPDATE_FAILED")
        assert list(exporter.outputs()) == ["Topic"]
    importer.delete()
    cloudformation.update_stack(StackName=exporter.name, TemplateBody=body)
    assert exporter.status() == "UPDATE_COMPLETE"
    exporter.delete()


def test_a_security_group_lets_itself_in(local_aws):
    stack, group = Stack(local_aws), {"Fn::GetAtt": ["Group", "GroupId"]}
    ports = {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535}
    inward = resource("EC2::SecurityGroupIngress", GroupId=group, SourceSecurityGroupId=group, **ports)
    outward = resource("EC2::SecurityGroupEgress", GroupId=group, DestinationSecurityGroupId=group, **ports)
    closed = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIp": "10.0.0.0/8"}]
    own = resource("EC2::SecurityGroup", GroupDescription="g", SecurityGroupEgress=closed)
    resources = {"Group": own, "In": inward, "Out": outward}
    assert stack.apply(resources) == "CREATE_COMPLETE"
    ec2, ids = local_aws.client("ec2"), stack.refs()

    def rules(direction):
        [found] = ec2.describe_security_groups(GroupIds=[ids["Group"]])["SecurityGroups"]
        return [
            (rule["FromPort"], rule["ToPort"], [pair["GroupId"] for pair in rule["UserIdGroupPairs"]])
            for rule in found[direction]
        ]

    assert rules("IpPermissions") == [(0, 65535, [ids["Group"]])]
    assert rules("IpPermissionsEgress") == [(443, 443, []), (0, 65535, [ids["Group"]])]
    inward["Properties"]["FromPort"] = 1024
    assert stack.apply(resources, update=True) == "UPDATE_COMPLETE"
    assert rules("IpPermissions") == [(1024, 65535, [ids["Group"]])]
    del resources["Out"]
    assert stack.apply(resources, update=True) == "UPDATE_COMPLETE"
    assert rules("IpPermissionsEgress") == [(443, 443, [])]
    stack.delete()
