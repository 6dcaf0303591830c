"""The sales sample against DuckDB, which reads the CSV and judges each line by SQL of its own."""

import io
import json
import math
import subprocess
import sys
import tracemalloc
import zipfile
from collections import Counter
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from samples.countries import REGIONS
from samples.sales import BAD_KINDS, HEADER, ID_STEP, IDS, Planted, SampleError, land, member_name, write_csv, write_zip

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "sales.zip"

# One row a line: its fields as text, and the first thing that is wrong with it.
JUDGED = """
create table judged as
with fields as (
    select line, string_split(line, ',') as f
    from read_csv(?, columns = {'line': 'varchar'}, delim = '\x1f', quote = '', escape = '', header = true)
), parsed as (
    select line, f,
        [try_strptime(f[6], '%m/%d/%Y'), try_strptime(f[8], '%m/%d/%Y')] as dates,
        [f[7], f[9], f[10], f[11], f[12], f[13], f[14]] as numbers,
        [try_cast(f[7] as bigint), try_cast(f[9] as integer)] as wholes,
        [try_cast(n as decimal(10, 2)) for n in f[10:14]] as money
    from fields
)
select line, f, case
    when len(f) < 14 then 'too_few_fields'
    when len(f) > 14 then 'too_many_fields'
    when len([x for x in f if trim(x) = '']) > 0 then 'blank_field'
    when len([d for d in dates if d is null]) > 0 then 'impossible_date'
    when len([n for n in numbers if not regexp_full_match(n, '[0-9]+([.][0-9][0-9])?')]) > 0 then 'not_a_number'
    when len([n for n in list_concat(wholes, money) if n is null]) > 0 then 'number_too_large'
    end as bad
from parsed
"""
GOOD = """
create table good as select distinct
    trim(f[1]) as region, trim(f[2]) as country, trim(f[3]) as item, trim(f[4]) as channel, trim(f[5]) as priority,
    strptime(f[6], '%m/%d/%Y')::date as ordered, f[7]::bigint as id, strptime(f[8], '%m/%d/%Y')::date as shipped,
    f[9]::integer as units, f[10]::decimal(10, 2) as price, f[11]::decimal(10, 2) as cost,
    f[12]::decimal(10, 2) as revenue, f[13]::decimal(10, 2) as total_cost, f[14]::decimal(10, 2) as profit
from judged where bad is null
"""


WRONG_SUM = "revenue <> units * price or total_cost <> units * cost or profit <> revenue - total_cost"
ONE_PRICE = "count(distinct price) = 1, count(distinct cost) = 1, min(price - cost) > 0"
DAYS = "min(shipped - ordered), max(shipped - ordered), year(min(ordered)), year(max(ordered)), year(max(shipped))"
CELLS = "select distinct i from (select f, unnest(range(1, 15)) as i, bad from judged)"
NO_USUAL_NUMBER = "i not in (1, 2, 3, 4, 5, 6, 8) and not regexp_full_match(f[i], '[0-9]{1,9}([.][0-9]{2})?')"
FACTS = {
    "ids_that_differ": (
        "select count(*), count(distinct id), min(len(id::text)), max(len(id::text)) from good",
        [(19_700, 19_700, 9, 9)],
    ),
    "amounts_that_agree_to_the_cent": (f"select * from good where {WRONG_SUM}", []),
    "one_price_and_one_lower_cost_for_each_item": (
        f"select {ONE_PRICE} from good group by item",
        [(True, True, True)] * 12,
    ),
    "days_in_their_range": (f"select {DAYS} from good", [(0, 50, 2010, 2020, 2020)]),
    "units_in_their_range": ("select min(units) >= 1, max(units) <= 10000 from good", [(True, True)]),
    "both_channels": ("select distinct channel from good order by channel", [("Offline",), ("Online",)]),
    "all_priorities": ("select string_agg(distinct priority, '' order by priority) from good", [("CHLM",)]),
    "every_column_blank_somewhere": (
        f"{CELLS} where bad = 'blank_field' and trim(f[i]) = '' order by i",
        [(i,) for i in range(1, 15)],
    ),
    "every_number_spoilt_somewhere": (
        f"{CELLS} where bad = 'not_a_number' and {NO_USUAL_NUMBER} order by i",
        [(i,) for i in (7, 9, 10, 11, 12, 13, 14)],
    ),
    "every_number_too_large_somewhere": (
        f"{CELLS} where bad = 'number_too_large' and {NO_USUAL_NUMBER} order by i",
        [(i,) for i in (7, 9, 10, 11, 12, 13, 14)],
    ),
    "leading_spaces_in_the_texts_only": (
        f"{CELLS} where bad is null and ltrim(f[i]) <> f[i] order by i",
        [(i,) for i in range(1, 6)],
    ),
    "trailing_spaces_in_the_texts_only": (
        f"{CELLS} where bad is null and rtrim(f[i]) <> f[i] order by i",
        [(i,) for i in range(1, 6)],
    ),
    "short_and_long_rows_of_every_length": (
        "select distinct len(f) from judged where len(f) <> 14 order by 1",
        [(n,) for n in (7, 8, 9, 10, 11, 12, 13, 15)],
    ),
}


