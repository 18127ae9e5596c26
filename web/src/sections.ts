// The plan as rows that are edited in place: one for the song, one for each section.

import { ICONS, choice, fill, h, icon, id, set } from "./dom";
import { type Section, type SongPlan, changed, copied, moved, ring, same, spans, withSection, without } from "./plan";

const DYNAMICS: [string, string][] = [["steady", "steady"], ["crescendo", "rising"], ["diminuendo", "falling"], ["swell", "swelling"]];
const ENDINGS: [string, string][] = [["ring", "rings out"], ["cadence", "cadence"], ["fade", "fades"], ["loop", "loops"]];

export type Editing = {
  /** Called with the plan as it is now. */
  edit: (plan: SongPlan) => void;
  /** Play section `index` anew, alone. */
  anew: (index: number) => void;
  /** Called when a section is gone into, by mouse or keys; -1: out of it. */
  look: (index: number) => void;
};

type Input = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

export class Sections {
  readonly element = h("div", { class: "plan" });
  private plan!: SongPlan;
  private shape: unknown = null; // how many rows there are, and for whom
  private rows: HTMLElement[] = [];
  private faults: HTMLElement[] = [];
  private fresh: (() => void)[] = []; // each brings one thing that is shown up to the plan

  constructor(private on: Editing) {}

  /** Show a plan. Rows stay while their number does, so that nothing moves under a hand. */
  show(plan: SongPlan): void {
    this.plan = plan;
    const shape = [plan.sections.length, Object.keys(plan.parts)];
    if (!same(shape, this.shape)) {
      this.shape = shape;
      this.fresh = [];
      this.faults = [];
      this.rows = plan.sections.map((_, index) => this.row(index));
      fill(this.element, this.head(), h("ol", { class: "rows" }, ...this.rows));
    }
    for (const one of this.fresh) one();
  }

  /** Say what is wrong, where it is wrong; null: nothing is. */
  fault(section: number | null, words: string): void {
    for (const [index, box] of this.faults.entries()) {
      const here = index === section && words;
      box.textContent = here ? words : "";
      set(box, "hidden", !here);
      this.rows[index].classList.toggle("wrong", Boolean(here));
    }
  }

  /** Whether single sections can be played anew now, and why not; `edited` are those that differ from the take. */
  can(anew: string, edited: boolean[]): void {
    for (const [index, row] of this.rows.entries()) {
      const button = row.querySelector<HTMLButtonElement>(".anew")!;
      button.disabled = anew !== "";
      button.title = anew || "Play this section anew; every other sample stays";
      set(row.querySelector(".mark")!, "hidden", !edited[index]);
    }
  }

  /** Mark the section that is heard; -1 for none. */
  heard(index: number): void {
    for (const [at, row] of this.rows.entries()) row.classList.toggle("heard-now", at === index);
  }

  /** A field that shows `get` and, when it is changed, gives its value to `put`, which may refuse it by "". */
  private bound<T extends Input>(input: T, get: () => string, put: (value: string) => SongPlan | ""): T {
    this.fresh.push(() => {
      if (input !== document.activeElement) input.value = get();
    });
    input.addEventListener("change", () => {
      const next = put(input.value.trim());
      if (next) this.on.edit(next);
      else input.value = get();
    });
    return input;
  }

  private head(): HTMLElement {
    const text = (label: string, name: "title" | "key") => cell(label,
      this.bound(h("input", { maxlength: 200 }), () => this.plan[name], (value) => value && changed(this.plan, { [name]: value })));
    const tempo = this.bound(h("input", { type: "number", min: 20, max: 400, step: "any" }), () => String(this.plan.tempo_bpm),
      (value) => value && changed(this.plan, { tempo_bpm: Number(value) }));
    const ending = this.bound(choice(ENDINGS), () => this.plan.ending, (value) => ended(this.plan, value));
    return h("div", { class: "song-head" }, text("Title", "title"), cell("Tempo", tempo, "bpm"), text("Key", "key"), cell("Ending", ending));
  }

