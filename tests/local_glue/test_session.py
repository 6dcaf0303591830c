"""Templates of others on a local AWS: stacks, scripts, CDK's assets, what is to be started, answers as Arrow."""

import datetime
import decimal
import io
import json
import warnings
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest

from glue_client.errors import DeployError, WrongCall
from local_glue import deployment, entry_points, matching, pytest_plugin, scripts
from local_glue.session import RunFailed, session

ROLE = {
    "Type": "AWS::IAM::Role",
    "Properties": {
        "AssumeRolePolicyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
            ],
        },
        "ManagedPolicyArns": ["arn:aws:iam::aws:policy/service-role/AWSGlueServiceRole"],
        "Policies": [
            {
                "PolicyName": "scripts",
                "PolicyDocument": {
                    "Version": "2012-10-17",
                    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
                },
            }
        ],
    },
}
ARN = {"Fn::GetAtt": ["Role", "Arn"]}


def job(name, script, **arguments):
    """A Python shell job."""
    command = {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": script}
    given = {f"--{key.replace('_', '-')}": value for key, value in arguments.items()}
    return {
        "Type": "AWS::Glue::Job",
        "Properties": {"Name": name, "Role": ARN, "Command": command, "MaxCapacity": 1, "DefaultArguments": given},
    }


@pytest.fixture(scope="module")
def here(tmp_path_factory):
    folder = tmp_path_factory.mktemp("repository")
    with session(folder / "state", folder / "source") as local:
        (folder / "source").mkdir()
        yield local


@pytest.fixture
def write(here):
    """Writes a file of the repository."""

    def written(name, text):
        path = here.script_root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text if isinstance(text, str) else json.dumps(text))
        return path

    return written


def test_a_script_is_found_by_the_end_of_its_key(here, write):
    write("a/jobs/say.py", "print('a')")
    write("b/jobs/say.py", "print('b')")
    made = {"Role": ROLE, "Job": job("says", "s3://scripts-of-a/v1/b/jobs/say.py")}
    here.deploy(write("by-key.json", {"Resources": made}))
    got = here.client("s3").get_object(Bucket="scripts-of-a", Key="v1/b/jobs/say.py")["Body"].read()
    assert got == b"print('b')"
    assert here.run_job("says")["JobRunState"] == "SUCCEEDED"


def test_two_files_that_fit_equally_are_named(here, write):
    write("c/jobs/twice.py", "print('c')")
    write("d/jobs/twice.py", "print('d')")
    template = write(
        "twice.json", {"Resources": {"Role": ROLE, "Job": job("twice", "s3://scripts-of-a/jobs/twice.py")}}
    )
    with pytest.raises(DeployError, match=r"2 files fit s3://scripts-of-a/jobs/twice") as told:
        here.deploy(template)
    assert told.value.seen == "c/jobs/twice.py\nd/jobs/twice.py"


def test_two_files_that_fit_and_are_equal_are_one(here, write):
    write("e/jobs/equal.py", "print('equal')")
    write("f/jobs/equal.py", "print('equal')")
    made = {"Role": ROLE, "Job": job("equal", "s3://scripts-of-a/jobs/equal.py")}
    here.deploy(write("equal.json", {"Resources": made}))
    assert here.client("s3").head_object(Bucket="scripts-of-a", Key="jobs/equal.py")["ContentLength"] == len(
        "print('equal')"
    )


def test_what_another_job_lacks_is_no_error_of_the_one_that_is_run(here, write, capsys):
    write("jobs/there.py", "")
    made = {
        "Role": ROLE,
        "There": job("there", "s3://scripts-of-a/jobs/there.py"),
        "Other": job("other", "s3://scripts-of-a/jobs/not-there.py"),
    }
    template = deployment.read(write("one-of-two.json", {"Resources": made}))
    stack = deployment.deploy(here._aws, template, {})
    scripts.bring(here._aws, [stack], scripts.Root(here.script_root), "there")
    assert "not brought: job other needs s3://scripts-of-a/jobs/not-there.py" in capsys.readouterr().out
    with pytest.raises(DeployError, match="job other needs"):
        scripts.bring(here._aws, [stack], scripts.Root(here.script_root), "other")


def test_a_folder_that_cannot_be_read_is_passed_by_and_said(here, monkeypatch, capsys):
    def walk(top, onerror):
        onerror(PermissionError(13, "Permission denied", f"{top}/closed"))
        return iter([])

    monkeypatch.setattr(matching.os, "walk", walk)
    assert list(matching.files_of(here.script_root)) == []
    assert "passed by: [Errno 13] Permission denied" in capsys.readouterr().out


