// The film side of the studio: bring a film or choose one, see it being looked at, then edit and hear its sound.

import type { Job, Upload } from "./api";
import type { App } from "./app";
import { ICONS, field, fill, h, icon } from "./dom";
import "./film.css";
import { Editor, lookOf } from "./filmeditor";
import { ended } from "./jobs";

export function film(host: HTMLElement, app: App): void {
  new Films(host, app);
}

class Films {
  private chooser: Chooser;
  private editor: Editor | null = null;
  private shown = "";
  private wanted = "";
  private take = ""; // the take that was asked for
  private stop: () => void = () => {};

  constructor(private host: HTMLElement, private app: App) {
    this.chooser = new Chooser(app, (upload, prompt) => this.look(upload, prompt));
    app.onPlace((place) => {
      if (place.tab !== "film") this.editor?.pause();
      else void this.open(place.id).catch((error) => this.fail(error));
    });
    addEventListener("soundwright-key", () => {
      if (app.place.tab === "film" && !this.editor) {
        this.shown = "";
        void this.open(app.place.id).catch((error) => this.fail(error));
      }
    });
  }

  /** Show a film by the id of its upload, or of one of its jobs; without any, those that there are. */
  private async open(id: string): Promise<void> {
    if (this.shown === (id || "none")) return;
    this.leave();
    this.shown = this.wanted = id || "none";
    if (!id) {
      fill(this.host, this.chooser.element);
      return this.chooser.show().catch((error) => this.app.fault(error));
    }
    fill(this.host, h("p", { class: "empty" }, "Opening the film …"));
    await this.app.jobs.refresh();
    const video = String(this.app.jobs.get(id)?.request.video ?? id);
    const upload = await this.app.api.json<Upload>(`/v1/files/${video}`).catch(async (error) => {
      const old = video === id ? await this.app.jobs.find(id) : undefined; // a job older than the list reaches
      if (!old) throw error;
      return this.app.api.json<Upload>(`/v1/files/${old.request.video}`);
    });
    if (this.wanted !== id) return;
    if (upload.id !== id) {
      this.take = id;
      return this.app.go("film", upload.id);
    }
    await this.show(upload);
  }

  private async show(upload: Upload): Promise<void> {
    const looks = this.app.jobs.list.filter((job) => job.verb === "cues" && job.request.video === upload.id);
    const done = looks.find((job) => job.state === "done");
    const running = looks.find((job) => !ended(job));
    if (done) return this.edit(upload, done);
    if (running) return this.wait(upload, running);
    if (looks[0]?.state === "failed") return this.failed(upload, looks[0]);
    return this.look(upload, "");
  }

  private async look(upload: Upload, prompt: string): Promise<void> {
    try {
      const job = await this.app.jobs.submit({ verb: "cues", video: upload.id, prompt });
      if (this.app.place.id !== upload.id) {
        this.shown = this.wanted = upload.id;
        this.app.go("film", upload.id);
      }
      this.wait(upload, job);
    } catch (error) {
      this.app.fault(error);
    }
  }

  /** The film is being looked at. */
  private wait(upload: Upload, job: Job): void {
    const bar = h("progress", { max: 100, value: job.percent, "aria-label": "Progress" });
    const stage = h("p", { class: "quiet", role: "status" });
    const cancel = () => void this.app.jobs.cancel(job.id).catch((error) => this.app.fault(error));
    fill(this.host, h("section", { class: "card waiting" }, h("h1", {}, upload.name), stage, bar,
      h("div", { class: "row" }, h("button", { type: "button", on: { click: cancel } }, "Stop"))));
    const tend = (now: Job) => {
      bar.value = now.percent;
      stage.textContent = now.state === "queued" ? "Waits for its turn" : `Looking at the film: ${Math.round(now.percent)} %`;
      if (!ended(now)) return;
      this.stop();
      if (now.state === "done") void this.edit(upload, now).catch((error) => this.fail(error));
      else if (now.state === "cancelled") this.app.go("film");
      else this.failed(upload, now);
    };
    this.stop();
    this.stop = this.app.jobs.onChange(() => tend(this.app.jobs.get(job.id) ?? job));
    tend(this.app.jobs.get(job.id) ?? job);
  }

  private failed(upload: Upload, job: Job): void {
    fill(this.host, h("section", { class: "card waiting" }, h("h1", {}, upload.name),
      h("p", { class: "bad", role: "alert" }, job.error?.message ?? job.state),
      h("div", { class: "row" },
        h("button", { type: "button", class: "primary", on: { click: () => void this.look(upload, "") } }, "Look at it again"),
        h("button", { type: "button", on: { click: () => this.app.go("film") } }, "Another film"))));
  }