  private row(index: number): HTMLElement {
    const now = () => this.plan.sections[index];
    const put = (change: Partial<Section>) => withSection(this.plan, index, change);
    const name = this.bound(h("input", { maxlength: 80 }), () => now().name, (value) => value && put({ name: value }));
    const bars = this.bound(h("input", { type: "number", min: 1, max: 512 }), () => String(now().bars),
      (value) => (Number(value) >= 1 ? put({ bars: Math.round(Number(value)) }) : ""));
    const energy = this.bound(h("input", { type: "range", min: 0, max: 1, step: 0.05 }), () => String(now().energy), (value) => put({ energy: Number(value) }));
    const chords = this.bound(h("input", { spellcheck: "false", maxlength: 4000 }), () => now().chords.join(" | "),
      (value) => put({ chords: value.split(/[|,]/).map((one) => one.trim()).filter(Boolean) }));
    const shown = h("output", {});
    const percent = () => (shown.textContent = String(Math.round(Number(energy.value) * 100)));
    energy.addEventListener("input", percent);
    const fault = h("p", { class: "wrong-words", role: "alert", hidden: true });
    this.faults.push(fault);
    const when = h("span", { class: "when" });
    const anew = h("button", { class: "anew", on: { click: () => this.on.anew(index) } }, icon(ICONS.again), "Play anew");
    const last = () => this.plan.sections.length - 1;
    const acts: [string, string, () => boolean, () => SongPlan][] = [
      ["Copy", ICONS.copy, () => true, () => copied(this.plan, index)],
      ["Earlier", ICONS.up, () => index > 0, () => moved(this.plan, index, index - 1)],
      ["Later", ICONS.lower, () => index < last(), () => moved(this.plan, index, index + 1)],
      ["Remove", ICONS.close, () => last() > 0, () => without(this.plan, index)],
    ];
    const row = h("li", { class: "section", on: { focusin: () => this.on.look(index), focusout: () => this.on.look(-1) } },
      h("div", { class: "fields" }, h("span", { class: "number", "aria-hidden": "true" }, index + 1), cell("Name", name), cell("Bars", bars),
        h("div", { class: "cell energy" }, label("Energy", energy), h("div", {}, energy, shown)), cell("Chords, a bar each", chords, "", "chords")),
      h("div", { class: "below" }, when, h("span", { class: "mark", hidden: true }, "edited"), this.more(index, put),
        h("div", { class: "acts" }, anew, ...acts.map(([title, shape, can, next]) => this.act(index, title, shape, can, next)))),
      fault);
    this.fresh.push(() => {
      const [from, to] = spans(this.plan)[index];
      percent();
      when.textContent = `${from.toFixed(1)} – ${to.toFixed(1)} s`;
      set(row, "aria-label", `Section ${index + 1}, ${now().name}`);
      set(anew, "aria-label", `Play ${now().name} anew`);
    });
    return row;
  }

  private act(index: number, title: string, shape: string, can: () => boolean, next: () => SongPlan): HTMLElement {
    const click = () => {
      this.on.edit(next());
      const here = this.rows[Math.min(index, this.rows.length - 1)];
      if (!this.element.contains(document.activeElement)) here?.querySelector<HTMLElement>("input")?.focus({ preventScroll: true });
    };
    const button = h("button", { class: "plain", title, on: { click } }, icon(shape));
    this.fresh.push(() => {
      button.disabled = !can();
      set(button, "aria-label", `${title}: ${this.plan.sections[index].name}`);
    });
    return button;
  }

  /** What is seldom changed: words, key, dynamics, who plays. */
  private more(index: number, put: (change: Partial<Section>) => SongPlan): HTMLElement {
    const now = () => this.plan.sections[index];
    const words = this.bound(h("textarea", { rows: 3, maxlength: 8000 }), () => now().lyrics.join("\n"),
      (value) => put({ lyrics: value.split("\n").map((one) => one.trim()).filter(Boolean) }));
    const wish = this.bound(h("input", { maxlength: 1000 }), () => now().prompt, (value) => put({ prompt: value }));
    const key = this.bound(h("input", { maxlength: 40 }), () => now().key, (value) => put({ key: value }));
    const dynamics = this.bound(choice(DYNAMICS), () => now().dynamics, (value) => put({ dynamics: value }));
    const plays = (part: string) => part in now().play || Object.keys(now().play).length === 0;
    const players = Object.entries(this.plan.parts).map(([part, { role }]) => {
      const click = () => this.on.edit(put({ play: toggled(now(), Object.keys(this.plan.parts), part, plays(part)) }));
      const button = h("button", { class: "chip", type: "button", title: role, on: { click } }, part);
      this.fresh.push(() => set(button, "aria-pressed", String(plays(part))));
      return button;
    });
    this.fresh.push(() => set(key, "placeholder", this.plan.key));
    return h("details", { class: "more" }, h("summary", {}, "Words, players, dynamics"),
      h("div", { class: "more-fields" },
        cell("Key here", key), cell("Dynamics", dynamics), cell("Wanted here, for engines that read words", wish, "", "wide"),
        cell("Lyrics, a line each", words, "", "wide"),
        h("div", { class: "cell wide", role: "group", "aria-label": "Who plays" }, h("span", { class: "label" }, "Who plays"), h("div", { class: "chips" }, ...players))));
  }
}

/** Who plays a section, with one part more or less; one at least stays. An empty `play` means everybody. */
function toggled(section: Section, parts: string[], part: string, plays: boolean): Record<string, string> {
  const everybody = Object.keys(section.play).length === 0;
  const those = parts.filter((name) => (name === part ? !plays : everybody || name in section.play));
  return those.length ? Object.fromEntries(those.map((name) => [name, section.play[name] ?? ""])) : section.play;
}

/** A plan with another ending: a loop has no ring. */
function ended(plan: SongPlan, ending: string): SongPlan {
  const rest = ring(plan);
  const duration_s = ending === "loop" ? Math.round((plan.duration_s - rest) * 1e6) / 1e6 : plan.duration_s;
  return { ...plan, ending, duration_s };
}

function label(text: string, input: HTMLElement): HTMLElement {
  input.id ||= id("cell");
  return h("label", { for: input.id }, text);
}

function cell(text: string, input: HTMLElement, unit = "", kind = ""): HTMLElement {
  return h("div", { class: `cell ${kind}` }, label(text, input), unit ? h("div", { class: "with-unit" }, input, h("span", { class: "unit" }, unit)) : input);
}
