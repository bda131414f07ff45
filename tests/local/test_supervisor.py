import signal
import subprocess
import sys
import time

import pytest

from alliance.core.local import processes, supervisor
from alliance.core.local.supervisor import GaveUp, Service, Stopped, Supervisor


@pytest.fixture
def keeper(tmp_path, monkeypatch):
    """A supervisor whose pauses are short and whose sentences are kept."""
    monkeypatch.setattr(supervisor, "FIRST_PAUSE", 0.01)
    monkeypatch.setattr(supervisor, "GLANCE", 0.01)
    said: list[str] = []
    keeper = Supervisor(pid_file=tmp_path / "pids.json", say=said.append)
    keeper.said = said
    yield keeper
    keeper.stop()


def service(tmp_path, script: str, name: str = "web", **options) -> Service:
    log = tmp_path / f"{name}.log"
    return Service(name, lambda: processes.start(["sh", "-c", script], log=log), log, **options)


class TestRestarts:
    def test_what_exits_is_started_again(self, keeper, tmp_path):
        steps = tmp_path / "steps"
        keeper.launch(service(tmp_path, f"echo step >> {steps}; [ $(wc -l < {steps}) -gt 2 ] && exec sleep 60"))

        keeper.run(until=lambda: steps.exists() and len(steps.read_text().split()) == 3)

        assert keeper.said == ["web ended (exit code 1) and starts again in 0 s."] * 2

    def test_after_five_quick_deaths_it_gives_up_and_shows_the_log(self, keeper, tmp_path):
        with pytest.raises(GaveUp, match=r"(?s)web ended 5 times right after its start.*no such table"):
            keeper.launch(service(tmp_path, "echo no such table; exit 3", is_ready=lambda: False))

        assert (tmp_path / "web.log").read_text().count("no such table") == 5

    def test_each_pause_is_twice_as_long(self, keeper, tmp_path):
        began = time.monotonic()
        with pytest.raises(GaveUp):
            keeper.launch(service(tmp_path, "kill -9 $$", is_ready=lambda: False))

        assert time.monotonic() - began >= 0.01 + 0.02 + 0.04 + 0.08
        assert [sentence.partition(" and")[0] for sentence in keeper.said] == ["web ended (SIGKILL)"] * 4


class TestStop:
    def test_the_last_started_stops_first(self, keeper, tmp_path):
        for name in ("PostgreSQL", "Valkey", "worker"):
            keeper.launch(service(tmp_path, "exec sleep 60", name))

        keeper.stop()

        assert keeper.said == ["Stopping worker …", "Stopping Valkey …", "Stopping PostgreSQL …"]

    def test_who_does_not_listen_is_killed_with_its_children(self, keeper, tmp_path, monkeypatch):
        monkeypatch.setattr(supervisor, "PATIENCE", 0.3)
        deaf = service(tmp_path, "trap '' TERM; sleep 61 & echo $!; while :; do sleep 0.05; done")
        keeper.launch(deaf, patience=5)
        keeper.wait_for(lambda: deaf.log.read_text().strip(), 5, "no child")
        grandchild = int(deaf.log.read_text())

        keeper.stop()

        assert not keeper.services
        keeper.wait_for(lambda: processes.started_at(grandchild) is None, 5, "the grandchild lives")

    def test_a_second_signal_ends_the_waiting(self, keeper):
        keeper._on_signal(signal.SIGINT, None)
        assert (keeper.is_stopping, keeper.is_impatient) == (True, False)

        keeper._on_signal(signal.SIGINT, None)
        assert keeper.is_impatient
        with pytest.raises(Stopped):
            keeper.glance()


class TestLeftovers:
    """Where the kernel does not end the children of a killed supervisor, the next one does."""

    def test_are_ended(self, keeper, tmp_path):
        keeper.launch(service(tmp_path, "exec sleep 62"))
        child = keeper.services[0].child

        Supervisor(pid_file=keeper.pid_file).end_leftovers()

        assert child.wait(timeout=5) == -signal.SIGTERM

    def test_a_process_that_only_has_the_number_is_left_alone(self, tmp_path):
        stranger = subprocess.Popen(["sleep", "63"], start_new_session=True)
        (tmp_path / "pids.json").write_text(f'[[{stranger.pid}, "1", 15]]')

        Supervisor(pid_file=tmp_path / "pids.json").end_leftovers()

        assert stranger.poll() is None
        stranger.kill()
        stranger.wait()


PARENT = """
import sys, time
from pathlib import Path
from alliance.core.local import processes
child = processes.start(["sleep", "64"])
print(child.pid, flush=True)
time.sleep(60)
"""


@pytest.mark.faults
class TestDeathOfTheParent:
    def test_takes_the_child_along(self):
        parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
        child = int(parent.stdout.readline())
        assert processes.started_at(child)

        parent.kill()
        parent.wait()

        deadline = time.monotonic() + 5
        while processes.started_at(child) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert processes.started_at(child) is None
