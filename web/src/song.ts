// The music tab: words to a plan, a plan to takes, takes compared, and single sections played anew.

import { type Asked, type Job, type PlanAnswer, Refusal } from "./api";
import type { App, Place, Sound } from "./app";
import { Compose, LOSSLESS, MOST_SEED, side } from "./compose";
import { arrange, fill, h, set } from "./dom";
import { ended } from "./jobs";
import { type Measured, measures } from "./meters";
import { type SongPlan, alike, reading, same } from "./plan";
import { StudioPlayer } from "./player";
import { Ribbon } from "./ribbon";
import { Sections } from "./sections";
import { Mixer } from "./stems";
import { Bars, about, audio, downloads, ending, family, fileOf, root, sounds, words } from "./takes";

const DRAFT = "soundwright-draft:"; // and the words of the song
const LIKE = ["calm lo-fi piano with soft drums, 78 bpm, in A minor", "driving synthwave with a big chorus, 118 bpm", "slow waltz for string ensemble and harp in D major"];
const SETTLE_MS = 350; // after an edit, before the service is asked about it

type Known = { plan: SongPlan; measured: Measured };
type Draft = { plan: SongPlan; words: string; warnings: string[]; base: string };

export function song(host: HTMLElement, app: App): void {
  new Song(host, app);
}

class Song {
  private compose: Compose;
  private form: ReturnType<typeof side>;
  private player: StudioPlayer;
  private mixer: Mixer;
  private ribbon: Ribbon;
  private sections = new Sections({ edit: (plan) => this.edit(plan), anew: (index) => void this.anew(index), look: (index) => this.ribbon.look(index) });
  private known = new Map<string, Known>();
  private takes: Job[] = [];
  private take?: Job;
  private draft: Draft | null = null;
  private shownId = "";
  private seen = ""; // the job that was looked at, once it was there
  private asking = 0;
  private title = h("h1", { tabindex: "-1" });
  private facts = h("p", { class: "facts" });
  private bars: Bars;
  private running = h("div", { class: "runs" });
  private intro = h("div", { class: "intro" });
  private recent = h("div", { class: "recent" });
  private stage = h("div", { class: "stage" });
  private about = h("div", { class: "about" });
  private numbers = h("div", { class: "card numbers" });
  private files = h("div", { class: "card files" });
  private planCard = h("section", { class: "card plan-card", "aria-label": "The plan" });
  private notes = h("div", { class: "notes" });
  private state = h("span", { class: "state" });
  private revert = h("button", { class: "plain text", on: { click: () => this.undo() } }, "Back to the take's plan");
  private renderButton = h("button", { class: "primary", on: { click: () => void this.render() } }, "Render the plan");
  private another = h("button", { on: { click: () => void this.render(true) } }, "Another take");
  private planButton = h("button", { type: "button", on: { click: () => void this.plan() } }, "Plan first");
  private makeButton = h("button", { class: "primary" }, "Make song");

  constructor(host: HTMLElement, private app: App) {
    this.compose = new Compose(app, "music", [this.planButton, this.makeButton], () => void this.make());
    this.bars = new Bars(app);
    const deck = h("div", { class: "card deck" });
    this.player = new StudioPlayer(deck, app, () => app.place.tab === "music" && this.takes.length > 0);
    this.ribbon = new Ribbon(this.player);
    this.mixer = new Mixer(app, this.player);
    this.player.onChosen = (index) => void this.chosen(index);
    this.player.onTime = (at) => this.sections.heard(this.ribbon.heard(at));
    this.player.where = (at) => this.sectionNames()[this.ribbon.at(at)] ?? "";
    fill(this.planCard,
      h("div", { class: "card-head" }, h("h2", {}, "Plan"), this.state, this.revert),
      this.notes, this.sections.element,
      h("div", { class: "buttons" }, this.another, this.renderButton));
    fill(this.about, this.numbers, h("div", { class: "card" }, h("h2", {}, "Stems"), this.mixer.element), this.files);
    fill(this.stage, h("header", { class: "stage-head" }, this.title, this.facts), this.running, deck, this.planCard, this.about);
    fill(this.intro, h("h1", {}, "Say what you want to hear"),
      h("p", {}, "Every song starts from a plan that you can read and change: sections, bars, energy, chords, words. Render it, compare takes, and play single sections anew."),
      h("ul", { class: "likes" }, ...LIKE.map((text) => h("li", {}, h("button", { on: { click: () => this.like(text) } }, text)))), this.recent);
    this.form = side(this.compose);
    fill(host, this.form.element, h("div", { class: "work" }, this.intro, this.stage));
    app.jobs.onChange((job) => this.jobs(job));
    app.onPlace((place) => this.move(place));
  }

