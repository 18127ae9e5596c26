// The timeline under the picture: ruler, thumbnails, motion, cues in rows, ambience, music, and the sound of a take.
//
// What can be long is drawn on canvases as wide as the window that stay in place while the lanes scroll under them;
// cues and scenes are elements, so that they can be reached by the keyboard and read aloud.

import { fill, h, set } from "./dom";
import { type Cue, type Look, type Plan, inOrder, round } from "./filmplan";
import { MOTION, type Peaks, RULER, THUMBS, WAVE, paintHead, paintWave, prepared } from "./timelinepaint";

export type Picked = { kind: "cue"; number: number } | { kind: "scene"; at: number } | null;
export type Shown = {
  plan: Plan; picked: Picked; names: (cue: Cue) => string; lengths: Map<number, number>; music: string;
  peaks: Peaks | null;
};
export type Hands = {
  pick: (what: Picked, focus?: boolean) => void;
  move: (number: number, to_s: number, step: string) => void;
  seek: (seconds: number) => void;
  act: (number: number, what: "lock" | "mute" | "roll" | "remove") => void;
  say: (text: string) => void;
};

const ROW = 30; // pixels
const NARROW = 34, LABELLED = 104; // pixels of a cue at the least, and with its name where there is room
const SNAP = 7; // pixels
const ROWS = 7;
const MOST_ZOOM = 40;

export class Timeline {
  readonly element: HTMLElement;
  private scroll = h("div", { class: "tl-scroll" });
  private inner = h("div", { class: "tl-inner" });
  private head = h("canvas", { class: "tl-canvas", "aria-hidden": "true" });
  private wave = h("canvas", { class: "tl-canvas tl-wave", "aria-hidden": "true" });
  private ruler = h("div", { class: "tl-ruler", role: "slider", tabindex: "0", "aria-label": "Position in the film" });
  private spots = h("div", { class: "tl-lane tl-spots", role: "group", "aria-label": "Effects" });
  private beds = h("div", { class: "tl-lane tl-beds", role: "group", "aria-label": "Ambience" });
  private music = h("div", { class: "tl-lane tl-music", role: "group", "aria-label": "Music" });
  private needle = h("div", { class: "tl-needle", "aria-hidden": "true" });
  private hint = h("div", { class: "tl-snap", "aria-hidden": "true", hidden: true });
  private blocks = new Map<number, HTMLElement>();
  private signs = new WeakMap<HTMLElement, string>(); // what each shows
  private strip: ImageBitmap | null = null;
  private look: Look | null = null;
  private shown: Shown | null = null;
  private zoom = 1;
  private time = 0;
  private waiting = 0;
  private width = 50; // of the window, read once before anything is drawn: it costs a layout
  private themed = () => this.draw();