def csv_bytes(rows, seed, **shares):
    stream = io.BytesIO()
    planted = write_csv(stream, rows, seed, **shares)
    return stream.getvalue(), planted


def judge(folder, content):
    """A database with the tables judged and good of this CSV."""
    path = folder / "sales.csv"
    path.write_bytes(content)
    database = duckdb.connect()
    database.execute(JUDGED, [str(path)])
    database.execute(GOOD)
    return database


def rows_of(database, sql):
    return database.execute(sql).fetchall()


def counted(database):
    """What DuckDB counts in the file, in the generator's own words."""
    good = "count(*) filter (bad is null), count(distinct line) filter (bad is null)"
    ((rows, accepted, different),) = rows_of(database, f"select count(*), {good} from judged")
    bad = dict(rows_of(database, "select bad, count(*) from judged where bad is not null group by bad"))
    return Planted(rows, different, accepted - different, dict.fromkeys(BAD_KINDS, 0) | bad)


class Large:
    """The committed sample made anew, and a DuckDB that has read it."""

    def __init__(self, folder):
        self.content, self.planted = csv_bytes(20_000, seed=7)
        self.database = judge(folder, self.content)

    def rows(self, sql):
        return rows_of(self.database, sql)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    return Large(tmp_path_factory.mktemp("large"))


def test_the_committed_sample_is_what_the_generator_makes(large):
    with zipfile.ZipFile(SAMPLE) as archive:
        members = [(entry.filename, entry.date_time) for entry in archive.infolist()]
        content = archive.read("20k Sales Records.csv")

    assert members == [("20k Sales Records.csv", (1980, 1, 1, 0, 0, 0))]
    assert large.content == content


def test_the_readme_shows_what_the_generator_prints(large):
    command = "python -m samples.sales --rows 20000 --seed 7 --out samples/sales.zip"
    printed = json.dumps(vars(large.planted))

    assert f"    $ {command}\n    {printed}\n" in (ROOT / "samples" / "README.md").read_text()


def test_the_same_seed_gives_the_same_zip(tmp_path):
    first, second = tmp_path / "first.zip", tmp_path / "second.zip"
    write_zip(first, 12_345, seed=3)
    write_zip(second, 12_345, seed=3)

    assert first.read_bytes() == second.read_bytes()


def test_another_seed_gives_other_rows():
    ours, theirs = (set(csv_bytes(1_000, seed)[0].splitlines()) for seed in (1, 2))

    assert ours & theirs == {HEADER.encode()}


