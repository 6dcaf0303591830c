"""The task `explaincrawl` on a real local AWS: its output, its exit codes, and whose rights it uses."""

from tests.local_aws.aws_server import allow, unique
from tests.local_aws.tasks import task

CSV = "id,name\n1,ann\n2,bob\n"
READ = ["s3:*", "glue:*"]


def crawler_of(local_aws, role):
    """A crawler of a bucket with two partitions."""
    name, bucket = unique("crawler"), local_aws.bucket()
    for day in (1, 2):
        local_aws.put(bucket, f"t/day={day}/1.csv", CSV)
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/t/"}]}
    local_aws.client("glue").create_crawler(Name=name, Role=role, DatabaseName=unique("d"), Targets=targets)
    return name, bucket


def explaincrawl(local_aws, *arguments, **environment):
    call = f"explaincrawl[{','.join(arguments)}]" if arguments else "explaincrawl"
    return task(local_aws, call, **environment)


def test_tells_what_would_become_of_everything(local_aws):
    name, bucket = crawler_of(local_aws, local_aws.role(allow(READ)))
    output, errors, code = explaincrawl(local_aws, name)
    lines = [" ".join(line.split()) for line in output.splitlines()]
    assert (errors, code) == ("", 0)
    assert lines[0] == f"What a crawl of {name} would do now; nothing is written."
    assert f"s3://{bucket}/t/" in lines
    assert "./ table t csv separated by ',', 2 files, 2 columns, partitioned by day" in lines
    assert "./day=2/ partition of t day = 2" in lines
    assert "t.id bigint all of 2 sampled values are whole numbers (./day=1/1.csv)" in lines
    assert "create 2 partitions of t 1; 2" in lines


def test_the_crawlers_own_role_is_what_counts(local_aws):
    role = local_aws.role(allow(["s3:ListBucket", "glue:*"]))
    name, bucket = crawler_of(local_aws, role)
    output, errors, code = explaincrawl(local_aws, name)
    assert code == 1
    assert f"Allow s3:GetObject on arn:aws:s3:::{bucket}/t/day=1/*" in output
    assert f"error: a crawl of {name} would fail now\n  seen: AccessDenied" in errors
    assert f"role/{role.rpartition('/')[2]}" in errors


def test_it_needs_rights_of_its_own(local_aws):
    name, _ = crawler_of(local_aws, local_aws.role(allow(READ)))
    key = local_aws.user(allow("glue:GetCrawlers"))
    keys = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    _, errors, code = explaincrawl(local_aws, name, **keys)
    assert code == 1
    assert "glue:ExplainCrawl" in errors


def test_an_unknown_crawler_is_a_wrong_call(local_aws):
    name, _ = crawler_of(local_aws, local_aws.role(allow(READ)))
    _, errors, code = explaincrawl(local_aws, "no-such-crawler")
    assert errors.startswith('error: there is no crawler "no-such-crawler"; the crawlers are ')
    assert name in errors
    assert code == 2


def test_on_aws_it_says_what_is_possible(local_aws):
    _, errors, code = explaincrawl(local_aws, "x", AWS_ENDPOINT_URL="")
    assert code == 1
    assert errors.splitlines()[0] == "error: AWS cannot say what a crawl would do: it has no dry run of crawlers"
    assert "./pyntw localaws" in errors
    assert "/aws-glue/crawlers, stream x" in errors


def test_a_role_that_is_gone_is_told(local_aws):
    role = local_aws.role(allow(READ))
    name, _ = crawler_of(local_aws, role)
    iam = local_aws.client("iam")
    iam.delete_role_policy(RoleName=role.rpartition("/")[2], PolicyName="p")
    iam.delete_role(RoleName=role.rpartition("/")[2])
    _, errors, code = explaincrawl(local_aws, name)
    assert code == 1
    assert "Service is unable to assume provided role" in errors


def test_tells_which_classifier_knew_a_file_and_why(local_aws):
    name, bucket = unique("crawler"), local_aws.bucket()
    local_aws.put(bucket, "app/1.log", "1 INFO a\n2 WARN b\nat nowhere\n3 INFO c\n")
    glue = local_aws.client("glue")
    pattern = "^%{INT:number} %{LOGLEVEL:level} %{GREEDYDATA:message}"
    glue.create_classifier(GrokClassifier={"Name": name, "Classification": "applog", "GrokPattern": pattern})
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/app/"}]}
    role = local_aws.role(allow(READ))
    glue.create_crawler(Name=name, Role=role, DatabaseName=unique("d"), Classifiers=[name], Targets=targets)
    output, errors, code = explaincrawl(local_aws, name)
    assert (errors, code) == ("", 0)
    told = " ".join(output.split())
    assert f"custom classifier {name}: 3 of 4 sampled lines fit its grok pattern (certainty 0.75)" in told
    assert "app.level string the grok pattern names it, as string" in told
