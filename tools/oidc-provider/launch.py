"""Runs oidc-provider-mock as one provider with one client and a few people, as a firm would have it.

The package is a provider for tests: it shows a page on which anybody logs in as anybody. Left to itself it knows every client, and does
not look at PKCE. Here it knows the one client that it is given, with its secret and its callback, and has a code redeemed only by whoever
shows the verifier of its challenge (RFC 7636), for which Authlib, on which it is built, has everything.

    launch.py PORT FILE    where FILE has {"clientId", "clientSecret", "redirectUri", "people": {subject: claims}}
"""

import json
import sys

import authlib.oauth2.rfc6749
import flask
import werkzeug.serving
from authlib.oauth2.rfc7636 import CodeChallenge
from oidc_provider_mock import _app, _storage


class Grant(_app.AuthorizationCodeGrant):
    """Keeps the challenge with the code, and has the verifier checked against it."""

    challenges = {}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        CodeChallenge(required=True)(self)

    def save_authorization_code(self, code, request):
        super().save_authorization_code(code, request)
        said = request.payload.data
        self.challenges[code] = said.get("code_challenge"), said.get("code_challenge_method")

    def query_authorization_code(self, code, client):
        found = super().query_authorization_code(code, client)
        if found:
            challenge, method = self.challenges[code]
            # It is frozen, as what is stored should be; the challenge belongs to it nevertheless.
            object.__setattr__(found, "code_challenge", challenge)
            object.__setattr__(found, "code_challenge_method", method)
        return found


class Denied(authlib.oauth2.rfc6749.AccessDeniedError):
    """Brings the state back, as RFC 6749 section 4.1.2.1 has it and the package does not."""

    def __init__(self, **kwargs):
        super().__init__(state=flask.request.args.get("state"), **kwargs)


def main():
    port = int(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as file:
        told = json.load(file)
    client = _storage.Client(
        id=told["clientId"],
        secret=told["clientSecret"],
        redirect_uris=[told["redirectUri"]],
        allowed_scopes=_storage.Client.SCOPES_SUPPORTED,
        token_endpoint_auth_method="client_secret_basic",
    )

    class Storage(_storage.Storage):
        def __init__(self):
            super().__init__()
            self.store_client(client)

    authlib.oauth2.rfc6749.AccessDeniedError = Denied
    _app.AuthorizationCodeGrant = Grant
    _app.Storage = Storage
    people = [_storage.User(sub=subject, claims=claims) for subject, claims in told["people"].items()]
    app = _app.app(require_client_registration=True, require_nonce=True, user_claims=people)
    # What the page of a debugger shows is nobody's business, and it can run code.
    app.debug = False
    wsgi = app.wsgi_app.app
    werkzeug.serving.run_simple("127.0.0.1", port, wsgi, threaded=True)


if __name__ == "__main__":
    main()
