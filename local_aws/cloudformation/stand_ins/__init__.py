"""Stand-ins: what a stack gets for a resource of a type that AWS has and this machine has not.

| file | duty |
|---|---|
| resource.py | create, update, replace and delete of a stand-in |
| checking.py | its properties against the registry's schema, by jsonschema |
| values.py | what Ref and Fn::GetAtt give: values of the right form |
| names.py | how AWS names resources where the schema does not tell |
| arns.py | ARNs as policies name the resources of a service |
| reasons.py | what stack events and DescribeStackResource say of it |

Nothing runs behind a stand-in. Its identifiers and attributes have the form of AWS's and lead nowhere.
"""

from local_aws.cloudformation.stand_ins.reasons import reason
from local_aws.cloudformation.stand_ins.resource import StandIn

__all__ = ["StandIn", "reason"]
