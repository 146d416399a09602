"""DynamoDB stream → Lambda as AWS does it: partial failures, retries, bisect, age limit, on-failure destination.

Stock MiniStack counts a partial failure as done, retries nothing, drops what came first after a restart (its saved
position is ahead of a stream that starts at zero again), and invokes on the thread that polls every other source, so
that one slow stream handler delays all queues. Here each mapping runs on a thread of its own, one batch at a time:
a stream of the emulator has one shard.

https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
"""

import json
import time

from ministack.core.arn import ArnParseError, parse_arn
from ministack.services import dynamodb, lambda_svc

from . import scope

FIRST_RETRY_S, LONGEST_RETRY_S = 0.1, 1.0

# Per mapping: attempts at the batch that starts at `pos`, and the batch size while bisecting up to `until`.
_progress: dict[str, dict] = {}


def install() -> None:
    lambda_svc._poll_dynamodb_streams = poll


def poll() -> bool:
    """Start one batch for each mapping that has records and no batch running. True if any was started."""
    started = False
    for account_id, region, mapping in lambda_svc._iter_all_esms():
        with scope(account_id, region):
            started = _start(mapping) or started
    return started


def _start(mapping: dict) -> bool:
    mapping_id = mapping["UUID"]
    if not mapping.get("Enabled", True) or lambda_svc._esm_inflight.get(mapping_id, 0):
        return False
    if lambda_svc._esm_backoff_until.get(mapping_id, 0) > time.time():
        return False
    table_name = _table_of(mapping)
    if table_name is None:
        return False
    function, _ = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
    if function is None:
        return False

    position = _position(mapping, table_name)
    progress = _progress.setdefault(mapping_id, {"tries": 0, "pos": position, "limit": None, "until": position})
    if progress["pos"] != position:
        progress.update(tries=0, pos=position)
    if progress["limit"] and position >= progress["until"]:
        progress["limit"] = None
    records = dynamodb.stream_records_since(
        table_name, position, progress["limit"] or mapping.get("BatchSize", 100)
    )
    if not records:
        return False
    wanted = lambda_svc._apply_filter_criteria(records, mapping)
    if not wanted:
        _advance(mapping_id, position + len(records))
        return True
    lambda_svc._dispatch_esm_batch(mapping_id, _run, mapping, function, position, records, wanted, progress)
    return True


def _table_of(mapping: dict) -> str | None:
    arn = mapping.get("EventSourceArn", "")
    try:
        spec = parse_arn(arn)
    except ArnParseError:
        return None
    if (spec.service, spec.account_id, spec.region) != (
        "dynamodb",
        lambda_svc.get_account_id(),
        lambda_svc.get_region(),
    ):
        return None
    found = lambda_svc._dynamodb_stream_table_from_arn_spec(spec)
    table = dynamodb._tables.get(found[0]) if found else None
    return found[0] if table and table.get("LatestStreamArn") == arn else None


def _position(mapping: dict, table_name: str) -> int:
    first, end = dynamodb.stream_start_position(table_name), dynamodb.stream_end_position(table_name)
    default = first if mapping.get("StartingPosition") == "TRIM_HORIZON" else end
    with lambda_svc._dynamodb_stream_positions_lock:
        positions = lambda_svc._dynamodb_stream_positions
        position = min(max(positions.get(mapping["UUID"], default), first), end)
        positions[mapping["UUID"]] = position
    return position


def _advance(mapping_id: str, position: int) -> None:
    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[mapping_id] = position


def _run(mapping: dict, function: dict, position: int, records: list, wanted: list, progress: dict) -> None:
    mapping_id = mapping["UUID"]
    result = lambda_svc._execute_function(function, {"Records": wanted})
    failed_at = _first_failure(mapping, records, result)
    if failed_at is None:
        _advance(mapping_id, position + len(records))
        lambda_svc._esm_backoff_until.pop(mapping_id, None)
        mapping["LastProcessingResult"] = f"OK - {len(wanted)} records"
        return

    mapping["LastProcessingResult"] = "FAILED"
    if failed_at > 0:  # progress was made: go on from the first failed record
        _advance(mapping_id, position + failed_at)
        lambda_svc._esm_backoff_until[mapping_id] = time.time() + FIRST_RETRY_S
        return
    if result.get("error") and mapping.get("BisectBatchOnFunctionError") and len(records) > 1:
        if not progress["limit"]:
            progress["until"] = position + len(records)
        progress["limit"] = max(1, len(records) // 2)
        return

    progress["tries"] += 1
    reason = _gave_up(mapping, records, progress["tries"])
    if reason:
        source = mapping.get("EventSourceArn", "")
        lambda_svc._send_ddb_stream_failure_record(mapping, function, records, source, result, reason)
        _advance(mapping_id, position + len(records))
        progress["tries"] = 0
        return
    pause = min(LONGEST_RETRY_S, FIRST_RETRY_S * 2 ** progress["tries"])
    lambda_svc._esm_backoff_until[mapping_id] = time.time() + pause


def _first_failure(mapping: dict, records: list, result: dict) -> int | None:
    """Index of the record to go on from, or None when the whole batch is done."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in (mapping.get("FunctionResponseTypes") or []):
        return None
    answer = result.get("body")
    if isinstance(answer, str):
        try:
            answer = json.loads(answer)
        except ValueError:
            return None
    failures = (answer.get("batchItemFailures") or []) if isinstance(answer, dict) else []
    index = {str(record["dynamodb"]["SequenceNumber"]): i for i, record in enumerate(records)}
    # AWS retries the whole batch when it does not know the identifier.
    return min((index.get(str(failure.get("itemIdentifier")), 0) for failure in failures), default=None)


def _gave_up(mapping: dict, records: list, tries: int) -> str | None:
    retries = mapping.get("MaximumRetryAttempts")
    if retries is not None and 0 <= int(retries) < tries:
        return "RetryAttemptsExhausted"
    limit_s = int(mapping.get("MaximumRecordAgeInSeconds") or -1)
    written_at = float(records[0]["dynamodb"].get("ApproximateCreationDateTime", time.time()))
    if 0 < limit_s < time.time() - written_at:
        return "MaxRecordAgeExceeded"
    return None
