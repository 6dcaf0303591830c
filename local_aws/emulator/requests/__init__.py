"""Requests, checked by AWS's own models before a handler of the emulator sees them.

| file | duty |
|---|---|
| checking.py | Which operation a request means, and whether it is as the model says |
| absent.py | What AWS has and the local AWS has not is refused by name |
| models.py | Botocore's models, loaded when a service is first asked |
| constraints.py | Lengths, ranges, patterns and enumerations |
| values.py | Values of JSON and CBOR |
| limits.py | The bounds that models set to values |
| read_once.py | What was read of a body, for those who only look at it |
| documents.py | Bodies that are documents: JSON and CBOR |
| forms.py | Forms: the protocols query and ec2 |
| rest.py | REST: addresses, headers and query strings |
| xml_bodies.py | Bodies of XML |
| roles.py | The roles that a request names |
| refusals.py | Refusals in the form of each protocol |
| guarding.py | What a handler could not take, as a refusal; what failed here, as an internal error |
"""
