"""DQDL, read without Spark. The rules are examples of the developer guide."""

import pytest
from awsgluedq._grammar import parse
from awsgluedq._model import (
    Composite,
    Condition,
    DqdlError,
    Duration,
    History,
    Keyword,
    Moment,
    Number,
    Rule,
    Size,
    Text,
)
from hypothesis import given
from hypothesis import strategies as st


def one(rule):
    return parse(f"Rules = [ {rule} ]").rules[0]


@pytest.mark.parametrize(
    ("rule", "parameters", "operator", "values"),
    [
        ('IsComplete "order-id"', ("order-id",), None, ()),
        ("RowCount > 100", (), ">", (Number(100),)),
        ('Completeness "colA" = "1.0"', ("colA",), "=", (Text("1.0"),)),
        ('ColumnValues "colA" != "2022-06-30"', ("colA",), "!=", (Text("2022-06-30"),)),
        ('Mean "colA" between 8 and 100.5', ("colA",), "between", (Number(8), Number(100.5))),
        ('ColumnValues "a" not between -5 and 1e3', ("a",), "not between", (Number(-5), Number(1000.0))),
        (
            'ColumnValues "Country" in [ "US", NULL, empty, WHITESPACES_ONLY ]',
            ("Country",),
            "in",
            (Text("US"), Keyword("NULL"), Keyword("EMPTY"), Keyword("WHITESPACES_ONLY")),
        ),
        ('ColumnValues "colA" not in [ 1, 2 ]', ("colA",), "not in", (Number(1), Number(2))),
        ('ColumnValues "First_Name" matches "[a-zA-Z]*\\.x"', ("First_Name",), "matches", (Text("[a-zA-Z]*\\.x"),)),
        ('ColumnValues "a" not matches "x,]"', ("a",), "not matches", (Text("x,]"),)),
        ('ColumnValues "Load_Date" > (now() - 3 days)', ("Load_Date",), ">", (Moment(-3 * 86400),)),
        ('DataFreshness "d" between 2 days and 5 hours', ("d",), "between", (Duration(172800), Duration(18000))),
        ('FileSize "s3://b/" < 2 KB', ("s3://b/",), "<", (Size(2048),)),
        (
            'FileSize "s3://b/" in [1 B, 1 KB, 1 MB, 1 GB, 1 TB]',
            ("s3://b/",),
            "in",
            (Size(1), Size(1024), Size(1_048_576), Size(1_073_741_824), Size(1_099_511_627_776)),
        ),
        (
            'DataFreshness "d" in [1 second, 2 minutes, 3 hours, 4 days, 1 week]',
            ("d",),
            "in",
            (Duration(1), Duration(120), Duration(10_800), Duration(345_600), Duration(604_800)),
        ),
        ("RowCount > 2 * 3 + 9 / 3 - 1", (), ">", (Number(8),)),
        ("RowCount = 9007199254740993", (), "=", (Number(9007199254740993),)),  # a double does not hold it
        ('ColumnValues "b" = TRUE', ("b",), "=", (Text("true"),)),
        ("RowCount > avg(last(10)) * 0.6", (), ">", (History("avg(last(10)) * 0.6"),)),
        ("RowCount > 0.6 * avg(last(10))", (), ">", (History("0.6 * avg(last(10))"),)),
        ('Uniqueness "vendorid" "pickup" = 1', ("vendorid", "pickup"), "=", (Number(1),)),
        ("RowCount > avg(last(3))", (), ">", (History("avg(last(3))"),)),
        ("RowCount > last()", (), ">", (History("last()"),)),
        ("ColumnLength input < 3", ("input",), "<", (Number(3),)),
        ('CustomSql "select \\"a\\" from primary" > 0', ('select "a" from primary',), ">", (Number(0),)),
    ],
)
def test_rules(rule, parameters, operator, values):
    found = one(rule)
    assert (found.parameters, found.text) == (parameters, rule)
    assert found.condition == (None if operator is None else Condition(operator, values))


def test_where_threshold_and_tags():
    rule = one('ColumnValues "colB" in ["A"] where "colC is not null" with threshold between 0.2 and 0.9')
    assert (rule.where, rule.threshold) == ("colC is not null", Condition("between", (Number(0.2), Number(0.9))))
    files = one('FileMatch "s3://b/f" in ["3ee0"] with hashAlgorithm = "MD5" with recentFiles = 1')
    assert files.tags == {"hashAlgorithm": Text("MD5"), "recentFiles": Number(1)}


def test_composite_rules_nest_and_keep_their_text():
    text = '(RowCount > 0) or ((IsComplete "colA")   AND (IsUnique "colA"))'
    rule = one(text)
    assert isinstance(rule, Composite)
    assert rule.text == '(RowCount > 0) or ((IsComplete "colA") AND (IsUnique "colA"))'
    first, second = rule.members
    assert isinstance(first, Rule)
    assert (rule.operator, first.type, second.operator) == ("or", "RowCount", "and")
    assert [member.parameters for member in second.members] == [("colA",), ("colA",)]


def test_a_rule_in_parentheses_keeps_them_in_its_text():
    assert (one("( RowCount > 0 )").type, one("( RowCount > 0 )").text) == ("RowCount", "( RowCount > 0 )")


def test_and_of_between_is_not_the_and_of_rules():
    rule = one('(Mean "a" between 1 and 2) and (Mean "b" between 3 and 4) and (RowCount > 0)')
    assert [member.type for member in rule.members] == ["Mean", "Mean", "RowCount"]


