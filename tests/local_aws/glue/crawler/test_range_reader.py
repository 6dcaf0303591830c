import pytest
from botocore.exceptions import ClientError

from local_aws.glue.crawler.range_reader import RangeReader

KEYS = ["plain.csv", "a b/c+d&e=f?g#h.csv", "country=Cote d%27Ivoire/x.csv", "ü/é.csv", "a//b.csv"]


class Counting:
    """An S3 client that counts the reads that come back to it."""

    def __init__(self, client):
        self.client, self.fallbacks = client, 0

    def generate_presigned_url(self, *arguments, **named):
        return self.client.generate_presigned_url(*arguments, **named)

    def get_object(self, **named):
        self.fallbacks += 1
        return self.client.get_object(**named)


@pytest.mark.parametrize("key", KEYS)
def test_a_range_is_read_without_the_client(lake, key):
    lake.put(key, b"0123456789")
    client = Counting(lake.s3)
    reader = RangeReader(client)
    assert reader.read(lake.bucket, key, 2, 4) == b"234"
    reader.close()
    assert client.fallbacks == 0


def test_a_connection_that_was_closed_is_opened_again(lake):
    lake.put("x", b"0123456789")
    reader = RangeReader(Counting(lake.s3))
    assert reader.read(lake.bucket, "x", 0, 0) == b"0"
    reader.close()
    assert reader.read(lake.bucket, "x", 9, 9) == b"9"
    reader.close()


def test_a_connection_that_breaks_falls_back_to_the_client(lake):
    lake.put("x", b"0123456789")
    client = Counting(lake.s3)
    client.generate_presigned_url = lambda *_, **__: "http://127.0.0.1:1/nothing?here"
    assert RangeReader(client).read(lake.bucket, "x", 0, 3) == b"0123"
    assert client.fallbacks == 1


def test_what_is_refused_comes_as_s3s_own_error(lake):
    with pytest.raises(ClientError, match="NoSuchKey"):
        RangeReader(lake.s3).read(lake.bucket, "missing", 0, 3)


def test_an_object_that_became_shorter_gives_what_there_is(lake):
    lake.put("x", b"0123456789")
    client = Counting(lake.s3)
    assert RangeReader(client).read(lake.bucket, "x", 5, 99) == b"56789"
    assert client.fallbacks == 1
