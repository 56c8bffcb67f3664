/* The address is the view. Modules change it by key; the server renders whatever it says. */

/** The query string with some keys changed; what equals the default is left out, in the order of the defaults. */
export function patched(search, changes, defaults) {
  const params = new URLSearchParams(search);
  for (const [key, value] of Object.entries(changes)) {
    if (value === defaults[key]) params.delete(key);
    else params.set(key, value);
  }
  const order = Object.keys(defaults);
  const pairs = [...params].sort(([a], [b]) => order.indexOf(a) - order.indexOf(b));
  return pairs.length ? `?${pairs.map(([key, value]) => `${key}=${spelled(value)}`).join("&")}` : "";
}

const spelled = (value) => encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3A", ":");

/** A list-valued key with one member, or several, added, or removed where it was there. */
export function toggled(search, key, member, defaults) {
  const now = new URLSearchParams(search).get(key) ?? defaults[key] ?? "";
  const members = new Set(now.split(",").filter(Boolean));
  for (const one of [member].flat()) if (!members.delete(one)) members.add(one);
  return { [key]: [...members].sort().join(",") };
}

/**
 * Where a link leads from an address that has changed since the page with the link was written: what it changes there,
 * it changes here. A member of a list, where it adds or removes just that, is added or removed.
 * @param {string} href of the link
 * @param {string} written the address that the link was written for
 */
export function rebased(href, written, search, defaults, member) {
  if (isSame(written, search)) return href;
  const keys = new Set([written, href].flatMap((one) => [...new URLSearchParams(one).keys()]));
  const changed = [...keys].filter((key) => valueIn(written, key, defaults) !== valueIn(href, key, defaults));
  const listed = changed.find((key) => member && isToggled(valueIn(written, key, defaults), valueIn(href, key, defaults), member));
  const changes = Object.fromEntries(changed.map((key) => [key, valueIn(href, key, defaults) ?? ""]));
  return patched(search, listed ? { ...changes, ...toggled(search, listed, member, defaults) } : changes, defaults);
}

function isToggled(before, after, member) {
  const [some, others] = [before, after].map((value) => new Set((value ?? "").split(",")));
  return some.has(member) !== others.has(member);
}

const heard = [];

/** Have a function told of every address that is about to be shown. What it returns is waited for before the server is
    asked for the view. */
export function onChange(tell) {
  heard.push(tell);
  addEventListener("popstate", () => tell(location.search));
}

/** One committed action: one entry in the browser's history, unless it only goes on with the last. */
export async function go(search, { goesOn = false } = {}) {
  if (search === location.search) return;
  history[goesOn ? "replaceState" : "pushState"](null, "", search || location.pathname);
  await Promise.all(heard.map((tell) => tell(search)));
  if (search === location.search) dispatchEvent(new CustomEvent("standoff:went"));
}

/** The value of a key in an address, or its default. */
export const valueIn = (search, key, defaults) => new URLSearchParams(search).get(key) ?? defaults[key];

/** Whether two query strings say the same, however they are spelled. */
export const isSame = (one, other) => new URLSearchParams(one).toString() === new URLSearchParams(other).toString();
