"""What Lambda functions run in lies in the state folder while they do, and nowhere after that."""

import io
import signal
import tempfile
import zipfile
from pathlib import Path

from tests.local_aws.aws_server import unique

WHERE = "import os\ndef handler(*_):\n    return os.path.dirname(os.path.abspath(__file__))\n"


def made(local_aws):
    name, code = unique("function"), io.BytesIO()
    with zipfile.ZipFile(code, "w") as archive:
        archive.writestr("index.py", WHERE)
    role = local_aws.role(trusts="lambda.amazonaws.com")
    lambda_ = local_aws.client("lambda")
    lambda_.create_function(
        FunctionName=name, Role=role, Runtime="python3.11", Handler="index.handler", Code={"ZipFile": code.getvalue()}
    )
    return name


def where(local_aws, name):
    return Path(local_aws.client("lambda").invoke(FunctionName=name)["Payload"].read().decode().strip('"'))


def left(name):
    return [str(path) for path in Path(tempfile.gettempdir()).glob(f"ministack-lambda-{name}*")]


def test_a_function_runs_in_the_state_folder_and_leaves_nothing(fresh_local_aws):
    functions = fresh_local_aws.state_dir / "functions"
    name = made(fresh_local_aws)
    assert where(fresh_local_aws, name).is_relative_to(functions)
    assert left(name) == []
    fresh_local_aws.stop(signal.SIGKILL)
    assert list(functions.iterdir()) != []
    fresh_local_aws.start()
    assert list(functions.iterdir()) == []
    assert where(fresh_local_aws, name).is_relative_to(functions)
    assert fresh_local_aws.stop() == 0
    assert not functions.exists()
    assert left(name) == []