  // where we are

  private move(place: Place): void {
    if (place.tab !== "music") return this.player.pause();
    if (place.id !== this.shownId || (!place.id && !this.draft)) this.open(place.id);
    this.show();
  }

  /** Look at another song, or with "" at none; edits that were not rendered are found again. */
  private open(id: string): void {
    this.shownId = id;
    this.take = undefined;
    this.draft = null;
    const kept = sessionStorage.getItem(this.shelf);
    if (kept) this.put(JSON.parse(kept) as Draft);
    const job = this.app.jobs.get(id);
    if (job && !this.compose.prompt.value) this.compose.take(root(job, this.app.jobs).request);
    this.gather(id);
  }

  /** Where edits of this song are kept. */
  private get shelf(): string {
    const job = this.app.jobs.get(this.shownId);
    return DRAFT + (job ? words(root(job, this.app.jobs)) : this.shownId);
  }

  /** The takes of the song that a job belongs to; the job itself, or the newest that is done, is chosen. */
  private gather(id: string, newest = ""): void {
    const job = id ? this.app.jobs.get(id) : undefined;
    const all = job ? family(job, this.app.jobs) : [];
    this.takes = all.filter((one) => one.state === "done" && audio(one).length > 0);
    const wanted = newest || (this.take && this.takes.some((one) => one.id === this.take?.id) ? this.take.id : id);
    const at = this.takes.findIndex((one) => one.id === wanted);
    if (!this.takes.length) this.take = undefined;
    this.player.offer(this.sounds(), at < 0 ? this.takes.length - 1 : at);
  }

  private sounds(): Sound[] {
    return this.takes.flatMap((take, index) => {
      const names = this.known.get(take.id)?.plan.sections.map((section) => section.name) ?? this.sectionNames();
      return sounds(take, this.app.api, () => String(index + 1), () => about(take, names)).slice(0, 1);
    });
  }

  private jobs(job: Job | null): void {
    const here = this.shownId ? this.app.jobs.get(this.shownId) : undefined;
    if (!here) {
      if (this.shownId && !job && this.app.jobs.read) void this.older(this.shownId);
      else if (!this.shownId) this.show();
      return;
    }
    this.seen = this.shownId;
    if (this.fresh) this.open(this.shownId); // the list came after the address
    const mine = family(here, this.app.jobs);
    const done = mine.filter((one) => one.state === "done" && audio(one).length > 0);
    if (!same(done.map((one) => one.id), this.takes.map((one) => one.id))) {
      const fresh = done.find((one) => one.id === job?.id);
      this.gather(this.shownId, this.player.playing ? "" : fresh?.id); // who listens is not interrupted
      if (fresh) this.app.announce(`Take ${done.indexOf(fresh) + 1} is ready`);
    }
    if (job && mine.some((one) => one.id === job.id) && job.state === "failed") this.app.toast(job.error?.message ?? "It failed.", "error");
    if (job && mine.some((one) => one.id === job.id) && job.state === "cancelled") this.app.announce("Cancelled");
    this.show();
  }

  /** A song that the list does not reach, or that is forgotten. */
  private async older(id: string): Promise<void> {
    const gone = this.seen === id || !(await this.app.jobs.find(id));
    if (!gone || this.shownId !== id) return;
    if (this.app.place.tab === "music") this.app.go("music");
    else this.open("");
  }

  /** Whether nothing is known yet of the job that is looked at. */
  private get fresh(): boolean {
    return !this.takes.length && !this.draft;
  }

  /** Draw what there is. */
  private show(): void {
    const here = this.shownId ? this.app.jobs.get(this.shownId) : undefined;
    const open = here ? family(here, this.app.jobs).filter((one) => !ended(one)) : [];
    const any = Boolean(this.draft || this.takes.length || here);
    set(this.intro, "hidden", any);
    this.form.fold(any);
    if (!any) this.lately();
    set(this.stage, "hidden", !any);
    this.runs(open, here);
    set(this.player.element.parentElement!, "hidden", this.takes.length === 0);
    set(this.about, "hidden", this.takes.length === 0);
    set(this.planCard, "hidden", !this.draft);
    const plan = this.draft?.plan;
    this.title.textContent = plan?.title ?? (here ? words(root(here, this.app.jobs)) : "");
    fill(this.facts, plan && [`${plan.duration_s.toFixed(1)} s`, `${+plan.tempo_bpm.toFixed(1)} bpm`, plan.metre, plan.key, ...plan.styles].join(" · "));
    this.marks();
  }

