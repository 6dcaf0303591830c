"""The project's tasks for pynt: they name, explain and delegate.

Run them with ./pyntw, or with pynt in the environment that it made. Values are text; quote the brackets where your
shell gives them a meaning. AWS_ENDPOINT_URL says where AWS is, as for every tool that uses an AWS SDK.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING as _TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parent))  # plain pynt does not look for modules beside its build file

# The names with an underscore stay out of pynt's sight: it would take "deploy" for a task.
from deploy import arguments as _arguments
from deploy import front as _front
from deploy.project import ARTIFACTS as _ARTIFACTS
from deploy.project import IMAGES as _IMAGES
from deploy.project import PIPELINE as _PIPELINE
from deploy.project import ROOT as _ROOT
from deploy.project import SCRIPTS as _SCRIPTS
from deploy.project import TEMPLATES as _TEMPLATES
from deploy.project import WORKFLOW as _WORKFLOW

if _TYPE_CHECKING:
    from deploy.aws import Aws
    from deploy.bundle import Bundle

_PORTS = (1, 65_535)
_ROWS = (100, 100_000_000)


@_front.task
def createstack(*stacks: str, **parameters: str) -> None:
    """Create stacks, those that others need first (./pyntw 'createstack[basic-infra]').

    Several names in any order, and parameters for those that declare them:
    ./pyntw 'createstack[glue-jobs,glue-catalog,SourceUrl=s3://my-bucket/sales.zip]'. Other values come from
    cloudformation/<stack>.json, then from the template's defaults. A stack that is there already stays as it is.
    """
    from deploy import lifecycle

    lifecycle.create(*_target(parameters), stacks)


@_front.task
def updatestack(*stacks: str, **parameters: str) -> None:
    """Update deployed stacks to their templates and parameters (./pyntw 'updatestack[glue-jobs]').

    A parameter that neither the call nor cloudformation/<stack>.json names keeps the value that a call once gave it.
    """
    from deploy import lifecycle

    lifecycle.update(*_target(parameters), stacks)


@_front.task
def stackstatus(*stacks: str) -> None:
    """Show how stacks are, and why one failed; the project's without a name (./pyntw stackstatus).

    Other stacks of the account are named below. Any by its name, with its outputs: ./pyntw 'stackstatus[basic-infra]'
    """
    from deploy import overview

    wanted = [_arguments.name("stackstatus", name) for name in stacks]
    overview.show(*_target(), wanted)


@_front.task
def deletestack(*stacks: str, yes: str = "false") -> None:
    """Delete stacks, after asking; those that need others first (./pyntw 'deletestack[glue-workflow,glue-catalog]').

    `yes=true` answers the question for scripts.
    """
    from deploy import lifecycle

    lifecycle.delete(*_target(), stacks, yes=_arguments.truth("yes", yes))


@_front.task
def deploygluescripts() -> None:
    """Upload the scripts of the Glue jobs that changed (./pyntw deploygluescripts)."""
    from deploy import scripts

    scripts.upload(_aws(), _artifacts(), _SCRIPTS)


@_front.task
def deleteS3bucket(*names: str, yes: str = "false") -> None:
    """Empty and delete buckets, after asking (./pyntw 'deleteS3bucket[etl-poc-data-raw]').

    Takes the full name too, and several. Old versions, delete markers and unfinished uploads go with it.
    `yes=true` answers the question for scripts.
    """
    from deploy import buckets

    wanted = [_arguments.name("deleteS3bucket", name) for name in names]
    buckets.delete(_aws(), wanted, yes=_arguments.truth("yes", yes))


deletes3bucket = deleteS3bucket


@_front.task
def up(pipeline: str = _PIPELINE, **parameters: str) -> None:
    """Create or update a pipeline's stacks in order, and upload the scripts (./pyntw up).

    The sales, or another pipeline: ./pyntw 'up[pipeline=stedi]'. Takes parameters as createstack does. A stack whose
    creation had failed is deleted and made again.
    """
    from deploy import lifecycle, scripts

    aws, bundle = _target(parameters)
    lifecycle.up(aws, bundle, bundle.of_pipeline(pipeline))
    scripts.upload(_aws(), _artifacts(), _SCRIPTS)


@_front.task
def down(pipeline: str | None = None, yes: str = "false") -> None:
    """Delete the stacks of all pipelines with everything in their buckets, after asking (./pyntw down).

    Those of one pipeline alone, without what it shares with others: ./pyntw 'down[pipeline=stedi]'. `yes=true` answers
    the question for scripts.
    """
    from deploy import lifecycle

    aws, bundle = _target()
    names = None if pipeline is None else bundle.own(pipeline)
    lifecycle.down(aws, bundle, names, yes=_arguments.truth("yes", yes))


@_front.task
def runworkflow(name: str = _WORKFLOW, **properties: str) -> None:
    """Start the workflow and follow it to its end (./pyntw runworkflow).

    Key=value parts become run properties. Exit code 1 when anything in it failed.
    """
    from deploy import workflows

    wanted = _arguments.name("runworkflow", name)
    workflows.run(_aws(), wanted, properties)


@_front.task
def explaincrawl(crawler: str | None = None) -> None:
    """Say what a crawl would do and why, before it writes (./pyntw 'explaincrawl[etl-raw-crawler]').

    With the crawler's own role, on the local AWS. Exit code 1 when the crawl would fail.
    """
    from deploy import crawls

    wanted = None if crawler is None else _arguments.name("explaincrawl", crawler)
    crawls.explain(_aws(), wanted)


@_front.task
def query(name: str | None = None, format: str = "table") -> None:  # noqa: A002 - the word that people type
    """Ask Athena a named query, a .sql file or SQL from standard input (./pyntw 'query[profit-by-region]').

    `format=csv` and `format=json` print for other programs. echo 'SELECT 1' | ./pyntw query
    """
    from deploy import answers, queries

    write = answers.writer(format)
    sql = queries.text_of(name)
    write(queries.ask(_aws(), sql))


@_front.task
def localaws(port: str = "4566", state: str = ".local-aws", key: str | None = None, strict: str = "false") -> None:
    """Run AWS on this machine until Ctrl-C (./pyntw 'localaws[port=4566]').

    Everything that it keeps lies in the state folder. The lines to export are printed. Its access key is test with the
    secret test, or one that other users of the machine do not know: ./pyntw 'localaws[key=generate]', or key=id:secret;
    the state folder keeps it for later starts, until another key=generate; key=test goes back. Stacks get stand-ins for
    resources of types that are not here; with strict=true such templates are refused.
    """
    from local_aws import demo as local

    chosen = _arguments.truth("strict", strict)
    local.serve(_arguments.number("port", port, *_PORTS), state, key, strict=chosen)


@_front.task
def demo(rows: str | None = None, pipeline: str = _PIPELINE) -> None:
    """Run the whole pipeline on this machine, up to query results (./pyntw demo).

    The sales use the sample in samples/, or a larger one that is made: ./pyntw 'demo[rows=2000000]'. The other pipeline
    makes its landing files, for as many customers as rows says: ./pyntw 'demo[pipeline=stedi]'
    """
    from local_aws import demo as local

    local.run(None if rows is None else _arguments.number("rows", rows, *_ROWS), pipeline)


@_front.task
def test(*paths: str) -> None:
    """Run every check, then the tests (./pyntw test).

    With paths only the tests below them: ./pyntw 'test[tests/deploy]'
    """
    from deploy import checks

    chosen = _arguments.chosen_tests(_ROOT, paths)
    if not paths:
        checks.lint()
    checks.test(chosen)


@_front.task
def lint() -> None:
    """Check style, types and templates (./pyntw lint)."""
    from deploy import checks

    checks.lint()


@_front.task
def diagrams() -> None:
    """Draw the pictures in images/ from the templates (./pyntw diagrams)."""
    from deploy.diagrams import draw

    for path in draw(_TEMPLATES, _IMAGES):
        print(path)


def _aws() -> "Aws":
    from deploy.aws import Aws

    return Aws()


def _target(parameters: dict[str, str] | None = None) -> "tuple[Aws, Bundle]":
    """Where the stack tasks work, and on which templates."""
    from deploy.bundle import Bundle

    return _aws(), Bundle(_TEMPLATES, parameters)


def _artifacts() -> str:
    """The name of the deployed artifacts bucket."""
    from deploy.stacks import Stacks

    aws, bundle = _target()
    return Stacks(aws, bundle).outputs(bundle.stack_with_output(_ARTIFACTS))[_ARTIFACTS]


_front.attach()

if __name__ == "__main__":
    _front.main(Path(__file__), sys.argv[1:])
