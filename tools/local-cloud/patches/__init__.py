"""Where the emulator must behave like AWS for this system to be tested honestly, and does not."""

import contextlib

from ministack.services import lambda_svc


@contextlib.contextmanager
def scope(account_id: str, region: str):
    """Act as this account and region: MiniStack's stores are keyed by two context variables."""
    account = lambda_svc._request_account_id.set(account_id)
    place = lambda_svc._request_region.set(region)
    try:
        yield
    finally:
        lambda_svc._request_account_id.reset(account)
        lambda_svc._request_region.reset(place)