  private async edit(upload: Upload, job: Job): Promise<void> {
    const look = await lookOf(this.app, job);
    if (this.wanted !== upload.id) return;
    this.stop();
    this.editor = new Editor(this.app, upload, look, job, () => this.app.go("film"), this.take);
    this.take = "";
    fill(this.host, this.editor.element);
    this.app.announce(`${look.plan.cues.length} cues in ${upload.name}`);
  }

  private leave(): void {
    this.stop();
    this.editor?.close();
    this.editor = null;
  }

  private fail(error: unknown): void {
    this.app.fault(error);
    fill(this.host, h("section", { class: "card waiting" }, h("p", { class: "bad" }, error instanceof Error ? error.message : String(error)),
      h("div", { class: "row" }, h("button", { type: "button", on: { click: () => this.app.go("film") } }, "To the films"))));
  }
}

/** Bring a film by dropping or choosing it, or take one that was brought before. */
class Chooser {
  readonly element: HTMLElement;
  private prompt = h("input", { type: "text", maxlength: 4000, placeholder: "a ball bounces on wood, then glass breaks" });
  private file = h("input", { type: "file", accept: "video/*,.mkv,.ts,.avi", class: "visually-hidden", tabindex: "-1", "aria-label": "Film file" });
  private said = h("p", { class: "quiet", role: "status" });
  private bar = h("progress", { max: 1, value: 0, hidden: true, "aria-label": "Sending" });
  private stop = h("button", { type: "button", hidden: true }, "Stop");
  private list = h("ul", { class: "films" });
  private old: HTMLElement;
  private sending: AbortController | null = null;

  constructor(private app: App, private chosen: (upload: Upload, prompt: string) => Promise<void>) {
    const choose = h("button", { type: "button", class: "primary", on: { click: () => this.file.click() } }, icon(ICONS.up), h("span", {}, "Choose a film"));
    const drop = h("div", { class: "drop" }, h("p", {}, "Drop a film here, or"), choose, this.file,
      h("p", { class: "hint" }, "MP4, MOV, MKV, WebM, AVI or TS. Its pictures stay as they are."), this.bar, this.said, this.stop);
    for (const name of ["dragenter", "dragover"] as const) drop.addEventListener(name, (event) => {
      event.preventDefault();
      drop.classList.add("over");
    });
    drop.addEventListener("dragleave", () => drop.classList.remove("over"));
    drop.addEventListener("drop", (event) => {
      event.preventDefault();
      drop.classList.remove("over");
      const file = event.dataTransfer?.files[0];
      if (file) void this.bring(file);
    });
    this.file.addEventListener("change", () => this.file.files?.[0] && void this.bring(this.file.files[0]));
    this.stop.addEventListener("click", () => this.sending?.abort());
    this.old = h("section", { class: "card", hidden: true, "aria-labelledby": "films-title" }, h("h2", { id: "films-title" }, "Films that are here"), this.list);
    this.element = h("div", { class: "film-chooser" },
      h("section", { class: "card", "aria-label": "A new film" }, h("h1", {}, "Sound for a film"),
        field("What is heard in it", this.prompt, "In words, in their order. Without any, what is seen to happen gets plain sounds."), drop),
      this.old);
  }

  async show(): Promise<void> {
    const films = (await this.app.api.uploads()).filter((upload) => upload.kind === "film");
    this.old.hidden = !films.length;
    fill(this.list, ...films.map((upload) => {
      const forget = async () => {
        try {
          await this.app.api.ask(`/v1/files/${upload.id}`, { method: "DELETE" });
          await this.show();
        } catch (error) {
          this.app.fault(error);
        }
      };
      const about = `${upload.duration_s.toFixed(1)} s · ${upload.facts.width} × ${upload.facts.height} · ${new Date(upload.made_at).toLocaleString()}`;
      return h("li", {},
        h("a", { href: `#film/${upload.id}`, class: "grow" }, h("strong", {}, upload.name), h("span", { class: "quiet" }, about)),
        h("button", { type: "button", class: "plain", "aria-label": `Delete ${upload.name}`, on: { click: () => void forget() } }, icon(ICONS.close)));
    }));
  }

  private async bring(file: File): Promise<void> {
    if (this.sending) return;
    this.sending = new AbortController();
    this.bar.hidden = this.stop.hidden = false;
    try {
      const upload = await this.app.api.upload(file, (part) => {
        this.bar.value = part;
        this.said.textContent = part < 1 ? `Sending, ${Math.round(100 * part)} %` : "Reading the film …";
      }, this.sending.signal);
      if (upload.kind !== "film") throw new Error("That is a sound. A film has pictures.");
      this.said.textContent = "";
      await this.chosen(upload, this.prompt.value.trim());
    } catch (error) {
      this.said.textContent = (error as Error).name === "AbortError" ? "" : error instanceof Error ? error.message : String(error);
    } finally {
      this.sending = null;
      this.file.value = "";
      this.bar.hidden = this.stop.hidden = true;
    }
  }
}