  constructor(private hands: Hands) {
    const name = (text: string) => h("span", { class: "tl-name", "aria-hidden": "true" }, text);
    this.inner.append(this.head, this.ruler, name("Effects"), this.spots, name("Ambience"), this.beds,
      name("Music"), this.music, name("Sound"), this.wave, this.hint, this.needle);
    this.scroll.append(this.inner);
    this.element = h("div", { class: "timeline" }, this.scroll);
    this.scroll.addEventListener("scroll", () => this.later());
    this.scroll.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      this.zoomBy(Math.exp(-event.deltaY / 250), event.clientX - this.scroll.getBoundingClientRect().left);
    }, { passive: false });
    this.scrub(this.ruler);
    this.scrub(this.wave);
    this.ruler.addEventListener("keydown", (event) => this.step(event));
    new ResizeObserver(() => this.draw()).observe(this.scroll);
    addEventListener("soundwright-theme", this.themed);
  }

  close(): void {
    removeEventListener("soundwright-theme", this.themed);
  }

  open(look: Look): void {
    this.look = look;
    set(this.ruler, "aria-valuemin", 0);
    set(this.ruler, "aria-valuemax", look.film.duration_s);
    this.at(0);
  }

  /** The thumbnails, as soon as they are there. */
  picture(strip: ImageBitmap): void {
    this.strip = strip;
    this.later();
  }

  show(shown: Shown): void {
    this.shown = shown;
    this.draw();
  }

  /** Where the film is; keeps it in sight while it plays. */
  at(seconds: number, follow = false): void {
    this.time = seconds;
    const x = seconds * this.scale;
    this.needle.style.transform = `translateX(${x}px)`;
    set(this.ruler, "aria-valuenow", seconds.toFixed(3));
    set(this.ruler, "aria-valuetext", this.said(seconds));
    if (follow && (x < this.scroll.scrollLeft || x > this.scroll.scrollLeft + this.width - 40))
      this.scroll.scrollLeft = x - 40;
  }

  zoomBy(factor: number, around = this.width / 2): void {
    const second = (this.scroll.scrollLeft + around) / this.scale;
    this.zoom = Math.min(Math.max(this.zoom * factor, 1), MOST_ZOOM);
    this.draw();
    this.scroll.scrollLeft = second * this.scale - around;
    this.later();
  }

  fit(): void {
    this.zoom = 1;
    this.draw();
  }

  focus(number: number): void {
    this.blocks.get(number)?.focus();
  }

  private get duration(): number { return Math.max(this.look?.film.duration_s ?? 1, 0.05); }
  private get rate(): number { return this.look?.film.pictures_per_s ?? 25; }
  private get scale(): number { return (this.zoom * (this.width - 12)) / this.duration; }

  private said(seconds: number): string {
    return `${seconds.toFixed(3)} s, picture ${Math.floor(seconds * this.rate + 1e-6) + 1}`;
  }

  private later(): void {
    cancelAnimationFrame(this.waiting);
    this.waiting = requestAnimationFrame(() => this.paint());
  }

  private draw(): void {
    if (!this.look || !this.shown || !this.scroll.clientWidth) return;
    this.width = Math.max(this.scroll.clientWidth, 50);
    this.inner.style.width = `${Math.ceil(this.duration * this.scale) + 12}px`;
    this.drawSpots();
    this.drawBeds();
    const { music } = this.shown;
    fill(this.music, music && this.bar(0, this.duration, h("div", { class: "tl-bar music" }, h("span", {}, music))));
    set(this.music, "hidden", !music);
    set(this.music.previousElementSibling!, "hidden", !music);
    set(this.wave, "hidden", !this.shown.peaks);
    set(this.wave.previousElementSibling!, "hidden", !this.shown.peaks);
    this.paint();
    this.at(this.time);
  }

  private drawSpots(): void {
    const { plan, picked, names, lengths } = this.shown!;
    const cues = inOrder(plan).filter((cue) => cue.layer === "spot");
    const ends: number[] = [];
    const chosen = picked?.kind === "cue" ? picked.number : cues[0]?.number;
    for (const [number, block] of this.blocks) {
      if (cues.some((cue) => cue.number === number)) continue;
      block.remove();
      this.blocks.delete(number);
    }
    const room = this.width > 560 ? LABELLED : 64;
    for (const cue of cues) {
      const block = this.blocks.get(cue.number) ?? this.block(cue.number);
      const x = cue.at_s * this.scale;
      const length = lengths.get(cue.number) ?? (cue.end_s === null ? 0.3 : cue.end_s - cue.at_s);
      const most = Math.max(this.duration * this.scale + 10 - x, NARROW); // up to the end, so that nothing scrolls there
      const wide = Math.min(Math.max(length * this.scale, NARROW), most);
      const taken = Math.max(wide, room) + 4;
      let row = ends.findIndex((end) => end <= x);
      if (row < 0) row = ends.length < ROWS ? ends.length : ends.indexOf(Math.min(...ends));
      ends[row] = x + taken;
      const place = { left: `${x}px`, top: `${row * ROW + 2}px`, width: `${Math.min(Math.max(wide, room), most)}px` };
      const name = names(cue);
      const on = picked?.kind === "cue" && picked.number === cue.number;
      const sign = JSON.stringify([x, row, wide, room, most, name, cue.locked, cue.muted, cue.recording, on, cue.number === chosen, block.classList.contains("held")]);
      if (this.signs.get(block) === sign) continue; // hundreds of others stay as they are while one is dragged
      this.signs.set(block, sign);
      Object.assign(block.style, place);
      block.style.setProperty("--length", `${wide}px`);
      fill(block, h("span", { class: "tl-mark" }), h("span", { class: "tl-text" }, name));
      set(block, "class", ["tl-cue", cue.locked && "locked", cue.muted && "muted", cue.recording && "recorded",
        on && "picked", block.classList.contains("held") && "held"].filter(Boolean).join(" "));
      set(block, "title", name);
      set(block, "tabindex", cue.number === chosen ? 0 : -1);
      set(block, "aria-label", `Cue ${cue.number}, ${name}`);
      set(block, "aria-valuemin", 0);
      set(block, "aria-valuemax", this.duration);
      set(block, "aria-valuenow", cue.at_s.toFixed(4));
      set(block, "aria-valuetext",
        [this.said(cue.at_s), cue.locked && "locked", cue.muted && "muted"].filter(Boolean).join(", "));
      set(block, "aria-readonly", cue.locked ? "true" : false);
    }
    const order = cues.map((cue) => this.blocks.get(cue.number)!);
    if (order.some((block, at) => this.spots.children[at] !== block)) {
      const held = document.activeElement; // what is moved in the document loses the focus
      this.spots.append(...order);
      if (held instanceof HTMLElement && this.spots.contains(held)) held.focus({ preventScroll: true });
    }
    this.spots.style.height = `${Math.max(ends.length, 1) * ROW + 4}px`;
  }

  private drawBeds(): void {
    const { plan, picked, names } = this.shown!;
    const held = this.beds.contains(document.activeElement) ? document.activeElement!.getAttribute("data-key") : null;
    const bars = plan.scenes.map((scene, at) => {
      const click = () => this.hands.pick({ kind: "scene", at });
      const on = picked?.kind === "scene" && picked.at === at;
      const name = scene.ambience || "no ambience";
      return this.bar(scene.start_s, Math.min(scene.end_s, this.duration), h("button", {
        type: "button", class: `tl-bar ${scene.muted || !scene.ambience ? "muted" : ""} ${on ? "picked" : ""}`,
        "aria-pressed": String(on), "data-key": `scene${at}`, on: { click },
        "aria-label": `${name}, ambience from ${scene.start_s.toFixed(1)} to ${scene.end_s.toFixed(1)} s`,
      }, h("span", {}, name)));
    });
    for (const cue of plan.cues.filter((cue) => cue.layer === "bed")) {
      const click = () => this.hands.pick({ kind: "cue", number: cue.number });
      const on = picked?.kind === "cue" && picked.number === cue.number;
      bars.push(this.bar(cue.at_s, cue.end_s ?? Math.min(cue.at_s + 8, this.duration), h("button", {
        type: "button", class: `tl-bar ${cue.muted ? "muted" : ""} ${on ? "picked" : ""}`, "aria-pressed": String(on),
        "data-key": `cue${cue.number}`, "aria-label": `Cue ${cue.number}, ${names(cue)}, goes on`, on: { click },
      }, h("span", {}, names(cue)))));
    }
    fill(this.beds, ...bars);
    set(this.beds, "hidden", !bars.length);
    set(this.beds.previousElementSibling!, "hidden", !bars.length);
    if (held) this.beds.querySelector<HTMLElement>(`[data-key="${held}"]`)?.focus({ preventScroll: true });
  }

  private bar(from: number, to: number, element: HTMLElement): HTMLElement {
    element.style.left = `${from * this.scale + 1}px`;
    element.style.width = `${Math.max((to - from) * this.scale - 2, 18)}px`;
    return element;
  }

  private block(number: number): HTMLElement {
    const block = h("div", { role: "slider", "data-cue": number });
    this.blocks.set(number, block);
    this.spots.append(block);
    let grip: { x: number; at: number; pointer: number; moved: boolean } | null = null;
    const cue = () => this.shown!.plan.cues.find((one) => one.number === number)!;
    block.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      block.setPointerCapture(event.pointerId);
      grip = { x: event.clientX, at: cue().at_s, pointer: event.pointerId, moved: false };
      this.hands.pick({ kind: "cue", number });
      block.focus({ preventScroll: true });
    });
    block.addEventListener("pointermove", (event) => {
      if (!grip || event.pointerId !== grip.pointer || cue().locked) return;
      const by = event.clientX - grip.x;
      if (!grip.moved && Math.abs(by) < 3) return;
      grip.moved = true;
      block.classList.add("held");
      const to = grip.at + by / this.scale;
      const near = event.altKey ? null : this.near(to);
      this.hint.hidden = near === null;
      if (near !== null) this.hint.style.transform = `translateX(${near * this.scale}px)`;
      this.hands.move(number, near ?? round(Math.round(to * 1000) / 1000), `drag ${number} ${grip.at}`);
    });
    const drop = () => {
      if (grip?.moved) this.hands.say(`${this.said(cue().at_s)}`);
      grip = null;
      block.classList.remove("held");
      this.hint.hidden = true;
    };
    block.addEventListener("pointerup", drop);
    block.addEventListener("pointercancel", drop);
    block.addEventListener("focus", () => {
      const picked = this.shown?.picked;
      if (!grip && !(picked?.kind === "cue" && picked.number === number)) this.hands.pick({ kind: "cue", number });
    });
    block.addEventListener("keydown", (event) => this.key(event, cue()));
    return block;
  }

  private key(event: KeyboardEvent, cue: Cue): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const ways: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageDown: -10, PageUp: 10 };
    const acts: Record<string, "lock" | "mute" | "roll" | "remove"> = {
      l: "lock", m: "mute", r: "roll", Delete: "remove", Backspace: "remove",
    };
    const name = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (name in ways) {
      const pictures = ways[name] * (event.shiftKey && name.startsWith("Arrow") ? 10 : 1);
      if (cue.locked) this.hands.say("This cue is locked.");
      else this.hands.move(cue.number, cue.at_s + pictures / this.rate, `keys ${cue.number}`);
    } else if (name === "ArrowUp" || name === "ArrowDown") {
      const order = inOrder(this.shown!.plan).filter((one) => one.layer === "spot");
      const next = order[order.findIndex((one) => one.number === cue.number) + (name === "ArrowUp" ? -1 : 1)];
      if (next) this.hands.pick({ kind: "cue", number: next.number }, true);
    } else if (name === "Enter") this.hands.seek(cue.at_s);
    else if (name in acts) this.hands.act(cue.number, acts[name]);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** The instant seen, or the cut, that a cue that is dragged comes near to. */
  private near(seconds: number): number | null {
    const { events, shots } = this.look!;
    const all = [...events.map((event) => event.time_s), ...shots.slice(1).map((shot) => shot.start_s)];
    const best = all.reduce((a, b) => (Math.abs(b - seconds) < Math.abs(a - seconds) ? b : a), Infinity);
    return Math.abs(best - seconds) * this.scale < SNAP ? best : null;
  }

  private scrub(element: HTMLElement): void {
    const to = (event: PointerEvent) =>
      this.hands.seek(Math.min(Math.max((event.clientX - this.inner.getBoundingClientRect().left) / this.scale, 0), this.duration));
    element.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      element.setPointerCapture(event.pointerId);
      to(event);
    });
    element.addEventListener("pointermove", (event) => {
      if (element.hasPointerCapture(event.pointerId)) to(event);
    });
  }

  private step(event: KeyboardEvent): void {
    const by: Record<string, number> = {
      ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -10, PageUp: 10,
    };
    if (event.key === "Home") this.hands.seek(0);
    else if (event.key === "End") this.hands.seek(this.duration);
    else if (event.key in by)
      this.hands.seek(this.time + (by[event.key] * (event.shiftKey && event.key.startsWith("Arrow") ? 10 : 1)) / this.rate);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private paint(): void {
    if (!this.look || !this.shown) return;
    const style = getComputedStyle(this.element);
    const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
    const from = this.scroll.scrollLeft;
    const view = { from, colour, width: this.width, scale: this.scale, duration: this.duration };
    paintHead(prepared(this.head, this.width, RULER + THUMBS + MOTION), view, this.look, this.strip);
    if (this.shown.peaks) paintWave(prepared(this.wave, this.width, WAVE), view, this.shown.peaks);
  }
}