def test_constants_labels_comments_and_analyzers():
    ruleset = parse(
        """
        mySql = "select count(*) from primary"
        DefaultLabels = ["frequency"="monthly"]
        Rules = [   # ] not the end
            CustomSql $mySql between 0 and 100,
            ColumnValues "a # b" > 21 labels=["foo"="bar", "frequency"="daily"]
        ]
        Analyzers = [ RowCount, DistinctValuesCount "Name" ]
        """
    )
    sql, values = ruleset.rules
    assert sql.parameters == ("select count(*) from primary",)
    assert sql.labels == {"frequency": "monthly"}
    assert values.labels == {"frequency": "daily", "foo": "bar"}
    assert (values.parameters, values.text) == (("a # b",), 'ColumnValues "a # b" > 21')
    assert [(analyzer.type, analyzer.parameters) for analyzer in ruleset.analyzers] == [
        ("RowCount", ()),
        ("DistinctValuesCount", ("Name",)),
    ]


LABELS = ", ".join(f'"{number}"="x"' for number in range(10))


def test_there_may_be_ten_labels():
    assert len(parse(f"DefaultLabels = [{LABELS}] Rules = [ RowCount > 1 ]").rules[0].labels) == 10


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Rules = [ RowCount > ]", r"line 1, column 22: found '\]', expected .*a number"),
        ('Rules = [\n RowCount > 1\n IsUnique "a" ]', r"line 3, column 2: found 'IsUnique', expected .*,"),
        ("Rules = [ RowCount > 1", "line 1, column 23: found the end of the text, expected .*]"),
        ("Rules = [ RowCount ~ 1 ]", "line 1, column 20: found '~', expected .*a comparison"),
        ("Rules = [ ]", r"line 1, column 11: found '\]'"),
        ("", "found the end of the text, expected .*Rules"),
        ('x = "1"', "neither Rules nor Analyzers"),
        ("Rules = [ CustomSql $x > 1 ]", r"constant \$x is not defined"),
        ("Rules = [ RowCount > today() ]", r"today\(\) is not an expression"),
        ("Rules = [ RowCount > now() + 1 ]", "cannot be calculated"),
        ("Rules = [ RowCount > now(1) ]", r"now\(1\) is not an expression"),
        ("Rules = [ RowCount > 1 / 0 ]", "1 / 0 cannot be calculated"),
        ("Rules = [ RowCount > 1 ] Rules = [ RowCount > 2 ]", "it has Rules twice"),
        ('Rules = [ RowCount > 1 labels=[""="x"] ]', "label '' = 'x' is not valid"),
        (f'Rules = [ RowCount > 1 labels=["{"k" * 129}"="x"] ]', "keys have 1 to 128 characters"),
        (f'Rules = [ RowCount > 1 labels=["k"="{"x" * 257}"] ]', "values up to 256"),
        (f'DefaultLabels = [{LABELS}] Rules = [ RowCount > 1 labels=["more"="x"] ]', "has 11 labels; there may be 10"),
    ],
)
def test_what_is_no_dqdl_is_explained(text, message):
    with pytest.raises(DqdlError, match=message):
        parse(text)


TEXTS = st.text(st.characters(blacklist_characters='"\\\\', blacklist_categories=["Cs", "Cc"]), max_size=8)
NUMBERS = st.integers(0, 10**6) | st.floats(0, 1, allow_nan=False).map(lambda number: round(number, 6))
VALUES = TEXTS.map(lambda text: (f'"{text}"', Text(text))) | NUMBERS.map(lambda number: (str(number), Number(number)))
CONDITIONS = st.one_of(
    st.tuples(st.sampled_from(["=", "!=", ">", "<", ">=", "<="]), st.tuples(VALUES)),
    st.tuples(st.sampled_from(["in", "not in"]), st.lists(VALUES, min_size=1, max_size=3)),
    st.tuples(st.sampled_from(["between", "not between"]), st.tuples(VALUES, VALUES)),
)


def written(condition):
    operator, values = condition
    texts = [text for text, _ in values]
    if operator.endswith("between"):
        return f"{operator} {texts[0]} and {texts[1]}"
    return f"{operator} [{', '.join(texts)}]" if operator.endswith("in") else f"{operator}{texts[0]}"


@given(
    st.lists(TEXTS, max_size=2),
    CONDITIONS,
    st.none() | TEXTS,
    st.none() | CONDITIONS,
    st.dictionaries(TEXTS.filter(len), TEXTS, max_size=2),
)
def test_what_is_written_is_read(parameters, condition, where, threshold, labels):
    text = " ".join(["Sum", *[f'"{name}"' for name in parameters], written(condition)])
    text += f' where "{where}"' if where is not None else ""
    text += f" with threshold {written(threshold)}" if threshold else ""
    pairs = ", ".join(f'"{key}"="{value}"' for key, value in labels.items())
    ending = f" labels=[{pairs}]" if labels else ""
    rule = one(f'{text}{ending} # the end\n, IsUnique "x"')
    read = [None if part is None else (part.operator, part.values) for part in (rule.condition, rule.threshold)]
    meant = [
        None if part is None else (part[0], tuple(value for _, value in part[1])) for part in (condition, threshold)
    ]
    assert (rule.parameters, rule.where, rule.labels, read) == (tuple(parameters), where, labels, meant)
    assert rule.text == text
