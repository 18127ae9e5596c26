// A film that was looked at: its picture, the timeline under it, what is picked, how it is rendered, and its takes.

import type { Asked, Job, Upload } from "./api";
import type { App } from "./app";
import { ICONS, choice, field, fill, h, icon, set } from "./dom";
import { type Changes, Inspector, MARKS, Replacing, button } from "./filmcue";
import { type Draft, keep, restored } from "./filmdraft";
import {
  type Cue, History, type Look, type Plan, added, cueOf, dice, moved, rolled, textOf, withCue, withScene, without,
} from "./filmplan";
import { Takes } from "./filmtakes";
import { Transport } from "./filmtransport";
import { ended } from "./jobs";
import { type Picked, Timeline } from "./timeline";

export class Editor {
  readonly element: HTMLElement;
  private history: History;
  private draft: Draft;
  private picked: Picked = null;
  private transport: Transport;
  private timeline: Timeline;
  private inspector: Inspector;
  private replacing: Replacing;
  private takes: Takes;
  private video = h("video", { class: "picture", tabindex: "-1", "aria-label": "The film, without sound", disablepictureinpicture: true });
  private still = h("canvas", { class: "picture", hidden: true, "aria-label": "Pictures of the film" });
  private strip: ImageBitmap | null = null;
  private clock = h("output", { class: "film-clock" });
  private play = h("button", { type: "button", class: "round", "aria-label": "Play" }, icon(ICONS.play, true));
  private undo = button("Undo", MARKS.undo, () => this.step("undo"), { title: "Ctrl Z" });
  private redo = button("Redo", MARKS.redo, () => this.step("redo"), { title: "Ctrl Shift Z" });
  private planning = h("p", { class: "hint", role: "status" });
  private render = h("button", { type: "button", class: "primary" }, "Render");
  private keep = h("input", { type: "checkbox" });
  private keepText = h("span", {});
  private url = "";
  private closed = false;
  private keys = (event: KeyboardEvent) => this.key(event);
  private stop: () => void;
  private pending = "";
  private awaited = new Set<string>();
  private saving = 0;

  constructor(private app: App, private upload: Upload, private look: Look, private base: Job, leave: () => void, take = "") {
    const { film } = look;
    const mine = app.jobs.list.filter((job) => job.request.video === upload.id && job.verb === "soundtrack");
    this.draft = restored(upload.id, base, look, mine);
    this.draft.chosen = take || this.draft.chosen;
    this.history = new History(this.draft.plan);
    this.transport = new Transport(this.video, film.duration_s, film.pictures_per_s);
    this.timeline = new Timeline({
      pick: (what, focus) => this.pick(what, focus), move: (number, to_s, step) => this.move(number, to_s, step),
      seek: (seconds) => this.transport.seek(seconds), act: (number, what) => this.act(number, what),
      say: (text) => app.announce(text),
    });
    const changes: Changes = {
      cue: (number, change, step) => this.edit(withCue(this.plan, number, change), step),
      move: (number, to_s) => this.move(number, to_s, ""),
      scene: (at, change, step) => this.edit(withScene(this.plan, at, change), step),
      act: (number, what) => this.act(number, what),
      rollScene: (at) => this.edit(withScene(this.plan, at, { seed: dice() })),
      replace: (number) => void this.replacing.open(cueOf(this.plan, number)!),
    };
    this.inspector = new Inspector(changes, (cue) => this.name(cue));
    this.replacing = new Replacing(app, (cue, recording, name) => {
      this.draft.names[recording] = name;
      this.edit(withCue(this.plan, cue.number, { recording }));
      app.announce(`Cue ${cue.number} is played by ${name}.`);
    });
    this.takes = new Takes(app, {
      choose: (job) => void this.choose(job?.id ?? ""), restore: (plan) => this.edit(plan),
    }, (bytes) => this.transport.decode(bytes), film.duration_s);
    this.transport.onTime = (seconds) => this.at(seconds);
    this.transport.onState = (playing) => {
      fill(this.play, icon(playing ? ICONS.pause : ICONS.play, true));
      set(this.play, "aria-label", playing ? "Pause" : "Play");
    };
    this.play.addEventListener("click", () => this.transport.toggle());
    this.render.addEventListener("click", () => void this.make(false));
    this.video.addEventListener("error", () => this.unseen());
    this.element = this.build(leave);
    addEventListener("keydown", this.keys);
    this.stop = app.jobs.onChange(() => this.tend());
    void this.start();
  }

  close(): void {
    this.closed = true;
    this.stop();
    removeEventListener("keydown", this.keys);
    this.timeline.close();
    this.transport.close();
    if (this.url) URL.revokeObjectURL(this.url);
  }

