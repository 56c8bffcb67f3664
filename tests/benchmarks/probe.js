/* Runs in the page before anything of its own. `subject` is put before it: { map, countries, isDrawn }.
   A step lasts from the moment the page hears of it to the end of the frame in which the map has changed: layout and
   painting are over when a message that was posted in the frame arrives. */
(() => {
  const clock = () => performance.now();
  const bench = { heard: [], paints: [], recoloured: [], frames: [], tasks: [], shift: 0, drawn: null, start: null, isArmed: false, isSigning: false };
  window.bench = bench;

  // ── Frames ───────────────────────────────────────────────────────────────────────────────

  const queue = [];
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => queue.shift()();
  const post = (callback) => {
    queue.push(callback);
    port2.postMessage(0);
  };
  let isInFrame = false;
  let number = 0;
  const request = window.requestAnimationFrame.bind(window);
  const inFrame = (callback) => (time) => {
    if (!isInFrame) {
      isInFrame = true;
      number += 1;
      post(() => (isInFrame = false));
    }
    callback(time);
  };
  window.requestAnimationFrame = (callback) => request(inFrame(callback));
  const afterPaint = (callback) => (isInFrame ? post(callback) : request(inFrame(() => post(callback))));

  // ── The map ──────────────────────────────────────────────────────────────────────────────

  let latest = 0;
  let strokes = 0;
  let signed = "";
  let coloured = "";

  const changed = () => {
    const shownIn = isInFrame ? number : number + 1;
    if (shownIn === latest) return;
    latest = shownIn;
    afterPaint(() => {
      const at = clock();
      if (!bench.isSigning) return bench.paints.push(at);
      const [map, countries] = signatures();
      if (map !== signed) bench.paints.push(at);
      if (countries !== coloured) bench.recoloured.push(at);
      [signed, coloured] = [map, countries];
    });
  };

  /** What the map and its countries show, in short: where it takes no time from a hand, a change that changes nothing
      on screen is none. */
  const signatures = () => {
    const shapes = [...document.querySelector(subject.map).querySelectorAll("path, circle, rect, tspan")];
    const shown = shapes.filter(({ style }) => style.visibility !== "hidden" && style.display !== "none");
    const countries = shown.filter((shape) => shape.matches(subject.countries));
    return [[...shown.map(look).sort(), strokes].join("|"), [...countries.map(fill).sort(), strokes].join("|")];
  };
  const fill = (shape) => [shape.style.fill || shape.getAttribute("fill"), shape.getAttribute("d")?.length].join();
  const look = (shape) => {
    const [place, radius] = ["transform", "r"].map((name) => shape.getAttribute(name));
    return shape.tagName === "tspan" ? shape.textContent : [fill(shape), place, radius].join();
  };

  const observe = () => {
    const isDrawing = ({ target }) => (target.nodeType === Node.TEXT_NODE ? target.parentNode : target) instanceof SVGElement;
    const observer = new MutationObserver((records) => records.some(isDrawing) && changed());
    observer.observe(document.querySelector(subject.map), { attributes: true, childList: true, characterData: true, subtree: true });
  };

  for (const name of ["putImageData", "drawImage", "fill"]) {
    const draw = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...values) {
      if (this.canvas.closest?.(subject.map)) {
        strokes += 1;
        changed();
      }
      return draw.apply(this, values);
    };
  }

  // ── Listening ────────────────────────────────────────────────────────────────────────────

  const first = { capture: true, passive: true };
  addEventListener("pointermove", (event) => {
    isInFrame = false; // browsers tell of moves before a frame, and the message may be late
    bench.heard.push([clock(), event.timeStamp]);
  }, first);
  for (const name of ["click", "change"])
    addEventListener(name, () => {
      if (bench.isArmed) bench.start = clock();
      bench.isArmed = false;
    }, first);

  const see = (type, callback) => new PerformanceObserver((list) => list.getEntries().forEach(callback)).observe({ type, buffered: true });
  see("longtask", ({ startTime, duration }) => bench.tasks.push([startTime, duration]));
  see("layout-shift", (entry) => (bench.shift += entry.hadRecentInput ? 0 : entry.value));

  const frame = (time) => {
    bench.frames.push(time);
    if (bench.drawn === null && subject.isDrawn()) {
      bench.drawn = 0;
      post(() => (bench.drawn = clock()));
      observe();
    }
    request(inFrame(frame));
  };
  request(inFrame(frame));

  // ── Asked from outside ───────────────────────────────────────────────────────────────────

  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const until = async (isSo, patience) => {
    const end = clock() + patience;
    while (!isSo() && clock() < end) await pause(4);
    return isSo();
  };

  /** The time at which both views stood, in milliseconds since navigation; null if they do not come. */
  bench.load = async (patience) => ((await until(() => bench.drawn, patience)) ? bench.drawn : null);

  bench.clear = () => {
    for (const name of ["heard", "paints", "recoloured", "frames"]) bench[name].length = 0;
  };

  /** The frame in which the map followed the last move: milliseconds from hearing, and from the hand; null if none. */
  bench.step = async (patience) => {
    if (!(await until(() => bench.heard.length, patience))) return null;
    const [heard, hand] = bench.heard.at(-1);
    const painted = () => bench.paints.find((time) => time > heard);
    return (await until(painted, patience)) ? [painted() - heard, painted() - hand, painted()] : null;
  };

  bench.arm = () => {
    bench.clear();
    Object.assign(bench, { isArmed: true, isSigning: true, start: null });
    [signed, coloured] = signatures();
  };

  /** From the click to the frame after which the map stayed as it was for `quiet`, to the last in which countries
      changed colour, and to the first change: milliseconds; and when the click was. */
  bench.settled = async (quiet, patience) => {
    const after = (times) => times.filter((time) => time > bench.start);
    const last = (times) => after(times).at(-1);
    const isQuiet = () => bench.start !== null && clock() - last(bench.paints) > quiet;
    const isSo = await until(isQuiet, patience);
    bench.isSigning = false;
    if (!isSo) return null;
    const times = [last(bench.paints), last(bench.recoloured) ?? last(bench.paints), after(bench.paints)[0]];
    return [...times.map((time) => time - bench.start), bench.start];
  };

  /** The longest task of the main thread of which any part lies between two times; 0: none took 50 ms. */
  bench.longest = (from, to) => Math.max(0, ...bench.tasks.filter(([start, length]) => start + length > from && start < to).map(([, length]) => length));
})();
