/* Writing into the page no more than what is new: what is written costs style, layout and paint in the same frame. */

/** Whether a value is new to a thing, which then has it. */
export function isNew(thing, key, value) {
  if (thing[key] === value) return false;
  thing[key] = value;
  return true;
}

/* Elements → what is written in them. */
const written = new WeakMap();

/** Write those of some values by name that are new to an element, each by `writer(element, name, value)`. */
export function put(element, writer, values) {
  if (!written.has(element)) written.set(element, {});
  for (const [name, value] of Object.entries(values)) if (isNew(written.get(element), name, value)) writer(element, name, value);
}

/** Replace the words of an element in place: another text in a node is less work than another node. */
export function write(element, text) {
  if (!element) return;
  const node = element.firstChild?.nodeType === Node.TEXT_NODE ? element.firstChild : null;
  if (!node) element.textContent = text;
  else if (node.nodeValue !== text) node.nodeValue = text;
}

/** “1,204”. The browser's own formatting takes 12 ms to begin with. */
export const grouped = (count) => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
