"""The STEDI jobs on landing files of the generator, whose own account of what each table holds is the judge."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

sys.path.insert(0, str(Path(__file__).parents[3]))

from samples import stedi

CUSTOMERS, SEED = 20, 11
PEOPLE = list(stedi.people(CUSTOMERS, SEED))
PERSONAL = {"customername", "email", "phone", "birthday", "user"}


@pytest.fixture(scope="module")
def glue(spark):
    from awsglue.context import GlueContext

    return GlueContext(spark)


@pytest.fixture(scope="module")
def landing(glue, tmp_path_factory):
    """The three sources as the jobs read them."""
    from lakehouse import ACCELEROMETER, CUSTOMER, STEP_TRAINER
    from lakejobs.catalog import typed

    folder = tmp_path_factory.mktemp("landing")
    stedi.write(folder, CUSTOMERS, SEED)

    def source(name, columns):
        options = {"paths": [str(folder / name)]}
        return typed(glue.create_dynamic_frame.from_options("s3", options, "json"), columns, name)

    return SimpleNamespace(
        customer=source("customer", CUSTOMER),
        accelerometer=source("accelerometer", ACCELEROMETER),
        step_trainer=source("step_trainer", STEP_TRAINER),
    )


@pytest.fixture(scope="module")
def tables(glue, landing):
    """Gives the five tables of a variant as lists of rows."""
    from accelerometer_trusted import accelerometer_trusted
    from awsglue.dynamicframe import DynamicFrame
    from customer_trusted import customer_trusted
    from customers_curated import customers_curated
    from machine_learning_curated import machine_learning_curated
    from step_trainer_trusted import step_trainer_trusted

    def kept(frame):
        return DynamicFrame.fromDF(frame.toDF().cache(), glue, "kept")

    made = {}

    def of(variant):
        if variant not in made:
            trusted = kept(customer_trusted(landing.customer))
            readings = kept(accelerometer_trusted(trusted, landing.accelerometer, variant))
            curated = kept(customers_curated(trusted, landing.accelerometer, variant))
            steps = kept(step_trainer_trusted(curated, landing.step_trainer, variant))
            learning = machine_learning_curated(curated, readings, steps)
            frames = dict(zip(stedi.TABLES, (trusted, readings, curated, steps, learning), strict=True))
            made[variant] = {name: [row.asDict() for row in frame.toDF().collect()] for name, frame in frames.items()}
        return made[variant]

    return of


KEYS = {
    "customer_trusted": ("email",),
    "accelerometer_trusted": ("user", "timestamp"),
    "customers_curated": ("email",),
    "step_trainer_trusted": ("serialnumber", "sensorreadingtime"),
    "machine_learning_curated": ("serialnumber", "sensorreadingtime"),
}


@pytest.mark.parametrize("variant", stedi.VARIANTS)
@pytest.mark.parametrize("table", stedi.TABLES)
def test_a_table_holds_what_the_generator_says(tables, table, variant):
    found = sorted(tuple(row[column] for column in KEYS[table]) for row in tables(variant)[table])
    assert found == sorted(key for person in PEOPLE for key in stedi.keys(person, variant)[table])


def test_the_values_beside_a_time_are_of_the_same_customer(tables):
    steps = {(one["serialNumber"], one["sensorReadingTime"]): one for person in PEOPLE for one in person.steps}
    readings = {
        (person.versions[0]["serialNumber"], one["timestamp"]): one for person in PEOPLE for one in person.readings
    }
    for row in tables("all")["machine_learning_curated"]:
        key = row["serialnumber"], row["sensorreadingtime"]
        own = tuple(readings[key][axis] for axis in "xyz")
        assert (row["distancefromobject"], row["x"], row["y"], row["z"]) == (steps[key]["distanceFromObject"], *own)


def test_the_trusted_customer_is_the_latest_version(tables):
    latest = {
        person.versions[0]["email"]: max(person.versions, key=lambda one: one["lastUpdateDate"]) for person in PEOPLE
    }
    for row in tables("all")["customer_trusted"]:
        wanted = {name.lower(): value for name, value in latest[row["email"]].items()}
        assert {name: value for name, value in row.items() if value is not None} == wanted


def test_the_table_to_learn_from_has_no_personal_data(tables):
    (columns,) = {tuple(row) for row in tables("all")["machine_learning_curated"]}
    assert columns == ("sensorreadingtime", "serialnumber", "distancefromobject", "x", "y", "z")
    everything = repr(tables("all")["machine_learning_curated"])
    personal = {str(version[name]) for person in PEOPLE for version in person.versions
                for name in ("customerName", "email", "phone", "birthDay")}  # fmt: skip
    assert [value for value in personal if value in everything] == []


def test_no_table_but_the_customers_carries_name_phone_or_birthday(tables):
    shown = {table: set(rows[0]) & PERSONAL for table, rows in tables("all").items()}
    assert shown == {
        "customer_trusted": {"customername", "email", "phone", "birthday"},
        "accelerometer_trusted": {"user"},
        "customers_curated": {"email"},
        "step_trainer_trusted": set(),
        "machine_learning_curated": set(),
    }


# The traps: what a script that falls into them would give.


def test_a_test_for_zero_lets_absent_consent_through(landing):
    from awsglue.transforms import Filter
    from customer_trusted import consented

    naive = Filter.apply(frame=landing.customer, f=lambda record: record["sharewithresearchasofdate"] != 0)
    passed = {row["email"] for row in naive.toDF().collect()}
    absent = {person.versions[0]["email"] for person in PEOPLE if person.kind in ("absent", "null")}
    assert absent <= passed
    rightly = Filter.apply(frame=landing.customer, f=consented)
    assert absent & {row["email"] for row in rightly.toDF().collect()} == set()


def test_without_distinct_the_curated_customers_multiply(landing, tables):
    from customer_trusted import customer_trusted
    from lakehouse import readings_of

    joined = readings_of(customer_trusted(landing.customer), landing.accelerometer, "all")
    curated = tables("all")["customers_curated"]
    assert joined.count() == len(curated) * stedi.READINGS


def test_a_join_on_times_alone_mixes_people(tables):
    made = tables("all")
    naive = [
        (step["serialnumber"], reading["user"])
        for step in made["step_trainer_trusted"]
        for reading in made["accelerometer_trusted"]
        if step["sensorreadingtime"] == reading["timestamp"]
    ]
    assert len(naive) > len(made["machine_learning_curated"])


def test_readings_that_are_no_variant_are_refused():
    from lakehouse import check_readings
    from lakejobs.errors import JobError

    with pytest.raises(JobError, match="--readings takes all or since-consent"):
        check_readings("some")


def test_a_source_without_files_has_all_columns_and_no_rows(glue, tmp_path):
    from lakehouse import ACCELEROMETER
    from lakejobs.catalog import typed

    (tmp_path / "accelerometer").mkdir()
    options = {"paths": [str(tmp_path / "accelerometer")]}
    empty = typed(glue.create_dynamic_frame.from_options("s3", options, "json"), ACCELEROMETER, "empty")
    assert (empty.count(), empty.toDF().columns) == (0, list(ACCELEROMETER))
