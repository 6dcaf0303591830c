"""Avro schemas for tests."""


def record(*fields, name="r", **more):
    return {"type": "record", "name": name, "fields": list(fields), **more}


def field(name, kind, **more):
    return {"name": name, "type": kind, **more}


A = field("a", "string")
B = field("b", "int", default=0)
NEEDED = field("c", "int")
