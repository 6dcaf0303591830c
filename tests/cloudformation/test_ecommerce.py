"""The stacks of the e-commerce data mesh: what they declare, and whose key encrypts what once they are deployed."""

import json
import re
import time

import pytest

from samples.olist import COLUMNS

STACKS = ["ecommerce", "ecommerce-catalog", "ecommerce-jobs"]
LAYERS = ["sor", "sot", "spec"]
ACCOUNT, REGION = "000000000000", "eu-west-1"
ARGUMENTS = [
    *("OUTPUT_BUCKET", "OUTPUT_DB", "OUTPUT_TABLE", "OUTPUT_TABLE_URI", "CONNECTION_TYPE", "UPDATE_BEHAVIOR"),
    *("PARTITION_NAME", "PARTITION_FORMAT", "OUTPUT_DATA_FORMAT", "COMPRESSION", "ENABLE_UPDATE_CATALOG"),
    "NUM_PARTITIONS",
]


@pytest.fixture(scope="module")
def of(of_type):
    """Gives the resources of a type: properties by logical id."""
    return lambda kind: of_type(kind, *STACKS)


def test_buckets_are_guarded_as_the_others(of, of_type):
    buckets, other = of("AWS::S3::Bucket"), of_type("AWS::S3::Bucket")["RawBucket"]
    for key, bucket in buckets.items():
        for name in ("PublicAccessBlockConfiguration", "OwnershipControls"):
            assert bucket[name] == other[name], key
        assert ("VersioningConfiguration" in bucket) == (key != "ResultsBucket")
        assert bucket["Tags"] == [{"Key": "pipeline", "Value": "ecommerce"}]
    names = [bucket["BucketName"]["Fn::Sub"].removeprefix("etl-poc-ecommerce-") for bucket in buckets.values()]
    assert names == [f"{name}-${{AWS::AccountId}}-${{AWS::Region}}" for name in (*LAYERS, "assets", "results")]


def test_each_bucket_denies_plain_http(of):
    policies = of("AWS::S3::BucketPolicy").values()
    assert [one["Bucket"]["Ref"] for one in policies] == list(of("AWS::S3::Bucket"))
    for policy in policies:
        [statement] = policy["PolicyDocument"]["Statement"]
        assert (statement["Effect"], statement["Action"]) == ("Deny", "s3:*")
        assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}
        assert policy["Bucket"]["Ref"] in str(statement["Resource"])


def test_each_job_has_all_arguments_and_asks_for_what_it_gets(of, root):
    for key, job in of("AWS::Glue::Job").items():
        given = [name.removeprefix("--") for name in job["DefaultArguments"] if name.upper() == name]
        assert [name for name in given if name in ARGUMENTS] == ARGUMENTS, key
        script = re.search(r"ecommerce/(\w+)\.py", job["Command"]["ScriptLocation"]["Fn::Sub"][0])[1]
        text = (root / "glue_scripts" / "ecommerce" / f"{script}.py").read_text()
        asked = re.findall(r'"(\w+)"', re.search(r"read_arguments\((.*?)\)", text)[1])
        assert sorted(given) == sorted([*asked, *ARGUMENTS, "RUN_DATE"]), key


def test_columns_are_declared_once_more_in_the_ddl_alone(of):
    found = {}
    for query in of("AWS::Athena::NamedQuery").values():
        text = query["QueryString"]["Fn::Sub"][0]
        found[re.search(r"NOT EXISTS (\w+)", text)[1]] = re.findall(r"^  `(\w+)` string", text, re.MULTILINE)
    assert found == {table: list(columns) for table, columns in COLUMNS.items()}


def test_the_crawler_looks_at_a_folder_for_each_table(of):
    [crawler] = of("AWS::Glue::Crawler").values()
    paths = [one["Path"]["Fn::Sub"][0] for one in crawler["Targets"]["S3Targets"]]
    assert paths == [f"s3://${{Bucket}}/olist/{table}/" for table in COLUMNS]


def statements(role):
    [policy] = role["Policies"]
    found = policy["PolicyDocument"]["Statement"]
    return {one["Sid"]: one for one in (node["Fn::If"][1] if "Fn::If" in node else node for node in found)}


