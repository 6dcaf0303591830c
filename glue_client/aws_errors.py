"""Whatever boto3 raises, as a DeployError.

The codes are those that AWS documents as common to all services, with the spellings of the services used here; the
other exceptions are botocore's own, raised before anything reached AWS.
"""

import os
import re
from urllib.parse import urlsplit

from botocore import exceptions as aws
from botocore.parsers import ResponseParserError

from glue_client.errors import DeployError

LOG_IN = "log in (aws sso login, aws configure), or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
STARTS = "./pyntw localaws, local-glue start"
LOCAL_TOO = f"{LOG_IN}; for the local AWS export the lines that it prints ({STARTS}), AWS_ENDPOINT_URL among them"
LOCAL_KEY = (
    f"export the key that the local AWS takes: it prints it as it starts ({STARTS}). It stands in root-key.json of "
    "the state folder (.local-aws, unless state= named another); without that file both the key and its secret are test"
)
NOT_LOCAL = (
    "the key test is the local AWS's, and AWS itself was asked: export AWS_ENDPOINT_URL too (./pyntw localaws or "
    f"local-glue start prints it); for AWS itself {LOG_IN}"
)
LOOPBACK = ("127.0.0.1", "localhost", "::1")
NO_TLS = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "UNKNOWN_PROTOCOL")  # OpenSSL's words for an answer in clear
PARSER = "botocore.parsers"
REQUEST_IDS = ("x-amzn-requestid", "x-amz-request-id")
MARKUP = re.compile(r"<[^>]*>|\\n")
RETRY = "Further retries may succeed:"
"""So botocore begins to cite an answer that it cannot read."""
SAID = 200  # characters of an answer that are shown
CORRECT = "correct what it names, and run it again"

