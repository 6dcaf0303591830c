"""Files of operations against a reader of their own, which knows the format and not the generator."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from samples import Landed, SampleError, operations
from tests import operations_read

ROOT = Path(__file__).parents[2]
ROWS, SEED = 3000, 5


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("incoming")
    planted = operations.write(folder, ROWS, SEED)
    return planted, {path.name: path.read_bytes() for path in folder.iterdir()}


def all_lines(files):
    return [line for content in files.values() for _, line in operations_read.lines(content)]


def test_counts_are_those_of_the_files(made):
    planted, files = made
    items, rejected = operations_read.whole(files)
    assert (planted.files, planted.lines) == (len(files), len(all_lines(files))) == (10, ROWS)
    assert planted.items == Counter(domain for one, *_ in items.values() for domain in [one["domain"]])
    assert planted.rejected.total() == len(rejected)
    good = [line for line in all_lines(files) if operations_read.record(line)]
    assert planted.twice == len(good) - len(set(good))
    assert planted.corrected == len(set(good)) - len(items)


def test_every_domain_and_kind_of_line_is_there(made):
    planted, _ = made
    assert set(planted.items) == set(operations.DOMAINS)
    assert set(planted.rejected) == set(operations.MALFORMED)
    assert min(planted.twice, planted.corrected) > 0


def test_a_correction_stands_in_a_later_file_of_its_load(made):
    keys = {}
    for name, content in sorted(made[1].items()):
        for _, line in operations_read.lines(content):
            if fields := operations_read.record(line):
                one = operations_read.item(fields)
                keys.setdefault((one["custody_operation"], one["domain_load"]), {}).setdefault(line, set()).add(name)
    corrected = [list(found.values()) for found in keys.values() if len(found) > 1]
    assert len(corrected) == made[0].corrected
    for former, correction in corrected:
        assert max(former) < min(correction)
        assert {name[:15] for name in former | correction} == {min(former)[:15]}


def test_files_end_their_lines_in_both_ways_and_hold_letters_of_two_bytes(made):
    ends = {content.count(b"\r\n") > 0 for content in made[1].values()}
    assert ends == {True, False}
    assert {content.endswith(b"\n") for content in made[1].values()} == {True, False}
    assert all("CRÉDITO".encode() in content for content in made[1].values())


def test_the_same_arguments_give_the_same_bytes(made, tmp_path):
    operations.write(tmp_path, ROWS, SEED)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == made[1]
    operations.write(tmp_path / "other", ROWS, SEED + 1)
    assert {path.name: path.read_bytes() for path in (tmp_path / "other").iterdir()} != made[1]


@pytest.mark.parametrize("rows", [operations.LEAST, 333, 1001])
def test_small_samples_have_every_kind_too(rows, tmp_path):
    planted = operations.write(tmp_path, rows, 1)
    assert set(planted.rejected) == set(operations.MALFORMED)
    assert min(planted.twice, planted.corrected) > 0
    lost = planted.rejected.total() + planted.twice + planted.corrected
    assert planted.lines == rows == planted.items.total() + lost


def test_land_tells_what_the_tables_must_hold(made, tmp_path):
    items, rejected = operations_read.whole(made[1])
    landed = operations.land(tmp_path, ROWS, SEED, {})
    assert isinstance(landed, Landed)
    assert landed.tables == {"records": len(items), "rejected": len(rejected)}
    assert landed.items == {"ItemsTable": len(items)}
    assert landed.said.startswith("3,000 lines in 10 files, ")


@pytest.mark.parametrize(("rows", "seed"), [(operations.LEAST - 1, 1), (operations.MOST + 1, 1), (1000, -1)])
def test_what_cannot_be_made_is_refused(rows, seed, tmp_path):
    with pytest.raises(SampleError, match=r"out of range|negative"):
        operations.write(tmp_path, rows, seed)


def test_the_command_prints_what_it_planted(tmp_path):
    command = [sys.executable, "-m", "samples.operations", "--rows", "300", "--seed", "1", "--out", str(tmp_path)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout)["lines"] == 300
    wrong = subprocess.run([*command, "--rows", "1"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (wrong.returncode, wrong.stderr.splitlines()[0]) == (2, "error: the number of lines is out of range")