  /** Songs to go on with. */
  private lately(): void {
    const songs = new Map<string, Job>();
    for (const job of this.app.jobs.list) if (job.verb === "music" && job.state === "done" && !songs.has(words(job))) songs.set(words(job), job);
    const rows = [...songs].slice(0, 5).map(([name, job]) => h("li", {},
      h("button", { on: { click: () => this.app.go("music", job.id) } }, name, h("span", {}, new Date(job.made_at).toLocaleDateString()))));
    fill(this.recent, ...(rows.length ? [h("h2", {}, "Made lately"), h("ul", {}, ...rows)] : []));
  }

  /** What runs, and how the job that is looked at ended, if it made nothing. */
  private runs(open: Job[], here: Job | undefined): void {
    const last = here && here.id !== this.take?.id ? ending(here) : null;
    if (last) fill(this.running, ...open.map((job) => this.bars.of(job)), last);
    else arrange(this.running, open.map((job) => this.bars.of(job)));
  }

  // plan

  private like(text: string): void {
    this.compose.prompt.value = text;
    this.compose.prompt.dispatchEvent(new Event("input", { bubbles: true }));
    this.compose.prompt.focus();
  }

  private async plan(): Promise<void> {
    if (!this.compose.element.reportValidity()) return;
    await this.busy(this.planButton, async () => {
      const asked = this.compose.asked();
      const answer = await this.app.api.plan(asked);
      this.app.go("music");
      this.shownId = "";
      this.takes = [];
      this.take = undefined;
      this.player.offer([]);
      this.put({ plan: answer.plan as SongPlan, words: asked.prompt as string, warnings: answer.warnings, base: "" });
      this.show();
      this.title.focus();
      this.app.announce(`A plan of ${(answer.plan as SongPlan).sections.length} sections`);
    });
  }

  /** A plan changed by hand: shown at once, and then as the service reads it. */
  private edit(plan: SongPlan): void {
    if (!this.draft) return;
    this.put({ ...this.draft, plan });
    this.show();
    clearTimeout(this.asking);
    this.asking = window.setTimeout(() => void this.ask(plan), SETTLE_MS);
  }

  private async ask(plan: SongPlan): Promise<boolean> {
    try {
      const answer = await this.app.api.plan(this.planned(plan));
      if (this.draft?.plan !== plan) return true;
      this.put({ ...this.draft, plan: answer.plan as SongPlan });
      this.show();
      return true;
    } catch (error) {
      if (!(error instanceof Refusal) || error.status !== 422) this.app.fault(error);
      else if (this.draft?.plan === plan) this.wrong(error.message);
      return false;
    }
  }

  private wrong(message: string): void {
    const { words, section } = reading(message);
    this.sections.fault(section, words);
    if (section === null) fill(this.notes, h("p", { class: "note bad", role: "alert" }, words));
  }

  private planned(plan: SongPlan): Asked {
    const { engine } = this.compose.how();
    return { verb: "music", prompt: this.draft?.words ?? "", engine, plan: JSON.stringify(plan) };
  }

  private put(draft: Draft | null): void {
    this.draft = draft;
    if (!draft) return sessionStorage.removeItem(this.shelf);
    sessionStorage.setItem(this.shelf, JSON.stringify(draft));
    this.sections.fault(null, "");
    fill(this.notes, ...draft.warnings.map((text) => h("p", { class: "note" }, sentence(text))));
    this.sections.show(draft.plan);
    this.marks();
  }

  private undo(): void {
    const base = this.take && this.known.get(this.take.id);
    if (!base || !this.draft) return;
    this.put({ ...this.draft, plan: base.plan, warnings: [] });
    this.show();
  }

  /** Whether the plan is the take's, and what may be done with it. */
  private marks(): void {
    const base = this.take && this.known.get(this.take.id)?.plan;
    const plan = this.draft?.plan;
    if (!plan) return;
    const edited = Boolean(base && !same(base, plan));
    this.state.textContent = !base ? (this.takes.length ? "" : "not rendered yet") : edited ? `edited since take ${this.name()}` : `of take ${this.name()}`;
    this.state.classList.toggle("edited", edited);
    set(this.revert, "hidden", !edited);
    set(this.another, "hidden", this.takes.length === 0 || edited);
    this.renderButton.textContent = this.takes.length ? (edited ? "Render the edited plan" : "Render again") : "Render the plan";
    set(this.renderButton, "hidden", this.takes.length > 0 && !edited);
    this.another.classList.toggle("primary", this.takes.length > 0 && !edited);
    const why = !base ? "Render the whole first." : !alike(base, plan) ? "Sections lie elsewhere than in the take: render the whole." : "";
    this.sections.can(why, plan.sections.map((section, at) => Boolean(base && !same(section, base.sections[at]))));
  }

