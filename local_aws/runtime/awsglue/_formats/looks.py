"""A look at all lines of files before they are read, in Java: Spark's tasks would send each of them to Python.

The classes in `looking` are compiled when they are first needed, by the compiler that Spark has for its own queries,
and run in threads of the driver, which is all there is on one machine. They go through the partitions that Spark made
of the files, with Spark's own reader of lines. What they cannot tell for certain they do not tell, and the caller looks
in another way.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SOURCES = Path(__file__).parent
"""Of the package `looking`."""


@dataclass(frozen=True)
class Separators:
    """What lines of fields have.

    Attributes:
        least: separators that each line has at least; of no lines 2**31 - 1.
        most: separators that a line has at most; of no lines 0.
        unwanted: whether the character that was asked for is in one.
    """

    least: int
    most: int
    unwanted: bool

    def always(self, count: int) -> bool:
        """Whether each line has as many, and nothing unwanted."""
        return self.least == self.most == count and not self.unwanted


def telling_lines(texts: Any) -> list[list[str]] | None:
    """Of lines that are one JSON object each, for each partition those that are needed to know the types of all.

    A line is needed if at some place in it is a type, a field, a null, or the lack of a field that no line before had
    there: that is all on which the merged type of records depends.

    Args:
        texts: DataFrame of lines as files hold them.

    Returns:
        None where Java cannot look, a line is something else, or holds what Python's parser may take otherwise: names
        twice in an object, bytes that are no UTF-8, values in more than a hundred others.
    """
    found = _found(texts, "Types", "telling")
    return None if found is None else [list(lines) for lines in found]


def separators(texts: Any, separator: str, unwanted: str) -> Separators | None:
    """How many separators are in lines.

    Args:
        texts: DataFrame of lines as files hold them.
        separator: between fields.
        unwanted: a character.

    Returns:
        None where one of them is no ASCII character, Java cannot look, or the files cannot be read.
    """
    if not (separator + unwanted).isascii() or len(separator) != 1:
        return None
    found = _found(texts, "Separators", "counted", ord(separator), ord(unwanted))
    return None if found is None else Separators(found[0], found[1], bool(found[2]))


def _found(texts: Any, name: str, method: str, *more: int) -> Any:
    """What a method of a class of the package answers; None where it cannot, and the caller looks in another way.

    It cannot where a job brings a library in which the compiler is another one.
    """
    from py4j.protocol import Py4JError

    try:
        return getattr(_new(texts, name), method)(*_work(texts), *more)
    except Py4JError:
        return None


def _work(texts: Any) -> tuple[Any, Any, int]:
    session = texts.sparkSession
    partitions = texts._jdf.queryExecution().toRdd().partitions()
    conf = session._jsparkSession.sessionState().newHadoopConf()
    return partitions, conf, session.sparkContext.defaultParallelism


def _new(texts: Any, name: str) -> Any:
    """An object of a class of the package, in Spark's JVM."""
    gateway = texts.sparkSession.sparkContext._gateway
    made = _loader(gateway).loadClass(f"looking.{name}")
    return made.getDeclaredConstructors()[0].newInstance(gateway.new_array(gateway.jvm.java.lang.Object, 0))


@functools.lru_cache(maxsize=1)
def _loader(gateway: Any) -> Any:
    """What compiles and loads classes in the JVM behind a gateway."""
    java, janino = gateway.jvm.java, gateway.jvm.org.codehaus.janino
    folders = gateway.new_array(java.io.File, 1)
    folders[0] = java.io.File(str(_SOURCES))
    return janino.JavaSourceClassLoader(java.lang.Thread.currentThread().getContextClassLoader(), folders, "UTF-8")
