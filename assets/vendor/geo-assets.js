/* Plotly asks another host for base-map outlines even when it draws none of them. These empty
   outlines answer it here; this script stands in the document itself, before plotly-geo.min.js. */
(() => {
  const layers = ["coastlines", "land", "ocean", "lakes", "rivers", "countries", "subunits"];
  const nothing = { type: "GeometryCollection", geometries: [] };
  const outline = {
    type: "Topology",
    arcs: [],
    objects: Object.fromEntries(layers.map((layer) => [layer, nothing])),
  };
  window.PlotlyGeoAssets = { topojson: { world_110m: outline, world_50m: outline } };
})();
