"""A clean restart loses nothing that was on its way through a DynamoDB stream.

Stock MiniStack saves tables and read positions but not the records of streams, so a commit that was written and not
yet relayed when the emulator stopped would wait for the outbox auditor. Here the unread records are saved as well.
Records that every mapping has read are not: a stream that nobody reads is not saved at all.
"""

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import AccountRegionScopedDict
from ministack.services import dynamodb, lambda_svc

KEY = "polymer_streams"


def install() -> None:
    save, load = dynamodb.get_state, dynamodb.load_persisted_state

    def get_state():
        return {**save(), KEY: _unread()}

    def load_persisted_state(data):
        # First the records: the poller starts to read as soon as it sees a table.
        for (account_id, region, table), stream in (data or {}).get(KEY, AccountRegionScopedDict()).all_items():
            dynamodb._stream_records.set_scoped(account_id, region, table, stream["records"])
            dynamodb._stream_trimmed.set_scoped(account_id, region, table, stream["trimmed"])
        return load(data)

    dynamodb.get_state, dynamodb.load_persisted_state = get_state, load_persisted_state


def _unread() -> AccountRegionScopedDict:
    """Per table: the records some mapping has yet to read, and how many came before them."""
    unread = AccountRegionScopedDict()
    for (account_id, region, table), position in _slowest_readers().items():
        records = dynamodb._stream_records.get_scoped(account_id, region, table) or []
        trimmed = dynamodb._stream_trimmed.get_scoped(account_id, region, table, 0)
        first = min(max(position, trimmed), trimmed + len(records))
        stream = {"records": records[first - trimmed :], "trimmed": first}
        unread.set_scoped(account_id, region, table, stream)
    return unread


def _slowest_readers() -> dict[tuple[str, str, str], int]:
    positions = lambda_svc._dynamodb_stream_positions
    slowest = {}
    for account_id, region, mapping in lambda_svc._iter_all_esms():
        try:
            spec = parse_arn(mapping.get("EventSourceArn", ""))
        except ArnParseError:
            continue
        found = lambda_svc._dynamodb_stream_table_from_arn_spec(spec) if spec.service == "dynamodb" else None
        if found:
            position = positions.get_scoped(account_id, region, mapping["UUID"], 0)
            key = (account_id, region, found[0])
            slowest[key] = min(position, slowest.get(key, position))
    return slowest
