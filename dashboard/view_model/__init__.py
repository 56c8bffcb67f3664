"""Query results → what a panel shows: numbers, labels and colours, and nothing of Plotly.

`results` asks the store, `maps` and `timelines` turn its answers into what the two pictures show.
"""
