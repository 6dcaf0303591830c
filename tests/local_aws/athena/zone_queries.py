"""Queries of timestamps with a time zone: what stands for some of them, and their rows."""

from tests.local_aws.athena.athena_queries import ask

NEW_YORK = "TIMESTAMP '2024-05-01 23:30:00 America/New_York'"
SAME = "TIMESTAMP '2024-05-02 03:30:00 UTC'"
TEXTS = "(VALUES '2020-05-11T23:15:05.055-04:00', '2020-05-11T23:15:05Z', '2020-05-11', NULL) AS t(s)"


def filled(sql):
    """A query with `$NY`, `$SAME` (the same instant in UTC) and `$TEXTS` written out."""
    return sql.replace("$NY", NEW_YORK).replace("$SAME", SAME).replace("$TEXTS", TEXTS)


def rows(sql):
    """The rows of such a query."""
    return ask(filled(sql)).rows
