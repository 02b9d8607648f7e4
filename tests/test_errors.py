"""The error tree and the result codes: their order is a contract."""

from __future__ import annotations

import pickle

import pytest

from huntgroup.errors import (
    ConfigError,
    CorruptState,
    HuntgroupError,
    Refused,
    Result,
    refusal,
)

ORDER = [
    "UnknownAgent",
    "NotPermitted",
    "NotSelectable",
    "NoDevice",
    "CapabilityMissing",
    "StaleOffer",
    "QueueClosed",
    "QueueFull",
    "QueueUnstaffed",
    "IllegalTransition",
    "NotReachable",
    "FeaturesOff",
    "WrapUpFixed",
    "TimeWentBack",
    "LimitExceeded",
    "UnknownQueue",
    "UnknownSkill",
    "UnknownInteraction",
    "NotMember",
    "AtCapacity",
    "UnknownStatus",
    "UnknownChannel",
    "InvalidCommand",
]


def test_each_code_has_one_exception_in_the_order_of_precedence() -> None:
    assert [int(result) for result in Result] == list(range(24))
    raised = [refusal(result, "why") for result in list(Result)[1:]]
    assert [type(error).__name__ for error in raised] == ORDER
    for error, result in zip(raised, list(Result)[1:], strict=True):
        assert error.result is result
        assert str(error) == "why"
        assert type(error).__name__.upper() == result.name.replace("_", "")
        assert isinstance(pickle.loads(pickle.dumps(error)), type(error))


@pytest.mark.parametrize("code", [0, 24, -1])
def test_ok_is_no_refusal(code: int) -> None:
    with pytest.raises(KeyError):
        refusal(code, "why")


def test_config_error_names_field_value_and_what_is_allowed() -> None:
    error = ConfigError("offer_timeout", "x" * 1000, "seconds above 0")
    assert str(error).startswith("offer_timeout: 'xxx")
    assert str(error).endswith("is not allowed; allowed: seconds above 0")
    assert len(str(error)) < 300
    assert isinstance(error, ValueError)
    assert pickle.loads(pickle.dumps(error)).allowed == "seconds above 0"


def test_every_error_is_one_of_the_tree() -> None:
    for kind in (ConfigError, CorruptState, Refused):
        assert issubclass(kind, HuntgroupError)
