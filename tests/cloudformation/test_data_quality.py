"""The rulesets of the catalog are the gates' rules, and the table of outcomes has the columns that the gates write."""

import pytest
from lakejobs import quality

STAGES = {"RawRuleset": "raw", "SilverRuleset": "silver", "GoldRuleset": "gold"}
TEXTS = {"evaluated_at": "timestamp", "metrics": "map<string,double>"}


@pytest.mark.parametrize("key", STAGES)
def test_a_ruleset_has_the_rules_of_the_gate_to_the_letter(of_type, root, key):
    ruleset = of_type("AWS::Glue::DataQualityRuleset")[key]
    file = root / "glue_scripts" / "sales" / "quality" / f"{STAGES[key]}.dqdl"
    assert ruleset["Ruleset"] == file.read_text()
    assert ruleset["TargetTable"]["TableName"] == f"{STAGES[key]}_sales"


def test_every_file_of_rules_is_a_ruleset_and_comes_to_a_job(of_type, root):
    files = {file.name for file in (root / "glue_scripts" / "sales" / "quality").iterdir()}
    assert files == {f"{stage}.dqdl" for stage in STAGES.values()}
    brought = [
        place.rpartition("/")[2]
        for job in of_type("AWS::Glue::Job").values()
        if "--extra-files" in job["DefaultArguments"]
        for place in job["DefaultArguments"]["--extra-files"]["Fn::Sub"][0].split(",")
    ]
    assert sorted(brought) == sorted(files)


def test_the_table_has_the_columns_that_are_written(of_type):
    columns = of_type("AWS::Glue::Table")["OutcomesTable"]["TableInput"]["StorageDescriptor"]["Columns"]
    found = {column["Name"]: column["Type"] for column in columns}
    assert found == {name: TEXTS.get(name, "string") for name in quality.COLUMNS}


def test_the_jobs_write_where_the_table_looks(of_type, templates):
    folder = templates["glue-jobs"]["Outputs"]["QualityFolder"]["Value"]
    written = {
        job["DefaultArguments"]["--quality_path"]["Fn::Sub"][0]
        for job in of_type("AWS::Glue::Job").values()
        if "--quality_path" in job["DefaultArguments"]
    }
    assert written == {f"s3://${{Bucket}}/{folder}"}
