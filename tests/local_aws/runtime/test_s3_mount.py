"""Buckets as folders, with a real S3 behind them."""

import os
import stat
import time

import pytest

from local_aws.runtime.s3_mount import COPY_BELOW_BYTES, FlushError, S3Mount
from tests.local_aws.aws_server import allow

LARGE = b"x" * COPY_BELOW_BYTES


class Store:
    """A bucket and a mount of it; object files lie in a folder as those of the emulator do."""

    def __init__(self, aws, folder, client=None):
        self.aws, self.folder, self.bucket = aws, folder, aws.bucket()
        self.mount = S3Mount(folder / "mount", client or aws.client("s3"))
        self.objects = []

    def put(self, key, body=b"old", access="rw"):
        self.aws.put(self.bucket, key, body)
        source = self.folder / f"object-{len(self.objects)}"
        source.write_bytes(body)
        self.objects.append([key, str(source), len(body), access])
        return self

    def fill(self, unlistable=()):
        self.mount.fill({self.bucket: {"unlistable": list(unlistable), "objects": self.objects}})
        return self

    def path(self, key):
        return self.mount.root / self.bucket / key

    def write(self, key, body=b"new"):
        self.path(key).parent.mkdir(parents=True, exist_ok=True)
        self.path(key).write_bytes(body)

    @property
    def keys(self):
        return self.aws.keys(self.bucket)

    @property
    def files(self):
        root = self.mount.root / self.bucket
        return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


@pytest.fixture
def store(local_aws, tmp_path):
    return Store(local_aws, tmp_path)


# S3 -> folders


@pytest.mark.parametrize(
    "key", ["a", "x/y/a.csv", "y=1/part 0.csv", "Åland Islands/é.csv", "a=b/c&d+e%20.txt", "x/..a/.b", "(1)*[x]?{y}"]
)
def test_an_object_is_a_file_of_its_key(store, key):
    assert store.put(key, b"body").fill().path(key).read_bytes() == b"body"


@pytest.mark.parametrize("key", ["a//b", "/a", "..", "x/../a", "./a", "a/."])
def test_a_key_that_no_file_can_have_is_left_out(store, key):
    store.put("ok").put(key).fill()
    assert store.files == ["ok"]
    store.mount.flush()
    assert key in store.keys


@pytest.mark.parametrize("order", [["a", "a/b"], ["a/b", "a"]])
def test_of_a_key_and_a_folder_of_its_name_the_folder_is_shown_and_the_other_said(store, order, capsys):
    for key in order:
        store.put(key)
    store.fill()
    assert store.files == ["a/b"]
    assert f"s3://{store.bucket}/a is hidden from Spark" in capsys.readouterr().err
    store.mount.flush()
    assert store.keys == ["a", "a/b"]


def test_a_marker_of_a_folder_is_a_folder(store):
    assert store.put("x/", b"").put("x/y/", b"").fill().path("x/y").is_dir()


def test_a_large_object_is_a_link_that_nobody_writes_through(store):
    store.put("large", LARGE).fill()
    assert store.path("large").stat().st_nlink == 2
    assert stat.S_IMODE(store.path("large").stat().st_mode) == 0o400


def test_a_small_object_that_may_be_written_is_a_copy(store):
    store.put("_SUCCESS", b"", "rw").fill()
    assert store.path("_SUCCESS").stat().st_nlink == 1
    store.path("_SUCCESS").write_bytes(b"")


def test_a_small_object_that_may_not_be_written_is_a_link(store):
    assert store.put("a", b"x", "r").fill().path("a").stat().st_nlink == 2


def test_an_object_that_may_not_be_read_is_an_unreadable_file_of_its_size(store):
    store.put("secret", b"12345", "-").fill()
    seen = store.path("secret").stat()
    assert (stat.S_IMODE(seen.st_mode), seen.st_size) == (0, 5)
    assert store.mount.denied == {f"{store.bucket}/secret"}


def test_a_folder_that_may_not_be_listed_cannot_be(store):
    store.put("open/a").put("closed/deep/a").fill(["closed/", "closed/deep/"])
    assert stat.S_IMODE(store.path("closed").stat().st_mode) == 0o311
    assert store.mount.is_unlistable(store.path("closed/absent"))
    assert store.mount.is_unlistable(store.path("closed/deep/absent/x"))
    assert not store.mount.is_unlistable(store.path("open/absent"))


def test_a_bucket_that_may_not_be_listed_is_such_a_folder(store):
    store.put("a").fill([""])
    assert store.mount.is_unlistable(store.path("absent"))


