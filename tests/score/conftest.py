"""Rule sets that the tests of scoring share."""

import pytest

from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet


@pytest.fixture(scope="session")
def qd766() -> RuleSet:
    return load_rules("qd766")


@pytest.fixture(scope="session")
def target80() -> RuleSet:
    return load_rules("qd766-target80")


@pytest.fixture(scope="session")
def five_groups() -> RuleSet:
    return load_rules("qd766-five-groups")
