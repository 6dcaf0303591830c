"""The access key of the local AWS's root user: test/test, or one of its own that the state folder keeps.

Whoever else works on the same machine reaches the port too. With a key of its own they do not get in.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from dataclasses import dataclass
from pathlib import Path

FILE = "root-key.json"
USUAL = "test"
GENERATE = "generate"
_ID = re.compile(r"[A-Za-z0-9_]{16,128}")
_SECRET = re.compile(r"[!-~]{16,128}")
_SESSION_PREFIX = "ASIA"


class RootKeyError(ValueError):
    """A key that cannot be taken; the text says why and what to do, and never shows the secret."""


class UnusableKeyError(RootKeyError):
    """The file of a key cannot be read, written, or trusted: which one, and what was `seen`."""

    def __init__(self, file: Path, seen: str) -> None:
        super().__init__(
            f"the key in {file} cannot be used\n  seen: {seen}\n"
            "  next: mend that file, or take a new key: local-glue start --key generate, or "
            "./pyntw 'localaws[key=generate]'"
        )
        self.file, self.seen = file, seen


@dataclass(frozen=True, repr=False)
class Key:
    """An access key and its secret."""

    access_key: str = USUAL
    secret_key: str = USUAL

    @property
    def settings(self) -> dict[str, str]:
        """For the environment of a client."""
        return {"AWS_ACCESS_KEY_ID": self.access_key, "AWS_SECRET_ACCESS_KEY": self.secret_key}


def kept(state: Path) -> Key:
    """The key of a state folder.

    Raises:
        RootKeyError: its file cannot be read, or others could read it.
    """
    file = state / FILE
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Key()
    except OSError as error:
        raise UnusableKeyError(file, str(error.strerror)) from error
    if file.stat().st_mode & 0o077:
        raise UnusableKeyError(file, "other users may read it (chmod 600 is wanted)")
    try:
        found = json.loads(text)
        return _checked(Key(str(found["access_key"]), str(found["secret_key"])))
    except (ValueError, KeyError, TypeError) as error:
        raise UnusableKeyError(file, "it does not hold a key") from error


def choose(state: Path, choice: str | None) -> Key:
    """Take a key for a state folder, and keep it there.

    Args:
        state: made if absent.
        choice: `generate` for a new one, `id:secret`, `test` for the usual one; None for the one that it has.

    Raises:
        RootKeyError: it is no key, or it cannot be kept.
    """
    if choice is None:
        return kept(state)
    file = state / FILE
    if choice in (USUAL, f"{USUAL}:{USUAL}"):
        file.unlink(missing_ok=True)
        return Key()
    key = generated() if choice == GENERATE else _parsed(choice)
    try:
        state.mkdir(parents=True, exist_ok=True, mode=0o700)
        new = file.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as writer:
            json.dump({"access_key": key.access_key, "secret_key": key.secret_key}, writer)
        new.replace(file)
    except OSError as error:
        raise UnusableKeyError(file, str(error.strerror)) from error
    return key


def generated() -> Key:
    """A key that nobody guesses."""
    return Key("AKIA" + secrets.token_hex(8).upper(), secrets.token_urlsafe(30))


def _parsed(choice: str) -> Key:
    access_key, colon, secret = choice.partition(":")
    if not colon:
        raise RootKeyError(f'key takes {GENERATE}, {USUAL} or id:secret, and got "{access_key[:20]}"')
    return _checked(Key(access_key, secret))


def _checked(key: Key) -> Key:
    if not _ID.fullmatch(key.access_key) or key.access_key.startswith(_SESSION_PREFIX):
        raise RootKeyError(
            "the id of a key has 16 to 128 letters, digits or underscores, and does not begin with ASIA, as on AWS"
        )
    if not _SECRET.fullmatch(key.secret_key):
        raise RootKeyError("the secret of a key has 16 to 128 printable characters without blanks")
    return key
