"""CloudWatch alarms as Terraform reads them.

Stock MiniStack stores an alarm whole and answers it whole to clients that speak JSON or CBOR, but leaves half of it out of
the XML that the Terraform provider asks for: every plan would want to change every alarm.
"""

from xml.sax.saxutils import escape

from ministack.services import cloudwatch

# What the stock answer already holds.
ANSWERED = {
    "AlarmName",
    "AlarmArn",
    "StateValue",
    "StateReason",
    "MetricName",
    "Namespace",
    "Threshold",
    "ComparisonOperator",
    "EvaluationPeriods",
    "DatapointsToAlarm",
}
INSTANTS = {"StateUpdatedTimestamp", "AlarmConfigurationUpdatedTimestamp"}


def install() -> None:
    describe = cloudwatch._describe_alarms

    def describe_whole(params, cbor_data, is_cbor, is_json=False):
        status, headers, body = describe(params, cbor_data, is_cbor, is_json)
        if is_cbor or is_json or status != 200:
            return status, headers, body
        text = body.decode()
        for alarm in list(cloudwatch._alarms.values()):
            arn = f"<AlarmArn>{alarm['AlarmArn']}</AlarmArn>"
            text = text.replace(arn, arn + _rest(alarm), 1)
        return status, headers, text.encode()

    cloudwatch._describe_alarms = describe_whole


def _rest(alarm: dict) -> str:
    return "".join(
        f"<{name}>{_xml(value)}</{name}>"
        for name, value in alarm.items()
        if name not in ANSWERED | INSTANTS and value not in (None, "")
    )


def _xml(value) -> str:
    if isinstance(value, list):
        return "".join(f"<member>{_xml(member)}</member>" for member in value)
    if isinstance(value, dict):
        return "".join(f"<{name}>{_xml(member)}</{name}>" for name, member in value.items())
    if isinstance(value, bool):
        return str(value).lower()
    return escape(str(value))
