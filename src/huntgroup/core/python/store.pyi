LAST_INSTANT_NS: int
LAST_INSTANT: str

def instant_ns(field: str, value: object) -> int: ...
