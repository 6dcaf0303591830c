import pytest
from botocore.exceptions import ClientError

from local_aws.glue.crawler.range_reader import RangeReader

KEYS = ["plain.csv", "a b/c+d&e=f?g#h.csv", "country=Cote d%27Ivoire/x.csv", "ü/é.csv", "a//b.csv"]
BODY = b"0123456789"


def never(**_):
    raise AssertionError("S3 was asked")


class Refusing:
    """An S3 client that is not to be asked."""

    get_object = staticmethod(never)


def test_the_shorter_way_is_taken():
    assert RangeReader(Refusing(), lambda *asked: BODY[asked[2] : asked[3] + 1]).read("b", "k", 2, 4) == b"234"


@pytest.mark.parametrize("key", KEYS)
def test_without_a_shorter_way_s3_is_asked(lake, key):
    lake.put(key, BODY)
    assert RangeReader(lake.s3).read(lake.bucket, key, 2, 4) == b"234"


def test_what_the_shorter_way_cuts_off_is_asked_of_s3(lake):
    lake.put("x", BODY)
    assert RangeReader(lake.s3, lambda *_: b"01").read(lake.bucket, "x", 0, 3) == b"0123"


def test_what_is_refused_comes_as_s3s_own_error(lake):
    with pytest.raises(ClientError, match="NoSuchKey"):
        RangeReader(lake.s3).read(lake.bucket, "missing", 0, 3)


def test_an_object_that_became_shorter_gives_what_there_is(lake):
    lake.put("x", BODY)
    assert RangeReader(lake.s3).read(lake.bucket, "x", 5, 99) == b"56789"
