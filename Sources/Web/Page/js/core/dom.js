// Elements, made and changed without any text becoming markup.

const svgSpace = "http://www.w3.org/2000/svg";

/** Makes an element. `on…` are listeners, `class`, `data` and `style` what they say, the rest attributes. */
export function h(tag, properties = {}, ...children) {
  return dress(document.createElement(tag), properties, children);
}

/** The same in SVG. */
export function s(tag, properties = {}, ...children) {
  return dress(document.createElementNS(svgSpace, tag), properties, children);
}

function dress(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "data") Object.assign(element.dataset, value);
    else if (name === "style") for (const [key, part] of Object.entries(value)) element.style.setProperty(key, part);
    else if (name === "value" && "value" in element) element.value = value;
    else if (name === "checked" || name === "disabled" || name === "hidden") element[name] = Boolean(value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Replaces what is inside an element. */
export function fill(element, ...children) {
  element.replaceChildren(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Sets a text only where it differs, so that a screen reader hears changes and nothing else. */
export function say(element, text) {
  const wanted = text ?? "";
  if (element.textContent !== wanted) element.textContent = wanted;
}

export function show(element, isShown) {
  if (element.hidden === isShown) element.hidden = !isShown;
}

export function mark(element, name, value) {
  if (element.dataset[name] !== String(value)) element.dataset[name] = String(value);
}

/** Calls `draw` only when `value` is another than last time. */
export function whenChanged(draw) {
  let last;
  return (value, ...rest) => {
    const now = JSON.stringify(value);
    if (now === last) return;
    last = now;
    draw(value, ...rest);
  };
}

/** A text in which `…` is code: as texts and elements. */
export function withCode(text) {
  return text.split("`").map((part, index) => (index % 2 === 1 ? h("code", {}, part) : part));
}

let numbers = 0;
/** A name that no other element has. */
export const freshName = (kind) => `${kind}-${(numbers += 1)}`;