  // making

  private async make(): Promise<void> {
    await this.submit(this.makeButton, this.compose.asked());
  }

  private async render(another = false): Promise<void> {
    if (!this.draft) return;
    clearTimeout(this.asking);
    const plan = this.draft.plan;
    if (!(await this.ask(plan))) return;
    if (another) this.compose.seed = this.nextSeed();
    const asked = { ...this.planned(this.draft.plan), ...this.compose.how(), seed: this.compose.seed };
    await this.submit(another ? this.another : this.renderButton, asked, true);
  }

  /** One section of the take again, with another seed; the plan that goes along differs from the take's only there. */
  private async anew(index: number): Promise<void> {
    const base = this.take && this.known.get(this.take.id);
    if (!this.take || !base || !this.draft) return;
    const plan = { ...base.plan, sections: base.plan.sections.map((one, at) => (at === index ? this.draft!.plan.sections[index] : one)) };
    const format = (this.take.request.deliver as Record<string, unknown>).format as string;
    if (!LOSSLESS.includes(format)) this.app.toast(`${format.toUpperCase()} is written anew as a whole: only WAV, FLAC and AIFF keep the other sections to the sample.`);
    await this.submit(null, {
      verb: "repaint", source: this.take.id, section: String(index + 1), seed: this.nextSeed(), plan: JSON.stringify(plan),
      deliver: { format },
    }, true);
  }

  private async submit(button: HTMLButtonElement | null, asked: Asked, keep = false): Promise<void> {
    await this.busy(button, async () => {
      const draft = keep ? this.draft : null;
      const job = await this.app.jobs.submit(asked);
      if (!this.shownId) this.put(null); // it is the song's from now on
      this.shownId = job.id;
      this.put(draft);
      this.app.announce("It waits to be played");
      this.app.go("music", job.id);
      this.gather(job.id);
      this.show();
    });
  }

  private async busy(button: HTMLButtonElement | null, act: () => Promise<void>): Promise<void> {
    if (button) button.disabled = true;
    try {
      await act();
    } catch (error) {
      const plan = error instanceof Refusal && error.message.startsWith("plan ");
      if (plan) this.wrong(error.message);
      else this.app.fault(error);
    } finally {
      if (button) button.disabled = false;
    }
  }

  private nextSeed(): number {
    const seeds = this.takes.map((take) => Number(take.request.seed ?? 0));
    return Math.min(Math.max(this.compose.seed, ...seeds) + 1, MOST_SEED);
  }

  // listening

  private async chosen(index: number): Promise<void> {
    const job = this.takes[index];
    if (!job) return;
    try {
      const known = await this.facts_of(job);
      if (this.takes[this.player.chosen]?.id !== job.id) return; // another was chosen meanwhile
      const before = this.take && this.known.get(this.take.id)?.plan;
      this.take = job;
      this.mixer.show(job);
      fill(this.files, h("h2", {}, `Files of take ${this.name()}`), downloads(this.app, job, this.takes.length > 1 ? `take${this.name()}` : ""));
      fill(this.numbers, h("h2", {}, "Measured"), measures(known.measured));
      const mine = !this.draft || !before || same(this.draft.plan, before) || same(this.draft.plan, known.plan);
      const kept = this.draft && this.draft.base === job.id; // edits of before a reload
      if (mine && !kept) this.put({ plan: known.plan, words: words(root(job, this.app.jobs)), warnings: [], base: job.id });
      else if (this.draft) this.put({ ...this.draft, base: job.id });
      this.ribbon.show(known.plan);
      this.player.relabel(this.sounds());
      this.show();
    } catch (error) {
      this.app.fault(error);
    }
  }

  private async facts_of(job: Job): Promise<Known> {
    const kept = this.known.get(job.id);
    if (kept) return kept;
    const manifest = (await this.app.api.json(fileOf(job, "manifest")!.url)) as { plan: string; measured: Measured };
    const answer: PlanAnswer = await this.app.api.plan({ verb: "music", plan: manifest.plan });
    const known = { plan: answer.plan as SongPlan, measured: manifest.measured };
    this.known.set(job.id, known);
    return known;
  }

  private sectionNames(): string[] {
    return this.draft?.plan.sections.map((section) => section.name) ?? [];
  }

  private name(): string {
    return String(this.takes.findIndex((take) => take.id === this.take?.id) + 1);
  }
}

function sentence(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}.`;
}