  pause(): void { this.transport.pause(); }

  private get plan(): Plan { return this.history.now; }
  private get rate(): number { return this.look.film.pictures_per_s; }

  private build(leave: () => void): HTMLElement {
    const { film } = this.look;
    const facts = `${film.duration_s.toFixed(2)} s · ${Number(film.pictures_per_s.toFixed(3))} pictures a second · ${film.width} × ${film.height}`;
    const plain = (label: string, mark: string, click: () => void, filled = false) =>
      h("button", { type: "button", class: "plain", "aria-label": label, title: label, on: { click } }, icon(mark, filled));
    const by = (pictures: number) => () => this.transport.seek(this.transport.time + pictures / this.rate);
    const head = h("div", { class: "row spread film-head" },
      h("div", {}, h("h1", {}, this.upload.name), h("p", { class: "quiet" }, facts)),
      h("button", { type: "button", on: { click: leave } }, "Another film"));
    const transport = h("div", { class: "row film-transport" },
      plain("To the beginning", ICONS.start, () => this.transport.seek(0)), plain("One picture back", MARKS.back, by(-1)),
      this.play, plain("One picture on", MARKS.forth, by(1)), this.clock, h("span", { class: "grow" }),
      this.undo, this.redo);
    const zoom = h("div", { class: "row tight zoom", role: "group", "aria-label": "Zoom" },
      plain("Less of it", "M5 12h14", () => this.timeline.zoomBy(1 / 1.5)), plain("More of it", ICONS.plus, () => this.timeline.zoomBy(1.5)),
      h("button", { type: "button", class: "small", on: { click: () => this.timeline.fit() } }, "Fit"));
    const tools = h("div", { class: "row spread tl-tools" },
      button("Add a sound here", ICONS.plus, () => this.add()),
      h("p", { class: "hint wide-only" }, "Arrows: one picture, with Shift ten · L lock · M mute · R another take · Delete"), zoom);
    const stage = h("div", { class: "film-stage" }, h("div", { class: "frame" }, this.video, this.still), transport, this.takes.element);
    return h("div", { class: "film-editor" }, head,
      h("div", { class: "film-top" }, stage, this.settings()),
      h("section", { class: "card tl-card", "aria-label": "Timeline" }, tools, this.timeline.element),
      this.inspector.element, this.replacing.element);
  }

  private settings(): HTMLElement {
    const prompt = h("textarea", { rows: 2, maxlength: 4000, value: this.draft.prompt, placeholder: "a ball bounces on wood" });
    const music = h("input", { type: "text", maxlength: 4000, value: this.draft.music, placeholder: "none" });
    const speech = choice([["", "leave it out"], ["film", "keep it as speech, the rest softer under it"]], this.draft.speech);
    prompt.addEventListener("input", () => this.keepDraft({ prompt: prompt.value }));
    music.addEventListener("input", () => {
      this.keepDraft({ music: music.value });
      this.draw();
    });
    speech.addEventListener("change", () => this.keepDraft({ speech: speech.value }));
    this.keep.addEventListener("change", () => this.keepDraft({ keep: this.keep.checked }));
    this.keep.checked = this.draft.keep;
    const again = h("button", { type: "submit" }, "Plan again");
    const form = h("form", { class: "row bottom", on: { submit: (event) => {
      event.preventDefault();
      void this.planAgain();
    } } }, field("What is heard in it", prompt), again);
    const roll = button("New take of all", MARKS.dice, () => void this.make(true), { title: "Another seed for every sound that is not locked" });
    return h("section", { class: "card film-side", "aria-label": "How it is made" }, form, this.planning, field("Music", music),
      this.look.film.sound && field("The film's own sound", speech),
      h("label", { class: "check" }, this.keep, this.keepText),
      h("div", { class: "row" }, this.render, roll));
  }

  private async start(): Promise<void> {
    this.timeline.open(this.look);
    this.tend();
    this.draw();
    this.at(0);
    await Promise.allSettled([this.openPicture(), this.openStrip()]).then((all) => {
      for (const one of all) if (one.status === "rejected" && !this.closed) this.app.fault(one.reason);
    });
    const wanted = this.draft.chosen || this.takes.done.at(-1)?.id;
    if (wanted && this.takes.done.some((job) => job.id === wanted)) await this.choose(wanted);
  }

  /** The film from the service: in ranges, or where a key is wanted, which no video element can send, as a whole. */
  private async openPicture(): Promise<void> {
    const path = `/v1/files/${this.upload.id}/content`;
    if (this.app.api.key) {
      const blob = await (await this.app.api.ask(path)).blob();
      if (this.closed) return;
      this.url = URL.createObjectURL(blob);
    }
    this.video.src = this.url || path;
  }