def test_the_zip_holds_what_write_csv_writes(tmp_path):
    planted = write_zip(tmp_path / "s.zip", 1_500, 5, member="a b/c.csv", duplicates=0.1, bad=0.1)
    with zipfile.ZipFile(tmp_path / "s.zip") as archive:
        content = archive.read("a b/c.csv")

    assert csv_bytes(1_500, 5, duplicates=0.1, bad=0.1) == (content, planted)


@pytest.mark.parametrize("rows", [1, 99, 200, 9_999, 10_000, 10_001, 20_000])
def test_duckdb_counts_what_was_planted(tmp_path, rows):
    content, planted = csv_bytes(rows, seed=rows)

    assert counted(judge(tmp_path, content)) == planted


def test_a_file_of_many_bad_rows_is_counted_too(tmp_path):
    content, planted = csv_bytes(10_500, seed=1, duplicates=0.2, bad=0.3)

    assert counted(judge(tmp_path, content)) == planted
    assert (planted.duplicates, sum(planted.bad.values())) == (2_100, 3_150)


def test_the_usual_shares_are_one_and_a_half_percent(large):
    planted = large.planted

    assert (planted.rows, planted.good, planted.duplicates) == (20_000, 19_700, 200)
    assert sorted(planted.bad.values()) == [16, 16, 17, 17, 17, 17]


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 2_000), st.integers(0, 2**70), st.floats(0, 0.25), st.floats(0, 0.25))
def test_lines_repeat_as_often_as_planted(rows, seed, duplicates, bad):
    content, planted = csv_bytes(rows, seed, duplicates=duplicates, bad=bad)
    lines = Counter(content.decode().splitlines()[1:])

    assert (lines.total(), lines.total() - len(lines)) == (rows, planted.duplicates)
    assert planted.good + planted.duplicates + sum(planted.bad.values()) == rows


def test_a_copy_is_always_of_a_good_row(tmp_path):
    database = judge(tmp_path, csv_bytes(20_000, seed=2, duplicates=0.3, bad=0.2)[0])
    repeated = rows_of(database, "select any_value(bad) from judged group by line having count(*) > 1")

    assert set(repeated) == {(None,)}


def test_bad_rows_differ_even_without_their_order_ids(tmp_path):
    database = judge(tmp_path, csv_bytes(40_000, seed=2, duplicates=0, bad=0.5)[0])
    without_id = (
        "select list_concat(f[1:6], f[8:]) as rest from judged where bad is not null and f[7] in ('', '  ', 'n/a')"
    )
    ((lost, different),) = rows_of(database, f"select count(*), count(distinct rest) from ({without_id})")

    assert lost > 300
    assert lost == different


def test_copies_lie_near_and_far(large):
    places, distances = {}, []
    for place, line in enumerate(large.content.splitlines()):
        if line in places:
            distances.append(place - places[line])
        places[line] = place

    assert min(distances) < 2_000
    assert max(distances) > 10_000


def test_every_country_is_sold_in(large):
    countries = large.rows("select region, list(distinct country order by country) from good group by region")

    assert dict(countries) == {region: sorted(names) for region, names in REGIONS.items()}


@pytest.mark.parametrize(("sql", "expected"), FACTS.values(), ids=FACTS.keys())
def test_duckdb_finds(large, sql, expected):
    assert large.rows(sql) == expected


def test_some_good_rows_have_odd_spaces(large):
    odd = "len([x for x in f if trim(x) <> x]) > 0"
    ((share,),) = large.rows(f"select avg(({odd})::int) from judged where bad is null")

    assert 0.005 < share < 0.015


def test_some_good_rows_have_zeros_in_their_dates(large):
    ((share,),) = large.rows("select avg((line like '%,0_/%')::int) from judged where bad is null")

    assert 0.02 < share < 0.05


def test_no_line_needs_quotes(large):
    assert large.content.isascii()
    assert not {b'"', b"\r"} & {bytes([byte]) for byte in set(large.content)}


