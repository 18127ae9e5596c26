// What of a film was edited and not rendered yet: kept by the browser, for each film.

import type { Job } from "./api";
import { type Look, type Plan, planOf } from "./filmplan";

export type Draft = {
  look: string; plan: Plan; seed: number; prompt: string; music: string; speech: string; names: Record<string, string>;
  chosen: string; keep: boolean;
};

const key = (video: string) => `soundwright-film-${video}`;

/** The draft of a film, if it is of this look; else the newest that the service knows. `takes` are the newest first. */
export function restored(video: string, base: Job, look: Look, takes: Job[]): Draft {
  const last = takes.find((job) => planOf(job.request.plan) && job.made_at > base.made_at);
  const fresh: Draft = {
    look: base.id, plan: (last && planOf(last.request.plan)) || look.plan, seed: Number(last?.request.seed ?? 0),
    prompt: String(base.request.prompt ?? ""), music: String(last?.request.music ?? ""),
    speech: String(last?.request.dialogue ?? ""), names: {}, chosen: "", keep: true,
  };
  try {
    const kept = JSON.parse(localStorage.getItem(key(video)) ?? "null") as Draft | null;
    if (kept?.look === base.id && Array.isArray(kept.plan?.cues)) return { ...fresh, ...kept };
  } catch {
    localStorage.removeItem(key(video));
  }
  return fresh;
}

export function keep(video: string, draft: Draft): void {
  try {
    localStorage.setItem(key(video), JSON.stringify(draft));
  } catch { /* a browser that keeps nothing: the takes are on the server all the same */ }
}
