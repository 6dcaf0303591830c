import pytest

from glue_client.intrinsics import text_of

KNOWN = {"Stack": "base", "AWS::StackName": "mine"}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        ("plain", "plain"),
        ({"Ref": "Stack"}, "base"),
        ({"Ref": "AWS::Region"}, "${AWS::Region}"),
        ({"Fn::Sub": "${Stack}-Bucket"}, "base-Bucket"),
        ({"Fn::Sub": "${AWS::StackName}-${AWS::Region}"}, "mine-${AWS::Region}"),
        ({"Fn::Sub": "${!Stack}"}, "${Stack}"),
        ({"Fn::Sub": ["${Inner}/x", {"Inner": {"Ref": "Stack"}}]}, "base/x"),
        ({"Fn::Join": ["-", [{"Ref": "Stack"}, "Bucket"]]}, "base-Bucket"),
    ],
)
def test_an_expression_has_this_text(node, expected):
    assert text_of(node, KNOWN) == expected
