"""The parts of the page: each lays out its frame and renders its contents from a view model."""
