"""Wildcards against a matcher that is simple and slow."""

import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.wildcards import like, literal, matches, matches_any_case, matches_stars, unescaped

LETTERS = st.sampled_from("aAb/:.\n[]^$\\é{}*?")
TEXTS = st.text(LETTERS, max_size=8)
PATTERNS = st.lists(st.sampled_from([*"aAb/:.\n[^$\\é*?", "**", "${*}", "${?}", "${$}"]), max_size=8).map("".join)
HANG_SECONDS = 5


def expected(value, pattern, single="?"):
    """Character by character: which lengths of the pattern's beginning match the value's beginning so far."""
    tokens = []
    while pattern:
        escaped = single and pattern[:4] in ("${*}", "${?}", "${$}")
        tokens.append(pattern[:4] if escaped else pattern[0])
        pattern = pattern[len(tokens[-1]) :]

    def skip_stars(places):
        for place, token in enumerate(tokens):
            if token == "*" and place in places:
                places.add(place + 1)
        return places

    places = skip_stars({0})
    for letter in value:
        after = set()
        for place in places:
            token = tokens[place] if place < len(tokens) else None
            if token == "*":
                after.add(place)
            elif token is not None and (token == single or (token[2] if len(token) == 4 else token) == letter):
                after.add(place + 1)
        places = skip_stars(after)
    return len(tokens) in places


@given(TEXTS, PATTERNS)
def test_a_pattern_matches_what_a_simple_matcher_says(value, pattern):
    assert matches(value, pattern) == expected(value, pattern)


@given(TEXTS, PATTERNS)
def test_actions_match_in_any_case(value, pattern):
    assert matches_any_case(value, pattern) == expected(value.lower(), pattern.lower())


@given(TEXTS, PATTERNS)
def test_where_only_stars_count_all_else_is_text(value, pattern):
    assert matches_stars(value, pattern) == expected(value, pattern, single=None)


@given(TEXTS, st.text("a%_*?$\n", max_size=6))
def test_like_has_its_own_wildcards(value, pattern):
    plain = "".join(f"${{{letter}}}" if letter in "*?$" else letter for letter in pattern)
    assert like(pattern).matches(value) == expected(value, plain.replace("%", "*").replace("_", "?"))


@given(TEXTS, TEXTS)
def test_a_literal_matches_itself_alone(value, text):
    assert matches(value, literal(text)) == (value == text)


@given(TEXTS)
def test_what_was_made_literal_reads_as_before(text):
    assert unescaped(literal(text)) == text


@pytest.mark.parametrize(
    ("value", "pattern", "found"),
    [
        ("secret/a\nb", "secret/*", True),
        ("secret/\n", "secret/?", True),
        ("pub\n", "pub", False),
        ("pub", "pub\n", False),
        ("a.b", "a?b", True),
        ("ab", "a?b", False),
        ("a*b", "a${*}b", True),
        ("axb", "a${*}b", False),
        ("$", "${$}", True),
        ("${aws:username}", "${$}{aws:username}", True),
        ("aa", "aa*a", False),
        ("", "*", True),
        ("", "?", False),
    ],
)
def test_examples(value, pattern, found):
    assert matches(value, pattern) is found


@pytest.mark.parametrize("piece", ["*a", "*?", "?*a", "*aa?"])
def test_no_pattern_takes_long(piece):
    began = time.monotonic()
    for value in ("a" * 2000, "a" * 2000 + "c", "ab" * 1000):
        matches(value, piece * 400 + "*b")
        matches_stars(value, piece * 400 + "*b")
    assert time.monotonic() - began < HANG_SECONDS


def test_printable_text_matches_itself():
    text = string.printable.replace("*", "").replace("?", "")
    assert matches(text, text)
    assert not matches(text + "x", text)
