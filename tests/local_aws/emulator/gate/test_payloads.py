"""Bodies read piece by piece: the worked examples of the S3 API reference, and what botocore frames."""

import base64
import hashlib
import io
import zlib

import pytest
from botocore.httpchecksum import AwsChunkedWrapper, Crc32Checksum
from hypothesis import given
from hypothesis import strategies as st
from ministack.core.sigv4 import derive_signing_key

from local_aws.emulator.gate.checksums import checksum
from local_aws.emulator.gate.payloads import PayloadError, PayloadReader, VerifiedSignature

# "Signature calculations ... multiple chunks" and "... including trailing headers" of the S3 API reference.
SECRET = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
KEY = derive_signing_key(SECRET, "20130524", "us-east-1", "s3")
DATA = b"a" * 66560
LENGTH = {"x-amz-decoded-content-length": "66560"}
CHUNKS = VerifiedSignature(
    "AKIAIOSFODNN7EXAMPLE",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    KEY,
    "20130524T000000Z",
    "20130524/us-east-1/s3/aws4_request",
)
CHUNKS_BODY = (
    b"10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n"
    + b"a" * 65536
    + b"\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n"
    + b"a" * 1024
    + b"\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n"
)
TRAILER = VerifiedSignature(
    "AKIAIOSFODNN7EXAMPLE",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
    KEY,
    "20130524T000000Z",
    "20130524/us-east-1/s3/aws4_request",
)
TRAILER_HEADERS = LENGTH | {"x-amz-trailer": "x-amz-checksum-crc32c"}
TRAILER_BODY = (
    b"10000;chunk-signature=b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2\r\n"
    + b"a" * 65536
    + b"\r\n400;chunk-signature=1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7\r\n"
    + b"a" * 1024
    + b"\r\n0;chunk-signature=2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992\r\n"
    + b"x-amz-checksum-crc32c:sOO8/Q==\r\n"
    + b"x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n\r\n"
)


def read(signature: VerifiedSignature, headers: dict[str, str], body: bytes, step: int = 1 << 20) -> bytes:
    reader = PayloadReader(signature, headers)
    decoded = b"".join(reader.feed(body[start : start + step]) for start in range(0, len(body), step))
    return decoded + reader.close()


def code(signature: VerifiedSignature, headers: dict[str, str], body: bytes) -> str:
    with pytest.raises(PayloadError) as caught:
        read(signature, headers, body)
    return caught.value.code


@pytest.mark.parametrize("step", [1, 7, 1000, 1 << 20])
def test_signed_chunks_of_the_reference_are_read_in_pieces_of_any_size(step):
    assert read(CHUNKS, LENGTH, CHUNKS_BODY, step) == DATA


@pytest.mark.parametrize("step", [1, 7, 1000, 1 << 20])
def test_signed_chunks_with_trailers_of_the_reference_are_read(step):
    reader = PayloadReader(TRAILER, TRAILER_HEADERS)
    pieces = [reader.feed(TRAILER_BODY[at : at + step]) for at in range(0, len(TRAILER_BODY), step)]
    assert (b"".join(pieces) + reader.close(), reader.trailers) == (DATA, {"x-amz-checksum-crc32c": "sOO8/Q=="})


@pytest.mark.parametrize("at", [100, 65700, 66000, 66690, 66760])
def test_any_changed_byte_of_data_or_signature_is_refused(at):
    body = bytearray(CHUNKS_BODY)
    body[at] = body[at] ^ 1
    assert code(CHUNKS, LENGTH, bytes(body)) in ("SignatureDoesNotMatch", "IncompleteBody")


def test_a_changed_trailer_is_refused():
    assert code(TRAILER, TRAILER_HEADERS, TRAILER_BODY.replace(b"sOO8", b"sOO9")) == "SignatureDoesNotMatch"


def test_a_trailer_without_its_signature_is_refused():
    line = b"x-amz-trailer-signature:d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435\r\n"
    assert code(TRAILER, TRAILER_HEADERS, TRAILER_BODY.replace(line, b"")) == "SignatureDoesNotMatch"


@pytest.mark.parametrize("lost", [1, 2, 50, 100, 66000])
def test_a_body_that_ends_early_is_refused(lost):
    assert code(CHUNKS, LENGTH, CHUNKS_BODY[:-lost]) == "IncompleteBody"


