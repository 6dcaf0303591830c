"""Scripts and files of jobs whose keys or sizes cannot be files; what a role may see of names."""

import contextlib
import dataclasses

import pytest

from local_aws.glue.jobs import files as job_files
from local_aws.glue.jobs.files import JobFiles, JobSetupError, readable_bytes
from tests.local_aws.aws_server import unique


def failure(local_aws, key, arguments=None):
    bucket = local_aws.bucket()
    local_aws.put(bucket, key, "print(1)")
    job = local_aws.job("print(1)")
    location = (
        {"--scriptLocation": f"s3://{bucket}/{key}"} if arguments is None else {arguments: f"s3://{bucket}/{key}"}
    )
    run = local_aws.run(job, location)
    assert run["JobRunState"] == "FAILED"
    return run["ErrorMessage"].replace(bucket, "BUCKET")


NASTY = [
    ("..", '"s3://BUCKET/.." cannot be a file of the job: it has an empty part, or one that is . or ..'),
    ("a/..", '"s3://BUCKET/a/.." cannot be a file of the job: it has an empty part, or one that is . or ..'),
    ("a\n.py", '"s3://BUCKET/a\\n.py" cannot be a file of the job: it has control characters'),
]


@pytest.mark.parametrize(("key", "sentence"), NASTY)
@pytest.mark.parametrize("argument", [None, "--extra-py-files"])
def test_a_key_that_no_file_can_have_is_refused_in_one_sentence(local_aws, key, sentence, argument):
    assert failure(local_aws, key, argument) == f"{sentence}, so give the object another key"


def test_a_name_that_is_too_long_is_refused_and_cut(local_aws):
    message = failure(local_aws, "k" * 256)
    assert message.endswith(
        '…" cannot be a file of the job: a part of it is longer than 255 bytes, so give the object another key'
    )
    assert len(message) < 300


def test_a_script_that_is_too_large_is_refused(local_aws):
    bucket, key = local_aws.bucket(), unique()
    local_aws.put(bucket, key, b"#" * (job_files.LARGEST_SCRIPT + 1))
    run = local_aws.run(local_aws.job("pass"), {"--scriptLocation": f"s3://{bucket}/{key}"})
    assert run["ErrorMessage"] == (
        f"s3://{bucket}/{key} has 16,777,217 bytes; at most 16,777,216 can be a file of this kind here"
    )


@dataclasses.dataclass
class File:
    key: str
    path: str = "p"
    size: int = 1


def test_names_that_a_role_may_neither_list_nor_read_are_not_told(monkeypatch):
    def allowed(action, arn, context=None):
        if action == "s3:ListBucket":
            return context["s3:prefix"] in ("", "open/")
        return "/open/mine" in arn or arn.endswith("closed/deep/mine")

    keys = ["open/mine", "open/theirs", "closed/x", "closed/deep/mine", "closed/other/x", "top"]
    sizes = [1, 4_000, 50_000, 20, 600_000, 300]
    monkeypatch.setattr(job_files.emulator, "permission_checker", lambda _: allowed)
    monkeypatch.setattr(job_files.emulator, "object_files", lambda _: {"b": [*map(File, keys, "p" * 6, sizes)]})
    role = type("Role", (), {"access_key": ""})()
    scope = job_files.Scope("0" * 12, "eu-west-1")
    monkeypatch.setattr(job_files.Scope, "entered", lambda _: contextlib.nullcontext())
    manifest = JobFiles(scope, role).manifest()
    told = manifest["b"]
    assert [(key, access) for key, _, _, access in told["objects"]] == [
        ("open/mine", "rw"),
        ("open/theirs", "-"),
        ("closed/deep/mine", "rw"),
        ("top", "-"),
    ]
    assert told["unlistable"] == ["closed/", "closed/deep/"]
    assert readable_bytes(manifest) == 1 + 20


@pytest.mark.parametrize(
    ("name", "is_wheel"),
    [
        ("my.whl", False),
        ("my-1.0.whl", False),
        ("my mod-1.0-py3-none-any.whl", False),
        ("my_mod-1.0-py3-none-any.whl", True),
        ("my_mod-1.0-1-py3-none-any.whl", True),
        ("mine.py", True),
        ("mine.zip", True),
    ],
)
def test_a_wheel_of_a_python_shell_job_has_a_wheels_name(tmp_path, monkeypatch, name, is_wheel):
    files = JobFiles(None, None)
    monkeypatch.setattr(files, "fetch_all", lambda *_: [tmp_path / name])
    assert files.python_paths("s3://b/x", tmp_path, shell=False)
    if is_wheel:
        assert files.python_paths("s3://b/x", tmp_path, shell=True)  # noqa: S604
        return
    with pytest.raises(JobSetupError, match=rf"^ERROR: {name} is not a valid wheel filename\. Name it <name>-"):
        files.python_paths("s3://b/x", tmp_path, shell=True)  # noqa: S604
