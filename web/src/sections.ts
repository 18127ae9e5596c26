// The plan as rows that are edited in place: one for the song, one for each section.

import { ICONS, choice, fill, h, icon, id, set } from "./dom";
import { type Section, type SongPlan, changed, copied, moved, ring, spans, withSection, without } from "./plan";

const DYNAMICS: [string, string][] = [["steady", "steady"], ["crescendo", "rising"], ["diminuendo", "falling"], ["swell", "swelling"]];
const ENDINGS: [string, string][] = [["ring", "rings out"], ["cadence", "cadence"], ["fade", "fades"], ["loop", "loops"]];

export type Editing = {
  /** Called with the plan as it is now. */
  edit: (plan: SongPlan) => void;
  /** Play section `index` anew, alone. */
  anew: (index: number) => void;
  /** Called when a section is gone into, by mouse or keys. */
  look: (index: number) => void;
};

export class Sections {
  readonly element = h("div", { class: "plan" });
  private plan!: SongPlan;
  private rows: HTMLElement[] = [];
  private faults: HTMLElement[] = [];
  private open = new Set<number>();

  constructor(private on: Editing) {}

  /** Draw a plan anew. The focus stays in the field that has it. */
  show(plan: SongPlan): void {
    const focused = (document.activeElement as HTMLElement | null)?.dataset.at;
    this.plan = plan;
    this.faults = [];
    this.rows = plan.sections.map((section, index) => this.row(section, index));
    fill(this.element, this.head(), h("ol", { class: "rows" }, ...this.rows));
    if (focused) this.element.querySelector<HTMLElement>(`[data-at="${focused}"]`)?.focus({ preventScroll: true });
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
      row.classList.toggle("edited", edited[index] ?? false);
      set(row.querySelector(".mark")!, "hidden", !edited[index]);
    }
  }

  /** Mark the section that is heard; -1 for none. */
  heard(index: number): void {
    for (const [at, row] of this.rows.entries()) row.classList.toggle("heard-now", at === index);
  }

  focus(index: number): void {
    this.rows[index]?.scrollIntoView({ block: "nearest", behavior: "smooth" });
    this.rows[index]?.querySelector<HTMLElement>("input")?.focus({ preventScroll: true });
  }

  private head(): HTMLElement {
    const plan = this.plan;
    const text = (label: string, name: "title" | "key", size: number) => {
      const input = h("input", { value: plan[name], size, maxlength: 200, "data-at": `head-${name}` });
      input.addEventListener("change", () => this.on.edit(changed(plan, { [name]: input.value.trim() })));
      return cell(label, input);
    };
    const tempo = h("input", { type: "number", min: 20, max: 400, step: "any", value: String(plan.tempo_bpm), "data-at": "head-tempo" });
    tempo.addEventListener("change", () => tempo.value && this.on.edit(changed(plan, { tempo_bpm: Number(tempo.value) })));
    const ending = choice(ENDINGS, plan.ending, { "data-at": "head-ending" });
    ending.addEventListener("change", () => this.on.edit(ended(plan, ending.value)));
    return h("div", { class: "song-head" }, text("Title", "title", 24), cell("Tempo", tempo, "bpm"), text("Key", "key", 8),
      cell("Ending", ending));
  }

  private row(section: Section, index: number): HTMLElement {
    const [from, to] = spans(this.plan)[index];
    const put = (change: Partial<Section>) => this.on.edit(withSection(this.plan, index, change));
    const at = (name: string) => ({ "data-at": `${index}-${name}` });
    const name = h("input", { value: section.name, maxlength: 80, ...at("name") });
    name.addEventListener("change", () => put({ name: name.value.trim() || section.name }));
    const bars = h("input", { type: "number", min: 1, max: 512, value: String(section.bars), ...at("bars") });
    bars.addEventListener("change", () => Number(bars.value) >= 1 && put({ bars: Math.round(Number(bars.value)) }));
    const energy = h("input", { type: "range", min: 0, max: 1, step: 0.05, value: String(section.energy), ...at("energy") });
    const shown = h("output", {}, String(Math.round(section.energy * 100)));
    energy.addEventListener("input", () => (shown.textContent = String(Math.round(Number(energy.value) * 100))));
    energy.addEventListener("change", () => put({ energy: Number(energy.value) }));
    const chords = h("input", { value: section.chords.join(" | "), spellcheck: "false", maxlength: 4000, ...at("chords") });
    chords.addEventListener("change", () => put({ chords: chords.value.split(/[|,]/).map((one) => one.trim()).filter(Boolean) }));
    const fault = h("p", { class: "wrong-words", role: "alert", hidden: true });
    this.faults.push(fault);
    const anew = h("button", { class: "anew", on: { click: () => this.on.anew(index) } }, icon(ICONS.again), "Play anew");
    const row = h("li", { class: "section", "aria-label": `Section ${index + 1}, ${section.name}`, on: { focusin: () => this.on.look(index) } },
      h("div", { class: "fields" },
        h("span", { class: "number", "aria-hidden": "true" }, index + 1),
        cell("Name", name), cell("Bars", bars), h("div", { class: "cell energy" }, label("Energy", energy), h("div", {}, energy, shown)),
        cell("Chords, a bar each", chords, "", "chords")),
      h("div", { class: "below" },
        h("span", { class: "when" }, `${from.toFixed(1)} – ${to.toFixed(1)} s`),
        h("span", { class: "mark", hidden: true }, "edited"), this.more(section, index, put),
        h("div", { class: "acts" }, anew, this.act("Copy", ICONS.copy, () => copied(this.plan, index)),
          this.act("Earlier", ICONS.up, index > 0 && (() => moved(this.plan, index, index - 1))),
          this.act("Later", ICONS.lower, index + 1 < this.plan.sections.length && (() => moved(this.plan, index, index + 1))),
          this.act("Remove", ICONS.close, this.plan.sections.length > 1 && (() => without(this.plan, index))))),
      fault);
    for (const button of row.querySelectorAll<HTMLElement>(".acts button")) {
      set(button, "data-at", `${index}-${button.getAttribute("aria-label") ?? "anew"}`);
      if (!button.hasAttribute("aria-label")) set(button, "aria-label", `Play ${section.name} anew`);
      else set(button, "aria-label", `${button.getAttribute("aria-label")}: ${section.name}`);
    }
    return row;
  }

  private act(name: string, shape: string, next: false | (() => SongPlan)): HTMLElement {
    const button = h("button", { class: "plain", "aria-label": name, title: name, disabled: !next }, icon(shape));
    if (next) button.addEventListener("click", () => {
      this.open.clear();
      this.on.edit(next());
    });
    return button;
  }

  /** What is seldom changed: words, key, dynamics, who plays. */
  private more(section: Section, index: number, put: (change: Partial<Section>) => void): HTMLElement {
    const at = (name: string) => ({ "data-at": `${index}-${name}` });
    const words = h("textarea", { rows: 3, maxlength: 8000, value: section.lyrics.join("\n"), ...at("lyrics") });
    words.addEventListener("change", () => put({ lyrics: words.value.split("\n").map((one) => one.trim()).filter(Boolean) }));
    const wish = h("input", { value: section.prompt, maxlength: 1000, ...at("prompt") });
    wish.addEventListener("change", () => put({ prompt: wish.value.trim() }));
    const key = h("input", { value: section.key, size: 8, placeholder: this.plan.key, maxlength: 40, ...at("key") });
    key.addEventListener("change", () => put({ key: key.value.trim() }));
    const dynamics = choice(DYNAMICS, section.dynamics, at("dynamics"));
    dynamics.addEventListener("change", () => put({ dynamics: dynamics.value }));
    const players = Object.entries(this.plan.parts).map(([part, { role }]) => {
      const plays = part in section.play || Object.keys(section.play).length === 0;
      const click = () => put({ play: toggled(section, Object.keys(this.plan.parts), part, plays) });
      return h("button", { class: "chip", type: "button", "aria-pressed": String(plays), title: role, ...at(`play-${part}`), on: { click } }, part);
    });
    const box = h("details", { class: "more", open: this.open.has(index) }, h("summary", {}, "Words, players, dynamics"),
      h("div", { class: "more-fields" },
        cell("Key here", key), cell("Dynamics", dynamics), cell("Wanted here, for engines that read words", wish, "", "wide"),
        cell("Lyrics, a line each", words, "", "wide"),
        h("div", { class: "cell wide", role: "group", "aria-label": "Who plays" }, h("span", { class: "label" }, "Who plays"), h("div", { class: "chips" }, ...players))));
    box.addEventListener("toggle", () => (box.open ? this.open.add(index) : this.open.delete(index)));
    return box;
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
