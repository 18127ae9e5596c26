// Elements from code. Every text goes in as text: nothing that somebody typed is ever read as HTML.

export type Child = Node | string | number | null | undefined | false;
type Events = { [name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[name]) => void };
export type Props = { [name: string]: unknown; on?: Events };

/** An element: `h("button", { class: "primary", on: { click } }, "Play")`. Attributes that are false are left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K, props: Props = {}, ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "on") {
      for (const [event, act] of Object.entries(value as Events)) element.addEventListener(event, act as EventListener);
    } else if (name === "value" || name === "checked") {
      (element as unknown as Record<string, unknown>)[name] = value;
    } else set(element, name, value);
  }
  element.append(...kept(children));
  return element;
}

/** Set, or with false, null or undefined take away, an attribute. */
export function set(element: Element, name: string, value: unknown): void {
  if (value === false || value === null || value === undefined) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : String(value));
}

/** Put these in place of what an element holds. */
export function fill(element: Element, ...children: Child[]): void {
  element.replaceChildren(...kept(children));
}

/** As `fill`, but what is in its place already is not touched: a press or a focus within it goes on. */
export function arrange(element: Element, children: Element[]): void {
  const now = [...element.children];
  if (now.length !== children.length || now.some((one, at) => one !== children[at])) element.replaceChildren(...children);
}

function kept(children: Child[]): (Node | string)[] {
  return children
    .filter((child) => child !== null && child !== undefined && child !== false)
    .map((child) => (child instanceof Node ? child : String(child)));
}

let count = 0;

/** A fresh id, for labels. */
export function id(prefix = "e"): string {
  count += 1;
  return `${prefix}${count}`;
}

/** A labelled field: `field("Seed", input, "what it is for")`. */
export function field(label: string, input: HTMLElement, about = ""): HTMLElement {
  input.id ||= id("field");
  const hint = about && h("p", { class: "hint", id: id("hint") }, about);
  if (hint) input.setAttribute("aria-describedby", hint.id);
  return h("div", { class: "field" }, h("label", { for: input.id }, label), input, hint);
}

/** A drop-down list of [value, text]. */
export function choice(options: [string, string][], value = "", props: Props = {}): HTMLSelectElement {
  const rows = options.map(([value, text]) => h("option", { value }, text));
  const select = h("select", props, ...rows);
  select.value = value;
  return select;
}

/** An icon out of strokes, for eyes only. */
export function icon(path: string, filled = false): SVGSVGElement {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", filled ? "icon filled" : "icon");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

export const ICONS = {
  play: "M7 4.5v15l13-7.5z", pause: "M7 5h3.5v14H7zM13.5 5H17v14h-3.5z", close: "M6 6l12 12M18 6L6 18",
  down: "M12 4v11m-5-4.5 5 5 5-5M5 20h14", again: "M4 12a8 8 0 1 1 2.6 5.9M4 19v-5h5", up: "M12 19V6m-5 5 5-5 5 5",
  lower: "M12 5v13m-5-5 5 5 5-5", copy: "M9 9h10v10H9zM5 15V5h10", plus: "M12 5v14M5 12h14", sun:
  "M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8zM12 2v2M12 20v2M4.9 4.9l1.4 1.4M17.7 17.7l1.4 1.4M2 12h2M20 12h2M4.9 19.1l1.4-1.4M17.7 6.3l1.4-1.4",
  moon: "M20 14.5A8 8 0 0 1 9.5 4 8 8 0 1 0 20 14.5z", key: "M8 20a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM10.8 13.2 20 4M16 8l3 3",
  start: "M6 5v14M19 5 9 12l10 7z", loop: "M17 3l3 3-3 3M20 6H8a4 4 0 0 0-4 4v1M7 21l-3-3 3-3M4 18h12a4 4 0 0 0 4-4v-1",
};
