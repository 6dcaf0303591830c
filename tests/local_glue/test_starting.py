"""What starts AWS on this machine, in the foreground and for a while."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from urllib.request import proxy_bypass

import pytest

from deploy.project import ROOT
from glue_client.errors import DeployError, WrongCall
from local_aws.glue.jobs.process_plan import unconfined
from local_glue import starting


def test_a_folder_without_server_has_no_endpoint(tmp_path):
    assert starting.endpoint_of(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"port": "x", "pid": 1}', '{"port": 9}'])
def test_a_half_written_file_names_no_server(tmp_path, text):
    (tmp_path / "server.json").write_text(text)
    assert starting.endpoint_of(tmp_path) is None


def test_a_server_that_is_gone_has_no_endpoint(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "server.json").write_text(json.dumps({"port": port, "pid": os.getpid()}))
    assert starting.endpoint_of(tmp_path) is None


def test_the_demo_sees_no_setting_of_its_caller(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.example.com")
    with starting.environment("http://127.0.0.1:1"):
        settings = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
    assert settings == {
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


def test_the_callers_settings_come_back(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    before = dict(os.environ)
    with starting.environment("http://127.0.0.1:1"):
        pass
    assert dict(os.environ) == before


@pytest.mark.parametrize("name", ["NO_PROXY", "no_proxy"])
def test_the_demo_goes_past_a_proxy(monkeypatch, name):
    for each in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setenv(name, "example.com")
    monkeypatch.setenv("http_proxy", "http://proxy.example.com:3128")
    with starting.environment("http://127.0.0.1:1"):
        assert proxy_bypass("127.0.0.1")
        assert proxy_bypass("example.com")
        assert not proxy_bypass("example.org")


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """The lines of `localaws` in the foreground until it is ready, and its exit code after Ctrl-C."""
    state = tmp_path_factory.mktemp("served")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, ROOT / "build.py", f"localaws[port={port},state={state.name}]"]
    process = subprocess.Popen(
        command,
        cwd=state.parent,
        env={name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith("ready"):
            break
    process.send_signal(signal.SIGINT)
    after = process.stdout.read()
    code = process.wait(30)
    process.stdout.close()
    return {"lines": lines, "port": port, "code": code, "state": state, "after": after}


def test_localaws_says_what_to_export(served):
    assert served["lines"] == [
        "In the terminal that is to use it:",
        f"  export AWS_ENDPOINT_URL=http://127.0.0.1:{served['port']}",
        "  export AWS_ACCESS_KEY_ID=test",
        "  export AWS_SECRET_ACCESS_KEY=test",
        "  export AWS_DEFAULT_REGION=us-east-1",
        f"note: {unconfined(served['state'])} (docs/fidelity.md, Processes of jobs)",  # pytest's folders are temporary
        f"ready: http://127.0.0.1:{served['port']}",
    ]


def test_localaws_takes_a_key_and_says_it(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(starting, "_check_port", lambda *_port: None)
    monkeypatch.setattr(starting.os, "chdir", lambda _folder: None)
    started = []
    monkeypatch.setattr(starting.os, "execv", lambda _program, command: started.append(command))
    starting.serve(4566, str(tmp_path / "state"), "AKIAEXAMPLEEXAMPLE00:a-secret-of-its-own/$")
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:4] == [
        "  export AWS_ACCESS_KEY_ID=AKIAEXAMPLEEXAMPLE00",
        "  export AWS_SECRET_ACCESS_KEY='a-secret-of-its-own/$'",
    ]
    file = tmp_path / "state" / "root-key.json"
    kept = f"  this key is kept in {file}: the next start takes it too, unless another is named"
    assert kept in lines
    assert "a-secret-of-its-own" not in str(started)  # other users see the arguments of a process
    starting.serve(4566, str(tmp_path / "state"))
    again = capsys.readouterr().out.splitlines()
    assert again[2:4] == lines[2:4]
    assert kept in again
    with pytest.raises(WrongCall, match="key takes generate, test or id:secret"):
        starting.serve(4566, str(tmp_path / "state"), "nothing")


def test_localaws_keeps_its_state_where_its_caller_said(served):
    assert (served["state"] / "lock").exists()


def test_localaws_ends_with_ctrl_c(served):
    assert (served["code"], served["after"]) == (0, "stopping\n")


PYNT = "./pyntw 'localaws[{}={}]'"


def refused(capsys, port, folder, **named):
    """The error that a start ends with; nothing was printed before it."""
    with pytest.raises(DeployError) as caught:
        starting.serve(port, str(folder), **named)
    assert capsys.readouterr().out == ""
    return caught.value


@pytest.mark.parametrize(
    ("named", "call"), [({}, "local-glue start --port "), ({"call": PYNT}, "./pyntw 'localaws[port=")]
)
def test_a_port_in_use_names_the_option(tmp_path, capsys, named, call):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        told = refused(capsys, other.getsockname()[1], tmp_path / "state", **named)
    assert re.fullmatch(re.escape(f"name one that is free: {call}") + r"\d+('?|\]')", told.next_step)
    assert not (tmp_path / "state").exists()


@pytest.fixture
def any_port(monkeypatch):
    monkeypatch.setattr(starting, "_check_port", lambda *_port: None)


@pytest.mark.usefixtures("any_port")
def test_a_state_folder_that_cannot_be_written_is_told_before_anything_is_to_be_exported(tmp_path, capsys):
    (tmp_path / "file").write_text("")
    told = refused(capsys, 4566, tmp_path / "file" / "state")
    assert told.failed == f"the state folder {tmp_path}/file/state cannot be used"
    assert told.seen.startswith("Not a directory: ")
    assert told.next_step.endswith("or name another one: local-glue start --state <folder>")


@pytest.mark.usefixtures("any_port")
@pytest.mark.parametrize(
    ("named", "call"),
    [({}, "local-glue start --key generate"), ({"call": PYNT}, "./pyntw 'localaws[key=generate]'")],
)
def test_a_key_that_cannot_be_used_names_the_call_that_was_made(tmp_path, capsys, named, call):
    (tmp_path / "root-key.json").write_text("{}")
    (tmp_path / "root-key.json").chmod(0o644)
    told = refused(capsys, 4566, tmp_path, **named)
    assert told.seen == "other users may read it (chmod 600 is wanted)"
    assert told.next_step == f"mend that file, or take a new key: {call}"
