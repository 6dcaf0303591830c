import pytest

from tests.cloudformation.conftest import ended


def imported(stack, key):
    return {"Fn::ImportValue": {"Fn::Sub": f"${{{stack}}}-{key}"}}


def job(key):
    return {"JobName": imported("GlueJobsStack", key)}


def crawler(key):
    return {"CrawlerName": imported("GlueCatalogStack", key)}


CHAIN = {
    "StartTrigger": ("etl-start", "ON_DEMAND", None, [job("ExtractJob")]),
    "AfterExtractTrigger": ("etl-after-extract", "CONDITIONAL", "ExtractJob", [job("CleanJob")]),
    "AfterCleanTrigger": ("etl-after-clean", "CONDITIONAL", "CleanJob", [job("RepartitionJob")]),
    "CrawlRawTrigger": ("etl-crawl-raw", "CONDITIONAL", "ExtractJob", [crawler("RawCrawler")]),
    "CrawlSilverTrigger": ("etl-crawl-silver", "CONDITIONAL", "CleanJob", [crawler("SilverCrawler")]),
    "CrawlGoldTrigger": ("etl-crawl-gold", "CONDITIONAL", "RepartitionJob", [crawler("GoldCrawler")]),
}
CONDITIONAL = [key for key, (_, kind, _, _) in CHAIN.items() if kind == "CONDITIONAL"]


@pytest.fixture(scope="module")
def triggers(of_type):
    return of_type("AWS::Glue::Trigger")


def test_workflow_has_the_name_that_the_jobs_role_knows(of_type):
    assert [one["Name"] for one in of_type("AWS::Glue::Workflow").values()] == [
        imported("GlueJobsStack", "WorkflowName")
    ]


def test_workflow_is_called_etl_workflow(templates):
    assert templates["glue-jobs"]["Parameters"]["WorkflowName"]["Default"] == "etl-workflow"


def test_workflow_runs_once_at_a_time(of_type):
    assert [one["MaxConcurrentRuns"] for one in of_type("AWS::Glue::Workflow").values()] == [1]


def test_triggers_have_their_names_and_kinds(triggers):
    expected = {key: (ended(name), kind) for key, (name, kind, _, _) in CHAIN.items()}

    assert {key: (one["Name"], one["Type"]) for key, one in triggers.items()} == expected


def test_triggers_belong_to_the_workflow(triggers):
    assert {key: one["WorkflowName"] for key, one in triggers.items()} == {key: {"Ref": "Workflow"} for key in CHAIN}


def test_triggers_start_what_they_should(triggers):
    expected = {key: actions for key, (_, _, _, actions) in CHAIN.items()}

    assert {key: one["Actions"] for key, one in triggers.items()} == expected


@pytest.mark.parametrize("key", CONDITIONAL)
def test_condition_is_complete(triggers, key):
    watched = job(CHAIN[key][2])
    condition = {"LogicalOperator": "EQUALS", "State": "SUCCEEDED", **watched}

    assert triggers[key]["Predicate"] == {"Logical": "AND", "Conditions": [condition]}


def test_only_conditional_triggers_start_on_creation(triggers):
    started = {key: one.get("StartOnCreation") for key, one in triggers.items()}

    assert started == {key: True if key in CONDITIONAL else None for key in CHAIN}


def test_no_trigger_starts_more_than_two_crawlers(triggers):
    counts = {key: sum("CrawlerName" in action for action in one["Actions"]) for key, one in triggers.items()}

    assert [key for key, count in counts.items() if count > 2] == []


def test_triggers_are_made_one_after_the_other(templates):
    resources = templates["glue-workflow"]["Resources"]
    waits = {key: resources[key].get("DependsOn") for key in CHAIN}

    assert waits == dict(zip(CHAIN, [None, *CHAIN], strict=False))


def test_crawlers_run_only_where_they_keep_the_catalog(templates):
    template = templates["glue-workflow"]
    held = {key: template["Resources"][key].get("Condition") for key in CHAIN}

    assert template["Conditions"] == {"CrawlersKeepCatalog": {"Fn::Equals": [{"Ref": "CatalogUpdates"}, "crawler"]}}
    assert held == {key: "CrawlersKeepCatalog" if key.startswith("Crawl") else None for key in CHAIN}
