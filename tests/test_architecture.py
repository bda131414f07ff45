"""The house as DESIGN.md draws it: packages know one another in one direction, files stay readable."""

import ast
import tomllib
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model

from alliance.core import release

ROOT = Path(settings.BASE_DIR)

# Each package may import from those before it. `alliance` itself (settings, addresses, front door) stands above all.
ORDER = (
    "alliance.core",
    "alliance.accounts",
    "alliance.notifications",
    "parks",
    "training",
    "investment",
    "alliance.reports",
)
# What later versions bring does not exist yet, not even as an empty shell.
LATER = (
    "alliance/ledger",
    "alliance/governance",
    "alliance/finance",
    "alliance/membership",
    "alliance/support",
    "alliance/knowledge",
    "alliance/promotion",
    "alliance/api",
)
LONGEST_FILE, LONGEST_TEST = 500, 600
# One list of settings: long, and each line stands for itself.
LONG_BY_NATURE = {"alliance/settings.py"}
# Below everything: there before any app is.
FOUNDATIONS = ("alliance.env", "alliance.celery")


def python_files(*folders: str) -> list[Path]:
    return [
        file
        for folder in folders
        for file in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in file.parts and "var" not in file.parts
    ]


def module_of(file: Path) -> str:
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def package_of(module: str) -> str | None:
    return next((package for package in ORDER if module == package or module.startswith(f"{package}.")), None)


def imports(file: Path) -> list[tuple[int, str]]:
    """Line and absolute name of every import in a file, those inside functions too."""
    module = module_of(file)
    here = module if file.name == "__init__.py" else module.rpartition(".")[0]
    found: list[tuple[int, str]] = []
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(node.lineno, name.name) for name in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = here.split(".")
                above = above[: len(above) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            found.append((node.lineno, base))
            found += [(node.lineno, f"{base}.{name.name}") for name in node.names]
    return found


FILES = python_files(*release.packages())


@pytest.mark.parametrize("package", ORDER)
def test_a_package_imports_only_from_those_before_it(package: str):
    allowed = set(ORDER[: ORDER.index(package) + 1])
    wrong = []
    for file in FILES:
        if package_of(module_of(file)) != package:
            continue
        for line, name in imports(file):
            target = package_of(name)
            above = target is None and name.startswith("alliance.") and not name.startswith(FOUNDATIONS)
            if above or (target is not None and target not in allowed):
                wrong.append(f"{file.relative_to(ROOT)}:{line} {name}")
    assert sorted(set(wrong)) == []


def test_nothing_of_the_portal_imports_its_tests():
    wrong = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in FILES
        for line, name in imports(file)
        if name.split(".")[0] in {"tests", "benchmarks"}
    ]
    assert wrong == []


def test_strings_that_name_models_point_backwards_too():
    """A relation named as "app.Model" is an import in disguise."""
    order = [package.rpartition(".")[2] for package in ORDER]
    wrong = []
    for model in apps.get_models():
        label = model._meta.app_label
        if label not in order or model.__module__.startswith("simple_history"):
            continue
        for field in model._meta.get_fields():
            target = getattr(field, "related_model", None)
            if field.auto_created or target is None or isinstance(target, str):
                continue
            # The framework's own name for a person is known everywhere (settings.AUTH_USER_MODEL).
            if target is get_user_model():
                continue
            if target._meta.app_label in order and order.index(target._meta.app_label) > order.index(label):
                wrong.append(f"{model._meta.label}.{field.name}")
    assert wrong == []


def test_what_later_versions_bring_does_not_exist():
    assert [name for name in LATER if (ROOT / name).exists()] == []


def test_the_installed_apps_are_those_of_the_order():
    ours = [config.name for config in apps.get_app_configs() if Path(config.path).is_relative_to(ROOT)]

    assert [name for name in ours if not str(apps.get_app_config(name.rpartition(".")[2]).path).count(".venv")] == [
        *ORDER,
        "alliance",
    ]


def test_warnings_and_types_are_looked_at_in_every_package():
    said = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    typed = [f"{package}/{what}" for package in release.packages() for what in ("services", "policies.py")]

    assert said["pytest"]["ini_options"]["filterwarnings"] == [
        f"error::DeprecationWarning:{package}" for package in release.packages()
    ]
    assert [name for name in typed if (ROOT / name).exists() and name not in said["mypy"]["files"]] == []


@pytest.mark.parametrize("word", ["utils", "helpers", "common", "misc"])
def test_no_module_is_a_drawer_for_everything(word: str):
    found = [str(file.relative_to(ROOT)) for file in FILES if file.stem == word or word in file.parent.parts]
    assert found == []


def test_files_stay_readable():
    long = {
        str(file.relative_to(ROOT)): lines
        for file in FILES + python_files("tests")
        if (lines := len(file.read_text(encoding="utf-8").splitlines()))
        > (LONGEST_TEST if file.is_relative_to(ROOT / "tests") else LONGEST_FILE)
        and str(file.relative_to(ROOT)) not in LONG_BY_NATURE
    }
    assert long == {}
