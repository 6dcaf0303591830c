"""Lists of definitions by tag and by the job that a trigger starts."""

import pytest

from tests.local_aws.aws_server import unique

COMMAND = {"Name": "glueetl", "ScriptLocation": "s3://b/s.py"}


@pytest.fixture(scope="module")
def glue(local_aws):
    return local_aws.client("glue")


@pytest.fixture(scope="module")
def made(glue):
    """Two jobs, and a trigger that starts each: team -> (job, trigger)."""
    found = {}
    for team in (unique("red"), unique("blue")):
        job, trigger = unique("job"), unique("trigger")
        tags = {"team": team, "all": "yes"}
        glue.create_job(Name=job, Role="r", Command=COMMAND, Tags=tags)
        glue.create_trigger(Name=trigger, Type="ON_DEMAND", Actions=[{"JobName": job}], Tags=tags)
        found[team] = (job, trigger)
    return found


def test_jobs_and_triggers_are_listed_by_tag(glue, made):
    for team, (job, trigger) in made.items():
        assert glue.list_jobs(Tags={"team": team})["JobNames"] == [job]
        assert glue.list_triggers(Tags={"team": team})["TriggerNames"] == [trigger]


def test_a_definition_has_all_tags_asked_for_with_their_values(glue, made):
    team = next(iter(made))
    assert glue.list_jobs(Tags={"team": team, "all": "no"})["JobNames"] == []
    assert len(glue.list_jobs(Tags={"all": "yes"})["JobNames"]) == 2


def test_triggers_are_found_by_the_job_that_they_start(glue, made):
    for job, trigger in made.values():
        assert glue.list_triggers(DependentJobName=job)["TriggerNames"] == [trigger]
        assert [found["Name"] for found in glue.get_triggers(DependentJobName=job)["Triggers"]] == [trigger]


def test_a_job_that_no_trigger_starts_gives_all_triggers(glue, made):
    every = {trigger for _, trigger in made.values()}
    assert every <= set(glue.list_triggers(DependentJobName=unique("none"))["TriggerNames"])