def test_roles_are_for_glue_alone_and_name_what_they_reach(of):
    roles = of("AWS::IAM::Role")
    assert list(roles) == ["CrawlerRole", "SotOrdersRole", "SellerPerformanceRole", "DeliveryByStateRole"]
    for key, role in roles.items():
        [trust] = role["AssumeRolePolicyDocument"]["Statement"]
        assert trust["Principal"] == {"Service": "glue.amazonaws.com"}
        assert trust["Condition"] == {"StringEqualsIfExists": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        everything = {sid for sid, one in statements(role).items() if one["Resource"] == "*"}
        assert everything == ({"ReadClassifier"} if key == "CrawlerRole" else {"PublishMetrics"})
        for sid, one in statements(role).items():
            actions = one["Action"] if isinstance(one["Action"], list) else [one["Action"]]
            assert actions == sorted(actions), (key, sid)
            assert [action for action in actions if "*" in action] == []


def places(role, sid):
    """Bucket and folder, as the export names the one, of what a statement reaches."""
    text = json.dumps(statements(role)[sid]["Resource"])
    pattern = r'\$\{Bucket\}/([\w/*-]+)", \{"Bucket": \{"Fn::ImportValue": \{"Fn::Sub": "\$\{\w+\}-(\w+)"'
    return {(bucket, folder) for folder, bucket in re.findall(pattern, text)}


def test_each_job_s_role_writes_its_own_table_alone(of):
    roles = of("AWS::IAM::Role")
    assert {key: places(role, "WriteTableAndTemporaryFiles") - {("AssetsBucket", "temp/*")}
            for key, role in roles.items() if key != "CrawlerRole"} == {
        "SotOrdersRole": {("SotBucket", "orders*")},
        "SellerPerformanceRole": {("SpecBucket", "seller_performance*")},
        "DeliveryByStateRole": {("SpecBucket", "delivery_by_state*")},
    }  # fmt: skip
    reads = {bucket for bucket, _ in places(roles["DeliveryByStateRole"], "ReadScriptsAndSources")}
    assert reads == {"ArtifactsBucket", "SotBucket"}


# Deployed


def parameters(template, **values):
    return [
        {"ParameterKey": key, "ParameterValue": one} for key, one in values.items() if key in template["Parameters"]
    ]


@pytest.fixture(scope="module")
def deployed(local_aws, root, templates):
    """Gives clients; what deploys the stacks with these parameters, one that is there anew."""
    cloudformation = local_aws("cloudformation")

    def deploy(stacks, **values):
        for stack in stacks:
            there = [one["StackName"] for one in cloudformation.describe_stacks()["Stacks"]]
            call, word = (
                (cloudformation.update_stack, "update") if stack in there else (cloudformation.create_stack, "create")
            )
            call(
                StackName=stack,
                TemplateBody=(root / "cloudformation" / f"{stack}.yml").read_text(),
                Parameters=parameters(templates[stack], **values),
                Capabilities=["CAPABILITY_IAM"],
            )
            cloudformation.get_waiter(f"stack_{word}_complete").wait(
                StackName=stack, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
            )

    deploy(["basic-infra", *STACKS])
    return local_aws, deploy


def bucket(name):
    return f"etl-poc-ecommerce-{name}-{ACCOUNT}-{REGION}"


def encryptions(aws):
    """Algorithm and key of each bucket, of query results, of what jobs write, of logs and of bookmarks."""
    s3, glue = aws("s3"), aws("glue")
    found = {}
    for name in (*LAYERS, "assets", "results"):
        [rule] = s3.get_bucket_encryption(Bucket=bucket(name))["ServerSideEncryptionConfiguration"]["Rules"]
        default = rule["ApplyServerSideEncryptionByDefault"]
        found[name] = (default["SSEAlgorithm"], default.get("KMSMasterKeyID"))
    group = aws("athena").get_work_group(WorkGroup="etl-poc-ecommerce")["WorkGroup"]["Configuration"]
    results = group["ResultConfiguration"]["EncryptionConfiguration"]
    found["query results"] = (results["EncryptionOption"], results.get("KmsKey"))
    names = {
        *(job["SecurityConfiguration"] for job in glue.get_jobs()["Jobs"] if job["Name"].startswith("ecommerce-")),
        *(crawler["CrawlerSecurityConfiguration"] for crawler in glue.get_crawlers()["Crawlers"]),
    }
    [name] = names
    said = glue.get_security_configuration(Name=name)["SecurityConfiguration"]["EncryptionConfiguration"]
    [files] = said["S3Encryption"]
    found["files of jobs"] = (files["S3EncryptionMode"], files.get("KmsKeyArn"))
    for word, part, mode in (
        ("logs", "CloudWatchEncryption", "CloudWatchEncryptionMode"),
        ("bookmarks", "JobBookmarksEncryption", "JobBookmarksEncryptionMode"),
    ):
        found[word] = (said[part][mode], said[part].get("KmsKeyArn"))
    return found


def test_without_a_key_of_its_own_nothing_names_one(deployed):
    aws, _ = deployed
    assert encryptions(aws) == {
        **dict.fromkeys((*LAYERS, "assets", "results"), ("AES256", None)),
        "query results": ("SSE_S3", None),
        **dict.fromkeys(("files of jobs", "logs", "bookmarks"), ("DISABLED", None)),
    }
    assert aws("kms").list_keys()["Keys"] == []


@pytest.fixture(scope="module")
def key(deployed):
    """The key, once the stacks have been told to take one."""
    aws, deploy = deployed
    # The stacks that import the security configuration's name first: an export in use does not change.
    for stack in reversed(STACKS):
        aws("cloudformation").delete_stack(StackName=stack)
        aws("cloudformation").get_waiter("stack_delete_complete").wait(
            StackName=stack, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
        )
    deploy(STACKS, Encryption="kms")
    [found] = aws("kms").list_keys()["Keys"]
    return found["KeyArn"]


def test_with_a_key_buckets_results_and_logs_name_it(deployed, key):
    aws, _ = deployed
    assert encryptions(aws) == {
        **dict.fromkeys((*LAYERS, "assets", "results"), ("aws:kms", key)),
        "query results": ("SSE_KMS", key),
        **dict.fromkeys(("files of jobs", "logs"), ("SSE-KMS", key)),
        "bookmarks": ("CSE-KMS", key),
    }


def test_what_is_written_then_names_the_key(deployed, key):
    aws, _ = deployed
    s3, athena = aws("s3"), aws("athena")
    s3.put_object(Bucket=bucket("sot"), Key="orders/x.parquet", Body=b"x")
    run = athena.start_query_execution(QueryString="SELECT 1", WorkGroup="etl-poc-ecommerce")["QueryExecutionId"]
    for _ in range(200):
        found = athena.get_query_execution(QueryExecutionId=run)["QueryExecution"]
        if found["Status"]["State"] not in ("QUEUED", "RUNNING"):
            break
        time.sleep(0.1)
    assert found["Status"]["State"] == "SUCCEEDED"
    place, _, name = found["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
    for container, at in ((bucket("sot"), "orders/x.parquet"), (place, name)):
        head = s3.head_object(Bucket=container, Key=at)
        assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", key), at
        s3.delete_object(Bucket=container, Key=at)


def test_the_log_of_a_crawl_names_the_key(deployed, key):
    aws, _ = deployed
    aws("s3").put_object(Bucket=bucket("sor"), Key="olist/sellers/a.csv", Body=b"seller_id,seller_state\na,SP\nb,RJ\n")
    glue = aws("glue")
    glue.start_crawler(Name="ecommerce-sor-crawler")
    for _ in range(300):
        crawler = glue.get_crawler(Name="ecommerce-sor-crawler")["Crawler"]
        if crawler["State"] == "READY":
            break
        time.sleep(0.1)
    assert crawler["LastCrawl"]["Status"] == "SUCCEEDED"
    group = crawler["LastCrawl"]["LogGroup"]
    assert group.endswith("-ecommerce-kms")
    [found] = aws("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["kmsKeyId"] == key


@pytest.mark.parametrize("role", ["SotOrdersRole", "SellerPerformanceRole", "DeliveryByStateRole"])
def test_each_job_s_role_may_use_the_key_through_s3(deployed, key, role):
    aws, _ = deployed
    detail = aws("cloudformation").describe_stack_resource(StackName="ecommerce-jobs", LogicalResourceId=role)
    name = detail["StackResourceDetail"]["PhysicalResourceId"]
    [policy] = aws("iam").list_role_policies(RoleName=name)["PolicyNames"]
    document = aws("iam").get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    [use] = [one for one in document["Statement"] if one["Sid"] == "UseKey"]
    assert (use["Action"], use["Resource"]) == (["kms:Decrypt", "kms:GenerateDataKey"], key)
    assert use["Condition"] == {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}


def test_the_key_s_policy_lets_the_logs_of_glue_in(deployed, key):
    aws, _ = deployed
    policy = json.loads(aws("kms").get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    [logs] = [one for one in policy["Statement"] if one["Sid"] == "LogsOfGlue"]
    assert logs["Principal"] == {"Service": f"logs.{REGION}.amazonaws.com"}
    place = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/aws-glue/*"
    assert logs["Condition"] == {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": place}}
