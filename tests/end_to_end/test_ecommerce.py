"""The e-commerce data mesh end to end, as a user runs it; DuckDB says from the files what each table must hold."""

import csv
import json
from copy import deepcopy

import pytest

from samples import ecommerce, olist
from tests.end_to_end.ecommerce_answers import answers

ORDERS, SEED = 110, 5  # eleven a day
FILES = 5  # of a day: NUM_PARTITIONS
SOT, SELLERS, STATES = ecommerce.TABLES
BUCKETS = {
    table: f"etl-poc-ecommerce-{table[10:].partition('.')[0]}-000000000000-us-east-1" for table in ecommerce.TABLES
}
SOR = "etl-poc-ecommerce-sor-000000000000-us-east-1"
CHANGED, SAME, NEXT = "20240102", "20240103", "20240104"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The shop's files; `changed` below it is where those of another day lie."""
    made = tmp_path_factory.mktemp("olist")
    ecommerce.write(made, ORDERS, SEED)
    return made


@pytest.fixture(scope="module")
def pipeline(laptop, folder):
    """The stacks and scripts, with the shop's files; the workflow has run."""
    laptop.task("up[pipeline=ecommerce]")
    upload(laptop, folder)
    laptop.task("runworkflow[pipeline=ecommerce]")
    return laptop


def upload(laptop, folder):
    for file in folder.rglob("*.csv"):
        laptop.client("s3").upload_file(str(file), SOR, f"olist/{file.relative_to(folder).as_posix()}")


def ask(laptop, sql):
    """Rows of an answer as tuples of texts, sorted; `null` where there is no value."""
    text = laptop.task("query[format=json]", stdin=sql).stdout
    rows = json.loads(text, parse_int=str, parse_float=str)
    words = {None: "null", True: "True", False: "False"}
    return sorted(tuple(words.get(value, value) for value in row.values()) for row in rows)


def tables(laptop):
    return {table: ask(laptop, f"SELECT * FROM {table}") for table in ecommerce.TABLES}


def of_day(found, day):
    return {table: [row for row in rows if row[-1] == day] for table, rows in found.items()}


def files(laptop):
    """ETag and time of each file of the tables that the jobs write."""
    found = {}
    for table, bucket in BUCKETS.items():
        pages = (
            laptop.client("s3")
            .get_paginator("list_objects_v2")
            .paginate(Bucket=bucket, Prefix=f"{table.partition('.')[2]}/")
        )
        found |= {(table, one["Key"]): one["LastModified"] for page in pages for one in page.get("Contents", [])}
    return found


def described(laptop):
    """What the catalog says of the tables of the system of record, beside who made them and when."""
    pages = laptop.client("glue").get_paginator("get_tables").paginate(DatabaseName="ecommerce_sor")
    found = {}
    for table in (one for page in pages for one in page["TableList"]):
        stored = table["StorageDescriptor"]
        found[table["Name"]] = {
            "columns": [(column["Name"], column["Type"]) for column in stored["Columns"]],
            "place": (stored["Location"], stored["InputFormat"]),
            "serde": (stored["SerdeInfo"]["SerializationLibrary"], stored["SerdeInfo"]["Parameters"]["separatorChar"],
                      stored["SerdeInfo"]["Parameters"]["quoteChar"]),
            "read": (table["Parameters"]["classification"], table["Parameters"]["skip.header.line.count"]),
            "kind": (table["TableType"], table["PartitionKeys"]),
        }  # fmt: skip
    return found


def test_every_table_holds_what_the_files_say(pipeline, folder):
    assert tables(pipeline) == answers(folder)


def test_what_was_planted_is_there(pipeline):
    sql = """SELECT count(*) AS orders, count_if(order_status = 'canceled') AS canceled,
             count_if(items = 0) AS empty,
             count_if(is_late) AS late, sum(late_reviews) AS late_reviews,
             count_if(customer_state IS NULL) AS strangers,
             count_if(items = 3 AND sellers = 2 AND payment_types = 'credit_card,voucher') AS several
             FROM ecommerce_sot.orders"""
    assert ask(pipeline, sql) == [("110", "10", "10", "10", "10", "10", "10")]


