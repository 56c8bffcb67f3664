"""Natural Earth's country shapes, prepared by `rebuild`; see PROVENANCE.md."""
