/* Play and pause: the cursor in Stands, a growing or a moving period in Happened. */
import { bounds } from "./brush.mjs";

/** A whole run, in milliseconds. */
export const RUN = 4000;

/** A player for a stage; `toggle()` starts, or pauses and keeps what is shown; `halt()` gives up, as if nothing had played;
    `report(isPlaying)` keeps the button true. */
export function player(stage, report) {
  let run = null;

  function frame(now) {
    if (!run) return;
    run.started ??= now;
    const share = Math.min((now - run.started) / RUN, 1);
    stage.show(run.at(share));
    if (share < 1) requestAnimationFrame(frame);
    else stop();
  }

  function start() {
    run = { at: course(stage), fields: stage.scene.lens === "stands" ? ["on"] : ["first", "last"] };
    report(true);
    requestAnimationFrame(frame);
  }

  function stop() {
    const { fields } = run;
    run = null;
    report(false);
    stage.commitMoment(fields);
  }

  function halt() {
    if (!run) return;
    run = null;
    report(false);
    const { first, last, on } = stage.scene;
    stage.show({ first, last, on });
  }

  return { toggle: () => (run ? stop() : start()), halt };
}

/** Share of the run, 0–1 → the moment shown. */
function course(stage) {
  const [low, high] = bounds(stage.moment, stage.scene.window);
  const day = (share) => Math.round(low + (high - low) * share);
  if (stage.scene.lens === "stands") return (share) => ({ on: day(share) });
  if (!stage.isMoving()) return (share) => ({ first: low, last: day(share) });
  const width = Math.max(Math.round((high - low) / 8), 1);
  return (share) => ({ first: Math.max(low, day(share) - width), last: day(share) });
}
