// The service as any client sees it: /v1, typed.

export type State = "queued" | "running" | "done" | "failed" | "cancelled";
export type Fault = { message: string; type: string };
export type ResultFile = { name: string; role: string; type: string; bytes: number; sha256: string; url: string };
export type Asked = Record<string, unknown> & { verb: string };
export type Job = {
  id: string; verb: string; state: State; stage: string; percent: number; audio_s: number; cancelling: boolean;
  tries: number; error: Fault | null; request: Asked; files: ResultFile[]; events_url: string;
  made_at: string; began_at: string | null; ended_at: string | null;
};
export type Told = Pick<Job, "state" | "stage" | "percent" | "audio_s" | "error">;
export type Upload = {
  id: string; name: string; kind: "sound" | "film"; bytes: number; duration_s: number;
  facts: Record<string, number>; made_at: string;
};
export type Engine = {
  name: string; about: string; verbs: string[]; rate: number; channels: number; longest_s: number; licence: string;
  may_be_sold: boolean | null; here: boolean;
};
export type PlanAnswer = {
  verb: string; plan: Record<string, unknown>; yaml: string; spans: [number, number][]; warnings: string[];
};
export type Preset = {
  name: string; about: string; loudness_lufs: number; tolerance_lu: number; ceiling_dbtp: number; by: string;
};

/** What the service refuses, in its own words. `status` 0: it was not reached. */
export class Refusal extends Error {
  constructor(message: string, readonly status: number, readonly type = "") { super(message); }
}

const KEPT = "soundwright-key";

export class Api {
  /** Called when the service wants a key, or another one. */
  onKeyWanted: () => void = () => {};

  get key(): string {
    return sessionStorage.getItem(KEPT) ?? localStorage.getItem(KEPT) ?? "";
  }

  /** Use a key from now on: in this tab, or with `stay` in this browser. */
  setKey(key: string, stay = false): void {
    sessionStorage.removeItem(KEPT);
    localStorage.removeItem(KEPT);
    if (key) (stay ? localStorage : sessionStorage).setItem(KEPT, key);
  }

  /** An answer of the service. Raises `Refusal`. */
  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.key) headers.set("authorization", `Bearer ${this.key}`);
    let answer: Response;
    try {
      answer = await fetch(path, { ...init, headers });
    } catch (error) {
      if ((error as Error).name === "AbortError") throw error;
      throw new Refusal("The service does not answer. Is it still running?", 0, "away");
    }
    if (answer.ok) return answer;
    const refusal = await refused(answer);
    if (refusal.status === 401) this.onKeyWanted();
    throw refusal;
  }

  async json<T>(path: string, init: RequestInit = {}): Promise<T> {
    return (await this.ask(path, init)).json() as Promise<T>;
  }

  private send<T>(path: string, body: unknown, headers: Record<string, string> = {}): Promise<T> {
    const told = { "content-type": "application/json", ...headers };
    return this.json(path, { method: "POST", body: JSON.stringify(body), headers: told });
  }

  /** Queue a job. A line that breaks while it is asked does not queue it twice. */
  async submit(asked: Asked): Promise<Job> {
    const headers = { "idempotency-key": crypto.getRandomValues(new Uint32Array(4)).join("-").slice(0, 64) };
    for (let left = 3; ; left -= 1) {
      try {
        return await this.send<Job>("/v1/jobs", asked, headers);
      } catch (error) {
        if (!(error instanceof Refusal) || ![0, 503].includes(error.status) || left === 0) throw error;
        await pause(700);
      }
    }
  }

  plan(asked: Asked): Promise<PlanAnswer> { return this.send("/v1/plans", asked); }
  job(id: string): Promise<Job> { return this.json(`/v1/jobs/${id}`); }
  jobs(before?: number): Promise<{ jobs: Job[]; before: number | null }> {
    return this.json(`/v1/jobs?limit=100${before === undefined ? "" : `&before=${before}`}`);
  }
  cancel(id: string): Promise<Job> { return this.json(`/v1/jobs/${id}/cancel`, { method: "POST" }); }
  remove(id: string): Promise<Job> { return this.json(`/v1/jobs/${id}`, { method: "DELETE" }); }
  async engines(): Promise<Engine[]> { return (await this.json<{ engines: Engine[] }>("/v1/engines")).engines; }
  async presets(): Promise<Preset[]> { return (await this.json<{ presets: Preset[] }>("/v1/presets")).presets; }
  async uploads(): Promise<Upload[]> { return (await this.json<{ files: Upload[] }>("/v1/files")).files; }

  /** Bring a sound or a film; `tell` hears the fraction that is sent. Raises `Refusal`. */
  upload(file: File, tell: (fraction: number) => void = () => {}, signal?: AbortSignal): Promise<Upload> {
    return new Promise((done, fail) => {
      const sending = new XMLHttpRequest(); // fetch does not tell how much has gone
      sending.open("POST", `/v1/files?name=${encodeURIComponent(file.name)}`);
      sending.setRequestHeader("content-type", "application/octet-stream");
      if (this.key) sending.setRequestHeader("authorization", `Bearer ${this.key}`);
      sending.responseType = "json";
      sending.upload.onprogress = (event) => tell(event.loaded / event.total);
      sending.onload = () => {
        if (sending.status === 201) return done(sending.response as Upload);
        if (sending.status === 401) this.onKeyWanted();
        const error = sending.response?.error as Fault | undefined;
        return fail(new Refusal(error?.message ?? `status ${sending.status}`, sending.status, error?.type));
      };
      sending.onerror = () => fail(new Refusal("The service does not answer. Is it still running?", 0, "away"));
      sending.onabort = () => fail(new DOMException("aborted", "AbortError"));
      signal?.addEventListener("abort", () => sending.abort());
      sending.send(file);
    });
  }

  /** The content of a result. */
  async bytes(file: ResultFile, signal?: AbortSignal): Promise<ArrayBuffer> {
    return (await this.ask(file.url, { signal })).arrayBuffer();
  }

  /** Save a result in the browser's own way. */
  async download(file: ResultFile, name = file.name): Promise<void> {
    save(new Blob([await this.bytes(file)], { type: file.type }), name);
  }

  /** A job's progress to its end: server-sent events, read by fetch because an EventSource sends no key. */
  async *events(id: string, signal: AbortSignal): AsyncGenerator<Told> {
    const answer = await this.ask(`/v1/jobs/${id}/events`, { signal, headers: { accept: "text/event-stream" } });
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const blocks = (text + value).split("\n\n");
      text = blocks.pop() ?? "";
      for (const block of blocks) {
        const data = block.split("\n").find((line) => line.startsWith("data: "));
        if (data) yield JSON.parse(data.slice(6)) as Told;
      }
    }
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms));
}

/** Save a blob as a file. */
export function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

async function refused(answer: Response): Promise<Refusal> {
  try {
    const { error } = (await answer.json()) as { error: Fault };
    return new Refusal(error.message, answer.status, error.type);
  } catch {
    return new Refusal(`The service answers with status ${answer.status}.`, answer.status);
  }
}