def test_the_job_tells_duplicates_and_orphans(pipeline):
    logs = pipeline.client("logs")
    [group] = [
        one["logGroupName"]
        for one in logs.describe_log_groups(logGroupNamePrefix="/aws-glue/jobs")["logGroups"]
        if one["logGroupName"].endswith("output")
    ]
    found = [
        json.loads(one["message"])
        for one in logs.filter_log_events(logGroupName=group, filterPattern='"orphan_items"')["events"]
    ]
    assert [(one["orphan_items"], one["orphan_payments"], one["orphan_reviews"]) for one in found] == [(10, 10, 10)]


def test_the_catalog_has_the_tables_as_the_jobs_declare_them(pipeline):
    glue = pipeline.client("glue")
    for name in ecommerce.TABLES:
        database, _, table = name.partition(".")
        found = glue.get_table(DatabaseName=database, Name=table)["Table"]
        days = glue.get_partitions(DatabaseName=database, TableName=table)["Partitions"]
        assert [(key["Name"], key["Type"]) for key in found["PartitionKeys"]] == [("anomesdia", "string")]
        assert sorted(one["Values"][0] for one in days) == [f"202401{day:02d}" for day in range(1, 11)]
    columns = {one["Name"]: one["Type"] for one in found["StorageDescriptor"]["Columns"]}
    assert columns["freight_value"] == "decimal(14,2)"


def test_ddl_makes_the_tables_that_the_crawler_makes(pipeline):
    glue, athena = pipeline.client("glue"), pipeline.client("athena")
    crawled, rows = described(pipeline), ask(pipeline, "SELECT * FROM ecommerce_sor.order_reviews")
    assert sorted(crawled) == sorted(olist.COLUMNS)
    assert {name: [column for column, _ in one["columns"]] for name, one in crawled.items()} == {
        name: list(columns) for name, columns in olist.COLUMNS.items()
    }
    for name in crawled:
        glue.delete_table(DatabaseName="ecommerce_sor", Name=name)
    ids = athena.list_named_queries(WorkGroup="etl-poc-ecommerce")["NamedQueryIds"]
    queries = [athena.get_named_query(NamedQueryId=one)["NamedQuery"] for one in ids]
    for query in queries:
        run = athena.start_query_execution(
            QueryString=query["QueryString"],
            QueryExecutionContext={"Database": query["Database"]},
            WorkGroup="etl-poc-ecommerce",
        )["QueryExecutionId"]
        while True:
            state = athena.get_query_execution(QueryExecutionId=run)["QueryExecution"]["Status"]
            if state["State"] not in ("QUEUED", "RUNNING"):
                break
        assert state["State"] == "SUCCEEDED", state
    assert described(pipeline) == crawled
    assert ask(pipeline, "SELECT * FROM ecommerce_sor.order_reviews") == rows


# From here on the files are those of another day, and the tables of the system of record those of the DDL.


