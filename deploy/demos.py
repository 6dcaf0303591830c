"""What a pipeline's demo does, as `Metadata.Pipeline.Demo` of its template says it.

Sample      where its input comes from, a mapping:
            Function    samples.<module>.<function>, as samples/__init__.py says
            Rows        how many it makes unless the call says another number
            Seed        of its random numbers; 1 without it
            Bucket      the output that names the bucket to land in, of a stack of the pipeline or one that it needs
            Prefix      of the keys there; none without it
            Parameters  stack parameters, each with the file of the sample whose s3:// address it gets
Tables      whose rows are counted and compared with what the sample says; of the pipeline's database, or database.table
Items       logical ids of DynamoDB tables of the pipeline, whose items are counted and compared likewise
Queries     files of queries/<pipeline>/, without .sql, whose answers are shown
Next        what to try then: calls of tasks, and why
"""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from deploy.bundle import Bundle
from deploy.declared import Declared
from deploy.parts import Part, named
from glue_client.errors import DeployError

TABLE = re.compile(r"([a-z0-9_-]+\.)?[a-z0-9_-]+")  # as it stands between quotes in SQL
ITEMS = "AWS::DynamoDB::Table"


@dataclass(frozen=True)
class Sample:
    """Where a demo's input comes from, and where it goes."""

    module: str
    function: str
    rows: int
    seed: int
    bucket: str
    prefix: str
    parameters: Mapping[str, str]


@dataclass(frozen=True)
class Demo:
    """One demo; `file` is the template that describes it."""

    file: str
    pipeline: str
    sample: Sample
    tables: tuple[str, ...]
    queries: tuple[str, ...]
    next_steps: Mapping[str, str]
    items: tuple[Part, ...] = ()

    @classmethod
    def read(cls, said: Declared, bundle: Bundle, pipeline: str, *, complete: bool) -> "Demo":
        """The demo that a template describes, held against the pipeline's templates.

        Raises:
            DeployError: something in it is wrong, or not there; or not `complete`, that is without Starts or Database.
        """
        said.takes("Sample", "Tables", "Items", "Queries", "Next")
        if not complete:
            seen = "it takes what starts the pipeline and the database of its tables"
            raise said.wrong("a demo needs Starts and Database beside it", seen, "write both")
        sample = said.inner("Sample")
        if sample is None:
            raise said.wrong("Sample is missing", "a demo runs on a sample", "write it")
        tables = said.texts("Tables")
        if not tables:
            raise said.wrong("Tables is missing", "a demo compares what is in its tables", "write it")
        for table in tables:
            if not TABLE.fullmatch(table):
                raise said.wrong(f"Tables names {table}", "a name has small letters, digits, _ and -", "correct it")
        return cls(
            said.file,
            pipeline,
            _sample(sample, bundle, pipeline),
            tables,
            said.texts("Queries"),
            said.pairs("Next"),
            tuple(named(said, "Items", one, bundle, pipeline, ITEMS) for one in said.texts("Items")),
        )

    def check_files(self, samples: Path, queries: Path) -> None:
        """See that the function and the query files are there, without running any. DeployError when one is not."""
        folder = queries / self.pipeline
        for name in self.queries:
            if not (folder / f"{name}.sql").is_file():
                there = ", ".join(sorted(path.stem for path in folder.glob("*.sql"))) or "none"
                seen = f"queries there: {there}"
                raise self._absent(f"Queries names {name}, which is not there", seen, folder / f"{name}.sql")
        module = samples / f"{self.sample.module.rpartition('.')[2]}.py"
        if not module.is_file():
            there = ", ".join(sorted(path.stem for path in samples.glob("[!_]*.py"))) or "none"
            seen = f"modules there: {there}"
            raise self._absent(f"Sample.Function names {self.sample.module}, which is not there", seen, module)
        try:
            body = ast.parse(module.read_text(encoding="utf-8")).body
        except SyntaxError as error:
            raise DeployError(f"samples/{module.name} is not Python", str(error), "correct it") from error
        functions = [one.name for one in body if isinstance(one, ast.FunctionDef) and not one.name.startswith("_")]
        if self.sample.function not in functions:
            seen = f"functions there: {', '.join(functions) or 'none'}"
            raise self._absent(f"Sample.Function names {self.sample.function}, which is not there", seen, module)

    def _absent(self, failed: str, seen: str, path: Path) -> DeployError:
        place = "/".join(path.parts[-3:] if path.suffix == ".sql" else path.parts[-2:])
        return DeployError(
            f"Metadata.Pipeline.Demo of {self.file}: {failed}", seen, f"write it ({place}), or correct {self.file}"
        )


def _sample(said: Declared, bundle: Bundle, pipeline: str) -> Sample:
    said.takes("Function", "Rows", "Seed", "Bucket", "Prefix", "Parameters")
    name = said.get("Function", str)
    package, *rest = name.split(".")
    if package != "samples" or len(rest) != 2 or not all(one.isidentifier() for one in rest):
        raise said.wrong(f"Function is no samples.<module>.<function>: {name}", "as in samples.mine.land", "correct it")
    rows = said.get("Rows", int)
    if rows < 1:
        raise said.wrong(f"Rows is {rows}", "a sample has at least one row", "correct it")
    stacks = bundle.of_pipeline(pipeline)
    bucket, parameters = said.get("Bucket", str), said.pairs("Parameters")
    outputs = [key for stack in stacks for key in bundle[stack].outputs]
    if bucket not in outputs:
        raise said.wrong(f"Bucket names the output {bucket}, which no stack of it has", ", ".join(outputs), "name one")
    declared = [key for stack in bundle.own(pipeline) for key in bundle[stack].parameters]
    for key in parameters:
        if key not in declared:
            seen = f"they have {', '.join(dict.fromkeys(declared)) or 'none'}"
            raise said.wrong(f"Parameters names {key}, which none of its templates has", seen, "correct it")
    prefix = said.get("Prefix", str, default="")
    return Sample(f"{package}.{rest[0]}", rest[1], rows, said.get("Seed", int, default=1), bucket, prefix, parameters)
