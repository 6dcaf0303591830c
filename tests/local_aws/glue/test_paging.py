"""Pages of lists."""

import pytest

from local_aws.glue.model import GlueError
from local_aws.glue.paging import page


def test_a_short_list_is_one_page():
    assert page("Jobs", [1, 2], {}) == {"Jobs": [1, 2]}


def test_pages_join_to_the_whole_list():
    found, token = [], {}
    while True:
        answer = page("Jobs", list(range(7)), {"MaxResults": 3, **token})
        found.append(answer["Jobs"])
        if "NextToken" not in answer:
            break
        token = {"NextToken": answer["NextToken"]}
    assert found == [[0, 1, 2], [3, 4, 5], [6]]


def test_a_strange_token_is_refused():
    with pytest.raises(GlueError, match="NextToken is not valid: abc"):
        page("Jobs", [], {"NextToken": "abc"})