  private async openStrip(): Promise<void> {
    const file = this.base.files.find((one) => one.role === "filmstrip");
    if (file) this.strip = await createImageBitmap(await (await this.app.api.ask(file.url)).blob());
    if (this.strip && !this.closed) this.timeline.picture(this.strip);
  }

  /** The browser cannot show this film: its thumbnails are shown instead. */
  private unseen(): void {
    if (!this.video.getAttribute("src") || this.closed) return;
    this.video.hidden = true;
    this.still.hidden = false;
    this.app.toast("This browser cannot play the film's pictures; its thumbnails stand for them.");
    this.at(this.transport.time);
  }

  private at(seconds: number): void {
    this.timeline.at(seconds, this.transport.playing);
    const picture = Math.floor(seconds * this.rate + 1e-6);
    this.clock.textContent = `${Math.floor(seconds / 60)}:${(seconds % 60).toFixed(3).padStart(6, "0")} · picture ${Math.min(picture + 1, this.look.film.pictures)}`;
    const { width, height, times_s } = this.look.thumbnails;
    if (this.still.hidden || !this.strip) return;
    const best = times_s.reduce((a, time, at) => (Math.abs(time - seconds) < Math.abs(times_s[a] - seconds) ? at : a), 0);
    Object.assign(this.still, { width, height });
    this.still.getContext("2d")!.drawImage(this.strip, best * width, 0, width, height, 0, 0, width, height);
  }

  private name(cue: Cue): string {
    return cue.recording ? (this.draft.names[cue.recording] ?? "a recording") : cue.sound;
  }

  private edit(plan: Plan, step = ""): void {
    this.history.push(plan, step);
    this.changed();
  }

  private move(number: number, to_s: number, step: string): void {
    if (cueOf(this.plan, number)?.locked) return;
    this.edit(moved(this.plan, number, to_s), step);
  }

  private act(number: number, what: "lock" | "mute" | "roll" | "remove"): void {
    const cue = cueOf(this.plan, number);
    if (!cue) return;
    if (cue.locked && (what === "roll" || what === "remove")) return this.app.announce("This cue is locked.");
    const said = {
      lock: cue.locked ? "unlocked" : "locked", mute: cue.muted ? "heard again" : "muted",
      roll: "gets another take", remove: "removed",
    };
    if (what === "remove") {
      this.edit(without(this.plan, number));
      this.pick(null);
    } else this.edit(withCue(this.plan, number, { lock: { locked: !cue.locked }, mute: { muted: !cue.muted }, roll: { seed: dice() } }[what]));
    this.app.announce(`Cue ${number} ${said[what]}.`);
  }

  private add(): void {
    const [plan, number] = added(this.plan, this.transport.time, "soft wooden knock");
    this.edit(plan);
    this.pick({ kind: "cue", number }, true);
  }

  private pick(what: Picked, focus = false): void {
    this.picked = what;
    this.draw();
    if (focus && what?.kind === "cue") this.timeline.focus(what.number);
  }

  private step(way: "undo" | "redo"): void {
    this.history[way]();
    this.changed();
    this.app.announce(way === "undo" ? "Undone." : "Done again.");
  }

  private changed(): void {
    this.keepDraft({ plan: this.plan });
    this.draw();
  }

  private shownFacts: { lengths: Map<number, number>; peaks: Parameters<Timeline["show"]>[0]["peaks"] } = { lengths: new Map(), peaks: null };

  private draw(): void {
    const { lengths, peaks } = this.shownFacts;
    if (this.picked?.kind === "cue" && !cueOf(this.plan, this.picked.number)) this.picked = null;
    if (this.picked?.kind === "scene" && !this.plan.scenes[this.picked.at]) this.picked = null;
    this.timeline.show({ plan: this.plan, picked: this.picked, names: (cue) => this.name(cue), lengths, peaks, music: this.draft.music.trim() });
    this.inspector.show(this.plan, this.picked, this.rate);
    this.undo.disabled = !this.history.undoable;
    this.redo.disabled = !this.history.redoable;
  }

  private key(event: KeyboardEvent): void {
    if (this.app.place.tab !== "film" || document.querySelector("dialog[open]")) return;
    const at = event.target as HTMLElement;
    const typed = at.matches("input:not([type=range], [type=checkbox]), textarea, select");
    if ((event.ctrlKey || event.metaKey) && !typed && ["z", "y"].includes(event.key.toLowerCase())) {
      this.step(event.key.toLowerCase() === "y" || event.shiftKey ? "redo" : "undo");
    } else if (event.key === " " && !typed && !at.matches("button, summary, a, input")) this.transport.toggle();
    else if (/^[1-9]$/.test(event.key) && !typed && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const job = this.takes.done.find((one) => this.takes.number(one) === Number(event.key));
      if (!job) return;
      void this.choose(job.id);
    } else return;
    event.preventDefault();
  }