def test_json_with_tabs_is_a_template(here, write):
    text = json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}, indent="\t")
    assert "\t" in text
    assert here.deploy(write("tabs.json", text)) == {}


def test_buckets_that_templates_make_are_known_by_their_names(here, write):
    name = {"Fn::Sub": "raw-${Stage}-${AWS::AccountId}"}
    body = {"Parameters": {"Stage": {"Type": "String"}}, "Resources": {}}
    body["Resources"] = {
        "B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": name}},
        "C": {"Type": "AWS::S3::Bucket"},
    }
    template = deployment.read(write("buckets.json", body))
    assert "raw-dev-000000000000" in deployment.buckets_made([template], {"Stage": "dev"}, here._aws)


def test_what_stands_in_the_way_is_told_with_how_to_go_on(here, write):
    here.client("s3").create_bucket(Bucket="in-the-way")
    template = write(
        "way.json", {"Resources": {"B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "in-the-way"}}}}
    )
    with pytest.raises(DeployError) as told:
        here.deploy(template)
    assert "local-glue makes buckets that jobs or --data name" in told.value.next_step


def test_wrong_names_and_calls_are_told_in_words(here):
    with pytest.raises(DeployError, match="crawler nobody cannot be started") as told:
        here.crawl("nobody")
    assert told.value.next_step.startswith("the crawlers are: ")
    with pytest.raises(DeployError, match=r"Athena refuses the query|the query ended FAILED"):
        here.query("SELEC 1")
    with pytest.raises(WrongCall, match="there is no file or folder nope"):
        here.upload("nope", "s3://any/")
    with pytest.raises(WrongCall, match="is to be copied to s3://bucket"):
        here.upload(here.script_root, "in")


def test_a_script_that_is_nowhere_is_told_before_anything_runs(here, write):
    template = write("nowhere.json", {"Resources": {"Role": ROLE, "Job": job("lost", "s3://no-such-bucket-a/gone.py")}})
    with pytest.raises(DeployError) as told:
        here.deploy(template)
    assert told.value.failed == "job lost needs s3://no-such-bucket-a/gone.py (ScriptLocation), which is nowhere"
    assert "no file gone.py below" in told.value.seen


def test_modules_of_a_job_are_brought_too(here, write):
    write("lib/helper.py", "WORD = 'helped'")
    write("jobs/helped.py", "import helper\nassert helper.WORD == 'helped'")
    module = "s3://scripts-of-a/lib/helper.py"
    made = {"Role": ROLE, "Job": job("helped", "s3://scripts-of-a/jobs/helped.py", extra_py_files=module)}
    here.deploy(write("modules.json", {"Resources": made}))
    assert here.run_job("helped")["JobRunState"] == "SUCCEEDED"


def test_a_script_named_by_its_path_is_packaged(here, write):
    write("jobs/by_path.py", "print('packaged')")
    here.deploy(write("infra/by-path.json", {"Resources": {"Role": ROLE, "Job": job("by-path", "../jobs/by_path.py")}}))
    location = here.client("glue").get_job(JobName="by-path")["Job"]["Command"]["ScriptLocation"]
    assert location.startswith("s3://local-glue-000000000000-us-east-1/scripts/")
    assert location.endswith("/by_path.py")
    assert here.run_job("by-path")["JobRunState"] == "SUCCEEDED"


def test_other_paths_on_disk_are_refused_by_name(here, write):
    write("code/handler.py", "")
    function = {
        "Type": "AWS::Serverless::Function",
        "Properties": {"CodeUri": "code/", "Handler": "h.h", "Runtime": "python3.12"},
    }
    template = write("sam.json", {"Transform": "AWS::Serverless-2016-10-31", "Resources": {"F": function}})
    with pytest.raises(DeployError, match=r"sam.json: CodeUri of F names a file on disk"):
        here.deploy(template)


def test_a_template_is_updated_and_keeps_what_a_call_once_gave(here, write):
    body = {"Parameters": {"Name": {"Type": "String"}, "Other": {"Type": "String", "Default": "x"}}, "Resources": {}}
    body["Resources"]["Bucket"] = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": {"Ref": "Name"}}}
    body["Outputs"] = {"Both": {"Value": {"Fn::Sub": "${Name} ${Other}"}}}
    template = write("parameters.json", body)
    assert here.deploy(template, Name="kept-bucket", Other="1") == {"Both": "kept-bucket 1"}
    assert here.deploy(template, Name="kept-bucket") == {"Both": "kept-bucket 1"}
    assert here.deploy(template, Name="kept-bucket", Other="2") == {"Both": "kept-bucket 2"}


def test_a_stack_that_failed_is_made_again(here, write):
    bad = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "No Such Name"}}
    template = write("again.json", {"Resources": {"B": bad}})
    with pytest.raises(DeployError, match='stack "again" could not be deployed'):
        here.deploy(template)
    bad["Properties"]["BucketName"] = "such-a-name"
    here.deploy(write("again.json", {"Resources": {"B": bad}}))
    assert here.client("s3").head_bucket(Bucket="such-a-name")


