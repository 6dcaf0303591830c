"""Regular expressions of others end, whatever they are."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.bounded_regex import PatternError, full_match
from local_aws.glue.catalog.search import name_pattern
from local_aws.glue.crawler.globs import compile_all, first_match
from local_aws.glue.model import GlueError

HANG_SECONDS = 5
PIECES = st.lists(st.sampled_from(["a", "b", ".", ".*", "[ab]", "[^a]", "(?:a|b)", "a?", "\\d", "\\."]), max_size=6)


@given(st.text("ab1.\n", max_size=8), PIECES.map("".join))
def test_it_matches_as_pythons_own(text, pattern):
    assert full_match(pattern)(text) == (re.fullmatch(pattern, text, re.DOTALL) is not None)


@pytest.mark.parametrize("pattern", ["(", "[a", "a{2", "*", "(?<n>"])
def test_what_is_none_for_pythons_own_is_none(pattern):
    try:
        re.compile(pattern)
    except re.error:
        with pytest.raises(PatternError):
            full_match(pattern)
    else:
        full_match(pattern)


def ends(call, error, text):
    began = time.monotonic()
    with pytest.raises(error, match=text):
        call()
    assert time.monotonic() - began < HANG_SECONDS


def test_a_pattern_of_names_that_takes_long_is_refused():
    ends(
        lambda: name_pattern("(a|aa)+b")("a" * 200 + "bc"),
        GlueError,
        r"matching takes more than 0.5 s \(on the local AWS\)",
    )


def test_an_exclude_pattern_of_many_stars_ends():
    glob = "**a" * 25 + "b"
    began = time.monotonic()
    assert first_match("a" * 400 + "b/c", compile_all([glob]), [glob]) is None
    assert time.monotonic() - began < HANG_SECONDS
