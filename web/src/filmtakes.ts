// The takes of a film: jobs of the verb soundtrack, each one renders the plan as it was; heard in turns at one place.

import type { Job } from "./api";
import type { App } from "./app";
import { ICONS, fill, h, icon, set } from "./dom";
import { type Plan, planOf } from "./filmplan";
import { ended } from "./jobs";
import type { Shown } from "./timeline";

const KEPT_S = 900, LEAST = 2, MOST = 6; // decoded takes that are held: seconds of all of them, and how many

/** What a take brings beside its sound: the level of its mastering, the lengths of its cues, and its outline. */
export type Facts = { gain_db: number | null; lengths: Map<number, number>; peaks: Shown["peaks"]; sync: string };
export type Hands = {
  choose: (job: Job | null) => void;
  restore: (plan: Plan) => void;
};

export class Takes {
  readonly element = h("section", { class: "film-takes", "aria-labelledby": "takes-title" });
  private list = h("ol", { class: "take-list" });
  private jobs: Job[] = [];
  private chosen = "";
  private sounds = new Map<string, Promise<AudioBuffer>>();
  private facts = new Map<string, Promise<Facts>>();

  constructor(private app: App, private hands: Hands, private decode: (bytes: ArrayBuffer) => Promise<AudioBuffer>, private duration: number) {
    this.element.append(h("h2", { id: "takes-title" }, "Takes"), this.list);
  }

  get done(): Job[] { return this.jobs.filter((job) => job.state === "done"); }
  get now(): Job | null { return this.done.find((job) => job.id === this.chosen) ?? null; }

  /** The number that a take is called by. */
  number(job: Job): number { return this.jobs.findIndex((one) => one.id === job.id) + 1; }

  /** The jobs of this film, the oldest first. */
  show(jobs: Job[], chosen: string): void {
    this.jobs = jobs;
    this.chosen = chosen;
    const held = this.list.contains(document.activeElement) ? document.activeElement!.getAttribute("data-key") : null;
    fill(this.list, ...jobs.map((job, at) => this.row(job, at + 1)));
    if (!jobs.length) fill(this.list, h("li", { class: "hint" }, "Nothing is rendered yet."));
    if (held) this.list.querySelector<HTMLElement>(`[data-key="${held}"]`)?.focus();
  }

  sound(job: Job): Promise<AudioBuffer> {
    const file = job.files.find((one) => one.role === "audio") ?? job.files.find((one) => one.role === "video");
    let sound = this.sounds.get(job.id);
    sound ??= file ? this.app.api.bytes(file).then(this.decode) : Promise.reject(new Error("The take has no sound."));
    this.sounds.delete(job.id);
    this.sounds.set(job.id, sound);
    sound.catch(() => this.sounds.delete(job.id));
    const kept = Math.min(Math.max(Math.floor(KEPT_S / this.duration), LEAST), MOST);
    for (const id of [...this.sounds.keys()].slice(0, -kept)) this.sounds.delete(id);
    return sound;
  }

  facts_of(job: Job): Promise<Facts> {
    let facts = this.facts.get(job.id);
    if (!facts) {
      facts = this.read(job);
      this.facts.set(job.id, facts);
      facts.catch(() => this.facts.delete(job.id));
    }
    return facts;
  }

  private async read(job: Job): Promise<Facts> {
    const file = (role: string) => job.files.find((one) => one.role === role);
    const json = async (role: string) => {
      const found = file(role);
      return found ? (await this.app.api.ask(found.url)).json() : null;
    };
    const [said, peaks] = await Promise.all([json("manifest"), json("peaks")]);
    const rows: { number: number; frames: number }[] = said?.used?.cues ?? [];
    return {
      gain_db: said?.measured?.gain_db ?? null, peaks, sync: said?.sync?.said ?? "",
      lengths: new Map(rows.map((row) => [row.number, row.frames / 48_000])),
    };
  }

  private row(job: Job, number: number): HTMLElement {
    const name = `Take ${number}`;
    if (job.state === "done") return this.ready(job, name);
    const drop = () => void this.app.jobs.remove(job.id).catch((error) => this.app.fault(error));
    if (ended(job)) {
      const why = job.error?.message ?? job.state;
      return h("li", { class: "failed" }, h("span", { class: "grow" }, h("strong", {}, name), h("span", { class: "quiet" }, why)),
        h("button", { type: "button", class: "plain", "aria-label": `Forget ${name}`, "data-key": `drop ${job.id}`, on: { click: drop } }, icon(ICONS.close)));
    }
    const stop = () => void this.app.jobs.cancel(job.id).catch((error) => this.app.fault(error));
    const stage = job.cancelling ? "stopping" : job.state === "queued" ? "waits for its turn" : job.stage;
    return h("li", { class: "waits" },
      h("span", { class: "grow" }, h("strong", {}, name), h("span", { class: "quiet" }, stage),
        h("progress", { max: 100, value: job.state === "running" ? job.percent : 0, "aria-label": `${name}, progress` })),
      h("button", { type: "button", class: "plain", "aria-label": `Stop ${name}`, "data-key": `stop ${job.id}`, on: { click: stop } }, icon(ICONS.close)));
  }

  private ready(job: Job, name: string): HTMLElement {
    const on = job.id === this.chosen;
    const plan = planOf(job.request.plan);
    const save = (role: string) => () => {
      const file = job.files.find((one) => one.role === role);
      if (file) void this.app.api.download(file).catch((error) => this.app.fault(error));
    };
    const small = (text: string, click: () => void, label: string) =>
      h("button", { type: "button", class: "small", "aria-label": label, "data-key": `${text} ${job.id}`, on: { click } }, text);
    const pick = h("button", {
      type: "button", class: "pick", "aria-pressed": String(on), "data-key": `pick ${job.id}`,
      on: { click: () => this.hands.choose(on ? null : job) },
    }, h("strong", {}, name), h("span", { class: "quiet" }, `seed ${job.request.seed ?? 0} · ${time(job.ended_at)}`));
    const more = h("div", { class: "row tight" }, small("Film", save("video"), `Save ${name} as a film`),
      small("Sound", save("audio"), `Save ${name} as sound`),
      plan && small("Use its cues", () => this.hands.restore(plan), `Go back to the cues of ${name}`),
      small("Forget", () => void this.app.jobs.remove(job.id).catch((error) => this.app.fault(error)), `Forget ${name}`));
    set(more, "hidden", !on);
    return h("li", { class: on ? "on" : "" }, pick, more);
  }
}

function time(at: string | null): string {
  return at ? new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" }) : "";
}
