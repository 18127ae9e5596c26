// What is picked in the timeline, as fields: a cue or the ambience of a scene; and what may play a cue instead.

import type { Engine, Upload } from "./api";
import type { App } from "./app";
import { ICONS, field, fill, h, icon, set } from "./dom";
import type { Cue, Plan, Scene } from "./filmplan";
import type { Picked } from "./timeline";

export const MARKS = {
  lock: "M7 11V8a5 5 0 0 1 10 0v3M5.5 11h13v9h-13z", unlock: "M7 11V8a5 5 0 0 1 9.6-2M5.5 11h13v9h-13z",
  mute: "M4 9.5h3.5L12 6v12l-4.5-3.5H4zM16 9.5l5 5M21 9.5l-5 5", sound: "M4 9.5h3.5L12 6v12l-4.5-3.5H4zM15.5 9a4.500 4.500 0 0 1 0 6M18 6.5a8 8 0 0 1 0 11",
  dice: "M5 5h14v14H5zM9 9h.01M15 9h.01M12 12h.01M9 15h.01M15 15h.01", swap: "M4 8h13l-3-3M20 16H7l3 3",
  bin: "M5 7h14M10 7V5h4v2M7 7l1 12h8l1-12", undo: "M9 6 5 10l4 4M5 10h9a5 5 0 0 1 0 10h-3", redo: "M15 6l4 4-4 4M19 10h-9a5 5 0 0 0 0 10h3",
  back: "M8 6v12M19 6l-8 6 8 6z", forth: "M16 6v12M5 6l8 6-8 6z",
};

export type Changes = {
  cue: (number: number, change: Partial<Cue>, step: string) => void;
  move: (number: number, to_s: number) => void;
  scene: (at: number, change: Partial<Scene>, step: string) => void;
  act: (number: number, what: "lock" | "mute" | "roll" | "remove") => void;
  rollScene: (at: number) => void;
  replace: (number: number) => void;
};

/** A slider with its value beside it. */
function slide(
  label: string, low: number, high: number, step: number, said: (value: number) => string, tell: (value: number) => void,
): { element: HTMLElement; put: (value: number, off: boolean) => void } {
  const input = h("input", { type: "range", min: low, max: high, step });
  const output = h("output", { class: "quiet" });
  const put = (value: number, off: boolean) => {
    if (document.activeElement !== input || Number(input.value) !== value) input.value = String(value);
    output.textContent = said(value);
    set(input, "aria-valuetext", said(value));
    input.disabled = off;
  };
  input.addEventListener("input", () => tell(Number(input.value)));
  const element = field(label, input);
  element.classList.add("slide");
  element.append(output);
  return { element, put };
}

const decibels = (value: number) => `${value > 0 ? "+" : value < 0 ? "\u2212" : ""}${Math.abs(value).toFixed(1)} dB`;
const side = (value: number) =>
  Math.abs(value) < 0.02 ? "middle" : `${Math.round(Math.abs(value) * 100)} % ${value < 0 ? "left" : "right"}`;

export function button(text: string, mark: string, click: () => void, props: Record<string, unknown> = {}): HTMLButtonElement {
  return h("button", { type: "button", ...props, on: { click } }, icon(mark), h("span", {}, text));
}

export class Inspector {
  readonly element = h("section", { class: "card inspector", "aria-label": "What is picked" });
  private cue: ReturnType<Inspector["buildCue"]>;
  private scene: ReturnType<Inspector["buildScene"]>;
  private empty = h("p", { class: "hint" },
    "Pick a sound in the timeline. Drag it, or move it by the arrow keys: one picture, with Shift ten.");
  private picked: Picked = null;

  constructor(private changes: Changes, private names: (cue: Cue) => string) {
    this.cue = this.buildCue();
    this.scene = this.buildScene();
  }

  show(plan: Plan, picked: Picked, rate: number): void {
    this.picked = picked;
    const cue = picked?.kind === "cue" ? plan.cues.find((one) => one.number === picked.number) : undefined;
    const scene = picked?.kind === "scene" ? plan.scenes[picked.at] : undefined;
    const wanted = cue ? this.cue.element : scene ? this.scene.element : this.empty;
    if (this.element.firstChild !== wanted) fill(this.element, wanted);
    if (cue) this.cue.put(cue, rate);
    if (scene) this.scene.put(scene);
  }

  private get number(): number { return this.picked?.kind === "cue" ? this.picked.number : 0; }
  private get at(): number { return this.picked?.kind === "scene" ? this.picked.at : 0; }

