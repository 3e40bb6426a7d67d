"""Numbers that look like chance and are the same on every machine: drawn from a hash of their key."""

from hashlib import blake2b


class Dice:
    """A source of whole numbers for one key: `Dice(1, "H15", "volume").between(1, 6)`."""

    def __init__(self, *key: object) -> None:
        self._left = int.from_bytes(blake2b(repr(key).encode()).digest())

    def between(self, least: int, most: int) -> int:
        """The next number, `least` and `most` included. 512 bits are good for some 50 of them."""
        self._left, drawn = divmod(self._left, most - least + 1)
        return least + drawn


def pick(codes: list[str], number: int, *key: object) -> frozenset[str]:
    """Some of the codes, the same for the same key."""
    return frozenset(sorted(codes, key=lambda code: Dice(*key, code).between(0, 2**64))[:number])