  /** Hear a take, at the same place. */
  private async choose(id: string): Promise<void> {
    this.keepDraft({ chosen: id });
    this.tend();
    const job = this.takes.now;
    if (!job) {
      this.transport.load(null);
      this.shownFacts = { lengths: this.shownFacts.lengths, peaks: null };
      this.draw();
      return;
    }
    try {
      const [sound, facts] = await Promise.all([this.takes.sound(job), this.takes.facts_of(job)]);
      if (this.closed || this.draft.chosen !== id) return;
      this.transport.load(sound);
      this.shownFacts = facts;
      this.element.dataset.heard = id;
      this.draw();
    } catch (error) {
      if (!this.closed) this.app.fault(error);
    }
  }

  private async make(all: boolean): Promise<void> {
    if (all) {
      this.draft.seed = dice();
      this.edit(rolled(this.plan));
    }
    this.render.disabled = true;
    try {
      const now = this.takes.now;
      const gain_db = now && this.keep.checked ? (await this.takes.facts_of(now)).gain_db : null;
      const { prompt, music, speech, seed } = this.draft;
      const asked: Asked = {
        verb: "soundtrack", video: this.upload.id, plan: textOf(this.plan), prompt: prompt.trim(), music: music.trim(), seed,
        dialogue: speech || null, gain_db, deliver: { format: this.look.format, sound: "flac" },
      };
      const job = await this.app.jobs.submit(asked);
      this.awaited.add(job.id);
      this.app.announce("It is being rendered.");
    } catch (error) {
      this.app.fault(error);
    } finally {
      this.render.disabled = false;
    }
  }

  private async planAgain(): Promise<void> {
    try {
      const job = await this.app.jobs.submit({
        verb: "cues", video: this.upload.id, prompt: this.draft.prompt.trim(), plan: textOf(this.plan),
      });
      this.pending = job.id;
      this.tend();
    } catch (error) {
      this.app.fault(error);
    }
  }

  /** What the jobs of this film are at. */
  private tend(): void {
    if (this.closed) return;
    const mine = this.app.jobs.list.filter((job) => job.request.video === this.upload.id).reverse();
    const takes = mine.filter((job) => job.verb === "soundtrack");
    if (!takes.some((job) => job.id === this.draft.chosen)) this.draft.chosen = "";
    this.takes.show(takes, this.draft.chosen);
    for (const job of takes.filter((one) => this.awaited.has(one.id) && ended(one))) {
      this.awaited.delete(job.id);
      if (job.state !== "done") continue;
      this.app.announce(`Take ${this.takes.number(job)} is ready.`);
      void this.choose(job.id);
    }
    const now = this.takes.now;
    set(this.keep.parentElement ?? this.keep, "hidden", !now);
    this.keepText.textContent = now ? `As loud as take ${this.takes.number(now)}, so that what stays sounds the same` : "";
    const job = this.app.jobs.get(this.pending) ?? mine.filter((one) => one.verb === "cues" && !ended(one)).at(-1);
    if (job) this.pending = job.id;
    this.planning.textContent = job && !ended(job) ? `Planning: ${job.stage || "waits"}, ${Math.round(job.percent)} %` : "";
    if (job && ended(job)) void this.planned(job);
  }

  private async planned(job: Job): Promise<void> {
    this.pending = "";
    if (job.state !== "done") return this.app.toast(job.error?.message ?? job.state, "error");
    try {
      const look = await lookOf(this.app, job);
      if (this.closed) return;
      this.draft.look = job.id;
      this.edit(look.plan);
      const { length } = look.plan.cues, { ignored } = look.plan;
      this.app.toast(`${length} cue${length === 1 ? "" : "s"} planned${ignored.length ? `; left out: ${ignored.join(", ")}` : ""}`);
    } catch (error) {
      this.app.fault(error);
    }
  }

  private keepDraft(change: Partial<Draft>): void {
    Object.assign(this.draft, change);
    clearTimeout(this.saving);
    this.saving = window.setTimeout(() => keep(this.upload.id, this.draft), 150);
  }
}

/** What a look at a film gave. */
export async function lookOf(app: App, job: Job): Promise<Look> {
  const file = job.files.find((one) => one.role === "look");
  if (!file) throw new Error("The look at this film is kept no longer; look at it again.");
  return (await app.api.ask(file.url)).json() as Promise<Look>;
}