def test_templates_stand_in_the_order_of_their_imports(write):
    topic = {"T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Fn::ImportValue": "made"}}}}
    made = {"O": {"Value": "1", "Export": {"Name": "made"}}}
    user = deployment.read(write("a-user.json", {"Resources": topic}))
    maker = deployment.read(write("b-maker.json", {"Resources": {"Q": {"Type": "AWS::SQS::Queue"}}, "Outputs": made}))
    assert [one.name for one in deployment.in_order([user, maker], {})] == ["b-maker", "a-user"]


def test_assets_of_cdk_are_where_the_template_looks_for_them(here, write):
    bucket, version = "cdk-hnb659fds-assets-${AWS::AccountId}-${AWS::Region}", "/cdk-bootstrap/hnb659fds/version"
    write("cdk.out/asset.1234.py", "print('from cdk')")
    write("cdk.out/asset.5678/inner/handler.py", "handler = 1")
    assets = {"1234.py": ("asset.1234.py", "file"), "5678.zip": ("asset.5678", "zip")}
    files = {
        key: {
            "source": {"path": path, "packaging": packaging},
            "destinations": {"x": {"bucketName": bucket, "objectKey": key}},
        }
        for key, (path, packaging) in assets.items()
    }
    write("cdk.out/Acme.assets.json", {"files": files})
    made = {"Role": ROLE, "Job": job("of-cdk", {"Fn::Sub": f"s3://{bucket}/1234.py"})}
    bootstrap = {"BootstrapVersion": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": version}}
    here.deploy(write("cdk.out/Acme.template.json", {"Parameters": bootstrap, "Resources": made}))
    assert here.run_job("of-cdk")["JobRunState"] == "SUCCEEDED"
    packed = (
        here.client("s3")
        .get_object(Bucket="cdk-hnb659fds-assets-000000000000-us-east-1", Key="5678.zip")["Body"]
        .read()
    )
    assert zipfile.ZipFile(io.BytesIO(packed)).namelist() == ["inner/handler.py"]
    assert (
        here.client("cloudformation").describe_stacks(StackName="Acme")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
    )


def test_a_workflow_that_fails_tells_the_jobs_error_and_log(here, write):
    write("jobs/breaks.py", "print('about to break')\nraise ValueError('broken on purpose')")
    made = {
        "Role": ROLE,
        "Job": job("breaks", "s3://scripts-of-a/jobs/breaks.py"),
        "Flow": {"Type": "AWS::Glue::Workflow", "Properties": {"Name": "breaking"}},
        "Start": {
            "Type": "AWS::Glue::Trigger",
            "Properties": {
                "Type": "ON_DEMAND",
                "WorkflowName": {"Ref": "Flow"},
                "Actions": [{"JobName": {"Ref": "Job"}}],
            },
        },
    }
    here.deploy(write("breaks.json", {"Resources": made}))
    with pytest.raises(RunFailed) as told:
        here.run_workflow("breaking")
    text = str(told.value)
    assert text.startswith("workflow breaking ended COMPLETED, not all of it succeeded\nbreaks (job): FAILED: ")
    assert "ValueError: broken on purpose" in text
    assert "  breaks | Traceback" in text


def test_a_crawler_makes_a_table_and_one_without_rights_tells_why(here, write):
    write("in/a.csv", "name,size\nann,1\nbob,2\n")
    here.upload(here.script_root / "in", "s3://crawled-bucket/things/")
    bare = {**ROLE, "Properties": {**ROLE["Properties"], "Policies": []}}
    crawlers = {
        name: {
            "Type": "AWS::Glue::Crawler",
            "Properties": {
                "Name": name,
                "Role": {"Fn::GetAtt": [role, "Arn"]},
                "DatabaseName": {"Ref": "Db"},
                "Targets": {"S3Targets": [{"Path": "s3://crawled-bucket/things/"}]},
            },
        }
        for name, role in {"able": "Role", "unable": "Bare"}.items()
    }
    database = {
        "Type": "AWS::Glue::Database",
        "Properties": {"CatalogId": {"Ref": "AWS::AccountId"}, "DatabaseInput": {"Name": "crawled"}},
    }
    made = {"Role": ROLE, "Bare": bare, "Db": database, "Able": crawlers["able"], "Unable": crawlers["unable"]}
    here.deploy(write("crawlers.json", {"Resources": made}))
    assert here.crawl("able")["Status"] == "SUCCEEDED"
    assert here.table("crawled.things").to_pylist() == [{"name": "ann", "size": 1}, {"name": "bob", "size": 2}]
    with pytest.raises(RunFailed, match=r"unable \(crawler\): FAILED: .*(Access ?Denied|not authorized)"):
        here.crawl("unable")


def test_a_table_that_is_not_there_names_those_that_are(here):
    with pytest.raises(DeployError, match=r"there is no table crawled.nothing"):
        here.table("crawled.nothing")
    with pytest.raises(DeployError, match="a table is named with its database"):
        here.table("nothing")


def test_answers_have_athenas_types(here):
    got = here.query(
        "SELECT 1 AS i, BIGINT '2' AS b, DECIMAL '1.50' AS d, DOUBLE '2.5' AS f, true AS t, DATE '2024-05-01' AS day, "
        "TIMESTAMP '2024-05-01 10:11:12.345' AS moment, X'6869' AS bytes, 'text' AS s, ARRAY[1, 2] AS a, "
        "CAST(NULL AS integer) AS n"
    )
    assert [str(one) for one in got.schema.types] == [
        *("int32", "int64", "decimal128(3, 2)", "double", "bool", "date32[day]", "timestamp[us]", "binary"),
        *("string", "string", "int32"),
    ]
    [row] = got.to_pylist()
    assert list(row.values()) == [
        *(1, 2, decimal.Decimal("1.50"), 2.5, True, datetime.date(2024, 5, 1)),
        *(datetime.datetime(2024, 5, 1, 10, 11, 12, 345000), b"hi", "text", "[1, 2]", None),  # noqa: DTZ001
    ]


def test_order_and_emptiness_are_kept(here):
    assert here.query("SELECT n FROM (VALUES 3, 1, 2) AS t (n) ORDER BY n").to_pydict() == {"n": [1, 2, 3]}
    assert here.query("SELECT n FROM (VALUES 1) AS t (n) WHERE n > 1").to_pydict() == {"n": []}


ENTRIES = [
    entry_points.EntryPoint("workflow", "flow"),
    entry_points.EntryPoint("state-machine", "arn:aws:states:us-east-1:1:stateMachine:machine"),
    entry_points.EntryPoint("job", "one"),
    entry_points.EntryPoint("job", "two"),
]


def test_the_only_workflow_is_run_when_nothing_is_named():
    assert entry_points.chosen(ENTRIES, None) == ENTRIES[0]


@pytest.mark.parametrize("number", [1, 2])
def test_what_is_named_is_run(number):
    entry = ENTRIES[number]
    named = entry_points.EntryPoint(entry.kind, entry.name.rpartition(":")[2])
    assert entry_points.chosen(ENTRIES, named) == entry


@pytest.mark.parametrize(
    ("found", "named", "sentence"),
    [
        (ENTRIES[2:], None, "what is to be run? there is --job one, --job two"),
        ([], None, "there is nothing to run: they make no workflow, state machine or job"),
        (
            ENTRIES,
            entry_points.EntryPoint("job", "flow"),
            'the templates make no job "flow"; there is --workflow flow, ',
        ),
    ],
)
def test_what_cannot_be_chosen_lists_what_there_is(found, named, sentence):
    with pytest.raises(WrongCall) as told:
        entry_points.chosen(found, named)
    assert told.value.failed.startswith(sentence)


def test_the_script_of_an_earlier_call_is_not_taken_for_one_of_another_folder(here, write, tmp_path, capsys):
    write("once/hourly.py", "print('old')")
    made = {"Role": ROLE, "Job": job("hourly", "s3://scripts-of-a/once/hourly.py", extra_files="s3://theirs/given.csv")}
    template = write("hourly.json", {"Resources": made})
    client = here.client("s3")
    client.create_bucket(Bucket="theirs")
    client.put_object(Bucket="theirs", Key="given.csv", Body=b"1")
    here.deploy(template)
    said = (
        f"given.csv is not below {here.script_root}: job hourly gets the object s3://theirs/given.csv of somebody else"
    )
    assert said in capsys.readouterr().out
    with pytest.raises(DeployError) as told:
        scripts.bring(here._aws, ["hourly"], scripts.Root(tmp_path))
    assert told.value.failed == f"hourly.py is not below {tmp_path}, and job hourly needs it (ScriptLocation)"
    assert told.value.seen.startswith("s3://scripts-of-a/once/hourly.py is what an earlier call uploaded")
    client.put_object(Bucket="scripts-of-a", Key="once/hourly.py", Body=b"print('mine')")
    scripts.bring(here._aws, ["hourly"], scripts.Root(tmp_path))  # whoever uploads it by hand wants it
    assert "hourly.py is not below" in capsys.readouterr().out


def test_a_packaged_script_stays_as_its_template_names_it(here, write):
    write("packed/steps/run.py", "print('mine')")
    write("other/run.py", "print('other')")
    template = write("packed/packed.json", {"Resources": {"Role": ROLE, "Job": job("packed", "steps/run.py")}})
    here.deploy(template)
    place = here.client("glue").get_job(JobName="packed")["Job"]["Command"]["ScriptLocation"]
    bucket, _, key = place.removeprefix("s3://").partition("/")
    assert here.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read() == b"print('mine')"


CALLS = [
    lambda here: here.crawl("nobody"),
    lambda here: here.run_job("nobody"),
    lambda here: here.run_workflow("nobody"),
    lambda here: here.table("no.where"),
    lambda here: here.query("SELEC 1"),
    lambda here: here.upload("nope", "s3://any/"),
    lambda here: here.deploy("nope.yml"),
]


@pytest.mark.parametrize("call", CALLS)
def test_an_error_is_shown_at_the_test_s_own_line_alone(here, call):
    with pytest.raises(DeployError) as told:
        call(here)
    assert {entry.path.name for entry in told.traceback.filter(told)} == {Path(__file__).name}
    assert (told.value.__cause__, told.value.__suppress_context__) == (None, True)


def test_a_job_that_fails_is_shown_so_too(here, write):
    write("jobs/fails.py", "{}['x']")
    here.deploy(
        write("fails.json", {"Resources": {"Role": ROLE, "Job": job("fails", "s3://scripts-of-a/jobs/fails.py")}})
    )
    with pytest.raises(RunFailed, match="KeyError: 'x'") as told:
        here.run_job("fails")
    assert {entry.path.name for entry in told.traceback.filter(told)} == {Path(__file__).name}


def test_errors_name_what_a_test_can_set(here, write):
    made = {"Role": ROLE, "Job": job("unfound", "s3://scripts-of-a/jobs/unfound.py")}
    with pytest.raises(DeployError) as told:
        here.deploy(write("unfound.json", {"Resources": made}))
    assert "(local_glue_script_root; else it is pytest's root)" in told.value.next_step
    body = {"Parameters": {"Stage": {"Type": "String"}}, "Resources": {"T": {"Type": "AWS::SNS::Topic"}}}
    with pytest.raises(WrongCall) as told:
        here.deploy(write("asks.json", body))
    assert told.value.failed == 'asks.json: parameters without a default: Stage="…"'


def test_a_bucket_that_an_upload_makes_is_warned_of(here, write):
    path = write("data.txt", "1")
    with pytest.warns(UserWarning, match="upload made the bucket of s3://mistyped/in/: nothing made it before") as told:
        here.upload(path, "s3://mistyped/in/")
    assert told[0].filename == __file__
    with warnings.catch_warnings(action="error"):
        here.upload(path, "s3://mistyped/in/")


def test_a_folder_of_scripts_that_is_not_there_is_refused(tmp_path):
    config = SimpleNamespace(rootpath=tmp_path, getini={"local_glue_script_root": "srcc"}.get)
    with pytest.raises(pytest.fail.Exception, match=r"local_glue_script_root takes a folder below .*/srcc is none"):
        pytest_plugin.script_root(config)
    (tmp_path / "srcc").mkdir()
    assert pytest_plugin.script_root(config) == tmp_path / "srcc"
