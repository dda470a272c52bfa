"""What schemathesis has to be told of this server's requests; tests/openapi_check.py loads it."""

import schemathesis


@schemathesis.serializer(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/pkix-crl",
)
def send_bytes(ctx, value):
    """Files go as they are."""
    return {"data": value if isinstance(value, bytes) else str(value).encode()}


def whole(value):
    """Whole numbers without a point, as every program writes them: to JSON Schema -231.0 is an integer, to parsers it isn't."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [whole(item) for item in value]
    if isinstance(value, dict):
        return {name: whole(item) for name, item in value.items()}
    return value


@schemathesis.hook
def before_call(context, case, kwargs):
    if isinstance(case.body, (list, dict)):
        case.body = whole(case.body)
