"""`python -m dashboard` is the `standoff` command."""

from dashboard.cli import main

main(prog_name="standoff")
