// The jobs tab: everything that was asked, how it stands, and what can be done with it.

import type { Job } from "./api";
import type { App, Tab } from "./app";
import { ICONS, fill, h, icon } from "./dom";
import { ended } from "./jobs";
import { progress, words } from "./takes";

const TABS: Record<string, Tab> = { music: "music", repaint: "music", effect: "effect", soundtrack: "film", cues: "film" };
const VERBS: Record<string, string> = { music: "Song", repaint: "Section", effect: "Effect", soundtrack: "Film", cues: "Look at a film" };
const STATES: Record<string, string> = { queued: "waits", running: "runs", done: "done", failed: "failed", cancelled: "cancelled" };

export function queue(host: HTMLElement, app: App): void {
  const list = h("ul", { class: "jobs" });
  const none = h("p", { class: "empty" }, "Nothing has been asked yet.");
  const head = h("header", { class: "stage-head" }, h("h1", {}, "Jobs"), h("p", { class: "facts" }, "Kept by the service: a reload, or another window, sees the same."));
  fill(host, h("div", { class: "work wide" }, head, none, list));

  const show = () => {
    if (app.place.tab !== "jobs") return;
    const focused = document.activeElement as HTMLElement | null;
    const [id, name] = [focused?.closest<HTMLElement>("li[data-job]")?.dataset.job, focused?.getAttribute("aria-label") ?? focused?.textContent];
    none.hidden = app.jobs.list.length > 0;
    fill(list, ...app.jobs.list.map((job) => row(app, job)));
    if (!id) return;
    const buttons = [...list.querySelectorAll<HTMLElement>(`li[data-job="${id}"] button`)];
    (buttons.find((one) => (one.getAttribute("aria-label") ?? one.textContent) === name) ?? buttons[0])?.focus();
  };
  app.jobs.onChange(show);
  app.onPlace(show);
}

function row(app: App, job: Job): HTMLElement {
  const title = titled(app, job);
  const tab = TABS[job.verb];
  const open = tab && h("button", { on: { click: () => app.go(tab, job.id) } }, "Open");
  const remove = ended(job) && h("button", { class: "plain", "aria-label": `Forget ${title}`, title: "Forget it and its files", on: { click: () => forget(app, job, title) } }, icon(ICONS.close));
  return h("li", { class: `card job ${job.state}`, "data-job": job.id },
    h("div", { class: "job-head" }, h("span", { class: `badge ${job.state}` }, STATES[job.state]), h("span", { class: "verb" }, VERBS[job.verb] ?? job.verb),
      h("b", { class: "job-title" }, title), h("time", { datetime: job.made_at }, when(job.made_at)), open, remove),
    !ended(job) && progress(app, job),
    job.error && job.state === "failed" && h("p", { class: "note bad" }, job.error.message));
}

async function forget(app: App, job: Job, title: string): Promise<void> {
  try {
    await app.jobs.remove(job.id);
    app.announce(`Forgotten: ${title}`);
  } catch (error) {
    app.fault(error);
  }
}

function titled(app: App, job: Job): string {
  const source = job.verb === "repaint" ? app.jobs.get(String(job.request.source)) : undefined;
  if (source) return `${titled(app, source)}, section ${job.request.section || "anew"}`;
  return job.request.prompt ? words(job) : (VERBS[job.verb] ?? job.verb);
}

function when(at: string): string {
  const time = new Date(at);
  const today = new Date().toDateString() === time.toDateString();
  return today ? time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }) : time.toLocaleDateString();
}
