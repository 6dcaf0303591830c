"""What a script's boto3 does beside talking to AWS, when it runs here.

* Every client goes to the local endpoint. New botocore reads AWS_ENDPOINT_URL by itself; the one that Glue's Python
  shell ships (1.24) does not, so the endpoint is given to each client as it is made.
* Before each S3 call, and each call that has others read S3, the mount is flushed if Spark did anything since the last
  time; what a call wrote or deleted shows up in the mount at once.
"""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import unquote

from .s3_mount import S3Mount

_CONTEXT_KEY = "local_s3_mount"
_STARTS = (
    "athena.StartQueryExecution",
    "glue.StartCrawler",
    "glue.StartJobRun",
    "glue.StartTrigger",
    "glue.StartWorkflowRun",
    "sfn.StartExecution",
)
"""Operations after which others read what Spark wrote, as botocore's events name them."""

_WRITES = ("PutObject", "CompleteMultipartUpload")


def use_endpoint(url: str) -> None:
    """Make every botocore session create its clients for `url` unless the script names another endpoint."""
    from botocore.session import Session

    original = Session.create_client

    def create_client(session: Session, service_name: str, *args: Any, **kwargs: Any) -> Any:
        # Positions of Session.create_client: region_name, api_version, use_ssl, verify, endpoint_url.
        if len(args) < 5 and kwargs.get("endpoint_url") is None:
            kwargs["endpoint_url"] = url
        return original(session, service_name, *args, **kwargs)

    setattr(Session, "create_client", create_client)  # noqa: B010 - a method is not to be assigned, says mypy
    _keep_endpoint()


def _keep_endpoint() -> None:
    """S3 sends a client of another region to that of the bucket: sign for that one, at the same endpoint.

    The botocore of Python shell would go to AWS's own host of that region instead; newer ones stay, and do not use this
    class.
    """
    from botocore.utils import S3RegionRedirector

    def set_request_url(*_: Any, **__: Any) -> None:
        return None

    setattr(S3RegionRedirector, "set_request_url", set_request_url)  # noqa: B010 - as above


class MountHooks:
    """Keeps a mount and the S3 calls of a process in step.

    Attributes:
        mount: the folders that Spark sees.
        dirty: whether Spark may have written since the last flush.
        written_by_others: whether something that is not watched (pandas through `s3_files`) may write at any time.
    """

    installed: ClassVar[MountHooks]
    """Those of this process."""

    def __init__(self, mount: S3Mount) -> None:
        self.mount = mount
        self.dirty = False
        self.written_by_others = False

    def install(self) -> None:
        """Register with botocore (sessions made from now on) and with py4j."""
        from botocore import handlers

        MountHooks.installed = self
        handlers.BUILTIN_HANDLERS.extend(
            [
                ("before-parameter-build.s3", self._before),
                ("after-call.s3", self._after),
                *((f"before-parameter-build.{name}", self._start) for name in _STARTS),
            ]
        )
        self._watch_spark()

    def flush(self) -> None:
        """Carry the script's changes of files to S3 if there may be any."""
        if self.dirty or self.written_by_others:
            self.dirty = False
            try:
                self.mount.flush()
            except BaseException:
                self.dirty = True
                raise

    def _watch_spark(self) -> None:
        """A command to the JVM is what makes Spark write; those that only free an object (`m…`) do not."""
        try:
            from py4j.clientserver import JavaClient
            from py4j.java_gateway import GatewayClient
        except ModuleNotFoundError:
            return
        for client in (GatewayClient, JavaClient):
            original = client.send_command

            def send_command(this: Any, command: str, *args: Any, _original: Any = original, **kwargs: Any) -> Any:
                if not command.startswith("m"):
                    self.dirty = True
                return _original(this, command, *args, **kwargs)

            client.send_command = send_command

    def _start(self, **_: Any) -> None:
        self.flush()

    def _before(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        context[_CONTEXT_KEY] = (model.name, dict(params))
        self.flush()

    def _after(self, http_response: Any, context: dict[str, Any], **_: Any) -> None:
        operation, params = context.get(_CONTEXT_KEY, ("", {}))
        if http_response.status_code >= 300:
            return
        bucket, key = params.get("Bucket", ""), params.get("Key", "")
        if operation in _WRITES:
            self.mount.refresh(bucket, key)
        elif operation == "CopyObject":
            self.mount.copied(_copy_source(params["CopySource"]), bucket, key)
        elif operation == "DeleteObject":
            self.mount.forget(bucket, key)
        elif operation == "DeleteObjects":
            for entry in params["Delete"]["Objects"]:
                self.mount.forget(bucket, entry["Key"])


def _copy_source(source: str | dict[str, str]) -> tuple[str, str]:
    if isinstance(source, dict):
        return source["Bucket"], source["Key"]
    bucket, _, key = unquote(source).lstrip("/").partition("/")
    return bucket, key.partition("?versionId=")[0]
