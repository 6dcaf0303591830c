"""Whatever boto3 raises, as a DeployError.

The codes are those that AWS documents as common to all services, with the spellings of the services used here; the
other exceptions are botocore's own, raised before anything reached AWS.
"""

import os

from botocore import exceptions as aws

from deploy.errors import DeployError

LOG_IN = "log in (aws sso login, aws configure), or export AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
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
    ((aws.NoCredentialsError, aws.PartialCredentialsError), "no AWS credentials", LOG_IN),
    (
        (aws.SSOError, aws.TokenRetrievalError, aws.CredentialRetrievalError, aws.LoginError),
        "the AWS log-in is missing or has expired",
        LOG_IN,
    ),
    (
        (aws.NoRegionError,),
        "no AWS region",
        "export AWS_REGION, for example AWS_REGION=eu-west-1; or the lines that ./pyntw localaws prints",
    ),
    ((aws.ProfileNotFound,), "no such AWS profile", "correct AWS_PROFILE, or unset it"),
)


def explained(error: Exception) -> DeployError:
    """The error in three lines: AWS's by its meaning, what nobody foresaw by its name."""
    if isinstance(error, DeployError):
        return error
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
            return DeployError(meaning, seen + _endpoint(" (asked at {})"), next_step)
    return DeployError(f"AWS refused {error.operation_name}", seen, CORRECT)


def _not_sent(error: aws.BotoCoreError) -> DeployError:
    for kinds, meaning, next_step in NOT_SENT:
        if isinstance(error, kinds):
            return DeployError(meaning, str(error), next_step)
    if isinstance(error, (aws.HTTPClientError, aws.ConnectionError)):
        check = _endpoint("start what should answer at {} (./pyntw localaws), or unset AWS_ENDPOINT_URL to use AWS")
        return DeployError(
            "nothing answers where AWS should", str(error), check or "check network, proxy and the region's name"
        )
    return DeployError("the call to AWS could not be made", str(error), CORRECT)


def _endpoint(text: str) -> str:
    """The text about AWS_ENDPOINT_URL, or nothing where it is not set."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL")
    return text.format(endpoint) if endpoint else ""
