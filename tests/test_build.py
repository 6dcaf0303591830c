"""The tasks that people call: each explains itself, its example is a right call, and they import only when they run."""

import ast
import importlib.util
import inspect
import shlex
import subprocess
import sys

import pytest
from pynt import _pynt

from deploy import pynt_tasks
from deploy.project import ROOT
from glue_client.errors import WrongCall

EXPECTED = [
    "backfill",
    "benchmark",
    "checkpermissions",
    "cost",
    "createstack",
    "deleteS3bucket",
    "deletestack",
    "demo",
    "deploygluescripts",
    "diagrams",
    "down",
    "drift",
    "explaincrawl",
    "lint",
    "localaws",
    "logs",
    "messages",
    "previewstack",
    "quality",
    "query",
    "runjob",
    "runstatemachine",
    "runworkflow",
    "stackstatus",
    "test",
    "up",
    "updatestack",
    "watch",
]


def load():
    spec = importlib.util.spec_from_file_location("build", ROOT / "build.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = load()
TASKS = {task.name: task for _, task in inspect.getmembers(BUILD, _pynt.Task.is_task)}


@pytest.fixture
def call(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")  # never AWS itself

    def run(*words, stdin=""):
        command = [sys.executable, ROOT / "build.py", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False, input=stdin)
        return done.stdout, done.stderr, done.returncode

    return run


def test_these_are_the_tasks():
    assert sorted(TASKS) == EXPECTED


@pytest.mark.parametrize("name", EXPECTED)
def test_the_example_of_a_task_is_a_right_call_of_it(name):
    program, *words = shlex.split(pynt_tasks.example(TASKS[name]))
    found = [pynt_tasks.resolve(BUILD, word)[0].name for word in words]
    assert (program, found) == ("./pyntw", [name])


@pytest.mark.parametrize("name", EXPECTED)
def test_the_first_line_of_a_task_fits_a_wide_terminal(name):
    assert len(TASKS[name].doc) <= 110


def test_pynt_sees_nothing_but_tasks():
    """It would take any other attribute for one when a call begins with its name."""
    public = [name for name in vars(BUILD) if not name.startswith("_") and name not in ("sys", "Path")]
    assert [name for name in public if not _pynt.Task.is_task(getattr(BUILD, name))] == []


@pytest.mark.parametrize(
    ("call", "meant"),
    [
        ("createst[basic-infra]", "createstack"),
        ("run", "runjob or runstatemachine or runworkflow"),
        ("wa", "watch"),
        ("d", "deletestack or demo or deploygluescripts or diagrams or down"),
    ],
)
def test_the_beginning_of_a_name_starts_nothing(call, meant):
    with pytest.raises(WrongCall, match=rf"there is no task \"{call.partition('[')[0]}\"; did you mean .*{meant}"):
        pynt_tasks.resolve(BUILD, call)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        ("up[pipline=stedi]", "up has no parameter pipline (did you mean pipeline?)"),
        ("runworkflow[Pipeline=stedi]", "runworkflow has no parameter Pipeline (did you mean pipeline?)"),
        ("backfill[agian=true,from=20240101,to=20240101]", "backfill has no parameter agian (did you mean again?)"),
        ("query[workgrup=x]", "query has no parameter workgrup (did you mean workgroup?)"),
        ("logs[a,folow=true]", "logs has no parameter folow (did you mean follow?)"),
    ],
)
def test_a_mistyped_parameter_is_not_passed_on(call, sentence):
    with pytest.raises(WrongCall) as caught:
        pynt_tasks.resolve(BUILD, call)
    assert str(caught.value).startswith(f"error: {sentence}")


@pytest.mark.parametrize(
    "call", ["runworkflow[day=1,names=x]", "runjob[a,--job=b]", "createstack[a,SourceUrl=b]", "runstatemachine[a,n=1]"]
)
def test_other_names_are_passed_on(call):
    pynt_tasks.resolve(BUILD, call)


def test_the_spelling_of_older_projects_is_known():
    assert pynt_tasks.resolve(BUILD, "deletes3bucket[etl-poc-data-raw]")[0].name == "deleteS3bucket"


def test_loading_the_tasks_loads_no_aws():
    code = "import build, sys; print([name for name in ('boto3', 'local_aws', 'yaml') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout == "[]\n"


def test_local_parts_are_imported_in_their_tasks_only():
    tree = ast.parse((ROOT / "build.py").read_text())
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    importers = [
        function.name
        for function in functions
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and node.module.startswith(("local_aws", "local_glue"))
    ]
    assert importers == ["drift", "runjob", "localaws", "demo", "lint"]


STACKS = (
    "basic-infra, glue-jobs, glue-catalog, data-quality, delivery, ecommerce, ecommerce-catalog, ecommerce-jobs, "
    "glue-workflow, data-access, lake-formation, monitoring, network, operations, stedi, store, store-pipeline"
)
PIPELINES = "sales, ecommerce, operations, stedi, store"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["createstack"],
            f"createstack needs the name of a stack: {STACKS}",
        ),
        (
            ["createstack[basic]"],
            f'this project has no stack "basic"; its stacks are {STACKS}',
        ),
        (["up[pipeline=sale]"], f'there is no pipeline "sale"; the pipelines are {PIPELINES}'),
        (["down[pipeline=sale]"], f'there is no pipeline "sale"; the pipelines are {PIPELINES}'),
        (
            ["demo[pipeline=network]"],
            f'there is no demo of "network"; there are demos of {PIPELINES}',
        ),
        (["down[yes=perhaps]"], 'yes takes true or false, and got "perhaps"'),
        (["query[x,format=xml]"], 'there is no format "xml"; the formats are table, csv, json'),
        (["query"], "no SQL came from standard input"),
        (["localaws[port=http]"], 'port takes a whole number from 1 to 65535, and got "http"'),
        (["localaws[strict=maybe]"], 'strict takes true or false, and got "maybe"'),
        (["localaws[state=]"], 'state takes the name of a folder, and got ""'),
        (["localaws[state=.]"], "the folder . holds other things (.cfnlintrc); name a new one"),
        (["localaws[state=README.md]"], "state takes a folder, and README.md is a file"),
        (["localaws[state=a\x1b]"], r'state takes the name of a folder, and got "a\x1b"'),
        (["createstack[a\nerror: b]"], rf'this project has no stack "a\nerror: b"; its stacks are {STACKS}'),
        (["runworkflow[name=]"], 'runworkflow takes a name, without control characters, and got ""'),
        (["runworkflow[a\nb]"], r'runworkflow takes a name, without control characters, and got "a\nb"'),
        (["deleteS3bucket[a\u202eb]"], r'deleteS3bucket takes a name, without control characters, and got "a\u202eb"'),
        (["explaincrawl[\x1b]"], r'explaincrawl takes a name, without control characters, and got "\x1b"'),
        (["demo[rows=١٢٣]"], 'rows takes a whole number from 100 to 100000000, and got "١٢٣"'),
        (["demo[rows=few]"], 'rows takes a whole number from 100 to 100000000, and got "few"'),
        (
            ["up[x"],
            (
                '"up[x" cannot be read: arguments stand in one pair of brackets, without blanks around them: '
                "'task[a,b,Key=value]'"
            ),
        ),
    ],
)
def test_a_wrong_call_is_one_sentence(call, words, sentence):
    assert call(*words) == ("", f"error: {sentence}\n", 2)


def test_a_call_from_another_folder_finds_the_project(tmp_path):
    command = [sys.executable, ROOT / "build.py", "-l"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert [name for name in EXPECTED if f"  {name} " not in done.stdout] == []
