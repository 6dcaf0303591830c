"""What starts AWS on this machine. The pipeline itself is shown end to end elsewhere."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys

import pytest

from deploy.answers import Answer
from deploy.aws import Aws
from deploy.errors import DeployError, WrongCall
from deploy.project import ROOT
from local_aws import demo, demo_stedi
from local_aws.glue.jobs.process_plan import unconfined
from samples.stedi import TABLES


def test_a_folder_without_server_has_no_endpoint(tmp_path):
    assert demo._endpoint(tmp_path) is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"port": "x", "pid": 1}', '{"port": 9}'])
def test_a_half_written_file_names_no_server(tmp_path, text):
    (tmp_path / "server.json").write_text(text)
    assert demo._endpoint(tmp_path) is None


def test_a_server_that_is_gone_has_no_endpoint(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "server.json").write_text(json.dumps({"port": port, "pid": os.getpid()}))
    assert demo._endpoint(tmp_path) is None


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    """What was seen while a server was started, found by a second caller, left by it, and ended."""
    state = tmp_path_factory.mktemp("state")
    with demo._server(state) as first:
        with demo._server(state) as second:
            pass
        still = demo._endpoint(state)
    return {"first": first, "second": second, "still": still, "after": demo._endpoint(state)}


def test_a_server_answers_on_loopback(life):
    assert life["first"].startswith("http://127.0.0.1:")


def test_a_server_that_runs_is_used(life):
    assert life["second"] == life["first"]


def test_a_server_that_somebody_else_started_is_left_running(life):
    assert life["still"] == life["first"]


def test_a_server_that_was_started_is_ended(life):
    assert life["after"] is None


def test_a_server_that_does_not_start_shows_what_it_said(tmp_path):
    (tmp_path / "lock").mkdir()  # where the server's lock file is to be
    with pytest.raises(DeployError) as caught, demo._server(tmp_path):
        pass
    assert caught.value.failed == "local AWS did not start"
    assert "Is a directory" in caught.value.seen


def test_the_demo_sees_no_setting_of_its_caller(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "https://s3.example.com")
    with demo._environment("http://127.0.0.1:1"):
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
    with demo._environment("http://127.0.0.1:1"):
        pass
    assert dict(os.environ) == before


def test_the_demo_goes_past_a_proxy(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "example.com")
    with demo._environment("http://127.0.0.1:1"):
        assert os.environ["NO_PROXY"] == "example.com,127.0.0.1"


def test_the_demo_refuses_aws_itself():
    with demo._environment("https://s3.amazonaws.com"), pytest.raises(DeployError, match="the demo does not touch AWS"):
        demo._refuse_real_aws(Aws())


def test_the_demo_accepts_its_own_endpoint():
    with demo._environment("http://127.0.0.1:1"):
        assert demo._refuse_real_aws(Aws()) is None


@pytest.mark.parametrize("runs_already", [False, True])
def test_the_demo_says_where_to_go_on(monkeypatch, tmp_path, capsys, runs_already):
    class Nothing:
        def __init__(self, *_):
            pass

        def stack_with_output(self, _name):
            return "stack"

        def outputs(self, _name):
            return {demo.ARTIFACTS: "bucket"}

    monkeypatch.setattr(demo, "STATE", tmp_path)
    monkeypatch.setattr(demo, "_endpoint", lambda *_: "http://127.0.0.1:7" if runs_already else None)
    monkeypatch.setattr(demo, "_server", lambda _state: contextlib.nullcontext("http://127.0.0.1:7"))
    for name in ("Bundle", "Stacks"):
        monkeypatch.setattr(demo, name, Nothing)
    monkeypatch.setattr(demo.lifecycle, "up", lambda *_: None)
    monkeypatch.setattr(demo.scripts, "upload", lambda *_: None)
    monkeypatch.setattr(demo, "PIPELINES", {"sales": lambda *_: ("step",)})
    demo.run(None, "sales")
    lines = capsys.readouterr().out.splitlines()
    started = "./pyntw localaws                       the same AWS in the foreground; export its lines elsewhere, then:"
    goes_on = "the local AWS at http://127.0.0.1:7 goes on; where the lines are exported that ./pyntw localaws printed:"
    assert lines[1:] == [f"  {goes_on if runs_already else started}", "  step"]


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
    monkeypatch.setattr(demo, "_check_port", lambda _port: None)
    monkeypatch.setattr(demo.os, "chdir", lambda _folder: None)
    started = []
    monkeypatch.setattr(demo.os, "execv", lambda _program, command: started.append(command))
    demo.serve(4566, str(tmp_path / "state"), "AKIAEXAMPLEEXAMPLE00:a-secret-of-its-own/$")
    lines = capsys.readouterr().out.splitlines()
    assert lines[2:4] == [
        "  export AWS_ACCESS_KEY_ID=AKIAEXAMPLEEXAMPLE00",
        "  export AWS_SECRET_ACCESS_KEY='a-secret-of-its-own/$'",
    ]
    kept = f"  this key is kept in {tmp_path / 'state' / 'root-key.json'}: the next start takes it too, without key="
    assert kept in lines
    assert "a-secret-of-its-own" not in str(started)  # other users see the arguments of a process
    demo.serve(4566, str(tmp_path / "state"))
    again = capsys.readouterr().out.splitlines()
    assert again[2:4] == lines[2:4]
    assert kept in again
    with pytest.raises(WrongCall, match="key takes generate, test or id:secret"):
        demo.serve(4566, str(tmp_path / "state"), "nothing")


def test_localaws_keeps_its_state_where_its_caller_said(served):
    assert (served["state"] / "lock").exists()


def test_localaws_ends_with_ctrl_c(served):
    assert (served["code"], served["after"]) == (0, "stopping\n")


class Stubborn:
    """A server that is still ending when Ctrl-C comes again; what it is told."""

    def __init__(self):
        self.told = []

    def terminate(self):
        self.told.append("SIGTERM")

    def send_signal(self, number):
        self.told.append(signal.Signals(number).name)

    def kill(self):
        self.told.append("SIGKILL")

    def wait(self, _seconds=None):
        if self.told == ["SIGTERM"]:
            raise KeyboardInterrupt


def test_ctrl_c_while_the_demo_ends_its_server_is_handed_on():
    server = Stubborn()
    with pytest.raises(KeyboardInterrupt):
        demo._stop(server)
    assert server.told[:2] == ["SIGTERM", "SIGINT"]


@pytest.mark.parametrize(("found", "error"), [("12", None), ("13", "the tables do not hold what was planted")])
def test_the_demo_of_stedi_compares_what_it_planted(monkeypatch, capsys, found, error):
    answer = Answer([], iter([["customer_trusted", found]]), 0.1, 0)
    monkeypatch.setattr(demo_stedi.queries, "ask", lambda _aws, _sql: answer)
    with pytest.raises(DeployError, match=error) if error else contextlib.nullcontext():
        demo_stedi._compare(None, {"customer_trusted": 12})
    assert capsys.readouterr().out.split() == [
        *("table", "rows", "planted", "rows", "found", "─" * len("customer_trusted   rows planted   rows found")),
        *("customer_trusted", "12", found),
    ]


def test_the_demo_of_stedi_asks_for_every_table():
    text = (ROOT / "deploy" / "queries" / f"{demo_stedi.COUNTS}.sql").read_text()
    assert [table for table in TABLES if f"'{table}'" not in text] == []
