"""getResolvedOptions, by the rules observed of AWS's."""

import argparse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.runtime.awsglue.utils import GlueArgumentError, getResolvedOptions

ALWAYS = {
    "job_bookmark_option": "job-bookmark-disable",
    "job_bookmark_from": None,
    "job_bookmark_to": None,
    "JOB_ID": None,
    "JOB_RUN_ID": None,
    "SECURITY_CONFIGURATION": None,
    "encryption_type": None,
    "enable_data_lineage": None,
    "TempDir": None,
    "RedshiftTempDir": None,
}


def resolve(arguments, *options):
    return getResolvedOptions(["script.py", *arguments.split()], list(options))


def refusal(arguments, *options):
    with pytest.raises(GlueArgumentError) as refused:
        resolve(arguments, *options)
    return str(refused.value)


def test_glues_own_options_are_always_there():
    assert resolve("") == ALWAYS


def test_what_was_asked_for_is_there_too():
    assert resolve("--a 1 --b x", "a", "b") == {**ALWAYS, "a": "1", "b": "x"}


def test_the_scripts_path_is_no_option():
    assert getResolvedOptions(["--a", "--a", "1"], ["a"])["a"] == "1"


def test_values_of_glues_own_options_are_taken():
    found = resolve("--JOB_ID j_1 --JOB_RUN_ID jr_1 --SECURITY_CONFIGURATION s --encryption-type sse-s3")
    assert (found["JOB_ID"], found["JOB_RUN_ID"]) == ("j_1", "jr_1")
    assert (found["SECURITY_CONFIGURATION"], found["encryption_type"]) == ("s", "sse-s3")


def test_a_dash_in_a_name_becomes_an_underscore_in_the_result():
    assert resolve("--my-arg 1", "my-arg")["my_arg"] == "1"


def test_an_underscore_does_not_find_a_dash():
    assert refusal("--my-arg 1", "my_arg") == "the following arguments are required: --my_arg"


def test_all_missing_options_are_named():
    assert refusal("--b 1", "a", "b", "c") == "the following arguments are required: --a, --c"


def test_options_that_nobody_asked_for_are_ignored():
    assert resolve("--other 1 --flag --a 2 more", "a")["a"] == "2"


def test_the_last_of_several_wins():
    assert resolve("--a 1 --a 2", "a")["a"] == "2"


def test_a_value_may_follow_an_equals_sign():
    assert resolve("--a=1=2", "a")["a"] == "1=2"


@pytest.mark.parametrize("value", ["", "-1", "-1.5", "a b", "s3://bucket/key", "{}"])
def test_any_other_text_is_a_value(value):
    assert getResolvedOptions(["script.py", "--a", value], ["a"])["a"] == value


@pytest.mark.parametrize("arguments", ["--a --b 1", "--a"])
def test_a_name_is_no_value(arguments):
    assert refusal(arguments, "a") == "argument --a: expected one argument"


@given(st.text(min_size=1).filter(lambda text: not text.startswith("-")))
def test_values_come_out_as_they_went_in(value):
    assert getResolvedOptions(["script.py", "--a", value], ["a"])["a"] == value


def test_a_name_may_be_abbreviated_up_to_glue_5_1():
    assert resolve("--sour x", "source_path")["source_path"] == "x"


@pytest.mark.parametrize("name", ["JOB_ID", "JOB_RUN_ID"])
def test_glues_own_ids_cannot_be_asked_for(name):
    with pytest.raises(argparse.ArgumentError) as refused:
        resolve("", name)
    assert str(refused.value) == f"argument --{name}: conflicting option string: --{name}"


def test_glues_security_configuration_can_be_asked_for():
    assert resolve("--SECURITY_CONFIGURATION s", "SECURITY_CONFIGURATION") == {**ALWAYS, "SECURITY_CONFIGURATION": "s"}


@pytest.mark.parametrize("name", ["job-bookmark-option", "job-bookmark-from", "--a"])
def test_reserved_names_cannot_be_asked_for(name):
    with pytest.raises(RuntimeError) as refused:
        resolve("--a 1", name)
    assert str(refused.value) == f"Using reserved arguments {name}"


def test_job_name_can_be_asked_for():
    assert resolve("--JOB_NAME j", "JOB_NAME")["JOB_NAME"] == "j"


@pytest.mark.parametrize("name", ["TempDir", "RedshiftTempDir"])
def test_the_two_folders_for_temporary_files_stand_for_each_other(name):
    found = resolve(f"--{name} s3://b/t/")
    assert (found["TempDir"], found["RedshiftTempDir"]) == ("s3://b/t/", "s3://b/t/")


def test_a_folder_for_temporary_files_that_is_asked_for_may_be_absent():
    for name in ("TempDir", "RedshiftTempDir"):
        assert resolve("", name)[name] is None
    assert resolve("--TempDir s3://b/", "TempDir")["RedshiftTempDir"] == "s3://b/"


# Bookmarks


@pytest.mark.parametrize("option", ["job-bookmark-enable", "job-bookmark-disable", "job-bookmark-pause"])
def test_the_bookmark_option_is_taken(option):
    assert resolve(f"--job-bookmark-option {option}")["job_bookmark_option"] == option


def test_an_unknown_bookmark_option_is_refused():
    assert refusal("--job-bookmark-option x").startswith("argument --job-bookmark-option: invalid choice: 'x'")


def test_a_pause_takes_both_ends_of_its_window():
    found = resolve("--job-bookmark-option job-bookmark-pause --job-bookmark-from a --job-bookmark-to b")
    assert (found["job_bookmark_from"], found["job_bookmark_to"]) == ("a", "b")


@pytest.mark.parametrize(("given_end", "missing"), [("from", "to"), ("to", "from")])
def test_a_pause_with_one_end_is_refused(given_end, missing):
    with pytest.raises(RuntimeError) as refused:
        resolve(f"--job-bookmark-option job-bookmark-pause --job-bookmark-{given_end} a")
    assert str(refused.value) == f"Missing option or value for --job-bookmark-{missing}"


@pytest.mark.parametrize("ends", ["--job-bookmark-from --job-bookmark-to", "--job-bookmark-from", "--job-bookmark-to"])
def test_a_window_without_a_pause_is_refused(ends):
    given_ends = " ".join(f"{end} a" for end in ends.split())
    with pytest.raises(RuntimeError) as refused:
        resolve(f"--job-bookmark-option job-bookmark-enable {given_ends}")
    assert str(refused.value) == f"Invalid option(s){ends}"
