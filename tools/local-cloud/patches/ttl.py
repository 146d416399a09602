"""Expired DynamoDB items: removed within seconds, and reported to the stream as DynamoDB does.

Stock MiniStack sweeps once a minute and emits no REMOVE record. Its own sweep goes on and finds nothing left.
"""

import threading
import time

from ministack.services import dynamodb

from . import scope

# Lambda's spelling and the Streams API's: the record is read through both.
BY_DYNAMODB = {
    **{"type": "Service", "principalId": "dynamodb.amazonaws.com"},
    **{"Type": "Service", "PrincipalId": "dynamodb.amazonaws.com"},
}


def install(pause_s: float) -> None:
    threading.Thread(target=_sweep_forever, args=(pause_s,), daemon=True, name="polymer-ttl").start()


def _sweep_forever(pause_s: float) -> None:
    while True:
        time.sleep(pause_s)
        try:
            _sweep()
        except Exception:
            dynamodb.logger.exception("TTL sweep")


def _sweep() -> None:
    now = time.time()
    for (account_id, region, table_name), setting in list(dynamodb._ttl_settings.all_items()):
        attribute = setting.get("AttributeName")
        if setting.get("TimeToLiveStatus") != "ENABLED" or not attribute:
            continue
        with scope(account_id, region), dynamodb._lock:
            table = dynamodb._tables.get(table_name)
            for partition, items in list(table["items"].items()) if table else []:
                for sort, item in list(items.items()):
                    if _expired(item.get(attribute), now):
                        _remove(table_name, table, partition, sort)


def _expired(value, now: float) -> bool:
    try:
        return float(value["N"]) <= now
    except (KeyError, TypeError, ValueError):
        return False  # DynamoDB ignores a TTL attribute that is not a number


def _remove(table_name: str, table: dict, partition, sort) -> None:
    old = dynamodb._remove_item(table, partition, sort)
    dynamodb._emit_stream_event(table_name, "REMOVE", old, None)
    records = dynamodb._stream_records.get(table_name)
    if records:
        records[-1]["userIdentity"] = BY_DYNAMODB
