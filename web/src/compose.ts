// What is asked for: words, length, styles, seed, who plays, how it is delivered.

import type { Asked, Engine, Preset } from "./api";
import type { App } from "./app";
import { ICONS, choice, field, fill, h, icon } from "./dom";

const FORMATS: [string, string][] = [["wav", "WAV, 24 bit"], ["flac", "FLAC, 24 bit"], ["mp3", "MP3"], ["opus", "Opus"], ["ogg", "Ogg Vorbis"], ["m4a", "M4A"], ["aiff", "AIFF"]];
export const LOSSLESS = ["wav", "flac", "aiff"];
export const MOST_SEED = 2 ** 31 - 1;

type Kind = "music" | "effect";
const TEXTS = {
  music: { label: "What do you want to hear?", hint: "Mood, style, instruments, tempo, key, form.", like: "calm lo-fi piano with soft drums, 78 bpm, in A minor" },
  effect: { label: "What should be heard?", hint: "What, in what order, where.", like: "rain on a tin roof, then thunder in the distance" },
};

/** A form whose values are kept in the tab, so that nothing typed is lost by a reload. */
export class Compose {
  readonly element: HTMLFormElement;
  readonly prompt: HTMLTextAreaElement;
  private inputs = new Map<string, HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>();
  private store: string;

