"""What the store of objects takes of the emulator and replaces in it is there, and is called as it is replaced."""

import subprocess
import sys

S3 = {
    "_abort_multipart_upload": "bucket_name, key, query_params",
    "_complete_multipart_upload": "bucket_name, key, body, query_params, headers",
    "_compute_s3_checksum": "algorithm, body",
    "_copy_object": "bucket_name, dest_key, headers",
    "_create_multipart_upload": "bucket_name, key, headers",
    "_delete_bucket": "name",
    "_delete_object": "bucket_name, key, headers, query_params",
    "_delete_object_annotation": "bucket_name, key, headers, query_params",
    "_delete_object_tagging": "bucket_name, key, query_params",
    "_delete_objects": "bucket_name, body, headers",
    "_enforce_signed_post_policy": "fields, bucket_name, region, size, sigv4",
    "_foreign_bucket_allows": "owner_account, bucket_name, key, method, query_params, caller, headers",
    "_get_bucket_request_payment": "name",
    "_list_objects_v1": "bucket_name, query_params",
    "_list_object_versions": "bucket_name, query_params",
    "_list_objects_v2": "bucket_name, query_params",
    "_parse_multipart_form": "content_type, body",
    "_put_bucket_tagging": "name, body",
    "_xml_body": "root",
    "_dispatch": "method, bucket, key, headers, body, query_params",
    "_get_object": "bucket_name, key, headers, query_params",
    "_get_object_attributes": "bucket_name, key, headers, query_params",
    "_get_object_data": "bucket_name, key, version_id",
    "_head_object": "bucket_name, key, headers, query_params",
    "_key_history_meta": "bucket_name, key",
    "_maybe_replicate": "bucket_name, key, obj, data, tags",
    "_maybe_replicate_delete_marker": "bucket_name, key",
    "_object_meta_from_record": "obj",
    "_persist_delete_marker": "bucket_name, key, marker",
    "_persist_displaced_version": "bucket_name, key, prior_obj, versioning",
    "_persist_object": "bucket, key, obj",
    "_post_object": "bucket_name, body, headers",
    "_put_object": "bucket_name, key, body, headers",
    "_put_object_acl": "bucket_name, key, body, headers, query_params",
    "_put_object_annotation": "bucket_name, key, body, headers, query_params",
    "_put_object_legal_hold": "bucket_name, key, body, query_params",
    "_put_object_retention": "bucket_name, key, body, headers, query_params",
    "_put_object_tagging": "bucket_name, key, body, query_params",
    "_read_body": "bucket_name, key, obj",
    "_restore_object": "bucket_name, key, body",
    "_upload_part": "bucket_name, key, body, query_params, headers",
    "_upload_part_copy": "bucket_name, dest_key, query_params, headers",
    "_version_body": "bucket, bucket_name, key, v",
    "_version_entry_from_record": "obj, version_id, data",
    "load_persisted_state": "data",
    "md5_hash": "data",
    # called
    "_apply_object_lock_from_headers": "bucket_name, key, headers, version_id",
    "_check_put_preconditions": "headers, existing_obj",
    "_check_sse_c_part": "headers, upload",
    "_composite_checksum": "algorithm, part_checksums",
    "_delete_version_file": "bucket_name, key, version_id",
    "_in_account": "account_id",
    "_object_disk_path": "bucket, key, account_id",
    "_other_key_disk_path": "base, key, fpath",
    "_persist_version_state": "bucket_name, key, bucket",
    "_persisted_key_files": "bucket_path, sidecars",
    "_record_object_version": "bucket_name, key, prior_obj, obj, data",
    "_remove_key_files": "fpath",
    "_replication_destination": "bucket_name, key, rule, role",
    "_replication_rule_for": "bucket_name, key, tags",
    "_replication_rule_prefix": "rule",
    "_stored_sse_headers": "obj",
    "_validate_bucket_name": "name",
    "_version_disk_path": "bucket, key, version_id, account_id",
}
STORES = [
    *("_buckets", "_bucket_lifecycle", "_bucket_object_lock", "_completed_multipart_uploads", "_multipart_uploads"),
    *("_object_acl", "_object_annotations", "_object_legal_hold", "_object_retention", "_object_tags"),
    *("_object_versions", "_PERSISTED_BUCKET_DICTS", "_CANNED_OBJECT_ACLS", "_MALFORMED_XML", "S3_NS", "DATA_DIR"),
    *("ParseError", "Element", "SubElement", "fromstring", "get_state", "hashlib", "_error", "_xml_body"),
    *("_canned_acl_policy_xml", "_canonical_owner_id", "_ensure_bucket", "_no_such_bucket", "_qp", "_parse_range"),
    *(
        "_fire_s3_event_async",
        "_range_error_xml",
        "serve_cloudfront_origin_fetch",
        "handle_request",
        "tostring",
        "XML_DECL",
    ),
]
SCRIPT = f"""
import inspect
from ministack import app
from ministack.core import persistence
from ministack.services import s3
print([name for name, parameters in {S3!r}.items()
       if ", ".join(inspect.signature(getattr(s3, name)).parameters) != parameters])
print([name for name in {STORES!r} if not hasattr(s3, name)])
print([name for name in ("_read_request_body", "_RequestBodyDisconnected") if not hasattr(app, name)])
print([name for name in ("_state_format_version", "_json_default", "STATE_DIR") if not hasattr(persistence, name)])
"""


def test_the_emulator_has_these_names_and_parameters(tmp_path):
    environment = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "STATE_DIR": str(tmp_path)}
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.splitlines()[-4:] == ["[]"] * 4
