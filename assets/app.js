/* The one classic script of the page: it hands Dash's callbacks to the modules in explorer/. */
(() => {
  const { prefix, dossier, modules } = document.documentElement.dataset;
  const part = (name) => import(`${modules}${name}.mjs`);
  const explorer = () => part("main");
  const HOOKS = { layout_pre: null, request_pre: null, request_post: null, callback_resolved: null, request_refresh_jwt: null };
  const SHELL_AFTER = 400; // milliseconds without a first view, after which the page is shown without one
  const FIGURES = ["map", "map-against", "matrix", "timeline"];
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const narrow = matchMedia("(max-width: 760px)");

  const appearance = (search) => {
    const wanted = new URLSearchParams(search).get("theme");
    return wanted === "dark" || wanted === "light" ? wanted : dark.matches ? "dark" : "light";
  };
  const dress = (search) => {
    document.documentElement.dataset.theme = appearance(search);
  };
  /* The first view finds the room that its lens needs, so that nothing jumps when it comes. */
  const makeRoom = (search) => {
    const lens = new URLSearchParams(search).get("lens");
    if (lens && !("settled" in document.documentElement.dataset)) document.getElementById("standoff").dataset.lens = lens;
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
  const changed = () => {
    dress(location.search);
    dash_clientside.set_props("surroundings", { data: `${dark.matches} ${narrow.matches}` });
  };

  /* The first view is asked for before Dash is there; Dash then finds it in its layout, and need not ask. */
  const wanted = (search, path) => ({ search: search || "", path, appearance: appearance(search), narrow: narrow.matches });
  const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const firstWanted = wanted(location.search, location.pathname);
  const firstAddress = `${prefix}data/${dossier}/view/${firstWanted.appearance}/${firstWanted.narrow ? "narrow" : "wide"}${location.search}`;
  const first = fetch(firstAddress)
    .then((answer) => (answer.ok ? answer.json() : null))
    .catch(() => null);
  let isFirst = true;
  let seeded = null;
  const seed = (component, view) => {
    for (const one of [component].flat()) {
      if (!one?.props) continue;
      Object.assign(one.props, view[one.props.id]);
      seed(one.props.children, view);
    }
  };
  const start = async () => {
    seeded = await Promise.race([first, pause(SHELL_AFTER).then(() => null)]);
    new DashRenderer({ ...HOOKS, layout_post: (layout) => seeded && seed(layout, seeded) });
    if (seeded) Promise.all([explorer(), built()]).then(([{ prefill }]) => prefill(seeded.panels.data));
  };
  /* The panels get their words before the figures are drawn, so that these find the room that they keep. */
  const built = () =>
    new Promise((resolve) => {
      const look = () => document.getElementById("sentence") && resolve(observer.disconnect());
      const observer = new MutationObserver(look);
      observer.observe(document.body, { childList: true, subtree: true });
    });
  /* The view that came before Dash, or after the shell of the page. */
  const followFirst = async (request) => {
    const view = seeded ? {} : await first;
    if (!view) return request;
    for (const [id, props] of Object.entries(view)) dash_clientside.set_props(id, props);
    return dash_clientside.no_update;
  };

  /* The numbers of a view come before the view: they are painted while the server has nothing else to do for this page. */
  const NUMBERS_WITHIN = 300; // milliseconds, after which the view is asked for beside them
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const numbers = (search) => part("cubes").then(({ ask }) => ask(search));
  const afterNumbers = (search) => Promise.race([numbers(search).catch(() => null), pause(NUMBERS_WITHIN)]);

  numbers(location.search);
  asked();
  dress(location.search);
  window.standoff = { start };
  dark.addEventListener("change", changed);
  narrow.addEventListener("change", changed);

  /* What the figures show, by the keys that the server gave them; where the reader has moved the map, with its camera. */
  const drawn = (figures) => Object.fromEntries(FIGURES.map((name, i) => [name, shown(name, figures[i]?.layout?.meta)]));
  const shown = (name, meta) => {
    const { aimed } = document.querySelector(`#${name} .js-plotly-plot`) ?? {};
    return meta && aimed && aimed.key === meta.key ? meta.key.replace(/~.*/, `~${aimed.camera}`) : (meta?.key ?? "");
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    standoff: {
      /* Address and surroundings → what the server is asked for. */
      request: (search = location.search, path = location.pathname, _surroundings, ...figures) => {
        const now = wanted(search, path);
        const request = { ...now, drawn: drawn(figures) };
        dress(search);
        makeRoom(search);
        if (isFirst && isSame(now, firstWanted)) return followFirst(request);
        isFirst = false;
        asked();
        return afterNumbers(search).then(() => (search === location.search ? request : dash_clientside.no_update));
      },
      /* A rendered view has arrived: take over its figures. */
      settle: (scene, panels) => (scene ? explorer().then((module) => module.settle(scene, panels)).finally(answered) : null),
      /* The server has said in words why there is no view. */
      told: () => answered(),
      /* A field was filled in: words or days. */
      typed: (...values) => {
        const by = dash_clientside.callback_context.triggered_id;
        return explorer().then((module) => module.typed(by, values));
      },
    },
  });
})();
