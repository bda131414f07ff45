import pytest

from alliance import env


class TestReaders:
    def test_an_empty_value_counts_as_not_given(self, monkeypatch):
        monkeypatch.setenv("SAMPLE", "")

        assert env.text("SAMPLE", "default") == "default"
        assert env.number("SAMPLE", 8) == 8
        assert env.flag("SAMPLE", True) is True
        assert env.words("SAMPLE", "a, b") == ["a", "b"]

    def test_a_secret_may_lie_in_a_file(self, monkeypatch, tmp_path):
        (tmp_path / "key").write_text("quiet river\n", encoding="utf-8")
        monkeypatch.setenv("SAMPLE", "not this")
        monkeypatch.setenv("SAMPLE_FILE", str(tmp_path / "key"))

        assert env.text("SAMPLE") == "quiet river"

    @pytest.mark.parametrize(("read", "value"), [(env.flag, "perhaps"), (env.number, "many")])
    def test_an_odd_value_stops_the_start_with_its_name(self, monkeypatch, read, value):
        monkeypatch.setenv("SAMPLE", value)

        with pytest.raises(env.EnvError, match="SAMPLE must be"):
            read("SAMPLE", 1)

    @pytest.mark.parametrize(("value", "said"), [("1", True), ("yes", True), ("0", False), ("off", False)])
    def test_flags(self, monkeypatch, value, said):
        monkeypatch.setenv("SAMPLE", value)

        assert env.flag("SAMPLE") is said
