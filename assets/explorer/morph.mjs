/* HTML into a panel, changing no more than what differs: focus, scrolling and open menus stay. */

/** Make the contents of an element those of an HTML text. */
export function morph(element, html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  fit(element, template.content);
}

const keyOf = (node) => (node.nodeType === Node.ELEMENT_NODE ? node.id || node.dataset.value || node.dataset.record || "" : "");

const isLike = (a, b) => a.nodeName === b.nodeName && keyOf(a) === keyOf(b);

/** Children of one element become those of another; what has a key is found again wherever it stands. */
function fit(now, next) {
  const keyed = new Map([...now.children].map((child) => [keyOf(child), child]));
  let at = now.firstChild;
  for (const wanted of [...next.childNodes]) {
    const key = keyOf(wanted);
    const found = key ? keyed.get(key) : at;
    if (!found || !isLike(found, wanted)) now.insertBefore(wanted, at);
    else {
      if (found === at) at = at.nextSibling;
      else now.insertBefore(found, at);
      become(found, wanted);
    }
  }
  while (at) {
    const rest = at.nextSibling;
    at.remove();
    at = rest;
  }
}

function become(found, wanted) {
  if (found.nodeType !== Node.ELEMENT_NODE) {
    if (found.nodeValue !== wanted.nodeValue) found.nodeValue = wanted.nodeValue;
    return;
  }
  for (const { name } of [...found.attributes]) if (name !== "open" && !wanted.hasAttribute(name)) found.removeAttribute(name);
  for (const { name, value } of wanted.attributes) if (found.getAttribute(name) !== value) found.setAttribute(name, value);
  fit(found, wanted);
}