def test_a_body_that_goes_on_is_refused():
    assert code(CHUNKS, LENGTH, CHUNKS_BODY + b"x") == "IncompleteBody"


@pytest.mark.parametrize("length", ["66559", "66561", "0"])
def test_another_length_than_announced_is_refused(length):
    assert code(CHUNKS, {"x-amz-decoded-content-length": length}, CHUNKS_BODY) == "IncompleteBody"


def test_a_length_must_be_announced():
    assert code(CHUNKS, {}, CHUNKS_BODY) == "MissingContentLength"


@pytest.mark.parametrize("body", [b"zz\r\n", b"10000000000000000000\r\n", b"-5\r\n", b"+5\r\n", b"5 \r\n", b"x" * 9000])
def test_bad_framing_is_refused(body):
    unsigned = VerifiedSignature("test", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
    assert code(unsigned, {"x-amz-decoded-content-length": "5"}, body) == "IncompleteBody"


def test_a_chunk_that_claims_more_than_was_announced_is_refused_before_it_is_read():
    reader = PayloadReader(CHUNKS, {"x-amz-decoded-content-length": "10"})
    with pytest.raises(PayloadError, match="longer than the x-amz-decoded-content-length"):
        reader.feed(CHUNKS_BODY[:90])


UNSIGNED_TRAILER = VerifiedSignature("test", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")


def framed(data: bytes, chunk_size: int) -> tuple[bytes, dict[str, str]]:
    """The body that botocore sends, and its headers."""
    wrapper = AwsChunkedWrapper(
        io.BytesIO(data), checksum_cls=Crc32Checksum, checksum_name="x-amz-checksum-crc32", chunk_size=chunk_size
    )
    headers = {"x-amz-decoded-content-length": str(len(data)), "x-amz-trailer": "x-amz-checksum-crc32"}
    return wrapper.read(), headers


@given(data=st.binary(max_size=300), chunk_size=st.integers(1, 100), step=st.integers(1, 400))
def test_what_botocore_frames_is_read_as_it_was(data, chunk_size, step):
    body, headers = framed(data, chunk_size)
    assert read(UNSIGNED_TRAILER, headers, body, step) == data


def test_a_wrong_trailing_checksum_is_a_bad_digest():
    body, headers = framed(b"hello", 5)
    assert code(UNSIGNED_TRAILER, headers, body.replace(b"hello", b"hellO")) == "BadDigest"


def test_a_missing_trailer_is_malformed():
    body, headers = framed(b"hello", 5)
    start = body.index(b"x-amz-checksum")
    assert code(UNSIGNED_TRAILER, headers, body[:start] + b"\r\n") == "MalformedTrailerError"


def test_a_trailer_that_was_not_announced_is_malformed():
    body, headers = framed(b"hello", 5)
    more = body.removesuffix(b"\r\n") + b"x-amz-meta-a:1\r\n\r\n"
    assert code(UNSIGNED_TRAILER, headers, more) == "MalformedTrailerError"


def test_a_plain_body_is_held_against_its_hash():
    signature = VerifiedSignature("test", hashlib.sha256(b"hello").hexdigest())
    assert read(signature, {}, b"hello", 2) == b"hello"
    assert code(signature, {}, b"hellO") == "XAmzContentSHA256Mismatch"


def test_an_unsigned_body_is_taken_as_it_is():
    assert read(VerifiedSignature("test", "UNSIGNED-PAYLOAD"), {}, b"5\r\nhello\r\n") == b"5\r\nhello\r\n"


@pytest.mark.parametrize("kind", ["", "abc", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "A" * 64])
def test_another_kind_of_body_is_refused_by_name(kind):
    assert code(VerifiedSignature("test", kind), {}, b"") == "InvalidArgument"


@pytest.mark.parametrize(
    ("algorithm", "value"),  # of b"123456789", from the catalogue of parametrised CRC algorithms
    [("crc32", 0xCBF43926), ("crc32c", 0xE3069283), ("crc64nvme", 0xAE8B14860A799888)],
)
def test_crcs_have_their_published_check_values(algorithm, value):
    found = checksum(algorithm)
    found.update(b"1234")
    found.update(b"56789")
    assert int.from_bytes(found.digest(), "big") == value


def test_a_checksum_is_given_in_base_64():
    found = checksum("crc32")
    found.update(b"hello")
    assert base64.b64decode(found.b64digest()) == zlib.crc32(b"hello").to_bytes(4, "big")
