// The stems of a take: mute, solo and level of each, while the mix waits.

import type { Job } from "./api";
import type { App } from "./app";
import { decode } from "./deck";
import { fill, h, set } from "./dom";
import type { StudioPlayer } from "./player";
import { fileOf, size } from "./takes";
import { unzip } from "./zip";

type Strip = { name: string; level: number; muted: boolean; solo: boolean };

export class Mixer {
  readonly element = h("div", { class: "mixer" });
  private strips: Strip[] = [];
  private job = "";

  constructor(private app: App, private player: StudioPlayer) {}

  /** The stems of another take; they come when they are asked for. */
  show(job: Job | undefined): void {
    if (job?.id === this.job) return;
    this.job = job?.id ?? "";
    this.strips = [];
    const file = job && fileOf(job, "stems");
    if (!job || !file) return fill(this.element, h("p", { class: "hint" }, job?.verb === "repaint"
      ? "A section played anew alone has no stems: render the whole for them."
      : "Ask for stems to mix them here."));
    const button = h("button", {}, `Open the stems · ${size(file.bytes)}`);
    button.addEventListener("click", async () => {
      button.disabled = true;
      try {
        await this.open(job);
      } catch (error) {
        button.disabled = false;
        this.app.fault(error);
      }
    });
    fill(this.element, button);
  }

  private async open(job: Job): Promise<void> {
    const archive = await this.app.api.bytes(fileOf(job, "stems")!);
    const buffers = new Map<string, AudioBuffer>();
    for (const { name, bytes } of unzip(archive)) {
      if (!name.endsWith(".wav")) continue;
      const stem = name.slice(name.lastIndexOf("/") + 1, -4);
      buffers.set(stem, await decode(bytes.slice().buffer));
    }
    if (job.id !== this.job) return;
    this.strips = [...buffers.keys()].map((name) => ({ name, level: 1, muted: false, solo: false }));
    this.player.stems(buffers);
    fill(this.element, h("ul", { class: "strips" }, ...this.strips.map((strip) => this.row(strip))),
      h("p", { class: "hint" }, "The stems stand before the mix's limiter. With all of them at full level you hear the mix itself."));
    this.element.querySelector("button")?.focus();
    this.app.announce(`${this.strips.length} stems`);
  }

  private row(strip: Strip): HTMLElement {
    const toggle = (what: "muted" | "solo", letter: string, label: string) => {
      const button = h("button", { class: `toggle ${what}`, "aria-pressed": "false", "aria-label": `${label} ${strip.name}` }, letter);
      button.addEventListener("click", () => {
        strip[what] = !strip[what];
        set(button, "aria-pressed", String(strip[what]));
        this.mix();
      });
      return button;
    };
    const level = h("input", { type: "range", min: 0, max: 1, step: 0.01, value: "1", "aria-label": `Level of ${strip.name}` });
    level.addEventListener("input", () => {
      strip.level = Number(level.value) ** 2;
      this.mix();
    });
    return h("li", {}, h("span", { class: "name" }, strip.name), toggle("muted", "M", "Mute"), toggle("solo", "S", "Solo"), level);
  }

  private mix(): void {
    const solo = this.strips.some((strip) => strip.solo);
    const levels = new Map(this.strips.map((strip) => [strip.name, strip.muted || (solo && !strip.solo) ? 0 : strip.level]));
    const whole = [...levels.values()].every((level) => level === 1);
    this.player.deck.mix(whole ? new Map([["", 1]]) : levels);
  }
}
