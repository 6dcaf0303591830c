"""Nasty keys: a mount never fails for them, shows every other object, and writes back nothing that nobody changed."""

import errno
import os
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local_aws.runtime import s3_names
from local_aws.runtime.s3_mount import FlushError, S3Mount

PARTS = st.sampled_from(
    [
        *(
            "a",
            "b",
            "A",
            "é",
            "e\u0301",
            "",
            ".",
            "..",
            "k" * 255,
            "k" * 256,
            "é" * 128,
            "x\ny",
            "\0",
            "\udcff",
            "\ud800",
        ),
        *("_temporary", ".a.crc", ".hive-staging_1", "\\", "*", "a b", "\x1b[2J", "c:", "~"),
    ]
)
KEYS = st.builds(
    lambda parts, end: "/".join(parts) + end, st.lists(PARTS, min_size=1, max_size=4), st.sampled_from(["", "/"])
)
BUCKETS = st.dictionaries(
    st.sampled_from(["b-1", "b.2", "..", ".", "", "a/b", "x\n", "y" * 300]),
    st.dictionaries(KEYS, st.sampled_from(["r", "rw", "-"]), max_size=12),
    min_size=1,
    max_size=3,
)


class Client:
    """What a mount asks of S3, written down."""

    def __init__(self):
        self.calls = []

    def upload_file(self, file, bucket, key):
        self.calls.append(("put", bucket, key, Path(file).read_bytes()))

    def delete_objects(self, Bucket, Delete):  # noqa: N803 - boto3's names
        self.calls += [("delete", Bucket, entry["Key"]) for entry in Delete["Objects"]]
        return {}

    def delete_object(self, Bucket, Key):  # noqa: N803
        self.calls.append(("delete alone", Bucket, Key))


def mounted(folder, buckets, unlistable=()):
    folder.mkdir(parents=True)
    manifest, number = {}, 0
    for bucket, keys in buckets.items():
        objects = []
        for key, access in keys.items():
            source = folder / f"object-{number}"
            source.write_bytes(f"{bucket}/{key}".encode("utf-8", "surrogatepass"))
            objects.append([key, str(source), source.stat().st_size, access])
            number += 1
        manifest[bucket] = {"unlistable": list(unlistable), "objects": objects}
    mount = S3Mount(folder / "deep" / "mount", Client())
    mount.fill(manifest)
    return mount


def has_file(key, keys):
    """Whether a file system can show a key beside the others, said another way than the code does."""
    parts = key.split("/")
    sound = all(
        part not in ("", ".", "..") and "\0" not in part and len(part.encode("utf-8", "surrogatepass")) <= 255
        for part in parts
    )
    inner = [other for other in keys if other.startswith(key + "/") and not other.endswith("/")]
    return sound and not any(0xD800 <= ord(c) < 0xE000 for c in key) and not any(has_file(one, ()) for one in inner)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)
@given(buckets=BUCKETS, unlistable=st.lists(KEYS.map(lambda key: key.rstrip("/") + "/"), max_size=2))
def test_whatever_the_keys_are_all_others_are_there(tmp_path_factory, buckets, unlistable):
    folder = tmp_path_factory.mktemp("keys") / "run"
    mount = mounted(folder, buckets, unlistable)
    for path in mount._unlistable:
        path.chmod(0o700)
    for bucket, keys in buckets.items():
        for key, access in keys.items():
            if bucket not in ("b-1", "b.2") or not has_file(key, keys) or key.endswith("/"):
                continue
            path = mount.root.joinpath(bucket, *key.split("/"))
            assert path.is_file(), key
            if access == "-":
                assert path.stat().st_mode & 0o777 == 0
            else:
                assert path.read_bytes() == f"{bucket}/{key}".encode()
    names = {path.name for path in folder.iterdir()}
    assert names == {"deep", *(f"object-{place}" for place in range(sum(map(len, buckets.values()))))}
    assert [path.name for path in (folder / "deep").iterdir()] == ["mount"]
    assert {path.name for path in mount.root.iterdir()} == buckets.keys() & {"b-1", "b.2"}
    mount.flush()
    assert mount.client.calls == []
    new = mount.root / "b-1" / "new"
    if "b-1" in buckets:
        new.write_text("body")
        mount.flush()
        assert mount.client.calls == [("put", "b-1", "new", b"body")]


@given(st.lists(KEYS, max_size=10), st.randoms())
def test_the_order_of_the_keys_counts_for_nothing(keys, random):
    others = list(keys)
    random.shuffle(others)
    assert s3_names.left_out(keys, str) == s3_names.left_out(others, str)


@pytest.mark.parametrize(
    ("keys", "files"),
    [
        (["a", "a/"], ["a"]),
        (["a", "a/b/"], ["a"]),
        (["a/b", "a/b/"], ["a/b"]),
        (["a", "a/b", "a/b/c"], ["a/b/c"]),
        (["a/b", "a/" + "k" * 256], ["a/b"]),
    ],
)
def test_which_of_two_is_shown(tmp_path, keys, files):
    mount = mounted(tmp_path / "run", {"b-1": dict.fromkeys(keys, "rw")})
    root = mount.root / "b-1"
    assert [str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()] == files