def test_five_thousand_objects_are_there(store, tmp_path):
    source = tmp_path / "one"
    source.write_bytes(b"x")
    objects = [[f"year={place % 10}/part-{place:05}", str(source), 1, "r"] for place in range(5000)]
    store.mount.fill({store.bucket: {"unlistable": [], "objects": objects}})
    store.mount.flush()
    assert len(store.files) == 5000
    assert store.keys == []


# Folders -> S3


def test_what_did_not_change_is_not_written(store):
    store.put("a").fill()
    before = store.aws.client("s3").head_object(Bucket=store.bucket, Key="a")["LastModified"]
    time.sleep(1.1)
    store.mount.flush()
    assert store.aws.client("s3").head_object(Bucket=store.bucket, Key="a")["LastModified"] == before


def test_new_files_are_uploaded(store):
    store.fill()
    store.write("x/y=1/part-0.csv")
    store.mount.flush()
    assert store.keys == ["x/y=1/part-0.csv"]
    assert store.aws.get(store.bucket, "x/y=1/part-0.csv") == b"new"


def test_changed_files_are_uploaded(store):
    store.put("replaced").put("rewritten").fill()
    store.path("replaced").unlink()
    store.write("replaced")
    store.write("rewritten", b"old and more")
    store.mount.flush()
    assert store.aws.get(store.bucket, "replaced") == b"new"
    assert store.aws.get(store.bucket, "rewritten") == b"old and more"


def test_a_change_of_the_same_size_is_seen(store):
    store.put("a", b"old").fill()
    os.utime(store.path("a"), ns=(1, 1))
    store.write("a", b"new")
    store.mount.flush()
    assert store.aws.get(store.bucket, "a") == b"new"


def test_files_that_went_away_are_deleted(store):
    store.put("x/a").put("x/b").put("kept").fill()
    store.path("x/a").unlink()
    store.path("x/b").unlink()
    store.path("x").rmdir()
    store.mount.flush()
    assert store.keys == ["kept"]


def test_a_second_flush_does_nothing_more(store):
    store.put("gone").fill()
    store.path("gone").unlink()
    store.write("new")
    store.mount.flush()
    store.aws.put(store.bucket, "gone", b"by somebody else")
    store.aws.put(store.bucket, "new", b"by somebody else")
    store.mount.flush()
    assert store.aws.get(store.bucket, "gone") == b"by somebody else"
    assert store.aws.get(store.bucket, "new") == b"by somebody else"


def test_more_than_a_thousand_files_can_go_away(store):
    """S3 deletes at most a thousand objects a request."""
    source = store.folder / "one"
    source.write_bytes(b"x")
    objects = [[f"k{place}", str(source), 1, "r"] for place in range(2001)]
    store.aws.put(store.bucket, "k0", b"x")
    store.aws.put(store.bucket, "k2000", b"x")
    store.mount.fill({store.bucket: {"unlistable": [], "objects": objects}})
    for path in list(store.mount.root.joinpath(store.bucket).iterdir()):
        path.unlink()
    store.mount.flush()
    assert store.keys == []


@pytest.mark.parametrize(
    "name", ["x/_temporary/0/a", "x/.hive-staging/a", "x/.spark-staging/a", "x/.a.csv.crc", ".part-0.crc"]
)
def test_what_is_sparks_own_stays_here(store, name):
    store.fill()
    store.write(name)
    store.mount.flush()
    assert store.keys == []


def test_markers_are_uploaded_after_all_data(store):
    store.fill()
    for name in ("x/_SUCCESS", "x/part-0", "x/part-1", "y/_SUCCESS", "y/part-0"):
        store.write(name)
    order = []
    upload = store.mount._upload
    store.mount._upload = lambda name: (order.append(name.partition("/")[2]), upload(name))
    store.mount.flush()
    assert sorted(order[:3]) == ["x/part-0", "x/part-1", "y/part-0"]
    assert order[3:] == ["x/_SUCCESS", "y/_SUCCESS"]


def test_what_lies_in_a_folder_that_may_not_be_listed_is_carried_too(store):
    store.put("closed/a").fill(["closed/"])
    store.write("closed/new")
    store.mount.flush()
    assert store.keys == ["closed/a", "closed/new"]
    assert stat.S_IMODE(store.path("closed").stat().st_mode) == 0o311


@pytest.fixture
def reader(local_aws, tmp_path):
    """A mount whose role may read, and write below `mine/`, and delete nothing."""
    store = Store(local_aws, tmp_path)
    arn = f"arn:aws:s3:::{store.bucket}"
    user = local_aws.user(
        allow(["s3:GetObject", "s3:ListBucket"], arn, f"{arn}/*"), allow("s3:PutObject", f"{arn}/mine/*")
    )
    store.mount.client = local_aws.client("s3", user)
    return store


