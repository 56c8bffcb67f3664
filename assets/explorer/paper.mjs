/* On paper: figures are drawn for an upright sheet, and afterwards for the screen again. */

/** Have the graphs that `graphs()` gives follow the sheet as soon as the page is printed: layout.css holds its measures. */
export function attach(graphs) {
  const turn = (isPaper) => {
    document.documentElement.toggleAttribute("data-printing", isPaper);
    for (const graph of graphs()) if (graph?.clientWidth && graph.clientHeight) Plotly.relayout(graph, { autosize: true });
  };
  addEventListener("beforeprint", () => turn(true));
  addEventListener("afterprint", () => turn(false));
}