@pytest.fixture(scope="module")
def filled(pipeline, folder, tmp_path_factory):
    """Three orders of two days were delivered, and one of the days was run anew: (before, after, output)."""
    before = tables(pipeline), files(pipeline)
    changed = tmp_path_factory.mktemp("changed")
    for file in folder.rglob("*.csv"):
        target = changed / file.relative_to(folder)
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(file.read_bytes())
    path = changed / "orders" / "olist_orders_dataset.csv"
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in deepcopy(rows):
        if row["order_status"] == "shipped" and row["order_purchase_timestamp"][:10] in ("2024-01-02", "2024-01-07"):
            # The line as it was stays: of several lines of an order the one that got furthest counts.
            rows.append({**row, "order_status": "delivered", "order_delivered_customer_date": "2024-03-01 10:00:00"})
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, olist.COLUMNS["orders"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    upload(pipeline, changed)
    run = pipeline.task(f"backfill[ecommerce,from={CHANGED},to={CHANGED}]")
    return before, (tables(pipeline), files(pipeline)), run.stdout


def test_a_rerun_of_a_day_replaces_that_day_only(filled):
    (tables_before, files_before), (tables_after, files_after), _ = filled
    changed = {name for name in {*files_before, *files_after} if files_before.get(name) != files_after.get(name)}
    assert changed
    assert {key.split("/")[1] for _, key in changed} == {f"anomesdia={CHANGED}"}
    for day in (f"202401{number:02d}" for number in range(1, 11)):
        assert (of_day(tables_after, day) == of_day(tables_before, day)) == (day != CHANGED)


def test_the_day_holds_what_came_since(filled):
    (before, _), (after, _), _ = filled
    found = {row[0]: row for row in of_day(after, CHANGED)[SOT]}
    delivered = [row[0] for row in of_day(before, CHANGED)[SOT] if row[5] == "shipped"]
    assert len(delivered) == 1
    assert [found[one][5] for one in delivered] == ["delivered"]
    assert [found[one][24] for one in delivered] == ["True"]  # is_late
    assert len(found) == 11


def test_a_day_has_as_many_files_as_were_asked_for(filled):
    _, (_, found), _ = filled
    days = [key for table, key in found if table == SOT and f"={CHANGED}/" in key]
    assert len(days) == FILES


def test_a_backfill_goes_on_where_it_stopped_and_changes_nothing_that_is_right(pipeline, filled):
    _, (before, _), first = filled
    assert f"{CHANGED}, 1 of 1" in first
    again = pipeline.task(f"backfill[ecommerce,from={CHANGED},to={SAME}]").stdout
    assert "2 days, 1 of them done before" in again
    assert [line.split() for line in again.splitlines() if line.startswith(("20240102 ", "20240103 "))] == [
        [CHANGED, "1", "done", "before"],
        [SAME, "1", "done"],
    ]
    assert tables(pipeline) == before


def without(laptop, stack, logical_id, sid):
    """Take a statement out of a role's policy; what puts it back."""
    iam = laptop.client("iam")
    role = laptop.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    name = role["StackResourceDetail"]["PhysicalResourceId"]
    [policy] = iam.list_role_policies(RoleName=name)["PolicyNames"]
    document = iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]
    fewer = {**document, "Statement": [one for one in document["Statement"] if one["Sid"] != sid]}
    assert len(fewer["Statement"]) == len(document["Statement"]) - 1
    iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(fewer))
    return lambda: iam.put_role_policy(RoleName=name, PolicyName=policy, PolicyDocument=json.dumps(document))


def test_no_job_does_with_a_statement_less(pipeline, wait_for):
    glue = pipeline.client("glue")
    taken = {
        "ecommerce-sot-orders": ("SotOrdersRole", "WriteTableAndTemporaryFiles", "s3:PutObject"),
        "ecommerce-seller-performance": ("SellerPerformanceRole", "ReadCatalog", "glue:Get"),
        "ecommerce-delivery-by-state": ("DeliveryByStateRole", "ReadScriptsAndSources", "s3:GetObject"),
    }
    before = files(pipeline)
    put_back = [without(pipeline, "ecommerce-jobs", role, sid) for role, sid, _ in taken.values()]
    try:
        runs = {job: glue.start_job_run(JobName=job, Arguments={"--RUN_DATE": NEXT})["JobRunId"] for job in taken}
        for job, (_, _, action) in taken.items():
            run = wait_for(
                lambda: glue.get_job_run(JobName=job, RunId=runs[job])["JobRun"],  # noqa: B023 - called at once
                lambda found: found["JobRunState"] not in ("STARTING", "RUNNING"),
            )
            assert run["JobRunState"] == "FAILED", job
            assert action in run["ErrorMessage"] or "AccessDenied" in run["ErrorMessage"], (job, run["ErrorMessage"])
    finally:
        for put in put_back:
            put()
    assert files(pipeline) == before


