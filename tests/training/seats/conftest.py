import pytest

from training import invariants
from training.seats.door import Book


@pytest.fixture(autouse=True)
def invariants_hold_inside_the_lock(monkeypatch):
    """Whatever a test does with seats: before the lock is let go, I1 to I7 hold of that cohort."""
    plain = Book.close

    def close(self):
        plain(self)
        assert invariants.of_cohort(self.cohort) == []

    monkeypatch.setattr(Book, "close", close)
