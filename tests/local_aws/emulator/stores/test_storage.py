"""What Athena takes of the emulator's S3: objects with the moment of their writing, taken away past IAM."""

import json
import subprocess
import sys

SCRIPT = """
import json, sys
from pathlib import Path
from local_aws import emulator
emulator.prepare(Path(sys.argv[1]), 0)
from ministack.services import s3
scope = emulator.Scope("000000000000", "eu-west-1")
with scope.entered():
    s3._buckets["b"] = {"objects": {}, "region": "eu-west-1"}
put = emulator.put_object(scope, "b", "a/b", b"xy", "text/plain")
found = [[file.key, file.size, file.modified] for file in emulator.objects_under(scope, "b", "a/")]
emulator.delete_object(scope, "b", "a/b")
emulator.delete_object(scope, "b", "absent")
print(json.dumps([put, found, len(emulator.objects_under(scope, "b", "a/"))]))
"""


def test_an_object_tells_when_it_was_written_and_can_be_taken_away(tmp_path):
    run = subprocess.run([sys.executable, "-c", SCRIPT, tmp_path], capture_output=True, text=True, check=True)
    put, ((key, size, modified),), left = json.loads(run.stdout.splitlines()[-1])
    assert (put, key, size, left) == (True, "a/b", 2, 0)
    assert (modified[:2], modified[-1]) == ("20", "Z")


LINKS = """
import json, shutil, sys
from pathlib import Path
from local_aws import emulator
emulator.prepare(Path(sys.argv[1]), 0)
from ministack.services import s3
scope = emulator.Scope("000000000000", "eu-west-1")
with scope.entered():
    s3._buckets["b"] = {"objects": {}, "region": "eu-west-1"}
    for key in ("plain/x", "in/y/x", "out/y/x", "file/x", "way/../x", "top"):
        emulator.put_object(scope, "b", key, b"xy", "text/plain")
    root = Path(s3.DATA_DIR, "000000000000", "b")
    outside = Path(sys.argv[1], "outside")
    outside.mkdir()
    (outside / "x").write_bytes(b"not the bucket's")
    for folder, target in (("in", root / "plain"), ("out", outside)):
        shutil.rmtree(root / folder / "y")
        (root / folder / "y").symlink_to(target)
    (root / "file/x").unlink()
    (root / "file/x").symlink_to(outside / "x")
    files = {file.key: file.path for file in emulator.objects_under(scope, "b", "")}
    print(json.dumps([[key, path, s3._object_disk_path("b", key)] for key, path in files.items()]))
"""


def test_an_object_s_file_is_where_the_emulator_says_whatever_links_lie_there(tmp_path):
    run = subprocess.run([sys.executable, "-c", LINKS, tmp_path], capture_output=True, text=True, check=True)
    places = json.loads(run.stdout.splitlines()[-1])
    assert len(places) == 6
    assert [place for place in places if place[1] != place[2]] == []
