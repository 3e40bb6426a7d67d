"""Targets: given to units by a file or one by one, and taken back."""

from collections.abc import Sequence

from bochiso.followup.targets import Target
from bochiso.office.backend import Backend
from bochiso.store.followup import target_register
from bochiso.store.people.audit import By


def give_targets(backend: Backend, by: By, targets: Sequence[Target], source: str = "") -> list[Target]:
    """Keep targets, all or none. Raises ComputeError where one contradicts what stands."""
    with backend.open_ledger() as ledger:
        return target_register.give_targets(ledger, targets, by, source)


def withdraw_target(backend: Backend, by: By, number: int) -> Target:
    """Take a target back. Raises ComputeError where no such one stands."""
    with backend.open_ledger() as ledger:
        return target_register.withdraw_target(ledger, number, by)
