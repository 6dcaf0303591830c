"""A key of its own for the root user: taken, kept for this user alone, and the only one that gets in."""

import stat

import boto3
import pytest
from botocore.exceptions import ClientError

from local_aws import root_key
from tests.local_aws.aws_server import LocalAws

OWN = "AKIAEXAMPLEEXAMPLE00:a-secret-of-its-own/+=!$"


def test_without_a_choice_the_key_is_test(tmp_path):
    assert root_key.choose(tmp_path, None).settings == {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    assert list(tmp_path.iterdir()) == []


def test_a_key_is_kept_for_this_user_alone(tmp_path):
    state = tmp_path / "state"
    chosen = root_key.choose(state, OWN)
    assert (chosen.access_key, chosen.secret_key) == tuple(OWN.split(":"))
    assert root_key.choose(state, None) == root_key.kept(state) == chosen
    assert [(file.name, stat.S_IMODE(file.stat().st_mode)) for file in state.iterdir()] == [("root-key.json", 0o600)]
    assert stat.S_IMODE(state.stat().st_mode) == 0o700


def test_test_goes_back_to_the_usual_key(tmp_path):
    root_key.choose(tmp_path, OWN)
    assert root_key.choose(tmp_path, "test") == root_key.kept(tmp_path) == root_key.Key()


def test_generated_keys_differ_and_can_be_taken(tmp_path):
    first, second = root_key.choose(tmp_path, "generate"), root_key.choose(tmp_path, "generate")
    assert first != second
    assert root_key.choose(tmp_path, f"{first.access_key}:{first.secret_key}") == first


def test_a_key_does_not_show_its_secret():
    assert "secret" not in repr(root_key.Key("A" * 16, "very-secret-very-secret"))


@pytest.mark.parametrize(
    ("choice", "error"),
    [
        ("", 'key takes generate, test or id:secret, and got ""'),
        ("new", 'key takes generate, test or id:secret, and got "new"'),
        ("short:0123456789abcdef", "the id of a key has 16 to 128 letters"),
        ("A" * 129 + ":0123456789abcdef", "the id of a key has 16 to 128 letters"),
        ("A B CDEFGHIJKLMNOP:0123456789abcdef", "the id of a key has 16 to 128 letters"),
        ("ASIAEXAMPLEEXAMPLE00:0123456789abcdef", "does not begin with ASIA"),
        ("AKIAEXAMPLEEXAMPLE00:short", "the secret of a key has 16 to 128 printable characters"),
        ("AKIAEXAMPLEEXAMPLE00:with a blank in it", "the secret of a key has 16 to 128 printable characters"),
    ],
)
def test_what_is_no_key_is_refused(tmp_path, choice, error):
    with pytest.raises(root_key.RootKeyError) as caught:
        root_key.choose(tmp_path, choice)
    assert error in str(caught.value)
    assert "0123456789abcdef" not in str(caught.value)
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_others_can_read_is_refused(tmp_path):
    root_key.choose(tmp_path, OWN)
    (tmp_path / "root-key.json").chmod(0o644)
    with pytest.raises(root_key.RootKeyError, match="other users may read it"):
        root_key.kept(tmp_path)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"access_key": "x", "secret_key": "y"}'])
def test_a_damaged_file_is_refused_rather_than_replaced(tmp_path, content):
    file = tmp_path / "root-key.json"
    file.write_text(content)
    file.chmod(0o600)
    with pytest.raises(root_key.RootKeyError, match="cannot be used"):
        root_key.kept(tmp_path)
    assert file.read_text() == content


def test_a_server_with_a_key_of_its_own_knows_no_other(tmp_path):
    state = tmp_path / "state"
    key = root_key.choose(state, "generate")
    aws = LocalAws(state).start()
    try:
        own = {"AccessKeyId": key.access_key, "SecretAccessKey": key.secret_key}
        assert aws.client("sts", own).get_caller_identity()["Arn"] == "arn:aws:iam::000000000000:root"
        aws._clients = {name: aws.client(name, own) for name in ("s3", "iam", "glue", "logs")}
        bucket = aws.bucket()
        aws.put(bucket, "k", "x")
        assert aws.get(bucket, "k") == b"x"
        for other in ("test", key.access_key):
            client = boto3.session.Session(other, "test", region_name="eu-west-1").client(
                "s3", endpoint_url=aws.endpoint
            )
            with pytest.raises(ClientError, match=r"InvalidAccessKeyId|SignatureDoesNotMatch") as caught:
                client.list_buckets()
            assert "secret access key test" not in str(caught.value)
        run = aws.run_script("import boto3\nprint(boto3.client('s3').list_buckets()['Buckets'][0]['Name'])\n")
        assert run["JobRunState"] == "SUCCEEDED", run
    finally:
        aws.stop()
    written = [file for file in [*state.rglob("*"), state.with_name("state.stderr")] if file.is_file()]
    assert [file.name for file in written if key.secret_key.encode() in file.read_bytes()] == ["root-key.json"]