  private buildCue() {
    const tell = (change: Partial<Cue>) => this.changes.cue(this.number, change, `${Object.keys(change)} ${this.number}`);
    const title = h("h2", {});
    const sound = h("input", { type: "text", maxlength: 300 });
    const time = h("input", { type: "number", min: 0, step: 0.001 });
    const picture = h("output", { class: "quiet" });
    const level = slide("Level", -36, 12, 0.5, decibels, (gain_db) => tell({ gain_db }));
    const force = slide("Force", 0, 1, 0.01, (value) => `${Math.round(100 * value)} %`, (intensity) => tell({ intensity }));
    const pan = slide("Side", -1, 1, 0.02, side, (value) => tell({ pan: value, pan_curve: [] }));
    sound.addEventListener("change", () => sound.value.trim() && tell({ sound: sound.value.trim(), model: "", knobs: {}, recording: "" }));
    time.addEventListener("change", () => Number.isFinite(time.valueAsNumber) && this.changes.move(this.number, time.valueAsNumber));
    const act = (what: "lock" | "mute" | "roll" | "remove") => () => this.changes.act(this.number, what);
    const lock = button("Lock", MARKS.lock, act("lock"));
    const mute = button("Mute", MARKS.mute, act("mute"));
    const roll = button("Another take", MARKS.dice, act("roll"), { title: "Another seed for this sound alone (R)" });
    const swap = button("Replace…", MARKS.swap, () => this.changes.replace(this.number));
    const bin = button("Remove", MARKS.bin, act("remove"), { class: "danger" });
    const plays = h("p", { class: "plays" });
    const why = h("p", { class: "hint" });
    const reasons = h("details", {}, h("summary", {}, "Why it is here"), why);
    const timed = field("At (seconds)", time);
    timed.append(picture);
    const element = h("div", { class: "picked" }, title,
      h("div", { class: "grid" }, field("Sound", sound), timed, level.element, force.element, pan.element),
      plays, h("div", { class: "row" }, lock, mute, roll, swap, bin), reasons);
    const put = (cue: Cue, rate: number) => {
      const off = cue.locked;
      title.textContent = `Cue ${cue.number}`;
      if (document.activeElement !== sound) sound.value = cue.sound;
      if (document.activeElement !== time) time.value = cue.at_s.toFixed(3);
      picture.textContent = `picture ${Math.floor(cue.at_s * rate + 1e-6) + 1}`;
      level.put(cue.gain_db, off);
      force.put(cue.intensity, off);
      pan.put(cue.pan, off);
      for (const input of [sound, time, roll, swap, bin]) input.disabled = off;
      set(lock, "aria-pressed", String(cue.locked));
      set(mute, "aria-pressed", String(cue.muted));
      const back = h("button", { type: "button", class: "plain", disabled: off, on: { click: () => tell({ recording: "" }) } }, "Play it by the engine again");
      fill(plays, ...(cue.recording ? [`Played by the recording ${this.names(cue)}. `, back] : []));
      const said = [cue.what, cue.when, cue.how, cue.where].filter(Boolean);
      why.textContent = said.join("; ");
      reasons.hidden = !said.length;
    };
    return { element, put };
  }

  private buildScene() {
    const tell = (change: Partial<Scene>) => this.changes.scene(this.at, change, `${Object.keys(change)} scene ${this.at}`);
    const title = h("h2", {});
    const ambience = h("input", { type: "text", maxlength: 300, placeholder: "none" });
    ambience.addEventListener("change", () => tell({ ambience: ambience.value.trim() }));
    const level = slide("Level", -40, 0, 0.5, decibels, (level_db) => tell({ level_db }));
    const mute = button("Mute", MARKS.mute, () => tell({ muted: mute.getAttribute("aria-pressed") !== "true" }));
    const roll = button("Another take", MARKS.dice, () => this.changes.rollScene(this.at));
    const element = h("div", { class: "picked" }, title,
      h("div", { class: "grid" }, field("Ambience", ambience), level.element), h("div", { class: "row" }, mute, roll));
    const put = (scene: Scene) => {
      title.textContent = `Scene from ${scene.start_s.toFixed(2)} to ${scene.end_s.toFixed(2)} s`;
      if (document.activeElement !== ambience) ambience.value = scene.ambience;
      level.put(scene.level_db, false);
      set(mute, "aria-pressed", String(scene.muted));
    };
    return { element, put };
  }
}

