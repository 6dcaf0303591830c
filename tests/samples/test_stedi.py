"""STEDI's landing files against DuckDB, which reads them and works out each table by SQL of its own."""

import json
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from samples import stedi

ROOT = Path(__file__).parents[2]
DECODER = json.JSONDecoder()
READ = """
create table customers as select * from read_json('{0}/customer.json', format = 'newline_delimited', columns =
    {{email: 'varchar', serialNumber: 'varchar', lastUpdateDate: 'bigint', shareWithResearchAsOfDate: 'bigint'}});
create table readings as select * from read_json('{0}/accelerometer.json', format = 'newline_delimited');
create table steps as select * from read_json('{0}/step_trainer.json', format = 'newline_delimited');
create table trusted as
    with latest as (select distinct on (email) * from customers order by email, lastUpdateDate desc)
    select * from latest where shareWithResearchAsOfDate > 0;
"""
TABLES = {
    "customer_trusted": "select email from trusted",
    "accelerometer_trusted": "select user, timestamp from good_readings",
    "customers_curated": "select email from curated",
    "step_trainer_trusted": "select serialNumber, sensorReadingTime from good_steps",
    "machine_learning_curated": "select serialNumber, sensorReadingTime from good_steps s where exists ("
    "select 1 from good_readings r join curated c on c.email = r.user "
    "where c.serialNumber = s.serialNumber and r.timestamp = s.sensorReadingTime)",
}
VARIANT = """
create or replace table good_readings as select readings.* from readings join trusted on email = readings.user
    where {0} or readings.timestamp >= shareWithResearchAsOfDate;
create or replace table curated as select * from trusted where email in (select user from good_readings);
create or replace table good_steps as select steps.* from steps join curated using (serialNumber)
    where {0} or sensorReadingTime >= shareWithResearchAsOfDate;
"""


def values(line):
    """The objects of a line that may hold several."""
    place = 0
    while line[place:].strip():
        place += len(line[place:]) - len(line[place:].lstrip())
        value, place = DECODER.raw_decode(line, place)
        yield value


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("landing")
    planted = stedi.write(folder, 450, 3)
    lines = {name: (folder / name / f"{name}-1.json").read_text().splitlines() for name in stedi.SOURCES}
    return folder, planted, lines, {name: [one for line in lines[name] for one in values(line)] for name in lines}


@pytest.fixture(scope="module")
def judge(made, tmp_path_factory):
    folder = tmp_path_factory.mktemp("plain")
    for name, records in made[3].items():
        (folder / f"{name}.json").write_text("".join(json.dumps(one) + "\n" for one in records))
    database = duckdb.connect()
    database.execute(READ.format(folder))
    return database


@pytest.mark.parametrize("variant", stedi.VARIANTS)
def test_counts_and_keys_are_those_of_sql(made, judge, variant):
    judge.execute(VARIANT.format(str(variant == "all").lower()))
    keys = [stedi.keys(person, variant) for person in stedi.people(450, 3)]
    for table, sql in TABLES.items():
        wanted = judge.execute(sql).fetchall()
        assert sorted(key for one in keys for key in one[table]) == sorted(wanted), table
        assert made[1].expected[variant][table] == len(wanted)


def test_landing_counts_are_those_of_the_files(made):
    assert made[1].landing == {name: len(records) for name, records in made[3].items()}


def test_every_kind_of_customer_is_there(made):
    assert made[1].kinds == dict.fromkeys(stedi.KINDS, 45)


def test_some_lines_hold_several_objects(made):
    for name, lines in made[2].items():
        assert 0 < sum(len(list(values(line))) > 1 for line in lines) < len(lines), name


def test_absent_null_and_zero_consents_are_told_apart(made):
    kinds = {one.get("shareWithResearchAsOfDate", "absent") for one in made[3]["customer"]}
    assert {"absent", None, 0} < kinds


def test_times_collide_between_people(judge):
    (same,) = judge.execute(
        "select count(*) from readings a join readings b on a.timestamp = b.timestamp and a.user < b.user"
    ).fetchone()
    (crossed,) = judge.execute(
        "select count(*) from steps s join customers c using (serialNumber) join readings r "
        "on r.timestamp = s.sensorReadingTime and r.user <> c.email"
    ).fetchone()
    assert min(same, crossed) > 0


def test_there_are_readings_before_at_and_after_the_consent(judge):
    sides = judge.execute(
        "select distinct sign(r.timestamp - t.shareWithResearchAsOfDate) from readings r join trusted t on email = user"
    ).fetchall()
    assert sorted(sides) == [(-1,), (0,), (1,)]


def test_there_are_customers_without_readings_and_readings_without_consent(judge):
    (quiet,) = judge.execute("select count(*) from trusted where email not in (select user from readings)").fetchone()
    (foreign,) = judge.execute("select count(*) from readings where user not in (select email from trusted)").fetchone()
    assert min(quiet, foreign) > 0


def test_the_same_seed_gives_the_same_bytes(tmp_path):
    for name in ("one", "other"):
        stedi.write(tmp_path / name, 20, 9)
    files = [sorted((tmp_path / name).rglob("*.json")) for name in ("one", "other")]
    assert [file.read_bytes() for file in files[0]] == [file.read_bytes() for file in files[1]]


@pytest.mark.parametrize(("customers", "seed", "said"), [(9, 1, "customers 9"), (10, -1, "seed -1")])
def test_what_cannot_be_made_is_refused(tmp_path, customers, seed, said):
    with pytest.raises(stedi.SampleError, match=said):
        stedi.write(tmp_path, customers, seed)


def test_the_command_line_prints_what_it_planted(tmp_path):
    command = [sys.executable, "-m", "samples.stedi", "--customers", "10", "--seed", "1", "--out", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["kinds"] == dict.fromkeys(stedi.KINDS, 1)


@pytest.mark.parametrize("variant", stedi.VARIANTS)
def test_the_demos_tables_are_those_of_the_readings_that_the_stack_takes(tmp_path, variant):
    landed = stedi.land(tmp_path, 20, 3, {"Readings": variant})
    made = [stedi.keys(person, variant) for person in stedi.people(20, 3)]
    assert landed.tables == {table: sum(len(one[table]) for one in made) for table in stedi.TABLES}
    assert sorted(path.parent.name for path in tmp_path.rglob("*.json")) == sorted(stedi.SOURCES)
    assert landed.said.endswith(" records of 20 customers")
