/* A short list of events where one mark stands for several. */

/* What had the focus before, and gets it back. */
let opener = null;

/** Show links near a point of the page. `entries` are { title, when, href }. */
export function open(popover, entries, x, y) {
  if (!popover.contains(document.activeElement)) opener = document.activeElement;
  popover.replaceChildren(list(entries));
  popover.hidden = false;
  const { width, height } = popover.getBoundingClientRect();
  popover.style.left = `${Math.max(8, Math.min(x + 12, innerWidth - width - 8))}px`;
  popover.style.top = `${Math.max(8, Math.min(y + 12, innerHeight - height - 8))}px`;
  popover.querySelector("a")?.focus();
}

export function close(popover) {
  const hasFocus = popover.contains(document.activeElement);
  popover.hidden = true;
  if (hasFocus) opener?.focus({ preventScroll: true });
}

function list(entries) {
  const items = entries.map(({ title, when, href }) => {
    const link = Object.assign(document.createElement("a"), { href });
    const date = Object.assign(document.createElement("span"), { className: "when", textContent: when });
    link.append(date, title);
    const item = document.createElement("li");
    item.append(link);
    return item;
  });
  const holder = document.createElement("ul");
  holder.append(...items);
  return holder;
}
