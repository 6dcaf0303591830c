"""What a crawl would do, told beforehand: why each folder and column is what it is, and how to get what was meant."""

import io
import json
import zipfile

import pytest

from local_aws.glue.crawler.explain import explain_crawl

CSV = "id,name\n1,ann\n2,bob\n"
TRUST = {"Effect": "Allow", "Principal": {"AWS": "*", "Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}


def explain(lake, crawler, **clients):
    crawler = crawler if isinstance(crawler, dict) else lake.crawler(crawler)
    return explain_crawl(crawler, **{"s3": lake.s3, "glue": lake.glue, **clients})


def becomes(document, *kinds):
    return {each["Subject"]: each["Becomes"] for each in document["Findings"] if each["Kind"] in kinds}


def why(document, subject):
    return [each["Why"] for each in document["Findings"] if each["Subject"] == subject and each["Why"]]


def advice(document):
    return [each["Text"] for each in document["Findings"] if each["Kind"] == "advice"]


def actions(document):
    return [(change["Action"], change["Table"], change["Why"]) for change in document["Changes"]]


def zipped(*names):
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w") as archive:
        for name in names:
            archive.writestr(name, CSV)
    return body.getvalue()


def test_nothing_is_written(lake):
    lake.put("t/p=1/1.csv", CSV)
    document = explain(lake, "t/")
    assert actions(document) == [("create", "t", "the catalog has no such table")]
    assert document["Changes"][0]["Partitions"] == {"create": {"Count": 1, "Examples": [["1"]]}}
    assert lake.tables() == {}


def test_it_can_be_told_as_json(lake):
    lake.put("t/p=1/1.csv", CSV)
    assert json.loads(json.dumps(explain(lake, "t/")))["Failure"] is None


def test_the_log_of_the_crawl_tells_the_same(lake):
    lake.put("t/p=1/1.csv", CSV)
    lake.put("t/x/2.tmp", b"\x00")
    told = [finding["Text"] for finding in explain(lake, "t/")["Findings"]]
    lake.crawl("t/")
    assert [line.partition(" : ")[2] for line in lake.log if line.partition(" : ")[2] in told] == told


def test_a_bucket_root(lake):
    lake.put("sales/country=FR/1.csv", CSV)
    document = explain(lake, "")
    name = lake.bucket.replace("-", "_")
    assert becomes(document, "table") == {lake.uri(): f"table {name}"}
    assert "gets a partition key called partition_0" in advice(document)[0]
    assert advice(document)[0].endswith("Aim the include path at the folder below, or name the folders key=value.")


def test_folders_that_name_no_key(lake):
    lake.put("t/2024/1.csv", CSV)
    lake.put("t/day=2/1.csv", CSV)
    document = explain(lake, "t/")
    assert becomes(document, "partition") == {
        lake.uri("t/2024/"): "partition of t",
        lake.uri("t/day=2/"): "partition of t",
    }
    assert why(document, lake.uri("t/2024/")) == ["partition_0 = 2024"]
    assert "partition_0: folders at this level, such as 2024/" in advice(document)[0]


def test_hive_folders_need_no_advice(lake):
    lake.put("t/year=2024/month=01/1.csv", CSV)
    document = explain(lake, "t/")
    assert why(document, lake.uri("t/year=2024/month=01/")) == ["year = 2024, month = 01"]
    assert advice(document) == []


def test_a_zip_beside_csvs(lake):
    for name in ("1.csv", "2.csv"):
        lake.put(f"t/{name}", CSV)
    lake.put("t/x.zip", zipped("a.csv", "b.csv"))
    document = explain(lake, "t/")
    assert becomes(document, "table", "folder") == {
        lake.uri("t/"): "a table for each file",
        lake.uri("t/1.csv"): "table 1_csv",
        lake.uri("t/2.csv"): "table 2_csv",
        lake.uri("t/x.zip"): "table x_zip",
    }
    uri = lake.uri("t/")
    assert advice(document) == [
        f"To have one table of the 2 files of {uri} that are csv separated by ',', exclude the others: **.zip",
        (
            "Table x_zip has no columns, for no classifier knows its format (a zip of 2 files, and a crawler reads "
            "those with one only): exclude x.zip, or write a custom classifier."
        ),
    ]


def test_the_advice_on_a_zip_beside_csvs_makes_one_table(lake):
    for name in ("1.csv", "2.csv"):
        lake.put(f"t/{name}", CSV)
    lake.put("t/x.zip", zipped("a.csv", "b.csv"))
    crawler = lake.crawler("t/")
    crawler["Targets"]["S3Targets"][0]["Exclusions"] = ["**.zip"]
    document = explain(lake, crawler)
    assert actions(document) == [("create", "t", "the catalog has no such table")]
    assert becomes(document, "object") == {lake.uri("t/x.zip"): "nothing"}
    assert why(document, lake.uri("t/x.zip")) == ["exclude pattern **.zip"]


def test_folders_of_different_formats(lake):
    lake.put("t/a/1.csv", CSV)
    lake.put("t/b/1.json", '{"id": 1}\n')
    document = explain(lake, "t/")
    assert becomes(document, "folder") == {lake.uri("t/"): "no table itself"}
    assert advice(document) == [
        f"Aim a target at each folder of {lake.uri('t/')}, or exclude those that do not belong to the table."
    ]


def test_incompatible_schemas_name_the_columns(lake):
    lake.put("t/year=2023/1.json", '{"a": 1, "b": 2}\n')
    lake.put("t/year=2024/1.json", '{"c": 1, "b": "x"}\n')
    document = explain(lake, "t/")
    assert (
        "only year=2023/ has a; only year=2024/ has c; b is int in year=2023/ and string in year=2024/"
        in (why(document, lake.uri("t/"))[0])
    )
    assert "CombineCompatibleSchemas" in advice(document)[0]
    assert '"TableLevelConfiguration": 2' in advice(document)[0]


def test_the_advice_on_incompatible_schemas_makes_one_table(lake):
    lake.put("t/year=2023/1.json", '{"a": 1, "b": 2}\n')
    lake.put("t/year=2024/1.json", '{"c": 1, "b": "x"}\n')
    for grouping in ({"TableGroupingPolicy": "CombineCompatibleSchemas"}, {"TableLevelConfiguration": 2}):
        configuration = json.dumps({"Version": 1.0, "Grouping": grouping})
        document = explain(lake, lake.crawler("t/", Configuration=configuration))
        assert [(action, table) for action, table, _ in actions(document)] == [("create", "t")]


def test_files_that_disagree_on_a_column_are_named(lake):
    lake.put("t/1.csv", "id,name,n\n1,ann,5\n2,bob,6\n")
    lake.put("t/2.csv", "id,name,n\n1,ann,5\n2,bob,n/a\n")
    lake.put("t/3.csv", "id,name,n\n1,ann,5\n2,bob,6\n")
    document = explain(lake, lake.crawler("t/", Configuration=COMBINE))
    assert why(document, "t.n") == [
        (
            f"bigint in {lake.uri('t/1.csv')} and string in {lake.uri('t/2.csv')} "
            "(value 2 is 'n/a', and earlier values are bigint)"
        )
    ]


COMBINE = json.dumps({"Version": 1.0, "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}})


def test_partitions_of_another_type_are_told_of(lake):
    lake.put("t/p=1/1.csv", "id,name,n\n1,ann,5\n2,bob,6\n")
    lake.put("t/p=2/1.csv", "id,name,n\n1,ann,x\n2,bob,y\n")
    document = explain(lake, lake.crawler("t/", Configuration=COMBINE))
    assert "1 of 2 partitions of t have a column of another type than the table, such as t/p=1/" in advice(document)[0]
    assert "InheritFromTable" in advice(document)[0]


def test_a_csv_of_texts_only(lake):
    lake.put("t/1.csv", "name,city\nann,rome\n")
    document = explain(lake, "t/")
    assert becomes(document, "column") == {"t.col0": "string", "t.col1": "string"}
    assert advice(document) == [
        (
            "Every column of t is text, so that the first line is taken for data: if it is a header, use a custom CSV "
            "classifier with ContainsHeader PRESENT."
        )
    ]


def test_a_quoted_csv(lake):
    lake.put("t/1.csv", 'id,name\n1,"a,b"\n')
    assert "OpenCSVSerDe" in advice(explain(lake, "t/"))[0]


def test_one_json_array(lake):
    lake.put("t/1.json", '[{"a": 1}, {"a": 2}]')
    assert "JsonPath $[*]" in advice(explain(lake, "t/"))[0]


def test_files_beside_folders(lake):
    lake.put("t/1.csv", CSV)
    lake.put("t/x/1.csv", CSV)
    document = explain(lake, "t/")
    assert becomes(document, "folder") == {lake.uri("t/"): "several tables"}
    assert advice(document)[0].endswith("to a folder of their own, or exclude them: *")


def test_an_exclusion_that_leaves_nothing_out(lake):
    lake.put("t/x/1.csv", CSV)
    crawler = lake.crawler("t/")
    crawler["Targets"]["S3Targets"][0]["Exclusions"] = ["*.csv"]
    assert advice(explain(lake, crawler))[0].startswith("Exclude pattern *.csv leaves nothing out of")


def test_an_empty_target(lake):
    document = explain(lake, "nothing/")
    assert becomes(document, "folder") == {lake.uri("nothing/"): "nothing"}
    assert document["Changes"] == []
    assert advice(document)[0].startswith("Check bucket, folder and spelling")


def test_a_denied_folder(lake):
    for key in ("t/a/1.csv", "t/b/1.csv", "t/b/2.csv"):
        lake.put(key, CSV)
    role = f"role-{lake.database}"
    iam = lake.client("iam")
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [TRUST]}))
    statements = [
        {"Effect": "Allow", "Action": ["s3:*", "glue:*"], "Resource": "*"},
        {"Effect": "Deny", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{lake.bucket}/t/b/*"},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_role_policy(RoleName=role, PolicyName="p", PolicyDocument=policy)
    given = lake.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::000000000000:role/{role}", RoleSessionName="AWS-Crawler"
    )
    keys = [given["Credentials"][name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")]
    document = explain(
        lake, lake.crawler("t/", Role=role), s3=lake.client("s3", tuple(keys)), glue=lake.client("glue", tuple(keys))
    )
    assert becomes(document, "object") == {f"{lake.uri('t/b/1.csv')} (and 1 more in its folder)": "refused"}
    assert document["Failure"].startswith("AccessDenied")
    (told,) = advice(document)
    assert told == (
        f"Allow s3:GetObject on arn:aws:s3:::{lake.bucket}/t/b/* to the crawler's role {role}, or exclude these "
        "objects."
    )


@pytest.mark.parametrize(
    ("policy", "action", "reason"),
    [
        ({}, "update", "columns added: age bigint"),
        (
            {"SchemaChangePolicy": {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}},
            "none",
            "it differs from the catalog, and UpdateBehavior LOG leaves it (columns added: age bigint)",
        ),
    ],
)
def test_a_table_that_changed(lake, policy, action, reason):
    lake.put("t/1.csv", CSV)
    lake.crawl("t/")
    lake.put("t/1.csv", "id,name,age\n1,ann,7\n")
    assert actions(explain(lake, lake.crawler("t/", **policy))) == [(action, "t", reason)]


@pytest.mark.parametrize(
    ("behavior", "action"),
    [("DEPRECATE_IN_DATABASE", "deprecate"), ("DELETE_FROM_DATABASE", "delete"), ("LOG", "none")],
)
def test_data_that_is_gone(lake, behavior, action):
    lake.put("t/1.csv", CSV)
    lake.crawl("t/")
    lake.delete("t/1.csv")
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": behavior}
    document = explain(lake, lake.crawler("t/", SchemaChangePolicy=policy))
    assert [(act, table) for act, table, _ in actions(document)] == [(action, "t")]


def test_a_partition_that_is_gone_would_be_deprecated(lake):
    for day in (1, 2):
        lake.put(f"t/p={day}/1.csv", CSV)
    lake.crawl("t/")
    lake.delete("t/p=2/1.csv")
    partitions = explain(lake, "t/")["Changes"][0]["Partitions"]
    assert partitions["deprecate"] == {"Count": 1, "Examples": [["2"]]}


def test_a_threshold(lake):
    for n in range(3):
        lake.put(f"t/{n}/x.json", json.dumps({f"key{n}": 1}))
    configuration = json.dumps({"Version": 1.0, "CrawlerOutput": {"Tables": {"TableThreshold": 2}}})
    document = explain(lake, lake.crawler("t/", Configuration=configuration))
    assert document["Failure"] == "Table Threshold value = 2, Tables detected - 3"
    assert advice(document)[-1].startswith("3 tables are more than the 2 of TableThreshold")


def test_a_declared_table_that_cannot_be_merged(lake):
    lake.glue.create_table(
        DatabaseName=lake.database,
        TableInput={"Name": "t", "StorageDescriptor": {"Location": lake.uri("t/"), "Columns": []}, "Parameters": {}},
    )
    lake.put("t/1.csv", CSV)
    merge = json.dumps({"Version": 1.0, "CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}})
    document = explain(lake, lake.crawler("t/", Configuration=merge))
    assert [(act, table) for act, table, _ in actions(document)] == [("deprecate", "t")]
    assert advice(document)[-1].startswith("Give table t the parameters that crawlers write")