def test_there_are_185_countries_in_seven_regions():
    names = [name for countries in REGIONS.values() for name in countries]

    assert (len(REGIONS), len(names), len(set(names))) == (7, 185, 185)
    assert not [name for name in names if "," in name or name != name.strip()]
    assert {"Cote d'Ivoire", "Antigua and Barbuda", "Saint Kitts and Nevis", "St. Lucia"} < set(names)


def test_walking_the_order_ids_meets_each_once():
    assert math.gcd(ID_STEP, IDS) == 1


class Nowhere(io.RawIOBase):
    def write(self, piece):
        return len(piece)


def peak_memory(rows):
    tracemalloc.start()
    write_csv(Nowhere(), rows, seed=1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_memory_does_not_grow_with_the_rows():
    write_csv(Nowhere(), 1, seed=1)  # makes what is made once

    assert peak_memory(60_000) < 1.1 * peak_memory(20_000)


@pytest.mark.parametrize(("rows", "expected"), [(2_000_000, "2m"), (1_500_000, "1500k"), (20_000, "20k"), (999, "999")])
def test_the_member_is_named_after_the_rows(rows, expected):
    assert member_name(rows) == f"{expected} Sales Records.csv"


@pytest.mark.parametrize(
    "wrong",
    [{"rows": 0}, {"rows": 900_000_001}, {"seed": -1}, {"bad": -0.1}, {"duplicates": float("nan")}, {"bad": 0.5}],
)
def test_a_wrong_parameter_is_refused_before_anything_is_written(tmp_path, wrong):
    with pytest.raises(SampleError):
        write_zip(tmp_path / "s.zip", **{"rows": 10, "seed": 1, **wrong})
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_zip(tmp_path):
    path = tmp_path / "s.zip"
    path.write_bytes(b"old")
    with pytest.raises(UnicodeEncodeError):
        write_zip(path, 10, seed=1, member="\ud800.csv")

    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("s.zip", b"old")]


def run(rows, out):
    command = [sys.executable, "-m", "samples.sales", "--rows", rows, "--seed", "4", "--out", str(out)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def test_the_command_prints_what_it_planted(tmp_path):
    code, printed, errors = run("3000", tmp_path / "s.zip")
    with zipfile.ZipFile(tmp_path / "s.zip") as archive:
        content = archive.read("3k Sales Records.csv")

    assert (code, errors) == (0, "")
    assert Planted(**json.loads(printed)) == counted(judge(tmp_path, content))


def test_the_command_refuses_too_few_rows(tmp_path):
    error = (
        "error: the number of rows is out of range\n  seen: rows 0\n  next: give 1 to 900000000, one order id a row\n"
    )

    assert run("0", tmp_path / "s.zip") == (2, "", error)


def test_the_command_refuses_rows_that_are_no_number():
    seen = "--rows many --seed 4 --out s.zip"
    error = (
        f"error: argument --rows: invalid int value: 'many'\n  seen: {seen}\n  next: python -m samples.sales --help\n"
    )

    assert run("many", "s.zip") == (2, "", error)


def test_the_command_says_where_it_cannot_write(tmp_path):
    out = tmp_path / "missing" / "s.zip"
    then = "choose a place that can be written"

    assert run("9", out) == (1, "", f"error: cannot write {out}\n  seen: No such file or directory\n  next: {then}\n")


def test_the_demos_sample_is_the_one_that_is_kept(tmp_path):
    landed = land(tmp_path, 20_000, 7, {})
    made, kept = (zipfile.ZipFile(path) for path in (tmp_path / "sales.zip", SAMPLE))
    with made, kept:
        [name] = made.namelist()
        assert made.read(name) == kept.read(name)
    # The kept one as DuckDB judges it, above.
    assert landed.tables == {
        "raw_sales": 20_000,
        "silver_sales": 19_700,
        "silver_sales_rejected": 100,
        "gold_sales": 19_700,
    }
    assert landed.said == "sales.zip of 20,000 rows: 19,700 good, 200 duplicates, 100 bad"
