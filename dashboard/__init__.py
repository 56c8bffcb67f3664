"""The page: Dash, Plotly and the HTTP around them."""

__version__ = "0.1.0"
