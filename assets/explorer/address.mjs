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

/** One committed action: one entry in the browser's history. */
export function go(search) {
  if (search !== location.search) dash_clientside.set_props("url", { search });
}
