/* Build DOM nodes. Data only ever becomes text or an attribute, never markup. */

/**
 * Make an element: h("p", { class: "lead" }, "text", otherNode).
 * A property that starts with "on" is a listener; true sets an empty attribute;
 * null, undefined and false leave it out. Children may be nodes, strings, arrays or null.
 */
export function h(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** Text that only a screen reader speaks. */
export function spoken(text) {
  return h("span", { class: "sr-only" }, text);
}

/** A small framed word like a stamp on paper: 上限, 现行, 已到期. `tone` is good, warn, bad or plain. */
export function stamp(word, tone = "plain", title = null) {
  return h("span", { class: `stamp ${tone}`, title }, word);
}

/** Bring a node into view at once: sliding costs frames just while an answer is coming. */
export function scrollTo(node, block) {
  node.scrollIntoView({ block });
}

const SVG = "http://www.w3.org/2000/svg";

/** A drawing of one or more paths in a square of 24, painted in the colour of the text. */
export function icon(...paths) {
  const svg = document.createElementNS(SVG, "svg");
  for (const [name, value] of Object.entries({ class: "icon", viewBox: "0 0 24 24", "aria-hidden": "true" })) {
    svg.setAttribute(name, value);
  }
  for (const d of paths) {
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", d);
    svg.append(path);
  }
  return svg;
}