REFUSALS = {  # what it means: its codes, what to do
    "the AWS credentials have expired": (("ExpiredToken", "ExpiredTokenException", "RequestExpired"), LOG_IN),
    "AWS does not know these credentials": (
        ("InvalidClientTokenId", "UnrecognizedClientException", "InvalidAccessKeyId", "InvalidToken"),
        LOG_IN,
    ),
    "the AWS secret key does not fit the access key": (
        ("SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure"),
        LOG_IN,
    ),
    "AWS asks for fewer calls at a time": (
        ("Throttling", "ThrottlingException", "TooManyRequestsException", "RequestLimitExceeded", "SlowDown"),
        "wait a minute, and run it again",
    ),
}
DENIALS = ("AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "AuthorizationError", "403")
NOT_SENT: tuple[tuple[tuple[type[Exception], ...], str, str], ...] = (
    ((aws.NoCredentialsError, aws.PartialCredentialsError), "no AWS credentials", LOCAL_TOO),
    (
        (aws.SSOError, aws.TokenRetrievalError, aws.CredentialRetrievalError, aws.LoginError),
        "the AWS log-in is missing or has expired",
        LOG_IN,
    ),
    (
        (aws.NoRegionError,),
        "no AWS region",
        f"export AWS_REGION, for example AWS_REGION=eu-west-1; or the lines that the local AWS prints ({STARTS})",
    ),
    ((aws.ProfileNotFound,), "no such AWS profile", "correct AWS_PROFILE, or unset it"),
)


def explained(error: Exception) -> DeployError:  # noqa: PLR0911 - a row of cases
    """The error in three lines: AWS's by its meaning, what nobody foresaw by its name."""
    if isinstance(error, DeployError):
        return error
    if isinstance(error, ResponseParserError) or _is_raised_by_the_parser(error) or _is_without_aws(error):
        return _no_aws(str(error))
    if isinstance(error, aws.ClientError):
        return _refused(error)
    if isinstance(error, aws.BotoCoreError):
        return _not_sent(error)
    if isinstance(error, ValueError) and "Invalid endpoint" in str(error):
        return DeployError(
            "AWS_ENDPOINT_URL is no address", str(error), "export it with http:// or https:// before host and port"
        )
    if isinstance(error, OSError):
        return DeployError("a file could not be used", str(error), CORRECT)
    return DeployError(
        "this should not have happened",
        f"{type(error).__name__}: {error}",
        "run it again with PYNTW_TRACEBACK=1 to see where, and report it",
    )


def code_of(error: aws.ClientError) -> str:
    """AWS's code of the error, for example EntityNotFoundException."""
    return str(error.response.get("Error", {}).get("Code", ""))


def message_of(error: aws.ClientError) -> str:
    """AWS's own sentence; some services spell its key in lower case."""
    answer = error.response.get("Error", {})
    return str(answer.get("Message") or answer.get("message") or error)


def _refused(error: aws.ClientError) -> DeployError:
    code = code_of(error)
    seen = f"{code}: {message_of(error)}"
    if code in DENIALS:
        return DeployError(f"AWS denied {error.operation_name}", seen, "allow it in your policies, or use another role")
    for meaning, (codes, next_step) in REFUSALS.items():
        if code in codes:
            return DeployError(meaning, seen + _endpoint(" (asked at {})"), _with_key(next_step))
    return DeployError(f"AWS refused {error.operation_name}", seen, CORRECT)


def _not_sent(error: aws.BotoCoreError) -> DeployError:
    for kinds, meaning, next_step in NOT_SENT:
        if isinstance(error, kinds):
            return DeployError(meaning, str(error), next_step)
    if isinstance(error, aws.SSLError) and any(word in str(error) for word in NO_TLS):
        plain = _endpoint("{}").replace("https:", "http:", 1)
        return DeployError(
            "what answers there speaks http, not https",
            str(error),
            f"export AWS_ENDPOINT_URL={plain}" if plain else "check the proxy (HTTPS_PROXY): https is spoken to it",
        )
    if isinstance(error, (aws.HTTPClientError, aws.ConnectionError)):
        check = _endpoint("start what should answer at {} " + f"({STARTS}), or unset AWS_ENDPOINT_URL to use AWS")
        return DeployError(
            "nothing answers where AWS should", str(error), check or "check network, proxy and the region's name"
        )
    return DeployError("the call to AWS could not be made", str(error), CORRECT)


def _is_raised_by_the_parser(error: Exception) -> bool:
    """Whether botocore stumbled over an answer with status 200: its query protocol looks for its element unasked."""
    frame = error.__traceback__
    while frame and frame.tb_next:
        frame = frame.tb_next
    return isinstance(error, KeyError) and frame is not None and frame.tb_frame.f_globals.get("__name__") == PARSER


def _is_without_aws(error: Exception) -> bool:
    """Whether the refusal has neither a code nor a request's id, as AWS sends them (to HEAD without a code)."""
    if not isinstance(error, aws.ClientError):
        return False
    headers = error.response.get("ResponseMetadata", {}).get("HTTPHeaders", {"x-amzn-requestid": ""})
    code = code_of(error)  # botocore puts the status in the place of one that is not there
    return (
        (not code or code.isdigit())
        and not error.operation_name.startswith("Head")
        and not any(name in headers for name in REQUEST_IDS)
    )


def _no_aws(said: str) -> DeployError:
    words = " ".join(MARKUP.sub(" ", said.partition(RETRY)[2] or said).split())
    seen = words if len(words) <= SAID else f"{words[:SAID]} …"
    where = _endpoint("what answers at {} is no AWS") or "what answers in place of AWS is none"
    next_step = (
        f"export the address of the local AWS, which it prints as it starts ({STARTS}); another program has that port"
    )
    if not _endpoint("{}"):
        return DeployError(where, seen, "check the proxy (HTTPS_PROXY) and the network: something between answers")
    return DeployError(where, seen, f"{next_step}; or unset AWS_ENDPOINT_URL to use AWS")


def _with_key(next_step: str) -> str:
    """What to do, where that is to take another key: which one depends on who was asked."""
    if next_step != LOG_IN:
        return next_step
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    if endpoint:
        return LOCAL_KEY if urlsplit(endpoint).hostname in LOOPBACK else LOG_IN
    return NOT_LOCAL if os.environ.get("AWS_ACCESS_KEY_ID") == "test" else LOCAL_TOO


def _endpoint(text: str) -> str:
    """The text about AWS_ENDPOINT_URL, or nothing where it is not set."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    return text.format(endpoint) if endpoint else ""
