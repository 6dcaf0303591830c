"""What the gate replaces in the emulator, and relies on, is there and is called as the gate takes it to be."""

import subprocess
import sys

import pytest

NAMES = {
    "app": [
        "_handle_pre_body_request",
        "_handle_post_body_shortcuts",
        "_handle_special_data_plane_request",
        "_handle_s3_control_request",
        "detect_service",
        "pin_signed_request",
    ],
    "core.iam_evaluator": [
        "AmbiguousAccessKeyError",
        "CredentialResolutionError",
        "_anonymous",
        "_signed_request",
        "_verified_key",
        "find_iam_access_key_account",
        "is_root_access_key",
        "resolve_credential",
    ],
    "core.iam_actions": ["_AUTH_FAILURES", "access_denied_response"],
    "core.responses": ["_account_from_sts_session", "fix_error_content_type"],
    "core.router": ["detect_service"],
    "core.lambda_runtime": ["execution_credentials", "_account_region_from_function_config"],
    "services.lambda_svc": ["execution_credentials"],
    "services.sts": ["register_session", "_sessions"],
    "services.s3": [
        "CredentialResolutionError",
        "_bucket_owner_account",
        "_error",
        "_verify_presigned_sigv4",
        "cors_preflight",
        "cors_response_headers",
        "resolve_credential",
    ],
}


@pytest.mark.parametrize("module", NAMES)
def test_the_emulator_has_these_names(module, tmp_path):
    code = f"import ministack.{module} as m; print([n for n in {NAMES[module]!r} if not hasattr(m, n)])"
    assert run(code, tmp_path).splitlines()[-1] == "[]"


def test_everything_that_the_emulator_serves_goes_through_what_the_gate_replaces(tmp_path):
    code = (
        "import inspect, re\n"
        "from ministack import app\n"
        "source = inspect.getsource(app.app)\n"
        'http = source[source.index(\'if scope["type"] != "http"\'):]\n'
        "print(*sorted(set(re.findall(r'await (?!send\\b)([\\w.]+)\\(', http))))\n"
    )
    assert run(code, tmp_path).split() == [
        "_dispatch_service_request",
        "_handle_post_body_shortcuts",
        "_handle_pre_body_request",
        "_handle_special_data_plane_request",
        "_read_request_body",
        "_send_if_handled",
        "_send_response",
        "_send_streaming_response",
        "rds_iam.handle",  # below /_ministack/, where nothing is served
    ]


def run(code, folder):
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "STATE_DIR": str(folder)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    return done.stdout.strip()
