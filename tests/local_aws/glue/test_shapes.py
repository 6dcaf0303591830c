"""Requests checked by botocore's model of Glue."""

import pytest

from local_aws.glue.model import GlueError
from local_aws.glue.shapes import Shapes


@pytest.fixture(scope="module")
def shapes():
    return Shapes()


def test_a_missing_required_member_is_refused(shapes):
    with pytest.raises(GlueError) as refused:
        shapes.validated("CreateJob", {"Name": "j", "Command": {}})
    assert refused.value.code == "ValidationException"
    assert refused.value.message == (
        "1 validation error detected: Value null at 'role' failed to satisfy constraint: Member must not be null"
    )


def test_a_value_of_the_wrong_type_is_refused(shapes):
    with pytest.raises(GlueError, match="STRING_VALUE can not be converted to an Integer"):
        shapes.validated("StartJobRun", {"JobName": "j", "Timeout": "5"})


def test_a_value_outside_an_enumeration_is_refused_with_the_values_it_may_have(shapes):
    crawler = {"Name": "c", "Role": "r", "Targets": {}, "RecrawlPolicy": {"RecrawlBehavior": "SOMETIMES"}}
    with pytest.raises(GlueError) as refused:
        shapes.validated("CreateCrawler", crawler)
    assert refused.value.message == (
        "1 validation error detected: Value 'SOMETIMES' at 'recrawlPolicy.recrawlBehavior' failed to satisfy "
        "constraint: Member must satisfy enum value set: [CRAWL_EVERYTHING, CRAWL_NEW_FOLDERS_ONLY, CRAWL_EVENT_MODE]"
    )


def test_a_templates_texts_become_numbers_and_booleans(shapes):
    job = {
        "Name": "j",
        "Role": "r",
        "Command": {"Name": "glueetl"},
        "NumberOfWorkers": "2",
        "MaxCapacity": "0.0625",
        "DefaultArguments": {"--flag": True, "--count": 3},
    }
    made = shapes.validated("CreateJob", job, coerce=True)
    assert (made["NumberOfWorkers"], made["MaxCapacity"]) == (2, 0.0625)
    assert made["DefaultArguments"] == {"--flag": "true", "--count": "3"}


def test_an_answer_has_only_members_that_the_model_knows(shapes):
    answer = shapes.answer("GetJobRun", {"JobRun": {"Id": "jr_1", "Ours": 1, "ErrorMessage": None}, "More": 2})
    assert answer == {"JobRun": {"Id": "jr_1"}}
