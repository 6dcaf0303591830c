"""What the engine lacks, as macros to create before a translated query runs."""

from __future__ import annotations

import re

_MACROS = (
    """divide_decimals(a, b, shift_a, shift_b, shift) AS (
        sign(a) * sign(b) * (
            (2 * CAST(abs(a) * shift_a AS HUGEINT) * shift + CAST(abs(b) * shift_b AS HUGEINT))
            // (2 * CAST(abs(b) * shift_b AS HUGEINT))))""",
    """whole_number(value, kind, safe) AS (
        CASE WHEN regexp_full_match(value, '[+-]?[0-9]+') THEN value
        WHEN safe OR value IS NULL THEN NULL
        ELSE error('INVALID_CAST_ARGUMENT: Cannot cast ''' || value || ''' to '
            || replace(upper(kind), 'INTEGER', 'INT')) END)""",
    """number_of_text(value, kind, safe) AS (
        CASE WHEN regexp_full_match(value,
            '\\s*[+-]?(NaN|Infinity|([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?)\\s*') THEN value
        WHEN safe OR value IS NULL THEN NULL
        ELSE error('INVALID_CAST_ARGUMENT: Cannot cast ''' || value || ''' to ' || upper(kind)) END)""",
    """decimal_of_text(value, kind, safe) AS (
        CASE WHEN regexp_full_match(value, '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?') THEN value
        WHEN safe OR value IS NULL THEN NULL
        ELSE error('INVALID_CAST_ARGUMENT: Cannot cast VARCHAR ''' || value || ''' to '
            || replace(upper(kind), ',', ', ') || '. Value is not a number.') END)""",
    """truth_of_text(value, safe) AS (
        CASE WHEN lower(value) IN ('t', 'true', '1') THEN true WHEN lower(value) IN ('f', 'false', '0') THEN false
        WHEN safe OR value IS NULL THEN NULL
        ELSE error('INVALID_CAST_ARGUMENT: Cannot cast ''' || value || ''' to BOOLEAN') END)""",
    """fitting_text(value, most, safe) AS (
        CASE WHEN length(value) <= most THEN value WHEN safe OR value IS NULL THEN NULL
        ELSE error('INVALID_CAST_ARGUMENT: Value ' || value || ' cannot be represented as varchar(' || most || ')')
        END)""",
    """text_of_json(value, safe) AS (
        CASE WHEN json_type(value) IN ('OBJECT', 'ARRAY') AND NOT safe
        THEN error('INVALID_CAST_ARGUMENT: Cannot cast ''' || value || ''' to varchar')
        WHEN json_type(value) NOT IN ('OBJECT', 'ARRAY') THEN json_extract_string(value, '$') END)""",
    # What is no moment at all is left to the cast
    """utc_text(value) AS (
        CASE WHEN value IS NULL OR regexp_full_match(value, '\\s*[0-9]+(-W?[0-9]+){0,2}([T ][0-9:.,]*)?\\s*')
            OR regexp_full_match(value, '(?i).*[0-9T ](UTC|GMT|Z|[+-]00(:?00)?)\\s*')
            OR NOT regexp_matches(value, '^\\s*[+-]?[0-9]+-') THEN value
        ELSE error('NOT_SUPPORTED: a timestamp with a time zone other than UTC in a text, but for comparisons, '
            || 'is not supported by the local AWS: ' || value) END)""",
    """wall_of_iso8601(value) AS (
        CASE WHEN value IS NULL
            OR regexp_full_match(value, '[0-9]+(-W?[0-9]+){0,2}(T[0-9:.,]*(Z|[+-][0-9]{2}(:?[0-9]{2})?)?)?')
        THEN CAST(regexp_replace(value, '(T.*?)(Z|[+-][0-9]{2}(:?[0-9]{2})?)$', '\\1') AS TIMESTAMP)
        ELSE error('INVALID_FUNCTION_ARGUMENT: Invalid format: "' || value || '"') END)""",
    """text_of_offset(minutes) AS (
        CASE WHEN minutes = 0 THEN 'Z' ELSE CASE WHEN minutes < 0 THEN '-' ELSE '+' END
            || printf('%02d:%02d', abs(minutes) // 60, abs(minutes) % 60) END)""",
    """part_of_array(list, first, count) AS (
        CASE WHEN list IS NULL THEN NULL
        WHEN first = 0 THEN error('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1')
        WHEN count < 0 THEN error('INVALID_FUNCTION_ARGUMENT: length must be greater than or equal to 0')
        WHEN abs(first) > len(list) THEN list[1:0]
        ELSE list_slice(list, first, CASE WHEN first < 0 THEN least(first + count - 1, -1) ELSE first + count - 1 END)
        END)""",
    """one_of_array(list, place) AS (
        CASE WHEN list IS NULL THEN NULL
        WHEN place = 0 THEN error('INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1')
        ELSE list[place] END)""",
    """element_of_array(list, place) AS (
        CASE WHEN place > len(list) THEN error('INVALID_FUNCTION_ARGUMENT: Array subscript must be less than or equal '
            || 'to array length: ' || place || ' > ' || len(list))
        WHEN place < 1 THEN error('INVALID_FUNCTION_ARGUMENT: Array subscript is '
            || CASE WHEN place = 0 THEN 'zero' ELSE 'negative: ' || place END)
        ELSE list[place] END)""",
    """value_of_key(map, key) AS (
        CASE WHEN map IS NULL OR map_contains(map, key) THEN map[key]
        ELSE error('INVALID_FUNCTION_ARGUMENT: Key not present in map: ' || key) END)""",
    # Trino's own bounds, in its words: without them a few letters of SQL take any amount of memory
    """bounded_count(number) AS (
        CASE WHEN number > 10000
        THEN error('INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be less than or equal to 10000')
        WHEN number < 0
        THEN error('INVALID_FUNCTION_ARGUMENT: count argument of repeat function must be greater than or equal to 0')
        ELSE number END)""",
    """bounded_sequence(low, high, step) AS (
        generate_series(low, CASE WHEN step = 0 THEN error('INVALID_FUNCTION_ARGUMENT: step must not be zero')
        WHEN step > 0 AND high < low OR step < 0 AND high > low
        THEN error('INVALID_FUNCTION_ARGUMENT: sequence stop value should be greater than or equal to start value if '
            || 'step is greater than zero otherwise stop should be less than or equal to start')
        WHEN step <> 0 AND (CAST(high AS HUGEINT) - low) // step >= 10000
        THEN error('INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 entries')
        ELSE high END, step))""",
    """sequence_of_months(low, high, step) AS (
        list_transform(bounded_sequence(0, CASE WHEN low + step > low AND high < low THEN -1
            WHEN low + step < low AND high > low THEN 1
            ELSE datesub('month', CAST(low AS TIMESTAMP), CAST(high AS TIMESTAMP)) END,
            CAST(12 * year(step) + month(step) AS BIGINT)),
            lambda months : low + to_months(CAST(months AS INTEGER))))""",
    """shortened_array(list, count) AS (
        CASE WHEN count < 0 THEN error('INVALID_FUNCTION_ARGUMENT: size must not be negative: ' || count)
        WHEN count > len(list)
        THEN error('INVALID_FUNCTION_ARGUMENT: size must not exceed array cardinality ' || len(list) || ': ' || count)
        ELSE list_slice(list, 1, len(list) - count) END)""",
    """bounded_sequence_of_times(low, high, step) AS (
        generate_series(low, CASE WHEN low + step > low AND high < low OR low + step < low AND high > low
        THEN error('INVALID_FUNCTION_ARGUMENT: sequence stop value should be greater than or equal to start value if '
            || 'step is greater than zero otherwise stop should be less than or equal to start')
        WHEN abs(epoch(high) - epoch(low)) >= 10000 * abs(epoch(step))
            AND epoch(step) <> 0
        THEN error('INVALID_FUNCTION_ARGUMENT: result of sequence function must not have more than 10000 entries')
        ELSE high END, step))""",
    # The table function SEQUENCE (Trino's Sequence.java)
    """step_of_series(low, high, step) AS (
        CASE WHEN low IS NULL THEN error('INVALID_FUNCTION_ARGUMENT: Start is null')
        WHEN high IS NULL THEN error('INVALID_FUNCTION_ARGUMENT: Stop is null')
        WHEN step IS NULL THEN error('INVALID_FUNCTION_ARGUMENT: Step is null')
        WHEN low < high AND step <= 0
        THEN error('INVALID_FUNCTION_ARGUMENT: Step must be positive for sequence [' || low || ', ' || high || ']')
        WHEN low > high AND step >= 0
        THEN error('INVALID_FUNCTION_ARGUMENT: Step must be negative for sequence [' || low || ', ' || high || ']')
        WHEN low = high THEN 1 ELSE step END)""",
    "finite_number(x) AS (CASE WHEN isfinite(x) THEN x END)",
    """cube_root(x) AS (
        CASE WHEN x = 0 OR NOT isfinite(x) THEN cbrt(x)
        ELSE cbrt(x) - (cbrt(x) * cbrt(x) * cbrt(x) - x) / (3 * cbrt(x) * cbrt(x)) END)""",
    """whole_day(moved, doing) AS (
        CASE WHEN moved IS NULL OR CAST(CAST(moved AS DATE) AS TIMESTAMP) = moved THEN CAST(moved AS DATE)
        ELSE error('INVALID_FUNCTION_ARGUMENT: Cannot ' || doing || ' a date') END)""",
    # Years of two figures: `last` is the last one that they may be
    """in_century(moment, last) AS (
        CASE WHEN year(moment) > last THEN moment - INTERVAL 100 YEAR
        WHEN year(moment) <= last - 100 THEN moment + INTERVAL 100 YEAR ELSE moment END)""",
    """one_part(value, delimiter, place) AS (
        CASE WHEN place < 1 THEN error('INVALID_FUNCTION_ARGUMENT: Index must be greater than zero')
        WHEN place <= len(string_split(value, delimiter)) THEN split_part(value, delimiter, place) END)""",
    """padding_length(size) AS (
        CASE WHEN size < 0 OR size > 2147483647
        THEN error('INVALID_FUNCTION_ARGUMENT: Target length must be in the range [0..2147483647]')
        ELSE CAST(size AS INTEGER) END)""",
    """random_bound(low, high) AS (
        CASE WHEN high <= low THEN error('INVALID_FUNCTION_ARGUMENT: bound must be positive') ELSE high END)""",
    # Of a key that comes more than once the first value counts, as in Trino's MAP_AGG
    """map_of_pairs(pairs) AS (
        map_from_entries(CASE WHEN list_unique(list_transform(pairs, lambda one : one.k)) = len(pairs) THEN pairs
        ELSE list_filter(pairs, lambda one, place : one.k IS NOT NULL
            AND list_position(list_transform(pairs, lambda other : other.k), one.k) = place) END))""",
)

_ERROR = "error"
_NAMES = tuple(macro.partition("(")[0] for macro in _MACROS)
_RAISING = [_ERROR]
for _name, _macro in zip(_NAMES, _MACROS, strict=True):
    if any(f"{raising}(" in _macro for raising in _RAISING):
        _RAISING.append(_name)
_CALL = re.compile(rf"""('(?:[^']|'')*'|"(?:[^"]|"")*")|\b({"|".join(_RAISING)})\(""")


def without_errors(sql: str) -> str:
    """An expression whose macros give NULL where they would end the query: the engine's TRY takes no others."""
    return _CALL.sub(lambda found: found[1] or f"safe_{found[2]}(", sql)


MACROS = (
    "safe_error(reason) AS (NULL)",
    *(without_errors(macro) for macro in _MACROS if without_errors(macro) != macro),
    *_MACROS,
)
