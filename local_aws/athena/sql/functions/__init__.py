"""Athena's functions: which of them the local AWS has, and what they are for the engine.

| file | duty |
|---|---|
| model.py | what a function is |
| numbers.py, text.py, times.py, nested.py, aggregates.py | the functions, by what they work on |

A name that is in none of the tables and among `NOT_HERE` is refused by name; any other is not registered, as on AWS.
"""

from __future__ import annotations

from local_aws.athena.sql.functions.aggregates import AGGREGATES, CHOICES, WINDOWS
from local_aws.athena.sql.functions.model import Argument, Function
from local_aws.athena.sql.functions.nested import NESTED
from local_aws.athena.sql.functions.numbers import NUMBERS
from local_aws.athena.sql.functions.text import TEXT
from local_aws.athena.sql.functions.times import PARTS, TIMES

__all__ = ["FUNCTIONS", "NOT_HERE", "PARTS", "Argument", "Function"]

FUNCTIONS: dict[str, Function] = {**NUMBERS, **TEXT, **TIMES, **NESTED, **AGGREGATES, **WINDOWS, **CHOICES}

NOT_HERE = frozenset(
    """
    approx_most_frequent approx_set array_histogram at_timezone bit_count bitwise_right_shift
    bitwise_right_shift_arithmetic char2hexint checksum classify color combinations contains_sequence cosine_distance
    cosine_similarity crc32 current_groups dot_product empty_approx_set evaluate_classifier_predictions features
    format format_number from_base from_base32 from_base64url from_big_endian_32 from_big_endian_64
    from_encoded_polyline from_ieee754_32 from_ieee754_64 from_iso8601_timestamp_nanos from_unixtime_nanos
    great_circle_distance hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 human_readable_seconds index
    intersection_cardinality inverse_beta_cdf inverse_normal_cdf jaccard_index json_array_contains json_array_get
    json_exists json_object json_query json_value learn_classifier learn_regressor luhn_check make_set_digest
    map_entries map_filter map_union map_zip_with merge merge_set_digest multimap_agg multimap_from_entries murmur3
    ngrams normal_cdf normalize numeric_histogram parse_data_size parse_duration qdigest_agg quantile_at_value
    reduce_agg regexp_position regress render rgb shuffle sha512 soundex split_to_map split_to_multimap
    spooky_hash_v2_32 spooky_hash_v2_64 tdigest_agg timezone_hour timezone_minute to_base32 to_base64url
    to_big_endian_32 to_big_endian_64 to_encoded_polyline to_ieee754_32 to_ieee754_64 to_milliseconds transform_keys
    transform_values trim_array url_extract_fragment url_extract_host url_extract_parameter url_extract_path
    url_extract_port url_extract_protocol url_extract_query value_at_quantile values_at_quantiles version
    width_bucket wilson_interval_lower wilson_interval_upper with_timezone word_stem xxhash64 zip_with
    """.split()
)
"""Functions of Athena that the local AWS has not."""
