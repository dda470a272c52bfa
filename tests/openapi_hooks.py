"""What schemathesis has to be told of this server's requests; tests/openapi_check.py loads it."""

import schemathesis


@schemathesis.serializer(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/pkix-crl",
    "application/offset+octet-stream",
)
def send_bytes(ctx, value):
    """Files go as they are."""
    return {"data": value if isinstance(value, bytes) else str(value).encode()}


def whole(value):
    """Whole numbers without a point, as programs write them: to JSON Schema -231.0 is an integer, to parsers it isn't.

    Beyond 2^53 programs write an exponent: three hundred digits are a number that no parser has to read.
    """
    if isinstance(value, float) and value.is_integer() and abs(value) <= 2**53:
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
