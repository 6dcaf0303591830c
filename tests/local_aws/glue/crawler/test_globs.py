import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.glue.crawler.globs import BadPatternError, compile_all, first_match


def matches(pattern, path):
    return first_match(path, compile_all([pattern]), [pattern]) == pattern


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [  # AWS's page on exclude patterns
        ("*.csv", "data.csv", True),
        ("*.csv", "folder/data.csv", False),
        ("*.*", "a.b", True),
        ("*.*", "ab", False),
        ("*.{csv,avro}", "x.avro", True),
        ("*.{csv,avro}", "x.json", False),
        ("foo.?", "foo.b", True),
        ("foo.?", "foo.bc", False),
        ("myfolder/*", "myfolder/mysource", True),
        ("myfolder/*", "myfolder/a/b", False),
        ("myfolder/*/*", "myfolder/mysource/data", True),
        ("myfolder/**", "myfolder/mysource/data/x", True),
        ("myfolder**", "myfolder/mydata.txt", True),
        ("myfolder**", "myfolder", True),
        ("**/_temporary/**", "a/_temporary/0/x", True),
        ("[abc]x", "bx", True),
        ("[a-c]x", "dx", False),
        ("[!a-c]x", "dx", True),
        ("[!a-c]x", "/x", False),
        ("[-a]x", "-x", True),
        ("a\\*b", "a*b", True),
        ("a\\*b", "axb", False),
        ("*hidden", ".hidden", True),
        ("a,b", "a,b", True),
        ("x+(1).csv", "x+(1).csv", True),
    ],
)
def test_pattern(pattern, path, expected):
    assert matches(pattern, path) == expected


@pytest.mark.parametrize(
    ("pattern", "problem"),
    [
        ("[abc", "the bracket in '[abc' is not closed"),
        ("{a,b", "the brace in '{a,b' is not closed"),
        ("a}", "the closing brace in 'a}' has no opening one"),
        ("{a,{b}}", "the braces in '{a,{b}}' are nested, which AWS does not allow"),
        ("[]", "the bracket in '[]' is empty"),
        ("[z-a]", "'[z-a]' is no pattern: bad character range z-a at position 6"),
    ],
)
def test_a_broken_pattern_is_refused(pattern, problem):
    with pytest.raises(BadPatternError) as refusal:
        compile_all([pattern])
    assert str(refusal.value) == problem


@given(st.text("ab/.-_=+()^$|", min_size=1, max_size=12))
def test_a_text_without_pattern_characters_matches_itself_only(path):
    assert matches(path, path)
    assert not matches(path, path + "x")


def test_the_first_matching_pattern_is_named():
    patterns = ["*.txt", "**.csv", "a/**"]
    assert first_match("a/b.csv", compile_all(patterns), patterns) == "**.csv"
