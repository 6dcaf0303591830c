"""The walls of the architecture: who imports whom, seen in the code and in running processes."""

import ast
import graphlib
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).parents[1]
PACKAGES = ["deploy", "glue_client", "local_aws", "local_glue"]


@cache
def statements_of(file):
    """The imports of a file anywhere, also inside functions."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]


def imports_of(file):
    """Absolute module names that a file imports."""
    for node in statements_of(file):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def importers(folder, package):
    """Files below a folder that import a package."""
    return sorted(
        str(file.relative_to(ROOT))
        for file in (ROOT / folder).rglob("*.py")
        if any(name == package or name.startswith(f"{package}.") for name in imports_of(file))
    )


def loaded_by(modules, *, path=ROOT):
    """Top-level modules in memory after a fresh process imported these."""
    code = f"import sys\nsys.path.insert(0, {str(path)!r})\n"
    code += "\n".join(f"import {module}" for module in modules)
    code += "\nprint(*sorted({name.partition('.')[0] for name in sys.modules}))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(run.stdout.split())


def modules_in(folder):
    return [
        ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for file in sorted((ROOT / folder).rglob("*.py"))
        if file.name != "__main__.py"
    ]


def dependencies(folder):
    """Modules below a folder, each with those that it imports by name: in functions and for types too.

    A name from a package that is a module counts as that module, another as the package's own file.
    """
    files = {}
    for name in modules_in(folder):
        path = ROOT / name.replace(".", "/")
        files[name] = path.with_suffix(".py") if path.with_suffix(".py").is_file() else path / "__init__.py"
    jobs = {name.removeprefix("local_aws.runtime."): name for name in files}  # what a job's process calls them

    def module(name):
        while name and name not in files and name not in jobs:
            name = name.rpartition(".")[0]
        return jobs.get(name, name)

    def named(here, file):
        package = here.split(".") if file.name == "__init__.py" else here.split(".")[:-1]
        for node in statements_of(file):
            if isinstance(node, ast.ImportFrom) and node.level:
                base = package[: len(package) - node.level + 1] + ([node.module] if node.module else [])
                yield from (".".join([*base, alias.name]) for alias in node.names)
        yield from imports_of(file)

    return {here: {module(name) for name in named(here, file)} - {here, ""} for here, file in files.items()}


WINGS = {
    "local_aws.glue": [
        "errors model stamps store paging shapes events",
        "crawler",
        "definitions",
        "schemas",
        "catalog",
        "settings",
        "jobs",
        "quality",
        "crawls",
        "workflows",
        "permissions tags recovery api",
    ],
    "local_aws.athena": [
        "errors links rights values",
        "sql",
        "tables",
        "outputs",
        "engine",
        "executions",
        "groups ddl",
        "writes",
        "catalogs tags stack_calls service late",
    ],
    "awsglue": [
        "gluetypes utils _logger",
        "_frames",
        "_formats",
        "_sources",
        "_jvm dynamicframe transforms dataframe_transforms functions devutils",
        "data_source data_sink dataframereader dataframewriter job context",
    ],
}
"""Package -> its wings from the lowest to the highest."""


@pytest.mark.parametrize("package", WINGS)
def test_no_wing_imports_a_higher_one(package):
    level = {name: number for number, names in enumerate(WINGS[package]) for name in names.split()}
    below = ROOT / "local_aws" / "runtime" if package == "awsglue" else ROOT
    folder = below / package.replace(".", "/")
    assert {file.stem for file in folder.iterdir() if file.name[0] not in "." and file.stem[:2] != "__"} == set(level)
    upwards = []
    for file in sorted(folder.rglob("*.py")):
        own = file.relative_to(folder).with_suffix("").parts[0]
        for name in imports_of(file):
            if name.startswith(f"{package}.") and own in level:
                wing = name.removeprefix(f"{package}.").partition(".")[0]
                if level.get(wing, 0) > level[own]:
                    upwards.append(f"{file.relative_to(folder)}: {name}")
    assert upwards == []


def test_only_the_emulator_package_imports_the_emulator():
    folders = (*PACKAGES, "glue_scripts", "samples", "benchmarks")
    found = [file for folder in folders for file in importers(folder, "ministack")]
    assert found
    assert [file for file in found if not file.startswith("local_aws/emulator/")] == []


@pytest.mark.parametrize("package", ["pyspark", "py4j"])
def test_only_jobs_import_spark(package):
    found = [file for folder in PACKAGES for file in importers(folder, package)]
    assert [file for file in found if not file.startswith("local_aws/runtime/")] == []


@pytest.mark.parametrize("package", PACKAGES)
def test_scripts_know_nothing_of_the_project(package):
    assert importers("glue_scripts", package) == []


@pytest.mark.parametrize("word", ["endpoint_url", "AWS_ENDPOINT", "localhost", "127.0.0.1", "4566", "LOCAL"])
def test_scripts_never_ask_where_they_run(word):
    found = [file.name for file in (ROOT / "glue_scripts").rglob("*.py") if word in file.read_text(encoding="utf-8")]
    assert found == []


LOCAL_PARTS = ["local_aws", "local_glue", "ministack", "pyspark", "duckdb", "sqlglot", "pyarrow", "hypercorn"]


@pytest.mark.parametrize("folder", ["deploy", "glue_client"])
@pytest.mark.parametrize("package", LOCAL_PARTS)
def test_what_works_on_aws_imports_no_local_part(folder, package):
    assert importers(folder, package) == []


def test_what_works_on_aws_loads_no_local_part():
    assert loaded_by(modules_in("deploy") + modules_in("glue_client")) & set(LOCAL_PARTS) == set()


@pytest.mark.parametrize("folder", ["glue_client", "local_aws", "local_glue"])
def test_what_can_be_taken_along_knows_nothing_of_this_project(folder):
    assert [one for package in ("deploy", "samples", "build") for one in importers(folder, package)] == []


def test_the_server_takes_of_the_client_how_text_is_made_plain_and_schedules_are_read():
    found = {name for file in (ROOT / "local_aws").rglob("*.py") for name in imports_of(file)}
    ours = {name for name in found if name.startswith(("glue_client", "local_glue"))}
    assert ours == {"glue_client.plain_text.plain", "glue_client.cron"}


def test_build_file_loads_local_aws_only_inside_tasks():
    assert loaded_by(["build"]) & {"local_aws", "local_glue"} == set()


def test_jobs_import_nothing_of_the_rest():
    found = [
        f"{file.relative_to(ROOT)}: {name}"
        for file in (ROOT / "local_aws/runtime").rglob("*.py")
        for name in imports_of(file)
        if name.partition(".")[0] in PACKAGES
    ]
    assert found == []


def test_the_awsglue_package_loads_alone():
    loaded = loaded_by(["awsglue.utils"], path=ROOT / "local_aws/runtime")
    assert loaded & {*PACKAGES, "boto3", "pyspark", "ministack"} == set()


def test_the_awsgluedq_package_loads_with_awsglue_alone():
    jobs = ROOT / "local_aws/runtime"
    assert loaded_by(["awsgluedq._grammar"], path=jobs) & {*PACKAGES, "boto3", "pyspark", "awsglue"} == set()
    loaded = loaded_by(["awsgluedq.transforms"], path=jobs)
    assert loaded & {*PACKAGES, "boto3", "ministack"} == set()
    assert importers("local_aws/runtime/awsglue", "awsgluedq") == []


PURE = [
    "local_aws.glue.workflows.triggers",
    "local_aws.glue.model",
    "local_aws.glue.crawler.schema",
    "local_aws.glue.crawler.csv_rules",
    "local_aws.glue.crawler.json_rules",
    "local_aws.glue.crawler.layout",
    "local_aws.glue.crawler.naming",
    "local_aws.athena.sql.dialect",
    "local_aws.athena.sql.scans",
    "local_aws.athena.sql.conditions",
    "local_aws.athena.sql.parameters",
    "local_aws.athena.executions.metadata",
    "local_aws.athena.sql.write_statements",
]
IMPURE = {
    "boto3",
    "botocore",
    "sqlite3",
    "shutil",
    "tempfile",
    "socket",
    "subprocess",
    "time",
    "datetime",
    "os",
    "pathlib",
}


@pytest.mark.parametrize("module", PURE)
def test_rules_touch_neither_aws_nor_disk_nor_clock(module):
    file = ROOT / (module.replace(".", "/") + ".py")
    assert {name.partition(".")[0] for name in imports_of(file)} & IMPURE == set()


@pytest.mark.parametrize("module", PURE)
def test_rules_load_no_emulator(module):
    assert loaded_by([module]) & {"boto3", "ministack", "pyspark"} == set()


def without_ending(name):
    """A name without what an environment adds to it."""
    is_ended = isinstance(name, dict) and str(name.get("Fn::Sub", "")).endswith("${Environment}")
    return name["Fn::Sub"].removesuffix("${Environment}") if is_ended else name


@cache
def names_of_pipelines():
    """What only pipelines have: their names, their stacks', those of their resources (tables left out) and queries."""
    found = set()
    for file in (ROOT / "cloudformation").glob("*.yml"):
        template = cfn_yaml.load(str(file))
        said = template.get("Metadata", {}).get("Pipeline")
        if said is None:
            continue
        described = said if isinstance(said, dict) else {"Name": said}
        found |= {file.stem, described["Name"]}
        properties = [resource.get("Properties", {}) for resource in template["Resources"].values()]
        named = [one.get("DatabaseInput", one) for one in properties]
        found |= {without_ending(one["Name"]) for one in named if isinstance(without_ending(one.get("Name")), str)}
        told = ("WorkflowName", "DatabaseName")
        found |= {one["Default"] for key, one in template.get("Parameters", {}).items() if key.endswith(told)}
    return sorted(found | {file.stem for file in (ROOT / "queries").rglob("*.sql")})


