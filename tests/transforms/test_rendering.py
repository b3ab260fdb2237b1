"""Compiled templates lie in a folder, and never stand for other text than that which they were made of."""

import subprocess
import sys
from pathlib import Path

import pytest

from transforms.rendering import Renderer, raw_tables

_RENDER = """
import sys
from pathlib import Path
import jinja2
from transforms import rendering

compiled = []
compile_one = jinja2.Environment.compile
jinja2.Environment.compile = lambda *given, **more: compiled.append(1) or compile_one(*given, **more)
rendering.keep_compiled_in(Path(sys.argv[1]))
renderer = rendering.Renderer("duckdb", {}, set(rendering.raw_tables()))
text = renderer.render("versions.sql", tool="coveto", model="jobs")
print(len(compiled), "raw_coveto.jobs" in text)
"""


def _rendered(folder: Path) -> tuple[int, bool]:
    """How many templates another process compiled, and whether it gave the right text."""
    command = [sys.executable, "-c", _RENDER, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    count, is_right = done.stdout.split()
    return int(count), is_right == "True"


def test_a_second_process_compiles_no_template(tmp_path: Path) -> None:
    _rendered(tmp_path / "templates")

    assert _rendered(tmp_path / "templates") == (0, True)


@pytest.mark.parametrize("kept", [b"", b"half a file", b"j2\x05"])
def test_a_kept_template_that_is_damaged_is_compiled_again(tmp_path: Path, kept: bytes) -> None:
    _rendered(tmp_path)
    for file in tmp_path.iterdir():
        file.write_bytes(kept)

    assert _rendered(tmp_path) == (3, True)


def test_without_a_folder_to_write_to_all_is_compiled(tmp_path: Path) -> None:
    (tmp_path / "templates").write_text("a file, no folder")

    assert _rendered(tmp_path / "templates") == (3, True)


def test_a_table_is_made_of_the_tools_that_are_named_alone() -> None:
    renderer = Renderer("duckdb", {}, set(raw_tables()))
    of_both = renderer.render("unified/jobs.sql")
    of_one = renderer.render("unified/jobs.sql", tools=["compleetpersy"])
    assert "    select * from coveto\n    union all\n    select * from compleetpersy\n)" in of_both
    assert of_one == of_both.replace("    select * from coveto\n    union all\n", "")
