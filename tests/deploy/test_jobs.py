"""Which job a name means, and which jobs a changed file is for."""

from types import SimpleNamespace

import pytest

from deploy import jobs, watching
from deploy.bundle import Bundle
from deploy.project import SCRIPTS, TEMPLATES
from glue_client.errors import DeployError, WrongCall

BUCKET = "artifacts"
TEMPLATES_HERE = Bundle(TEMPLATES)


def job(name, script, **arguments):
    return {"Name": name, "Command": {"ScriptLocation": script}, "DefaultArguments": arguments}


OURS = f"s3://{BUCKET}/glue_scripts"
JOBS = {
    one["Name"]: one
    for one in (
        job(
            "my-clean", f"{OURS}/sales/clean.py", **{"--extra-py-files": f"s3://x/y.whl, {OURS}/sales/sales_schema.py"}
        ),
        job("my-repartition", f"{OURS}/sales/repartition.py", **{"--extra-py-files": f"{OURS}/sales/sales_schema.py"}),
        job("one", f"{OURS}/store/gold.py"),
        job("two", f"{OURS}/store/gold.py"),
        job("sales/clean", "s3://others/glue_scripts/sales/extract.py"),
        job("scriptless", ""),
    )
}


@pytest.mark.parametrize("wanted", ["sales/repartition", "sales/repartition.py", "glue_scripts/sales/repartition.py"])
def test_a_script_means_the_job_that_runs_it(wanted):
    assert jobs.chosen(JOBS, wanted, BUCKET, TEMPLATES_HERE) == "my-repartition"


def test_a_job_s_own_name_comes_first():
    assert jobs.chosen(JOBS, "sales/clean", BUCKET, TEMPLATES_HERE) == "sales/clean"
    assert not jobs.is_ours(JOBS["sales/clean"], BUCKET)
    assert not jobs.is_ours(JOBS["my-clean"], None)
    assert jobs.is_ours(JOBS["my-clean"], BUCKET)


@pytest.mark.parametrize(
    ("wanted", "bucket", "kind", "text"),
    [
        ("my-claen", BUCKET, DeployError, "did you mean my-clean"),
        ("sale/repartition", BUCKET, DeployError, "did you mean sales/repartition"),
        ("sales/cleen", BUCKET, DeployError, "did you mean sales/clean?"),
        ("../build", BUCKET, DeployError, "there is no job ../build, and no script glue_scripts/../build.py"),
        ("sales/extract", BUCKET, DeployError, "no deployed job runs glue_scripts/sales/extract.py"),
        ("sales/repartition", None, DeployError, "no deployed job runs glue_scripts/sales/repartition.py"),
        ("store/gold", BUCKET, WrongCall, "is the script of several jobs, name one: one, two"),
    ],
)
def test_what_means_no_job_is_told_with_what_is_alike(wanted, bucket, kind, text):
    with pytest.raises(kind) as caught:
        jobs.chosen(JOBS, wanted, bucket, TEMPLATES_HERE)
    assert type(caught.value) is kind
    assert text in str(caught.value)


def test_a_changed_module_is_for_each_job_that_gets_it():
    def using(*names):
        return watching.using(JOBS, BUCKET, [SCRIPTS / name for name in names])

    assert using("sales/clean.py") == ["my-clean"]
    assert using("sales/sales_schema.py") == ["my-clean", "my-repartition"]
    assert using("sales/extract.py", "store/gold.py") == ["one", "two"]
    assert using("sales/new.py") == []


class EndError(Exception):
    """Ends the watch, which has no end of its own."""


def test_each_save_runs_the_job_and_tells_of_the_rows(tmp_path, monkeypatch, capsys):
    script = tmp_path / "mine" / "load.py"
    script.parent.mkdir()
    script.write_text("a = 1\n")
    for module in (watching, jobs):
        monkeypatch.setattr(module, "SCRIPTS", tmp_path)
    there = {"load": job("load", f"{OURS}/mine/load.py"), "other": job("other", f"{OURS}/mine/other.py")}
    ran, rows = [], iter([{("db", "t"): 1}, {("db", "t"): 5}, {("db", "t"): 5}])

    def run(_aws, _bundle, name, _given):
        ran.append(name)
        if len(ran) == 2:
            raise DeployError("job load ended FAILED", "a reason")

    fake = SimpleNamespace(artifacts=lambda *_: BUCKET, deployed=lambda *_: there, run=run, location=jobs.location)
    monkeypatch.setattr(watching, "jobs", fake)
    monkeypatch.setattr(watching.row_counts, "tables_of", lambda *_: [])
    monkeypatch.setattr(watching.row_counts, "of_each", lambda *_: next(rows))
    saves = iter([None, "a = 12\n", None, "a = 123\n", None, *[None] * 5])

    def sleep(_seconds):
        text = next(saves, EndError)
        if text is EndError:
            raise EndError
        if text:
            script.write_text(text)

    monkeypatch.setattr(watching, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: 0.0))
    pipelines = SimpleNamespace(names=["mine"], database_of=lambda *_: "db")
    with pytest.raises(EndError):
        watching.watch("here", None, pipelines, None)
    printed = capsys.readouterr()
    assert ran == ["load", "load"]
    assert printed.out.splitlines() == [
        "watching glue_scripts/: each save runs its job in here; Ctrl-C ends it",
        "mine/load.py",
        "t: 1 → 5 rows (+4)",
        "from save to result 0.0 s",
        "watching",
        "mine/load.py",
        "the rows of 1 tables in db: as before",
        "from save to result 0.0 s",
        "watching",
    ]
    assert printed.err == "error: job load ended FAILED\n  seen: a reason\n"
