r"""AllowedPattern against a value, in bounded time and memory.

The patterns are Java's. Python's `re` takes most of them as they are, with `\d`, `\w` and `\s` of ASCII as in Java;
what it does not know (`\p{L}`, `[a-z&&[^m]]`) goes to the module `regex`. A pattern with repetitions can take for ever,
and its compilation all memory: it is matched in a process of its own, which the kernel ends.
"""

from __future__ import annotations

import functools
import json
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

_CPU_SECONDS = 0.3
_WALL_SECONDS = 4
_MEMORY_BYTES = 1 << 29

_GROUP_NAME = re.compile(r"\(\?<(?=[A-Za-z])")
"""Java's named groups are without Python's P."""

_CHILD = """
import json, re, resource, signal, sys
packages, pattern, value, cpu, memory = json.load(sys.stdin)
signal.setitimer(signal.ITIMER_PROF, cpu)
resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
try:
    compiled = None if '&&' in pattern else re.compile(pattern, re.ASCII)
except (re.error, OverflowError, RecursionError):
    compiled = None
try:
    if compiled is None:
        sys.path.append(packages)
        import regex
        compiled = regex.compile(pattern, regex.VERSION1 | (0 if '\\\\p' in pattern else regex.ASCII))
    answer = 'yes' if compiled.fullmatch(value) else 'no'
except (ValueError, OverflowError, RecursionError, re.error) as error:
    answer = f'wrong: {error}'
except Exception as error:
    answer = f'wrong: {error}' if type(error).__name__ == 'error' else 'long'
print(answer)
"""


class PatternError(ValueError):
    """A pattern is none, or matching it takes too long."""


def matches(pattern: str, value: str) -> bool:
    """Whether the whole value is as the pattern says.

    Raises:
        PatternError: the pattern is none, or takes too long or more than half a gigabyte.
    """
    answer = _answer(_GROUP_NAME.sub("(?P<", pattern), value)
    if answer in ("yes", "no"):
        return answer == "yes"
    if answer.startswith("wrong: "):
        raise PatternError(answer.removeprefix("wrong: "))
    raise PatternError(f"matching a value takes more than {_CPU_SECONDS} s (on the local AWS)")


@functools.lru_cache(maxsize=1024)
def _answer(pattern: str, value: str) -> str:
    """`yes`, `no`, `wrong: ` and why the pattern is none, or "" where it takes too long."""
    if _is_plain(pattern):
        try:
            return "yes" if re.compile(pattern, re.ASCII).fullmatch(value) else "no"
        except (re.error, OverflowError, RecursionError) as error:
            return f"wrong: {error}"
    return _asked(pattern, value)


def _is_plain(pattern: str) -> bool:
    """Whether matching is linear: at most one repetition, and no group that could be repeated in several ways."""
    return sum(map(pattern.count, "*+?{")) <= 1 and not any(part in pattern for part in ("(", "&&", "\\p"))


def _asked(pattern: str, value: str) -> str:
    found = find_spec("regex")
    packages = str(Path(found.origin).parents[1]) if found and found.origin else ""
    question = json.dumps([packages, pattern, value, _CPU_SECONDS, _MEMORY_BYTES])
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-c", _CHILD],
            input=question,
            capture_output=True,
            text=True,
            timeout=_WALL_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
