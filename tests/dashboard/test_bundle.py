"""The browser's half as one module: the same names, the same values, and nothing that the reader of imports missed."""

from __future__ import annotations

import shutil
import subprocess
from graphlib import CycleError

import pytest

from dashboard.bundle import bundled, compiled_early
from dashboard.settings import assets_folder

MODULES = {
    "top": 'import * as low from "./low.mjs";\nimport { one as first, two } from "./low.mjs";\n'
    "const hidden = 3;\nexport const all = () => [first, two(), low.one, hidden];\n",
    "low": "const hidden = 1;\nexport const one = hidden;\nexport async function later() {}\n"
    "export function two() {\n  return 2;\n}\n",
}


@pytest.mark.skipif(shutil.which("node") is None, reason="there is no Node.js here")
def test_modules_in_one_are_what_they_were_apart() -> None:
    ask = "console.log(JSON.stringify([top.all(), Object.keys(low)]))"
    text = bundled(MODULES).replace("$top as top, $low as low", "") + ask.replace("top.", "$top.").replace(
        "low", "$low"
    )
    run = subprocess.run(["node", "--input-type=module"], input=text, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == '[[1,2,1,3],["one","later","two"]]'


@pytest.mark.parametrize(
    "line", ['import "./low.mjs";', "export default 1;", "export let one = 1;", 'export * from "./low.mjs";']
)
def test_an_import_that_cannot_be_read_is_refused_with_its_module(line: str) -> None:
    with pytest.raises(ValueError, match=r"^odd\.mjs: "):
        bundled({"odd": line + "\n"})


def test_modules_that_need_each_other_are_refused() -> None:
    with pytest.raises(CycleError):
        bundled({a: f'import {{ x }} from "./{b}.mjs";\nexport const x = 1;\n' for a, b in (("a", "b"), ("b", "a"))})


def test_the_script_that_draws_is_compiled_while_it_loads_and_is_otherwise_as_it_was_published() -> None:
    script = (assets_folder() / "vendor" / "plotly-geo.min.js").read_text("utf-8")
    sent = compiled_early(script)
    before, body, after = script.partition('() => {\n"use strict";')
    assert sent == f"{before}({body}{after.removesuffix('));')})));"


def test_a_script_that_is_built_otherwise_is_refused() -> None:
    with pytest.raises(ValueError, match="not one function"):
        compiled_early("window.Plotly = {};")
