"""What was made of earlier files, for those that come after: bounded, the longest unused goes."""

from __future__ import annotations

from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class LruCache(Generic[K, V]):
    """Results by what fully determines them. Threads may share it."""

    def __init__(self, most: int) -> None:
        """`most` is the sum of the sizes that are given to `put`."""
        self._most = most
        self._size = 0
        self._items: dict[K, tuple[V, int]] = {}
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            item = self._items.pop(key, None)
            if item is None:
                return None
            self._items[key] = item  # now the last to go
            return item[0]

    def put(self, key: K, value: V, size: int) -> None:
        with self._lock:
            _, before = self._items.pop(key, (None, 0))
            self._items[key] = value, size
            self._size += size - before
            while self._size > self._most:
                _, gone = self._items.pop(next(iter(self._items)))
                self._size -= gone
