"""What a script's exception reads like in its run's ErrorMessage."""

import pytest
from awsglue._sources.catalog import naming
from botocore.exceptions import ClientError

from local_aws.runtime.failures import MAX_LENGTH, advise, describe, in_s3_words, print_traceback
from local_aws.runtime.s3_mount import FlushError, S3Mount

ROLE = "arn:aws:sts::000000000000:assumed-role/R/GlueJobRunnerSession"


class JavaError(Exception):
    """As py4j's exceptions show themselves."""

    class java_exception:  # noqa: N801 - py4j's name
        @staticmethod
        def getMessage():  # noqa: N802 - Java's name
            return "broken"

        @staticmethod
        def getCause():  # noqa: N802 - Java's name
            return None


@pytest.fixture
def mount(tmp_path):
    made = S3Mount(tmp_path / "mount", None)
    (made.root / "b" / "closed").mkdir(parents=True)
    made.denied.add("b/secret/a.csv")
    made._unlistable.append(made.root / "b" / "closed")
    return made


@pytest.mark.parametrize(
    ("error", "text"),
    [
        (ValueError("bad value"), "ValueError: bad value"),
        (KeyError("k"), "KeyError: 'k'"),
        (RuntimeError(), "RuntimeError"),
        (SystemExit(3), "SystemExit: 3"),
        (SystemExit("no input"), "SystemExit: no input"),
        (FlushError("AccessDenied: no"), "AccessDenied: no"),
        (JavaError("An error occurred while calling o4.save.\n: java.lang.IllegalStateException: broken\n\tat"),
         "An error occurred while calling o4.save. broken"),
    ],
)  # fmt: skip
def test_an_exception_is_its_type_and_message(error, text):
    assert describe(error, None, ROLE) == text


@pytest.mark.parametrize("message", ["com.mysql.jdbc.Driver", "oracle.jdbc.OracleDriver", "No suitable driver"])
def test_a_driver_that_is_not_there_says_how_to_bring_it(message, monkeypatch):
    monkeypatch.setattr(JavaError.java_exception, "getMessage", lambda: message)
    assert describe(JavaError("An error occurred while calling o9.jdbc.\n: java"), None, ROLE) == (
        f"An error occurred while calling o9.jdbc. {message} "
        "(this machine has no JDBC drivers: give the driver's jar by --extra-jars)"
    )


def test_a_message_is_cut():
    assert len(describe(ValueError("x" * 5000), None, ROLE)) == MAX_LENGTH


@pytest.mark.parametrize(
    "text",
    [
        "java.io.FileNotFoundException: {root}/b/secret/a.csv (Permission denied)",
        "Job aborted: org.apache.hadoop.security.AccessControlException: {root}/b/secret/a.csv: Permission denied",
    ],
)
def test_an_object_that_may_not_be_read_is_access_denied(mount, text):
    assert describe(RuntimeError(text.format(root=mount.root)), mount, ROLE) == (
        f"AccessDenied: User: {ROLE} is not authorized to perform: s3:GetObject on resource: "
        "arn:aws:s3:::b/secret/a.csv"
    )


def test_a_folder_that_may_not_be_listed_is_access_denied(mount):
    error = RuntimeError(f"java.io.IOException: {mount.root}/b/closed: Permission denied")
    assert describe(error, mount, ROLE) == (
        f"AccessDenied: User: {ROLE} is not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::b"
    )


def test_what_is_absent_where_nothing_may_be_listed_is_access_denied(mount):
    error = RuntimeError("[PATH_NOT_FOUND] Path does not exist: s3://b/closed/x. SQLSTATE: 42K03")
    assert describe(error, mount, ROLE) == (
        f"AccessDenied: User: {ROLE} is not authorized to perform: s3:ListBucket on resource: arn:aws:s3:::b"
    )


def test_what_is_absent_elsewhere_is_absent(mount):
    error = RuntimeError("[PATH_NOT_FOUND] Path does not exist: s3://b/x.")
    assert describe(error, mount, ROLE) == f"RuntimeError: {error}"


@pytest.mark.parametrize("scheme", ["s3", "s3a", "s3n"])
def test_a_bucket_that_is_not_there_is_named(mount, scheme):
    error = RuntimeError(f"Could not initialize target File System for URI : {scheme}://nope/x")
    assert describe(error, mount, ROLE) == "NoSuchBucket: The specified bucket does not exist: s3://nope"


def test_a_bucket_root_that_an_rdd_cannot_read_is_explained(mount):
    text = describe(RuntimeError('java.lang.IllegalArgumentException: URI scheme is not "file"'), mount, ROLE)
    assert text.startswith(
        "UnsupportedOperationException: textFile and wholeTextFiles cannot read the root of a bucket"
    )


def test_a_file_of_the_machine_is_no_object(mount):
    error = RuntimeError("java.io.FileNotFoundException: /etc/shadow (Permission denied)")
    assert describe(error, mount, ROLE).startswith("RuntimeError: ")


def test_a_refused_write_is_told_before_the_lines_of_the_script_and_no_others(tmp_path, capsys):
    script = tmp_path / "script.py"
    script.write_text("def inner():\n    carry()\n\ninner()\n")

    def carry():
        raise FlushError("AccessDenied: no")

    try:
        exec(compile(script.read_text(), str(script), "exec"), {"carry": carry})  # noqa: S102 - what a launcher does
    except FlushError as error:
        print_traceback(error, str(script), in_s3_words(error, None, ROLE))
    assert [line for line in capsys.readouterr().err.splitlines() if "^" not in line] == [
        "AccessDenied: no",
        "Traceback (most recent call last):",
        f'  File "{script}", line 4, in <module>',
        "    inner()",
        f'  File "{script}", line 2, in inner',
        "    carry()",
    ]


def test_what_is_none_of_s3_has_no_words_of_it(mount):
    assert in_s3_words(ValueError("bad value"), mount, ROLE) is None


def test_a_traceback_starts_in_the_script(tmp_path, capsys):
    script = tmp_path / "script.py"
    script.write_text("def inner():\n    raise ValueError('here')\n\ninner()\n")
    try:
        exec(compile(script.read_text(), str(script), "exec"), {})  # noqa: S102 - what a launcher does
    except ValueError as error:
        print_traceback(error, str(script))
    shown = capsys.readouterr().err
    assert "test_failures.py" not in shown
    assert shown.splitlines()[-1] == "ValueError: here"
    assert f'File "{script}", line 4, in <module>' in shown


@pytest.mark.parametrize(
    ("module", "package"),
    [("awswrangler", "awswrangler"), ("sklearn.tree", "scikit-learn"), ("mine", None), ("", None)],
)
def test_a_library_of_aws_that_is_not_here_says_how_to_bring_it(module, package):
    error = ModuleNotFoundError(f"No module named '{module}'", name=module or None)
    advise(error)
    more = f": it is none of the libraries here, add --additional-python-modules {package}" if package else ""
    assert describe(error, None, ROLE) == f"ModuleNotFoundError: No module named '{module}'{more}"


def test_what_is_not_there_is_named():
    missing = ClientError({"Error": {"Code": "EntityNotFoundException", "Message": "Entity Not Found"}}, "GetTable")
    with (
        pytest.raises(ClientError, match=r"GetTable operation: Entity Not Found: table shop\.orders$"),
        naming("table shop.orders"),
    ):
        raise missing
    denied = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "GetTable")
    with pytest.raises(ClientError, match=r"operation: no$"), naming("table shop.orders"):
        raise denied
