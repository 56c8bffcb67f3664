/* The one classic script of the page, written into its document: it has the first view drawn, and hands Dash's callbacks to the modules in explorer/. */
(() => {
  const { prefix, dossier, modules } = document.documentElement.dataset;
  const part = (name) => import(modules).then((all) => all[name]);
  const explorer = () => part("main");
  const HOOKS = { layout_pre: null, request_pre: null, request_post: null, callback_resolved: null, request_refresh_jwt: null };
  const FIGURES = ["map", "map-against", "matrix", "timeline"];
  const NOTHING = "nothing"; // the key of a graph that has not been drawn, as of one that shows nothing
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const narrow = matchMedia("(max-width: 760px)");

  const appearance = (search) => {
    const wanted = new URLSearchParams(search).get("theme");
    return wanted === "dark" || wanted === "light" ? wanted : dark.matches ? "dark" : "light";
  };
  const dress = (search) => {
    document.documentElement.dataset.theme = appearance(search);
  };
  /* Half a second without an answer shows that work is going on; ten say that something is wrong. */
  const root = document.documentElement;
  let waiting = [];
  const answered = () => {
    waiting.forEach(clearTimeout);
    delete root.dataset.waiting;
  };
  const asked = () => {
    answered();
    waiting = [setTimeout(() => (root.dataset.waiting = "on"), 500), setTimeout(() => (root.dataset.waiting = "long"), 10_000)];
  };
  /* The first view is asked for and drawn before Dash is there, which then need not ask. */
  const wanted = () => ({ search: location.search, path: location.pathname, appearance: appearance(location.search), narrow: narrow.matches });
  const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const firstWanted = wanted();
  const firstAddress = `${prefix}data/${dossier}/view/${firstWanted.appearance}/${firstWanted.narrow ? "narrow" : "wide"}${location.search}`;
  const first = fetch(firstAddress).then((answer) => (answer.ok ? answer.json() : null));
  let isFirst = true;
  let last = firstWanted;
  let hasWaited = false; // whether `go` in explorer/address.mjs has waited for the numbers of the address
  const changed = ({ type }) => {
    dress(location.search);
    hasWaited = type === "standoff:went";
    const now = wanted();
    if (isFirst || isSame(now, last)) return; // Dash is yet to begin with what it finds, or there is nothing new
    last = now;
    dash_clientside.set_props("surroundings", { data: now });
  };
  const happened = (event) => new Promise((resolve) => document.addEventListener(event, resolve, { once: true }));
  const parsed = happened("readystatechange").then(() => {
    document.getElementById("filters-sheet").open = !narrow.matches;
  });
  const drawable = happened("DOMContentLoaded"); // Plotly is there
  const show = async () => {
    const [view, { prefill, settle }] = await Promise.all([first, explorer(), parsed]);
    if (!view) return;
    prefill(view.panels.data);
    await drawable;
    await settle(view.scene.data, view.panels.data, view.figures.data);
    answered();
    await painted();
  };
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const scripts = () => [...document.getElementById("dash").content.querySelectorAll("script[src]")];
  const bring = () => document.head.append(...scripts().map(({ src: href }) => Object.assign(document.createElement("link"), { rel: "prefetch", href })));
  const run = ({ src }) =>
    new Promise((resolve, reject) => {
      const script = Object.assign(document.createElement("script"), { src, async: false, onload: resolve, onerror: reject });
      document.body.append(script);
    });
  const connect = async () => {
    await drawable;
    await Promise.all(scripts().map(run));
    new DashRenderer(HOOKS);
  };
  /* Dash begins with the address that it finds: where that is the one on screen, there is nothing to ask. */
  const begin = async (request) => ((await explorer()).isAtFirst() ? dash_clientside.no_update : request());

  /* The numbers of a view come before the view: they are painted while the server has nothing else to do for this page. */
  const NUMBERS_WITHIN = 300; // milliseconds, after which the view is asked for beside them
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const numbers = (search) => part("cubes").then(({ ask }) => ask(search));
  /* Without numbers the view comes by itself; where nobody took the question, the page says so. */
  const missed = (error) => {
    if (error instanceof TypeError) root.dataset.waiting = "long";
  };
  const afterNumbers = (search) => Promise.race([numbers(search).catch(missed), pause(hasWaited ? 0 : NUMBERS_WITHIN)]);

  numbers(location.search);
  asked();
  dress(location.search);
  drawable.then(bring); // which waits behind all that the first view needs
  show().catch(() => null).then(connect);
  for (const query of [dark, narrow]) query.addEventListener("change", changed);
  for (const event of ["popstate", "standoff:went"]) addEventListener(event, changed);

  /* What the figures show, by the keys that the server gave them; where the reader has moved the map, with its camera. */
  const drawn = () => Object.fromEntries(FIGURES.map((name) => [name, shown(document.querySelector(`#${name} .js-plotly-plot`))]));
  const shown = (graph) => {
    const key = graph?.layout?.meta?.key ?? NOTHING;
    return graph?.aimed?.key === key ? key.replace(/~.*/, `~${graph.aimed.camera}`) : key;
  };

  window.standoff = { Value: () => null }; // dashboard/values.py
  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    standoff: {
      /* Address, size and look → what the server is asked for. */
      request: (changes) => {
        const now = (last = changes ?? wanted());
        dress(now.search);
        const request = () => ({ ...now, drawn: drawn() });
        const isFirstAsked = isFirst && isSame(now, firstWanted);
        isFirst = false;
        if (isFirstAsked) return begin(request);
        asked();
        return afterNumbers(now.search).then(() => (now.search === location.search ? request() : dash_clientside.no_update));
      },
      /* A rendered view has arrived: take it over. */
      settle: (scene, panels, figures) => explorer().then((module) => module.settle(scene, panels, figures)).finally(answered),
      /* The server has said in words why there is no view. */
      told: (words) => {
        const notice = Object.assign(document.createElement("p"), { className: "notice", textContent: words });
        document.getElementById("failure").replaceChildren(notice);
        answered();
      },
    },
  });
})();
