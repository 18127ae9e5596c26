// The jobs tab: everything that was asked, how it stands, and what can be done with it.

import type { Job } from "./api";
import type { App, Tab } from "./app";
import { ICONS, arrange, fill, h, icon } from "./dom";
import { ended } from "./jobs";
import { Bars, words } from "./takes";

const TABS: Record<string, Tab> = { music: "music", repaint: "music", effect: "effect", soundtrack: "film", cues: "film" };
const VERBS: Record<string, string> = { music: "Song", repaint: "Section", effect: "Effect", soundtrack: "Film", cues: "Look at a film" };
const STATES: Record<string, string> = { queued: "waits", running: "runs", done: "done", failed: "failed", cancelled: "cancelled" };

export function queue(host: HTMLElement, app: App): void {
  const list = h("ul", { class: "jobs" });
  const none = h("p", { class: "empty" }, "Nothing has been asked yet.");
  const head = h("header", { class: "stage-head" }, h("h1", {}, "Jobs"), h("p", { class: "facts" }, "Kept by the service: a reload, or another window, sees the same."));
  const more = h("button", { class: "older", on: { click: () => app.jobs.more().catch((error) => app.fault(error)) } }, "Older jobs");
  fill(host, h("div", { class: "work wide" }, head, none, list, more));

  const bars = new Bars(app);
  const rows = new Map<string, { state: string; element: HTMLElement }>();
  const rowOf = (job: Job): HTMLElement => {
    if (!ended(job)) bars.of(job);
    const known = rows.get(job.id);
    if (known?.state === job.state) return known.element;
    const focused = known?.element.contains(document.activeElement);
    const element = row(app, job, bars);
    rows.set(job.id, { state: job.state, element });
    known?.element.replaceWith(element);
    if (focused) element.querySelector("button")?.focus();
    return element;
  };
  const show = () => {
    if (app.place.tab !== "jobs") return;
    none.hidden = app.jobs.list.length > 0;
    more.hidden = app.jobs.before === null;
    arrange(list, app.jobs.list.map(rowOf));
  };
  app.jobs.onChange(show);
  app.onPlace(show);
}

function row(app: App, job: Job, bars: Bars): HTMLElement {
  const title = titled(app, job);
  const tab = TABS[job.verb];
  const open = tab && h("button", { on: { click: () => app.go(tab, job.id) } }, "Open");
  const remove = ended(job) && h("button", { class: "plain", "aria-label": `Forget ${title}`, title: "Forget it and its files", on: { click: () => forget(app, job, title) } }, icon(ICONS.close));
  return h("li", { class: `card job is-${job.state}`, "data-job": job.id },
    h("div", { class: "job-head" }, h("span", { class: `badge ${job.state}` }, STATES[job.state]), h("span", { class: "verb" }, `${VERBS[job.verb] ?? job.verb}${job.request.seed === undefined ? "" : ` · seed ${job.request.seed}`}`),
      h("b", { class: "job-title" }, title), h("time", { datetime: job.made_at }, when(job.made_at)), open, remove),
    !ended(job) && bars.of(job),
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