def test_what_is_left_out_is_said_with_its_name_escaped_and_cut(tmp_path, capsys):
    keys = ["x\x1b[2J\n/" + "k" * 256, "a", "a/b"]
    mount = mounted(tmp_path / "run", {"b-1": dict.fromkeys(keys, "r")})
    first, second = capsys.readouterr().err.splitlines()
    assert first.startswith("WARN s3://b-1/x\\x1b[2J\\n/kkk")
    assert len(first) < 250
    assert first.endswith("… is hidden from Spark: a part of it is longer than 255 bytes")
    assert second == "WARN s3://b-1/a is hidden from Spark: a folder of other keys has its name"
    assert mount.left_out["b-1/a"] == "a folder of other keys has its name"


def test_of_many_ten_are_named_and_the_others_counted(tmp_path, capsys):
    mounted(tmp_path / "run", {"b-1": {f"{place}//x": "rw" for place in range(13)}})
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 11
    assert lines[-1] == "WARN and 3 more objects are hidden from Spark"


def test_names_that_the_role_may_not_read_are_not_told(tmp_path, capsys):
    mounted(tmp_path / "run", {"b-1": {"secret//x": "-"}})
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("keys", "files"), [(["A", "a"], ["A"]), (["A/x", "a/y", "A/z"], ["A/x", "A/z"]), (["a", "A/b"], ["A/b"])]
)
def test_a_file_system_that_does_not_tell_capitals_apart(keys, files):
    hidden = s3_names.left_out(keys, str.casefold)
    assert [key for key in sorted(keys) if key not in hidden] == files


def test_a_file_system_that_does_not_tell_forms_apart():
    hidden = s3_names.left_out(["e\u0301/a", "é/b"], lambda name: unicodedata.normalize("NFD", name))
    assert list(hidden) == ["é/b"]


def test_this_file_system_is_asked(tmp_path):
    fold = s3_names.file_system_fold(tmp_path)
    (tmp_path / "Abc").touch()
    assert (fold("Abc") == fold("abc")) is (tmp_path / "abc").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["Abc"]


def test_what_spark_calls_its_own_is_never_deleted(tmp_path):
    keys = ["t/_temporary/0/a", "t/.hive-staging_1/a", "t/.a.crc", "t/b"]
    mount = mounted(tmp_path / "run", {"b-1": dict.fromkeys(keys, "rw")})
    assert (mount.root / "b-1/t/_temporary/0/a").is_file()
    (mount.root / "b-1/t/b").unlink()
    mount.flush()
    assert mount.client.calls == [("delete", "b-1", "t/b")]


def test_a_key_that_xml_cannot_name_is_deleted_by_itself(tmp_path):
    mount = mounted(tmp_path / "run", {"b-1": {"a\x01": "rw", "b": "rw"}})
    (mount.root / "b-1/a\x01").unlink()
    (mount.root / "b-1/b").unlink()
    mount.flush()
    assert sorted(mount.client.calls) == [("delete", "b-1", "b"), ("delete alone", "b-1", "a\x01")]


def test_links_and_pipes_that_a_script_makes_are_not_carried(tmp_path):
    mount = mounted(tmp_path / "run", {"b-1": {"a": "rw"}})
    outside = tmp_path / "outside"
    outside.write_text("secret")
    (mount.root / "b-1/link").symlink_to(outside)
    (mount.root / "b-1/broken").symlink_to(tmp_path / "absent")
    (mount.root / "b-1/folder").symlink_to(tmp_path)
    os.mkfifo(mount.root / "b-1/pipe")
    mount.flush()
    assert mount.client.calls == []


def test_a_file_whose_name_is_not_utf8_is_refused_by_name(tmp_path):
    mount = mounted(tmp_path / "run", {"b-1": {}})
    (mount.root / "b-1" / "x\udcff").write_text("body")
    with pytest.raises(FlushError, match=r"^InvalidURI: s3://b-1/x\\udcff cannot be a key of S3: it is not UTF-8$"):
        mount.flush()


def test_an_object_that_went_away_is_passed_over(tmp_path):
    (tmp_path / "run").mkdir()
    mount = S3Mount(tmp_path / "mount", Client())
    mount.fill({"b-1": {"unlistable": [], "objects": [["a", str(tmp_path / "absent"), 1, "rw"]]}})
    mount.flush()
    assert mount.client.calls == []


def test_a_full_disk_is_no_key_that_cannot_be(tmp_path, monkeypatch):
    def full(*_args, **_kwargs):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("local_aws.runtime.s3_placing.link_or_copy", full)
    with pytest.raises(OSError, match="No space left"):
        mounted(tmp_path / "run", {"b-1": {"a": "rw"}})