ORDINARY = ("operations", "store")
"""Names that are words of English too: code may use the word, but not as the name of a pipeline or its files."""
AS_A_NAME = (
    r"(?<![a-z0-9_])(?:samples|queries|glue_scripts|cloudformation|docs|pipeline)[\"']?[./=\[: ]+[\"']?{0}(?![a-z0-9-])"
    r"|(?<![a-z0-9_./-]){0}\.(?:yml|json|md|sql)\b"
)


AWS_S_OWN = "/aws-glue/data-quality"
"""A log group of AWS's that is called as a stack is."""


def knows(text, names):
    """The names that stand in a text as words of their own, or as a part of a name with _."""
    text = text.replace(AWS_S_OWN, "").lower()
    patterns = {
        name: AS_A_NAME.format(name) if name in ORDINARY else rf"(?<![a-z0-9-]){re.escape(name)}(?![a-z0-9-])"
        for name in names
        if name in text
    }
    return [name for name, pattern in patterns.items() if re.search(pattern, text)]


def test_names_of_pipelines_are_found_in_code():
    names = names_of_pipelines()
    assert set(names) >= {"sales", "stedi", "glue-jobs", "etl-workflow", "etl_poc_database", "top-countries"}
    assert set(names) >= {"etl-clean", "etl-raw-crawler", "stedi-start", "stedi-row-counts"}
    assert not set(names) & {"basic-infra", "network", "etl-poc-athena-group"}
    assert knows('run("sales")', names) == ["sales"]
    assert knows("def _stedi_demo(): ...", names) == ["stedi"]
    assert knows("FROM gold_sales", names) == ["sales"]
    assert knows("import salesforce", names) == []
    assert knows("'up[pipeline=operations]'", names) == ["operations"]
    assert knows('its operations, and _operations["x"]', names) == []
    assert knows("operations-load", names) == ["operations-load"]
    for text in (
        "from samples.store import land",
        "'up[pipeline=store]'",
        'pipeline == "store"',
        "store.yml",
        "queries/store/",
    ):
        assert knows(text, names) == ["store"], text
    assert knows("self._store = Store(store.rows)  # the store, in /x/store.py", names) == []
    assert "store-gold" in knows("store-gold", names)


