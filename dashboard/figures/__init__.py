"""View models drawn as Plotly figures: pure, and the only makers of what Plotly reads."""
