"""Every member of what an operation takes is read by what answers it, or docs/fidelity.md says that it says nothing.

What is read is what the code names (see reading.py); members below the first level are kept whole with the definitions
that they are part of, or the CloudFormation tables and the tests of each operation tell.
"""

import inspect
import re
from pathlib import Path

import pytest
from botocore.session import Session

from local_aws.athena import service, tags
from local_aws.fidelity import text
from local_aws.glue.api import EMULATED, PASSED_OVER, GlueApi
from local_aws.glue.crawls.runs import Crawls
from local_aws.glue.definitions.records import Definitions
from local_aws.glue.jobs.runs import JobRuns
from local_aws.glue.quality.runs import QualityRuns
from local_aws.glue.shapes import Shapes
from local_aws.glue.store import Store
from local_aws.glue.workflows.runs import WorkflowRuns
from tests.local_aws.reading import names_read


def unread(model, operation, *functions, also=""):
    members = model.operation_model(operation).input_shape.members
    found = names_read(*functions, also=also)
    return [f"{operation}.{name}" for name in members if name not in found]


@pytest.fixture(scope="module")
def glue():
    definitions = Definitions(Store(Path(":memory:")))
    workflows = WorkflowRuns(definitions)
    workflows.jobs = JobRuns(definitions, Path(), "", workflows.action_ended)
    workflows.crawls = Crawls(definitions, "", workflows.action_ended)
    quality = QualityRuns(definitions.store, workflows.jobs.room)
    return GlueApi(definitions, workflows, workflows.jobs, workflows.crawls, quality, Shapes())


def test_glue_reads_what_it_is_told(glue):
    model = Session().get_service_model("glue")
    left = [name for operation in glue.operations for name in unread(model, operation, glue.operations[operation])]
    assert sorted({name.partition(".")[2] for name in left}) == sorted(PASSED_OVER)


def test_the_emulators_glue_reads_what_it_is_told():
    import ministack.services.glue as emulated

    model = Session().get_service_model("glue")
    left = [
        name
        for operation in EMULATED
        for name in unread(model, operation, getattr(emulated, _snake(operation)), GlueApi.handle, also="ministack")
    ]
    assert left == []


def test_athena_reads_what_it_is_told():
    import ministack.services.athena as emulated

    model, left = Session().get_service_model("athena"), []
    for operation in model.operation_names:
        ours = service._ANSWERS.get(operation) or OF_THE_SERVICE.get(operation)
        theirs = [getattr(emulated, _snake(operation))] if hasattr(emulated, _snake(operation)) else []
        checks = [tags.check] if operation in tags.OPERATIONS else []
        if ours and operation != "StartQueryExecution":
            left += unread(model, operation, ours)
        elif theirs:
            left += unread(model, operation, *([ours] if ours else []), *theirs, *checks, also="ministack")
    assert sorted(left) == sorted(ATHENAS)


OF_THE_SERVICE = {
    "StartQueryExecution": service.AthenaService._prepared,
    "StopQueryExecution": service.AthenaService._stop,
}
ATHENAS = [
    "DeleteDataCatalog.DeleteCatalogOnly",
    "GetDataCatalog.WorkGroup",
    "GetDatabase.WorkGroup",
    "GetTableMetadata.WorkGroup",
    "ListDataCatalogs.WorkGroup",
    "ListDatabases.WorkGroup",
    "ListTableMetadata.WorkGroup",
    "ListTagsForResource.MaxResults",
    "ListTagsForResource.NextToken",
]


def test_the_page_says_what_says_nothing():
    told = " ".join(PASSED_OVER | service.PASSED_OVER)
    page = text()
    assert all(member in told for name in ATHENAS for member in name.split(".")[1:])
    assert all(f"| {name} | " in page for name in PASSED_OVER | service.PASSED_OVER)


def test_a_member_that_nothing_reads_is_found():
    def handler(params):
        return helper(params)

    def helper(params):
        """Reads Elsewhere, it says."""
        return [params["Name"] for _ in params.get("Items", ())]

    found = names_read(handler, also=inspect.getmodule(handler).__name__)
    assert {"Name", "Items"} <= found
    assert "Elsewhere" not in found


def _snake(operation):
    return "_" + re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
