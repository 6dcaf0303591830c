"""AWS on this machine in the foreground until Ctrl-C; where a state folder's server answers, and the way to it."""

import contextlib
import json
import os
import shlex
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

import local_aws
from glue_client.console import say
from glue_client.errors import DeployError, WrongCall
from glue_client.plain_text import plain
from local_aws import proxies, root_key
from local_aws.state_folder import StateFolderError, open_folder

PLACE = Path(local_aws.__file__).parents[1]
"""From where Python finds the package local_aws."""
SETTINGS = {"AWS_DEFAULT_REGION": "us-east-1"}
HERE = "127.0.0.1"
USERS, STARTING, LENT, LOG = "users.lock", "starting.lock", "lent", "server.log"
"""Files that `shared_server` keeps in a state folder, whether a server ran there or not."""
CALL = "local-glue start --{} {}"
OWNED = "lock"  # the file that each server's state folder holds


def serve(
    port: int, folder: str, key: str | None = None, *, strict: bool = False, quiet: bool = False, call: str = CALL
) -> NoReturn:
    """Become the server, until Ctrl-C. Says first what to export elsewhere.

    Args:
        port: TCP port on loopback.
        folder: the name of the one that keeps everything.
        key: the root's access key, see `root_key.choose`.
        strict: refuse templates with resource types that are not here, instead of making stand-ins.
        quiet: print no line for each job, crawl, query and workflow that ends.
        call: how the caller is called with an option and its value, for what errors say to do.

    Raises:
        WrongCall: the state folder's name is none, or that of a file or of a folder with other things in it.
        DeployError: a server of that state folder runs already, it cannot be written, its key cannot be used, or the
            port is in use.
        WrongCall: the key is none.
    """
    state = state_folder(folder)
    running = endpoint_of(state)
    if running:
        raise DeployError(
            f"the state folder {state} is in use", f"its local AWS answers at {running}", "use that one, or stop it"
        )
    _check_port(port, call)
    try:
        open_folder(state)
        chosen = root_key.choose(state, key)
    except StateFolderError as error:
        seen = f"{error.__cause__.strerror}: {error.__cause__.filename}" if isinstance(error.__cause__, OSError) else ""
        raise DeployError(
            f"the state folder {state} cannot be used",
            seen,
            f"make room or give this user the rights to it, or name another one: {call.format('state', '<folder>')}",
        ) from error
    except root_key.UnusableKeyError as error:
        next_step = f"mend that file, or take a new key: {call.format('key', root_key.GENERATE)}"
        raise DeployError(f"the key in {error.file} cannot be used", error.seen, next_step) from error
    except root_key.RootKeyError as error:
        raise WrongCall(str(error)) from error
    exports = {"AWS_ENDPOINT_URL": f"http://{HERE}:{port}", **chosen.settings, **SETTINGS}
    if _has_proxy():
        exports |= proxies.passed_by()
    say("In the terminal that is to use it:")
    for name, value in exports.items():
        say(f"  export {name}={shlex.quote(value)}")
    if chosen != root_key.Key():
        say(f"  this key is kept in {state / root_key.FILE}: the next start takes it too, unless another is named")
    say_what_is_open(state)
    sys.stdout.flush()
    command = [sys.executable, "-m", "local_aws", "--port", str(port), "--state-dir", str(state.resolve())]
    command += ["--strict"] if strict else []
    command += [] if quiet else ["--tell"]
    os.chdir(PLACE)
    os.execv(sys.executable, command)  # noqa: S606 - no shell is wanted


def say_what_is_open(state: Path) -> None:
    """Say why jobs of the state folder reach more than their own files, where they do."""
    from local_aws.glue.jobs.process_plan import unconfined

    reason = unconfined(state)
    if reason:
        say(f"note: {reason} (docs/fidelity.md, Processes of jobs)")


def state_folder(name: str) -> Path:
    """The folder of that name: one that is to be made, is empty, or is a server's already."""
    path = Path(name)
    if not name.strip() or plain(name, one_line=True) != name:
        raise WrongCall(f'state takes the name of a folder, and got "{name}"')
    if path.exists() and not path.is_dir():
        raise WrongCall(f"state takes a folder, and {name} is a file")
    found = {one.name for one in path.iterdir()} if path.is_dir() else set[str]()
    others = sorted(found - {root_key.FILE, USERS, STARTING, LENT, LOG})
    if others and OWNED not in found:
        raise WrongCall(f"the folder {name} holds other things ({others[0]}); name a new one")
    return path


def _check_port(port: int, call: str) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HERE, port))
        except OSError as error:
            raise DeployError(
                f"port {port} cannot be used",
                str(error.strerror),
                f"name one that is free: {call.format('port', _free_port())}",
            ) from error


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def environment(endpoint: str, key: root_key.Key | None = None) -> Iterator[None]:
    """This process without any AWS setting but those of the local endpoint, for a while."""
    before = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    nowhere = {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    os.environ.update(
        SETTINGS | (key or root_key.Key()).settings | nowhere | {"AWS_ENDPOINT_URL": endpoint} | proxies.passed_by()
    )
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def endpoint_of(state: Path, pid: int | None = None) -> str | None:
    """Where the state folder's server answers, if there is one (of that process, if one is named)."""
    try:
        server = json.loads((state / "server.json").read_text(encoding="utf-8"))
        endpoint, owner = f"http://{HERE}:{int(server['port'])}", int(server["pid"])
    except (OSError, ValueError, KeyError, TypeError):  # none, or half written
        return None
    return endpoint if pid in (None, owner) and _answers(endpoint) else None


def _answers(endpoint: str) -> bool:
    opener = build_opener(ProxyHandler({}))  # loopback is never behind a proxy
    try:
        with opener.open(f"{endpoint}/_ministack/health", timeout=5) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError, ValueError):
        return False


def _has_proxy() -> bool:
    return any(os.environ.get(name) for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"))
