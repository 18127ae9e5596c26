// Jobs seen as takes: which belong together, what they are called, what they can give.

import { type Api, type Job, type ResultFile, save } from "./api";
import type { App, Sound } from "./app";
import { ICONS, h, icon, set } from "./dom";
import type { Jobs } from "./jobs";
import { zip } from "./zip";

export const STAGES: Record<string, string> = {
  begin: "Beginning", plan: "Planning", render: "Playing", play: "Playing", finish: "Mastering", write: "Writing", load: "Loading the model",
};

/** The first job of a chain of edits: the song itself. */
export function root(job: Job, jobs: Jobs): Job {
  const source = job.verb === "repaint" && typeof job.request.source === "string" ? jobs.get(job.request.source) : undefined;
  return source ? root(source, jobs) : job;
}

/** All songs, or edits of them, that go by the same words as `job`; the oldest first. */
export function family(job: Job, jobs: Jobs): Job[] {
  const mine = words(root(job, jobs));
  return jobs.list.filter((one) => ["music", "repaint"].includes(one.verb) && words(root(one, jobs)) === mine).reverse();
}

export function words(job: Job): string {
  return String(job.request.prompt || job.id);
}

export function audio(job: Job): ResultFile[] {
  return job.files.filter((file) => file.role === "audio");
}

export function fileOf(job: Job, role: string): ResultFile | undefined {
  return job.files.find((file) => file.role === role);
}

/** What the take of a job is: its seed, and the section if only one was played anew. */
export function about(job: Job, sections: string[] = []): string {
  const seed = job.request.seed === undefined ? "next seed" : `seed ${job.request.seed}`;
  const section = job.request.section as string | undefined;
  const name = sections[Number(section) - 1];
  return section ? `${name ? `“${name}”` : `section ${section}`} anew, ${seed}` : seed;
}

/** The sounds of a job, as a player takes them. */
export function sounds(job: Job, api: Api, label: (index: number) => string, told: (index: number) => string): Sound[] {
  return audio(job).map((file, index) => ({
    key: `${job.id}/${file.name}`, label: label(index), about: told(index), bytes: (signal) => api.bytes(file, signal),
  }));
}

const ROLES: Record<string, string> = {
  audio: "Sound", manifest: "Manifest", plan: "Plan", peaks: "Peaks", stems: "Stems", midi: "MIDI", picture: "Picture",
  lyrics: "Lyrics", stem: "Stem", video: "Film",
};

export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(0)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** What a job made, to be saved one by one or as one archive. */
export function downloads(app: App, job: Job, mark = ""): HTMLElement {
  const rows = job.files.map((file) => h("li", {},
    h("button", { class: "file", on: { click: () => app.api.download(file, marked(file.name, mark)).catch((error) => app.fault(error)) } },
      icon(ICONS.down), h("b", {}, ROLES[file.role] ?? file.role), h("span", { title: file.name }, tail(file.name)), h("span", { class: "size" }, size(file.bytes)))));
  const all = h("button", { class: "all" }, icon(ICONS.down), "Download everything");
  all.addEventListener("click", async () => {
    all.disabled = true;
    try {
      const entries = [];
      for (const file of job.files) entries.push({ name: file.name, bytes: new Uint8Array(await app.api.bytes(file)) });
      save(zip(entries), `${(job.files[0]?.name ?? job.id).replace(/\..*$/, "")}${mark && `-${mark}`}.zip`);
    } catch (error) {
      app.fault(error);
    } finally {
      all.disabled = false;
    }
  });
  return h("div", { class: "downloads" }, h("ul", {}, ...rows), all);
}

/** "song.01.wav" is told by ".01.wav": all files of a job begin alike. */
function tail(name: string): string {
  return name.includes(".") ? name.slice(name.indexOf(".")) : name;
}

/** "song.wav" of take 2 is saved as "song-take2.wav", so that takes do not take each other's names. */
function marked(name: string, mark: string): string {
  const dot = name.indexOf(".");
  return mark && dot > 0 ? `${name.slice(0, dot)}-${mark}${name.slice(dot)}` : name;
}

/** How a job ended that made nothing. */
export function ending(job: Job): HTMLElement | null {
  if (job.state === "cancelled") return h("p", { class: "note" }, "This was cancelled.");
  return job.state === "failed" ? h("p", { class: "note bad" }, job.error?.message ?? "It failed.") : null;
}

/** How far jobs are, each with a way to stop it: a bar stays the same element for as long as its job runs. */
export class Bars {
  private bars = new Map<string, { element: HTMLElement; tell: (job: Job) => void }>();

  constructor(private app: App) {}

  of(job: Job): HTMLElement {
    const known = this.bars.get(job.id) ?? this.made(job);
    this.bars.set(job.id, known);
    known.tell(job);
    return known.element;
  }

  private made(job: Job): { element: HTMLElement; tell: (job: Job) => void } {
    const stage = h("span", { class: "stage" });
    const percent = h("span", { class: "percent" });
    const bar = h("div", { class: "progress", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, h("span", {}));
    const stop = h("button", { class: "stop" }, "Cancel");
    stop.addEventListener("click", () => this.app.jobs.cancel(job.id).catch((error) => this.app.fault(error)));
    const element = h("div", { class: "running", "data-job": job.id }, stage, bar, percent, stop);
    const tell = (now: Job) => {
      const share = Math.round(now.percent);
      stage.textContent = now.state === "queued" ? "Waiting" : now.cancelling ? "Stopping" : (STAGES[now.stage] ?? now.stage);
      percent.textContent = `${share} %`;
      bar.style.setProperty("--share", `${share}%`);
      set(bar, "aria-valuenow", share);
      set(bar, "aria-label", `${stage.textContent}: ${String(now.request.prompt || now.verb)}`);
      stop.disabled = now.cancelling;
    };
    return { element, tell };
  }
}
