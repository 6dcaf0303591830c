import bz2
import gzip
import io
import zipfile

import pytest

from local_aws.glue.crawler.compression import open_sample

TEXT = b"".join(b"%d,line %d\n" % (n, n) for n in range(5000))


def zipped(*names, method=zipfile.ZIP_DEFLATED):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name in names:
            archive.writestr(name, TEXT)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("none", TEXT),
        ("gzip", gzip.compress(TEXT)),
        ("gzip", gzip.compress(TEXT[:1000]) + gzip.compress(TEXT[1000:])),
        ("bzip2", bz2.compress(TEXT)),
        ("zip", zipped("a.csv")),
        ("zip", zipped("a.csv", method=zipfile.ZIP_STORED)),
    ],
)
def test_a_whole_file_is_opened(name, data):
    opened = open_sample(data, whole=True, limit=10**6)
    assert (opened.compression, opened.data, opened.whole, opened.problem) == (name, TEXT, True, "")


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lambda data: data])
def test_a_sample_is_cut_at_the_limit_and_says_so(pack):
    opened = open_sample(pack(TEXT), whole=True, limit=1000)
    assert (opened.data, opened.whole) == (TEXT[:1000], False)


def test_a_cut_off_gzip_gives_what_there_is():
    packed = gzip.compress(TEXT)
    opened = open_sample(packed[: len(packed) // 2], whole=False, limit=10**6)
    assert opened.data
    assert TEXT.startswith(opened.data)
    assert not opened.whole


def test_a_gzip_that_ends_too_early_is_not_whole():
    packed = gzip.compress(TEXT)
    assert not open_sample(packed[:-100], whole=True, limit=10**6).whole


def test_the_ratio_tells_how_much_a_stored_byte_holds():
    packed = gzip.compress(TEXT)
    assert open_sample(packed, whole=True, limit=10**6).ratio == pytest.approx(len(TEXT) / len(packed))


def test_a_zip_of_two_files_is_not_opened():
    opened = open_sample(zipped("a.csv", "b.csv"), whole=True, limit=10**6)
    assert opened.problem == "a zip of 2 files, and a crawler reads those with one only"


@pytest.mark.parametrize("data", [b"\x1f\x8b rubbish", b"BZh9 rubbish", b"PK\x03\x04 rubbish"])
def test_rubbish_is_a_problem_not_a_crash(data):
    assert open_sample(data, whole=True, limit=10**6).problem