def test_the_crawler_does_not_do_with_a_statement_less(pipeline, wait_for):
    glue = pipeline.client("glue")
    put = without(pipeline, "ecommerce-catalog", "CrawlerRole", "ReadTables")
    try:
        glue.start_crawler(Name="ecommerce-sor-crawler")
        found = wait_for(
            lambda: glue.get_crawler(Name="ecommerce-sor-crawler")["Crawler"], lambda one: one["State"] == "READY"
        )
    finally:
        put()
    assert found["LastCrawl"]["Status"] == "FAILED"
    assert "s3:GetObject" in found["LastCrawl"]["ErrorMessage"]


# From here on the pipeline is taken away, and made again with a key of its own.


def test_every_right_of_its_roles_is_needed_or_explained(pipeline):
    """By what the tests above have run: the record of the local AWS against policies and templates."""
    assert "\n".join(pipeline.without_need("ecommerce", "ecommerce-jobs", "ecommerce-catalog")) == ""


def test_down_leaves_nothing_of_it(pipeline):
    pipeline.task("down[pipeline=ecommerce,yes=true]")
    stacks = pipeline.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE", "UPDATE_COMPLETE"])
    assert [one["StackName"] for one in stacks["StackSummaries"]] == ["basic-infra"]
    glue = pipeline.client("glue")
    left = [
        *(one["Name"] for one in pipeline.client("s3").list_buckets()["Buckets"]),
        *(one["Name"] for one in glue.get_databases()["DatabaseList"]),
        *(one["Name"] for one in glue.get_jobs()["Jobs"]),
        *(one["Name"] for one in glue.get_security_configurations()["SecurityConfigurations"]),
        *(one["CsvClassifier"]["Name"] for one in glue.get_classifiers()["Classifiers"]),
        *(one["Name"] for one in pipeline.client("athena").list_work_groups()["WorkGroups"]),
        *(one["logGroupName"] for one in pipeline.client("logs").describe_log_groups()["logGroups"]),
        *(one["RoleName"] for one in pipeline.client("iam").list_roles()["Roles"]),
    ]
    assert [one for one in left if "ecommerce" in one] == []


def test_with_a_key_what_a_job_writes_and_logs_names_it(pipeline, folder, wait_for):
    pipeline.task("up[pipeline=ecommerce,Encryption=kms]")
    upload(pipeline, folder)
    [key] = [one["KeyArn"] for one in pipeline.client("kms").list_keys()["Keys"]]
    glue, s3, logs = pipeline.client("glue"), pipeline.client("s3"), pipeline.client("logs")
    glue.start_crawler(Name="ecommerce-sor-crawler")
    wait_for(lambda: glue.get_crawler(Name="ecommerce-sor-crawler")["Crawler"], lambda one: one["State"] == "READY")
    run_id = glue.start_job_run(JobName="ecommerce-sot-orders", Arguments={"--RUN_DATE": NEXT})["JobRunId"]
    run = wait_for(
        lambda: glue.get_job_run(JobName="ecommerce-sot-orders", RunId=run_id)["JobRun"],
        lambda found: found["JobRunState"] not in ("STARTING", "RUNNING"),
    )
    assert run["JobRunState"] == "SUCCEEDED", run["ErrorMessage"]
    assert ask(pipeline, f"SELECT * FROM {SOT}") == of_day(answers(folder), NEXT)[SOT]
    written = s3.list_objects_v2(Bucket=BUCKETS[SOT], Prefix="orders/")["Contents"]
    heads = [s3.head_object(Bucket=BUCKETS[SOT], Key=one["Key"]) for one in written]
    assert {(head["ServerSideEncryption"], head["SSEKMSKeyId"]) for head in heads} == {("aws:kms", key)}
    groups = logs.describe_log_groups(logGroupNamePrefix="/aws-glue/jobs")["logGroups"]
    keys = {
        one["logGroupName"]: one.get("kmsKeyId")
        for one in groups
        if logs.describe_log_streams(logGroupName=one["logGroupName"], logStreamNamePrefix=run_id)["logStreams"]
    }
    assert set(keys.values()) == {key}, keys
