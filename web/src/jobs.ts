// The jobs as the server has them: a reload, or another window, sees the same.

import { type Api, type Asked, type Job, Refusal, pause } from "./api";

const LINES = 2;
const LOOK_MS = 3000;
const ENDED = ["done", "failed", "cancelled"];

/** Whether a job will change no more. */
export function ended(job: Job): boolean {
  return ENDED.includes(job.state);
}

export class Jobs {
  list: Job[] = []; // the newest first
  read = false; // whether the list was read at all
  before: number | null = null; // where the list goes on, if it does
  private told = new Set<(job: Job | null) => void>();
  private watched = new Map<string, AbortController>();
  private looking = 0;

  constructor(private api: Api) {}

  get(id: string): Job | undefined {
    return this.list.find((job) => job.id === id);
  }

  /** Hear of every change of a job, and with null of a new list; gives a way to hear no more. */
  onChange(tell: (job: Job | null) => void): () => void {
    this.told.add(tell);
    return () => this.told.delete(tell);
  }

  /** Read the list anew and follow what has not ended. */
  async refresh(): Promise<void> {
    const { jobs, before } = await this.api.jobs();
    const last = jobs.at(-1);
    const older = last && before !== null ? this.list.filter((job) => job.made_at < last.made_at) : [];
    if (!older.length) this.before = before;
    this.list = [...jobs, ...older];
    this.read = true;
    this.tell(null);
    this.tend();
  }

  /** Read further back. */
  async more(): Promise<void> {
    if (this.before === null) return;
    const { jobs, before } = await this.api.jobs(this.before);
    this.before = before;
    const known = new Set(this.list.map((job) => job.id));
    this.list.push(...jobs.filter((job) => !known.has(job.id)));
    this.tell(null);
  }

  /** A job that may be older than the list reaches; undefined when there is none. */
  async find(id: string): Promise<Job | undefined> {
    if (this.get(id)) return this.get(id);
    try {
      const job = await this.api.job(id);
      this.list.push(job);
      this.tell(job);
      return job;
    } catch {
      return undefined;
    }
  }

  async submit(asked: Asked): Promise<Job> {
    const job = await this.api.submit(asked);
    this.put(job);
    this.tell(null);
    this.tend();
    return job;
  }

  async cancel(id: string): Promise<void> {
    this.put(await this.api.cancel(id));
  }

  async remove(id: string): Promise<void> {
    await this.api.remove(id);
    this.watched.get(id)?.abort();
    this.list = this.list.filter((job) => job.id !== id);
    this.tell(null);
  }

  private lost(id: string): void {
    this.list = this.list.filter((job) => job.id !== id);
    this.tell(null);
  }

  private put(job: Job): void {
    const at = this.list.findIndex((one) => one.id === job.id);
    if (at < 0) this.list.unshift(job);
    else this.list[at] = job;
    this.tell(job);
  }

  private tell(job: Job | null): void {
    for (const one of this.told) one(job);
  }

  /** Follow the next jobs to be done. Browsers hold six lines to a host, so few are followed and the rest looked at. */
  private tend(): void {
    const open = this.list.filter((job) => !ended(job)).reverse();
    for (const job of open.slice(0, LINES)) void this.follow(job.id);
    clearTimeout(this.looking);
    if (open.length > LINES) this.looking = window.setTimeout(() => void this.refresh().catch(() => this.tend()), LOOK_MS);
  }

  /** Until it ends; a line that breaks is taken up again. */
  private async follow(id: string): Promise<void> {
    if (this.watched.has(id)) return;
    const line = new AbortController();
    this.watched.set(id, line);
    try {
      while (!line.signal.aborted) {
        try {
          for await (const said of this.api.events(id, line.signal)) {
            const job = this.get(id);
            if (job && !ENDED.includes(said.state)) this.put({ ...job, ...said });
          }
          const job = await this.api.job(id);
          this.put(job);
          if (ended(job)) return;
        } catch (error) {
          if (line.signal.aborted) return;
          if (error instanceof Refusal && [401, 404].includes(error.status)) return this.lost(id);
        }
        await pause(1000);
      }
    } finally {
      this.watched.delete(id);
      this.tend();
    }
  }
}
