"""Wrong queries of any kind: what a user is told is in Athena's words, none of the engine, the parser or a library."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from local_aws.athena.sql.analysis.signatures import signatures
from local_aws.athena.sql.functions import FUNCTIONS
from tests.local_aws.athena.athena_queries import error

FOREIGN = re.compile(
    r"(?i:sqlglot|duckdb|arrow|<class|traceback|did you mean|candidate|explicit type cast|hugeint|timestamptz)"
    r"|(?i:lambda |token)"
    r"|\bexp\.[A-Z]|LINE \d|\bU?INT(8|16|32|64)\b|\bBLOB\b|\[\]|\bSTRUCT\b|unnest\(|TRY\(|SET \w+="
    r"|\b(Binder|Catalog|Parser|Conversion|Invalid Input|Not implemented|Internal|Out of Range|Syntax|Type) Error"
)
CATEGORY = re.compile(
    r"[A-Z]+(_[A-Z]+)+: |"
    r"line \d+:\d+: (mismatched input|backquoted|identifiers) |Only one sql statement is allowed. Got: \d+$"
)

ATOMS = """1 3000000000 -5 0 1.5 2e0 'abc' '' '2024-05-01' '12' NULL true DATE@'2024-05-01' DECIMAL@'12.34' ARRAY[1,2]
TIMESTAMP@'2024-05-01@10:00:00.123' INTERVAL@'1'@DAY INTERVAL@'2'@MONTH ARRAY['a','b'] MAP(ARRAY['a'],ARRAY[1])
ROW(1,'x') X'00ff' n s d t a m r JSON@'{"a":[1]}' current_timestamp TIME@'10:00:00' CAST('x'@AS@char(3)) q.n
(SELECT@1) (SELECT@n@FROM@q) nope count(*) sum(n)""".split()
TYPES = """integer bigint varchar varchar(2) date timestamp double boolean decimal(5,2) json array(integer) real time
varbinary map(varchar,integer) char(2) string int64 uuid""".split()
OPERATORS = "+ - * / % || = < >= <> AND OR LIKE IN IS@DISTINCT@FROM".split()
FROM = (
    " FROM (VALUES (1, 'abc', DATE '2024-05-01', TIMESTAMP '2024-05-01 10:00:00', ARRAY[1, 2], "
    "MAP(ARRAY['a'], ARRAY[1]), CAST(ROW(1, 'x') AS ROW(a integer, b varchar)))) AS q(n, s, d, t, a, m, r)"
)

atoms = st.sampled_from(ATOMS).map(lambda text: text.replace("@", " "))


def _call(parts):
    name, ways, arguments = parts
    count = len(ways[0].arguments) if ways else len(arguments)
    return f"{name}({', '.join(arguments[:count])})"


def _larger(inner):
    ways = st.sampled_from(sorted(FUNCTIONS)).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.sampled_from(signatures()[name].ways).map(lambda way: [way]) if name in signatures() else st.just([]),
            st.lists(inner | st.sampled_from(["x -> x", "(x, y) -> x + y"]), min_size=4, max_size=4),
        )
    )
    return st.one_of(
        ways.map(_call),
        st.tuples(inner, st.sampled_from(OPERATORS), inner).map(lambda part: " ".join(part).replace("@", " ")),
        st.tuples(inner, st.sampled_from(TYPES)).map(lambda part: f"CAST({part[0]} AS {part[1]})"),
        st.tuples(inner, inner).map(lambda part: f"({part[0]})[{part[1]}]"),
        st.tuples(inner, inner, inner).map(lambda part: f"CASE WHEN {part[0]} THEN {part[1]} ELSE {part[2]} END"),
        st.tuples(inner, inner).map(lambda part: f"{part[0]} IN ({part[1]})"),
        inner.map(lambda part: f"{part} OVER (ORDER BY {part})"),
        inner.map(lambda part: f"({part}"),
    )


expressions = st.recursive(atoms, _larger, max_leaves=5)
ENDINGS = ["", " WHERE {}", " GROUP BY {}", " GROUP BY n HAVING {}", " ORDER BY {}", " UNION SELECT {}",
           " LIMIT 1 OFFSET {}", " CROSS JOIN UNNEST({}) AS u(x)",
           " JOIN (SELECT 1 AS n) AS p ON {}", ", {}"]  # fmt: skip


def check(told):
    """That an error's words are Athena's, or none."""
    if told:
        assert re.match(CATEGORY, told), told
        expected = told.partition(" Expected: ")[0]  # the signatures of a function are Trino's
        assert not re.search(FOREIGN, re.sub(r"'[^']*'", "'x'", expected)), told


@settings(max_examples=400, deadline=None)
@given(expressions, expressions, st.sampled_from(ENDINGS))
def test_a_wrong_query_is_told_of_in_no_words_but_athenas(selected, other, ending):
    check(error(f"SELECT {selected}{FROM}{ending.format(other)}"))


WHOLE = (
    """WITH w AS ( SELECT 1 AS x , 'a' AS y ) SELECT DISTINCT w . x , count ( * ) FILTER ( WHERE x > 1 ) AS c
    FROM w LEFT JOIN ( VALUES ( 1 , 2 ) ) AS v ( a , b ) ON a = x
    WHERE x BETWEEN 1 AND 2 AND y LIKE 'a%' ESCAPE '!' OR x NOT IN ( 1 , 2 )
    GROUP BY w . x HAVING count ( * ) > 0 ORDER BY x DESC NULLS LAST OFFSET 0 LIMIT 3""",
    """SELECT CASE x WHEN 1 THEN CAST ( x AS decimal ( 5 , 2 ) ) ELSE NULL END , ARRAY [ 1 , 2 ] [ 1 ] ,
    INTERVAL '1' DAY , transform ( ARRAY [ 1 ] , e -> e + 1 ) , EXTRACT ( YEAR FROM DATE '2024-05-01' ) ,
    row_number ( ) OVER ( PARTITION BY x ORDER BY x ROWS BETWEEN 1 PRECEDING AND CURRENT ROW )
    FROM ( SELECT 1 AS x ) WHERE x NOT BETWEEN 2 AND 3""",
)
STRAY = """SELECT FROM WHERE AS ( ) [ ] , . ; ' " ` + - * / = < > || :: => -> ? @ $ # ! % ^ & ~ { } \\ 1 1.5e 'x' x NULL
-- /* */ ON BY IN NOT AND TABLE JOIN UNION""".split()


@pytest.mark.parametrize("sql", WHOLE)
def test_a_query_is_whole_before_words_are_lost(sql):
    assert error(sql) == ""


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_query_that_cannot_be_read_is_told_of_in_no_words_but_athenas(data):
    words = data.draw(st.sampled_from(WHOLE)).split()
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.integers(0, len(words) - 1))
        match data.draw(st.sampled_from(["drop", "add", "swap"])):
            case "drop" if len(words) > 1:
                del words[place]
            case "add":
                words.insert(place, data.draw(st.sampled_from(STRAY)))
            case _:
                words[place] = data.draw(st.sampled_from(STRAY))
    check(error(" ".join(words)))