@pytest.mark.parametrize("place", ["build.py", "pyntw", *PACKAGES])
def test_no_code_knows_a_pipeline_by_name(place):
    files = [path for path in (ROOT / place).rglob("*") if path.is_file()] or [ROOT / place]
    read = [path for path in files if path.suffix in (".py", ".json", ".txt", ".sql", "")]
    assert read
    names = names_of_pipelines()
    found = {str(path.relative_to(ROOT)): knows(path.read_text(encoding="utf-8"), names) for path in read}
    assert {path: names for path, names in found.items() if names} == {}


def test_templates_have_nothing_for_the_local_aws():
    words = ("local", "ministack", "endpoint_url", "endpointurl", "000000000000")
    found = [
        f"{file.name}: {word}"
        for file in (ROOT / "cloudformation").glob("*.*")
        for word in words
        if word in file.read_text(encoding="utf-8").lower()
    ]
    assert found == []


@pytest.mark.parametrize("folder", PACKAGES)
def test_no_ring_of_imports(folder):
    found = dependencies(folder)
    assert found
    try:
        graphlib.TopologicalSorter(found).prepare()
        ring = []
    except graphlib.CycleError as error:
        ring = error.args[1]
    assert ring == []


def test_a_ring_of_imports_is_seen(tmp_path, monkeypatch):
    texts = {
        "__init__": "",
        "a": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from pack.b import B",
        "b": "def f():\n    from . import c",
        "c": "import os\nfrom pack import a",
    }
    for name, text in texts.items():
        file = tmp_path / "pack" / f"{name}.py"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
    monkeypatch.setitem(globals(), "ROOT", tmp_path)
    with pytest.raises(graphlib.CycleError) as told:
        graphlib.TopologicalSorter(dependencies("pack")).prepare()
    assert set(told.value.args[1]) == {"pack.a", "pack.b", "pack.c"}
