"""EventBridge and Scheduler targets: retries towards Lambda, and the dead-letter queue of a target that is gone.

Stock MiniStack tries a function once, ignores its on-failure destination, and drops an event whose target does not
exist. Retry policies of SQS targets need nothing here: a queue that exists never refuses.
"""

import json

from ministack.core.arn import ArnParseError, parse_arn
from ministack.services import eventbridge, lambda_svc, sqs


def install() -> None:
    invoke = eventbridge._invoke_target

    def invoke_or_bury(target, event, rule, view=None):
        missing = _missing(target.get("Arn", ""))
        if not missing:
            return invoke(target, event, rule, view)
        dead_letters = (target.get("DeadLetterConfig") or {}).get("Arn")
        if dead_letters:
            view = view or eventbridge._pattern_event_view(event)
            body = target.get("Input") or json.dumps(view.event_with_detail())
            eventbridge._dispatch_to_sqs(parse_arn(dead_letters), body, {})
        return None

    eventbridge._invoke_target = invoke_or_bury
    eventbridge._dispatch_to_lambda = _dispatch_to_lambda


def _missing(arn: str) -> bool:
    try:
        service = parse_arn(arn).service
    except ArnParseError:
        return False
    if service == "sqs":
        return sqs._queue_by_arn(arn) is None
    if service == "lambda":
        return lambda_svc._get_func_record_for_ref(arn)[0] is None
    return False


def _dispatch_to_lambda(arn: str, payload: str) -> None:
    try:
        event = json.loads(payload)
    except ValueError:
        event = {"body": payload}
    function, config, name = lambda_svc._get_func_record_for_ref(arn)
    if not function or not config:
        raise RuntimeError(f"target function {name} not found")
    record = dict(lambda_svc._execution_record_for_config(function, config))
    for key in ("event_invoke_config", "event_invoke_configs"):
        if key in function:
            record[key] = function[key]
    lambda_svc.invoke_async_with_retry(record, event)