type Recording = { recording: string; name: string; duration_s: number; shape: string; licence: string; url: string };

/** Choose a recording for a cue: from the library where it is open, from earlier uploads, or a new file. */
export class Replacing {
  readonly element: HTMLDialogElement;
  private list = h("ul", { class: "recordings" });
  private search = h("input", { type: "search", maxlength: 200 });
  private find = h("form", { class: "row" });
  private file = h("input", { type: "file", accept: "audio/*", class: "visually-hidden", tabindex: "-1", "aria-label": "Sound file" });
  private said = h("p", { class: "hint", role: "status" });
  private heard: HTMLAudioElement | null = null;
  private cue: Cue | null = null;
  private library: boolean | null = null;

  constructor(private app: App, private choose: (cue: Cue, recording: string, name: string) => void) {
    const close = h("button", { type: "button", class: "plain", "aria-label": "Close", on: { click: () => this.element.close() } }, icon(ICONS.close));
    this.find.append(field("In the library", this.search), h("button", {}, "Search"));
    this.find.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.look().catch((error) => this.app.fault(error));
    });
    this.file.addEventListener("change", () => this.file.files?.[0] && void this.bring(this.file.files[0]));
    this.element = h("dialog", { class: "replacing", "aria-labelledby": "replacing-title" },
      h("div", { class: "row spread" }, h("h2", { id: "replacing-title" }, "Replace a sound"), close),
      this.find, this.list, this.said,
      h("div", { class: "row" }, button("Bring a sound…", ICONS.up, () => this.file.click()), this.file));
    this.element.addEventListener("close", () => this.heard?.pause());
  }

  async open(cue: Cue): Promise<void> {
    this.cue = cue;
    this.search.value = cue.sound;
    this.said.textContent = "";
    fill(this.list);
    this.element.showModal();
    try {
      this.library ??= (await this.app.api.engines()).some((engine: Engine) => engine.name === "library");
      this.find.hidden = !this.library;
      if (this.library) await this.look();
      else this.show((await this.app.api.uploads()).filter((upload) => upload.kind === "sound").slice(0, 30).map(brought),
        "Sounds that you brought before, and new ones, can play it.");
    } catch (error) {
      this.app.fault(error);
    }
  }

  private async look(): Promise<void> {
    const words = new URLSearchParams({ q: this.search.value.trim() || this.cue!.sound, layer: this.cue!.layer });
    const { recordings } = await this.app.api.json<{ recordings: Recording[] }>(`/v1/library?${words}`);
    this.show(recordings, recordings.length ? "" : "Nothing was found.");
  }

  private show(found: Recording[], said: string): void {
    this.said.textContent = said;
    fill(this.list, ...found.map((one) => h("li", {},
      h("button", { type: "button", class: "plain", "aria-label": `Hear ${one.name}`, on: { click: () => void this.hear(one) } }, icon(ICONS.play, true)),
      h("span", { class: "grow" }, h("strong", {}, one.name), h("span", { class: "quiet" },
        [`${one.duration_s.toFixed(2)} s`, one.shape, one.licence].filter(Boolean).join(" · "))),
      h("button", { type: "button", "aria-label": `Use ${one.name}`, on: { click: () => this.take(one.recording, one.name) } }, "Use"))));
  }

  private async hear(one: Recording): Promise<void> {
    try {
      const blob = await (await this.app.api.ask(one.url)).blob();
      this.heard?.pause();
      this.heard = new Audio(URL.createObjectURL(blob));
      const { src } = this.heard;
      this.heard.addEventListener("pause", () => URL.revokeObjectURL(src));
      await this.heard.play();
    } catch (error) {
      this.app.fault(error);
    }
  }

  private async bring(file: File): Promise<void> {
    try {
      const upload = await this.app.api.upload(file, (part) => (this.said.textContent = `Sending, ${Math.round(100 * part)} %`));
      if (upload.kind === "sound") this.take(upload.id, upload.name);
      else this.said.textContent = "That is a film: a cue is played by a sound.";
    } catch (error) {
      this.said.textContent = error instanceof Error ? error.message : String(error);
    }
    this.file.value = "";
  }

  private take(recording: string, name: string): void {
    this.element.close();
    this.choose(this.cue!, recording, name);
  }
}

function brought(upload: Upload): Recording {
  return { recording: upload.id, name: upload.name, duration_s: upload.duration_s, shape: "", licence: "", url: `/v1/files/${upload.id}/content` };
}