def test_a_refused_upload_is_told_in_s3s_words_and_leaves_the_old_objects(reader):
    reader.put("a").put("b").fill()
    reader.path("b").unlink()
    reader.write("a", b"changed")
    with pytest.raises(
        FlushError, match=r"^AccessDenied: User: .* is not authorized to perform: s3:PutObject"
    ) as refused:
        reader.mount.flush()
    assert f'on resource: "arn:aws:s3:::{reader.bucket}/a"' in str(refused.value)
    assert str(reader.mount.root) not in str(refused.value)
    assert reader.keys == ["a", "b"]
    assert reader.aws.get(reader.bucket, "a") == b"old"


def test_a_refused_deletion_is_told_in_s3s_words(reader):
    reader.put("a").fill()
    reader.path("a").unlink()
    with pytest.raises(FlushError, match=r"AccessDenied: .*s3:DeleteObject"):
        reader.mount.flush()
    assert reader.keys == ["a"]


def test_after_a_refusal_the_next_flush_tries_again(reader):
    reader.fill()
    reader.write("theirs")
    with pytest.raises(FlushError):
        reader.mount.flush()
    with pytest.raises(FlushError):
        reader.mount.flush()


# Calls of the S3 API that go past the folders


def test_an_object_that_was_written_is_fetched(store):
    store.fill()
    store.aws.put(store.bucket, "x/new", b"body")
    store.mount.refresh(store.bucket, "x/new")
    assert store.path("x/new").read_bytes() == b"body"
    store.path("x/new").unlink()
    store.mount.flush()
    assert store.keys == []


@pytest.mark.parametrize(("mounted", "written"), [("a", "a/b"), ("a/b", "a")])
def test_an_object_that_has_no_place_is_said_to_be_hidden(store, mounted, written, capsys):
    store.put(mounted).fill()
    store.aws.put(store.bucket, written, b"x")
    store.mount.refresh(store.bucket, written)
    assert f"s3://{store.bucket}/{written} is hidden from Spark" in capsys.readouterr().err
    assert store.files == [mounted]
    store.mount.flush()
    assert store.keys == ["a", "a/b"]


def test_an_object_of_a_bucket_that_is_not_mounted_is_left_alone(store):
    store.fill()
    store.mount.refresh("another-bucket", "a")
    assert not (store.mount.root / "another-bucket").exists()


def test_an_object_that_may_be_written_but_not_read_is_unreadable(local_aws, tmp_path):
    store = Store(local_aws, tmp_path)
    store.mount.client = local_aws.client("s3", local_aws.user(allow("s3:PutObject", f"arn:aws:s3:::{store.bucket}/*")))
    store.fill()
    store.aws.put(store.bucket, "a", b"x")
    store.mount.refresh(store.bucket, "a")
    assert stat.S_IMODE(store.path("a").stat().st_mode) == 0
    assert store.mount.denied == {f"{store.bucket}/a"}


def test_a_copy_is_linked_when_its_source_is_here(store):
    store.put("large", LARGE).fill()
    store.aws.put(store.bucket, "copy", LARGE)
    store.mount.copied((store.bucket, "large"), store.bucket, "copy")
    assert store.path("copy").stat().st_ino == store.path("large").stat().st_ino
    store.mount.flush()
    assert store.keys == ["copy", "large"]


def test_a_small_copy_can_be_written(store):
    store.put("x/_SUCCESS", b"").fill()
    store.aws.put(store.bucket, "y/_SUCCESS", b"")
    store.mount.copied((store.bucket, "x/_SUCCESS"), store.bucket, "y/_SUCCESS")
    assert stat.S_IMODE(store.path("y/_SUCCESS").stat().st_mode) & 0o200


def test_a_copy_from_elsewhere_is_fetched(store):
    store.fill()
    store.aws.put(store.bucket, "copy", b"body")
    store.mount.copied(("another-bucket", "a"), store.bucket, "copy")
    assert store.path("copy").read_bytes() == b"body"


def test_an_object_that_was_deleted_goes_with_its_empty_folders(store):
    store.put("x/y/a").put("x/b").fill()
    store.mount.forget(store.bucket, "x/y/a")
    assert store.files == ["x/b"]
    assert not store.path("x/y").exists()
    store.mount.flush()
    assert store.keys == ["x/b", "x/y/a"]  # the API deleted it, not the flush


@pytest.mark.parametrize("key", ["absent", "a/b", "x", "x/", "a//b", ".."])
def test_deleting_what_has_no_file_is_nothing(store, key):
    store.put("a").put("x/c").fill()
    store.mount.forget(store.bucket, key)
    assert store.files == ["a", "x/c"]
