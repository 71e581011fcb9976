"""Serves moto's Secrets Manager, STS and IAM on loopback, one request at a time, with signatures and IAM policies enforced from the first request.

Usage: serve_moto.py PORT KEYS_FILE

KEYS_FILE is written with the keys of a user that may do everything, so that a test can make users and roles of its own.
"""
import json
import os
import sys
import threading
import warnings

os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "0"
warnings.simplefilter("ignore")

from moto.iam.models import iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import WSGIRequestHandler, run_simple

ACCOUNT = "123456789012"
EVERYTHING = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


class Quiet(WSGIRequestHandler):
    def log_request(self, *_):
        pass


def one_at_a_time(application):
    """moto changes its state without locks."""
    lock = threading.Lock()

    def serve(environment, start):
        with lock:
            return list(application(environment, start))

    return serve


def main():
    port, keys_file = int(sys.argv[1]), sys.argv[2]
    iam = iam_backends[ACCOUNT]["aws"]
    iam.create_user(region_name="us-east-1", user_name="administrator")
    iam.put_user_policy("administrator", "everything", json.dumps(EVERYTHING))
    key = iam.create_access_key("administrator")
    with open(os.open(keys_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(f"{key.access_key_id} {key.secret_access_key}\n")
    application = DomainDispatcherApplication(create_backend_app)
    run_simple("127.0.0.1", port, one_at_a_time(application), threaded=True, use_reloader=False, request_handler=Quiet)


main()
