"""A kind of long work for tests: it counts, and writes the numbers into a file."""

from alliance.core import jobs
from alliance.core.jobs import Work


def count(work: Work) -> dict[str, int]:
    upto = work.params["upto"]
    with work.file("numbers.txt", "text/plain") as file:
        for number in range(1, upto + 1):
            file.write(f"{number}\n".encode())
            work.progress(number, upto, "rows")
    return {"counted": upto}


COUNTING = jobs.register(
    jobs.JobKind("tests.count", "Counting", run=count, may=lambda person, params: person is not None)
)