  constructor(private app: App, private kind: Kind, buttons: HTMLElement[], submit: () => void) {
    const texts = TEXTS[kind];
    this.store = `soundwright-${kind}`;
    this.prompt = this.keep("prompt", h("textarea", { rows: 3, maxlength: 4000, required: true, placeholder: texts.like, class: "prompt" }));
    const seed = this.keep("seed", h("input", { type: "number", min: 0, max: MOST_SEED, step: 1, value: "0" }));
    const dice = h("button", { type: "button", class: "plain", "aria-label": "Another seed", title: "Another seed", on: { click: () => this.reseed() } }, icon(ICONS.again));
    const length = this.keep("duration_s", h("input", { type: "number", min: 0.5, max: 3600, step: "any", value: kind === "music" ? "30" : "", placeholder: "natural" }));
    const preset = this.keep("preset", choice([["", "what suits"]]));
    const engine = this.keep("engine", choice([["auto", "auto"]], "auto"));
    const format = this.keep("format", choice(FORMATS, "wav"));
    const music = kind === "music";
    const more = music
      ? [field("Lyrics", this.keep("lyrics", h("textarea", { rows: 3, maxlength: 20_000 }))), field("Without", this.keep("negative", h("input", { maxlength: 400, placeholder: "vocals, drums" }))), field("Who plays", engine)]
      : [field("Without", this.keep("negative", h("input", { maxlength: 400 }))), field("Who plays", engine)];
    const ticks = music
      ? [this.tick("stems", "Stems", true), this.tick("midi", "MIDI"), this.tick("loop", "Loop")]
      : [this.tick("loop", "Seamless loop"), this.tick("picture", "Picture")];
    this.element = h("form", { class: "compose", "aria-label": music ? "A song" : "A sound effect" },
      field(texts.label, this.prompt, texts.hint),
      h("div", { class: "pairs" },
        field("Length in seconds", length),
        h("div", { class: "field" }, h("label", { for: (seed.id ||= "seed-" + kind) }, "Seed"), h("div", { class: "joined" }, seed, dice)),
        music ? wide("Styles", this.keep("styles", h("input", { maxlength: 400, placeholder: "lo-fi, jazz" })))
          : wide("Variations", this.keep("variations", h("input", { type: "number", min: 1, max: 9, step: 1, value: "3" }))),
        field("Finish", preset), field("Format", format)),
      h("fieldset", { class: "ticks" }, h("legend", {}, music ? "Also" : "As"), ...ticks),
      h("details", { class: "more" }, h("summary", {}, music ? "Lyrics, what to leave out, engine" : "What to leave out, engine"), ...more),
      h("div", { class: "buttons" }, ...buttons));
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      submit();
    });
    this.prompt.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.element.requestSubmit();
      }
    });
    this.element.addEventListener("input", () => this.save());
    this.restore();
    this.offers();
    addEventListener("soundwright-key", () => this.offers());
  }

  /** The request as the service takes it. */
  asked(): Asked {
    const text = (name: string) => this.inputs.get(name)?.value.trim() ?? "";
    const asked: Asked = { verb: this.kind, prompt: text("prompt"), seed: this.seed, ...this.how() };
    if (text("duration_s")) asked.duration_s = Number(text("duration_s"));
    if (text("negative")) asked.negative = text("negative");
    if (text("lyrics")) asked.lyrics = text("lyrics");
    if (text("styles")) asked.styles = text("styles").split(",").map((one) => one.trim()).filter(Boolean);
    if (text("variations")) asked.variations = Number(text("variations"));
    if (this.on("loop")) asked.loop = true;
    return asked;
  }

  /** What holds for a plan as well: who plays, how it is finished and delivered. */
  how(): { engine: string; preset: string; deliver: Record<string, unknown> } {
    const deliver: Record<string, unknown> = { format: this.inputs.get("format")!.value };
    for (const name of ["stems", "midi", "picture"]) if (this.on(name)) deliver[name] = true;
    return { engine: this.inputs.get("engine")!.value || "auto", preset: this.inputs.get("preset")!.value, deliver };
  }

  get seed(): number {
    return Math.min(Math.max(0, Math.round(Number(this.inputs.get("seed")!.value) || 0)), MOST_SEED);
  }

  set seed(seed: number) {
    this.inputs.get("seed")!.value = String(seed);
    this.save();
  }

  /** Take over what another request said. */
  take(request: Asked): void {
    const deliver = (request.deliver ?? {}) as Record<string, unknown>;
    for (const [name, input] of this.inputs) {
      const value = name in deliver ? deliver[name] : request[name];
      if (value === undefined || value === null || name === "lyrics") continue;
      if (input.type === "checkbox") (input as HTMLInputElement).checked = Boolean(value);
      else input.value = Array.isArray(value) ? value.join(", ") : String(value).trim();
    }
    this.save();
  }

  reseed(): void {
    this.seed = crypto.getRandomValues(new Uint32Array(1))[0] % 100_000;
  }

  private on(name: string): boolean {
    return (this.inputs.get(name) as HTMLInputElement | undefined)?.checked ?? false;
  }

  private tick(name: string, label: string, checked = false): HTMLElement {
    return h("label", { class: "check" }, this.keep(name, h("input", { type: "checkbox", checked })), label);
  }

  private keep<T extends HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>(name: string, input: T): T {
    this.inputs.set(name, input);
    input.name = name;
    return input;
  }

  private save(): void {
    const values = [...this.inputs].map(([name, input]) => [name, input.type === "checkbox" ? (input as HTMLInputElement).checked : input.value]);
    sessionStorage.setItem(this.store, JSON.stringify(Object.fromEntries(values)));
  }

  private restore(): void {
    const values = JSON.parse(sessionStorage.getItem(this.store) ?? "{}") as Record<string, string | boolean>;
    for (const [name, value] of Object.entries(values)) {
      const input = this.inputs.get(name);
      if (!input) continue;
      if (input instanceof HTMLSelectElement && ![...input.options].some((option) => option.value === value)) input.append(new Option(String(value), String(value)));
      if (typeof value === "boolean") (input as HTMLInputElement).checked = value;
      else input.value = value;
    }
  }

  /** What there is to choose from, as the service has it. */
  private offers(): void {
    const verb = this.kind;
    this.app.api.presets().then((presets) => this.options("preset", [["", "what suits"], ...presets.map(told)]), () => {});
    this.app.api.engines().then((engines) => {
      const able = engines.filter((engine) => engine.verbs.includes(verb));
      this.options("engine", [["auto", "auto"], ...able.map((engine): [string, string] => [engine.name, named(engine)])]);
    }, () => {});
  }

  private options(name: string, rows: [string, string][]): void {
    const select = this.inputs.get(name) as HTMLSelectElement;
    const value = select.value;
    fill(select, ...rows.map(([value, text]) => h("option", { value }, text)));
    if (rows.some(([known]) => known === value)) select.value = value;
  }
}

function wide(label: string, input: HTMLElement): HTMLElement {
  const box = field(label, input);
  box.classList.add("wide");
  return box;
}

/** The panel of a form; where it is narrow and there is something to see, it folds to a line. */
export function side(compose: Compose): { element: HTMLElement; fold: (folds: boolean) => void } {
  const button = h("button", { type: "button", class: "fold", "aria-expanded": "false" }, "Words and settings", icon(ICONS.lower));
  const element = h("aside", { class: "side card", "aria-label": "What is asked for" }, button, compose.element);
  const turn = (open: boolean) => {
    element.classList.toggle("unfolded", open);
    button.setAttribute("aria-expanded", String(open));
  };
  button.addEventListener("click", () => turn(!element.classList.contains("unfolded")));
  const fold = (folds: boolean) => {
    if (folds !== element.classList.contains("folds")) turn(false);
    element.classList.toggle("folds", folds);
  };
  return { element, fold };
}

function told(preset: Preset): [string, string] {
  return [preset.name, `${preset.name} · ${preset.loudness_lufs} LUFS`];
}

function named(engine: Engine): string {
  const sold = engine.may_be_sold === false ? " · not for sale" : "";
  return `${engine.name}${engine.here ? "" : " · weights missing"}${sold}`;
}
