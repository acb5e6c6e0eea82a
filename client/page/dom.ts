type Child = Node | string | undefined | false;

interface Attributes {
  class?: string;
  on?: Record<string, (event: Event) => void>;
  [name: string]: string | number | boolean | undefined | Record<string, (event: Event) => void>;
}

/** Makes an element. Attributes that are `false` or undefined are left out; `true` gives an empty one. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  { on = {}, ...attributes }: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === undefined || typeof value === 'object') continue;
    made.setAttribute(key, value === true ? '' : String(value));
  }
  for (const [event, listener] of Object.entries(on)) made.addEventListener(event, listener);
  made.append(...children.filter((child) => child !== undefined && child !== false));
  return made;
}

const outlines = {
  bus: 'M6 17V6a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2v11M4 17h16M6 11h12M8 20v-3m8 3v-3M12 4v7',
  back: 'M15 5l-7 7 7 7',
  send: 'M5 12h14m-6-6l6 6-6 6',
  check: 'M5 13l4 4L19 7',
  checks: 'M2 13l4 4L16 7m-4.5 8.5L13 17 22 7',
  clock: 'M12 7v5l3 2M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18',
  more: 'M5 12h.01M12 12h.01M19 12h.01',
  edit: 'M4 20l4-1L19 8l-3-3L5 16l-1 4',
  remove: 'M5 7h14M10 7V5h4v2m-7 0l1 12h8l1-12',
  down: 'M12 5v14m-6-6l6 6 6-6',
  close: 'M6 6l12 12M18 6L6 18',
  file: 'M20 11l-8.5 8.5a5 5 0 0 1-7-7L13 4a3.3 3.3 0 0 1 4.7 4.7L9.4 17a1.6 1.6 0 0 1-2.3-2.3L15 7',
  leave: 'M10 5H6v14h4m4-3l4-4-4-4m4 4H9',
};

/** A line drawing that says nothing to screen readers: what it means stands beside it. */
export function icon(name: keyof typeof outlines): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('aria-hidden', 'true');
  svg.setAttribute('class', `icon icon-${name}`);
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', outlines[name]);
  svg.append(path);
  return svg;
}

/** Makes `parent` have these children, in this order, moving only what has to move: what has focus keeps it. */
export function reconcile(parent: Element, children: readonly Element[]): void {
  const wanted = new Set<Element>(children);
  // A copy: `children` is live, and a removal in the middle of it would pass over the next one.
  const present = Array.from(parent.children);
  for (const child of present) if (!wanted.has(child)) child.remove();
  let place = parent.firstElementChild;
  for (const child of children) {
    if (child === place) place = place.nextElementSibling;
    else parent.insertBefore(child, place);
  }
}
