"""Calls of `local-glue` that are wrong: one sentence, exit code 2, nothing started."""

import pytest

from local_glue import command, shared_server

TEMPLATE = "Parameters: {Stage: {Type: String}}\nResources: {T: {Type: 'AWS::SNS::Topic'}}\n"
FLOWS = """
Parameters: {End: {Type: String, Default: x}}
Resources:
  A: {Type: 'AWS::Glue::Workflow', Properties: {Name: !Sub 'one-${End}'}}
  B: {Type: 'AWS::Glue::Workflow', Properties: {Name: two}}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "template.yml").write_text(TEMPLATE)
    (tmp_path / "flows.yml").write_text(FLOWS)
    (tmp_path / "links").mkdir()
    (tmp_path / "links" / "gone").symlink_to("nowhere")
    (tmp_path / "list.yml").write_text("- 1\n")
    (tmp_path / "latin.yml").write_bytes(b"# caf\xe9\nResources: {}\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(shared_server, "server", lambda _state: pytest.fail("a server was started"))
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (["nowhere.yml"], 2, "there is no template nowhere.yml"),
        (["."], 2, "a template is a file, and . is a folder"),
        (["list.yml"], 1, "list.yml is no CloudFormation template"),
        (["latin.yml"], 1, "latin.yml is not text in UTF-8"),
        (["template.yml"], 2, "template.yml: parameters without a default: --parameter Stage=…"),
        (["template.yml", "--parameter", "Stage"], 2, '--parameter takes KEY=VALUE, and got "Stage"'),
        (["template.yml", "--parameter", "Other=1"], 2, 'there is no parameter "Other"; the parameters are Stage'),
        (
            ["template.yml", "template.yml", "--parameter", "Stage=1"],
            2,
            'two templates are called "template", and a stack',
        ),
        (
            ["template.yml", "--parameter", "Stage=1", "--data", "in=s3://b/"],
            2,
            "there is no file or folder in to copy to s3://b/",
        ),
        (
            ["template.yml", "--parameter", "Stage=1", "--data", ".=/tmp"],
            2,
            ". is to be copied to s3://bucket/…, and got /tmp",
        ),
        (
            ["template.yml", "--parameter", "Stage=1", "--script-root", "x"],
            2,
            "--script-root takes a folder, and x is none",
        ),
        (["flows.yml", "--workflow", "two", "--state", "."], 2, "the folder . holds other things (flows.yml)"),
    ],
)
def test_a_wrong_call_is_one_sentence(folder, capsys, words, code, sentence):  # noqa: ARG001 - where it is called
    assert command.run(["run", *words]) == code
    said = capsys.readouterr()
    assert said.err.startswith(f"error: {sentence}")
    assert said.out == ""


def test_a_port_that_is_none_is_refused(folder, capsys):  # noqa: ARG001
    assert command.run(["start", "--port", "70000"]) == 2
    assert capsys.readouterr().err == "error: --port takes a number from 1 to 65535, and got 70000\n"


def test_what_is_to_run_is_named_once(folder, capsys):  # noqa: ARG001
    with pytest.raises(SystemExit) as ended:
        command.run(["run", "template.yml", "--job", "a", "--workflow", "b"])
    assert ended.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err


def test_logs_of_a_folder_where_nothing_ran_start_nothing(folder, capsys):  # noqa: ARG001
    assert command.run(["logs", "my-job"]) == 2
    assert capsys.readouterr().err == "error: nothing ran in the state folder .local-glue: --state names another one\n"
