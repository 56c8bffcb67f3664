/* The one classic script of the page: it hands Dash's callbacks to the modules in explorer/. */
(() => {
  const base = document.currentScript.src;
  const explorer = () => import(new URL("./explorer/main.mjs", base).href);
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

  dress(location.search);
  dark.addEventListener("change", changed);
  narrow.addEventListener("change", changed);

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    standoff: {
      /* Address and surroundings → what the server is asked for. */
      request: (search, path) => {
        dress(search);
        makeRoom(search);
        asked();
        return { search: search || "", path, appearance: appearance(search), narrow: narrow.matches };
      },
      /* A rendered view has arrived: take over its figures. */
      settle: (scene) => (scene ? explorer().then((module) => module.settle(scene)).finally(answered) : null),
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
