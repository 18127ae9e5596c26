// The sections of a take above its waveform, as wide as they last: which is heard, and which is repeated.

import { fill, h, set } from "./dom";
import { type SongPlan, type Span, same, spans } from "./plan";
import type { StudioPlayer } from "./player";

export class Ribbon {
  private places: Span[] = [];
  private blocks: HTMLElement[] = [];

  constructor(private player: StudioPlayer) {}

  show(plan: SongPlan): void {
    this.places = spans(plan);
    this.blocks = plan.sections.map((section, index) => {
      const [from, to] = this.places[index];
      const block = h("button", { class: "block", title: `${section.name}: hear it again and again`, "aria-label": `Repeat ${section.name}`, "aria-pressed": "false" },
        h("span", {}, section.name));
      block.style.setProperty("--share", `${(100 * (to - from)) / plan.duration_s}%`);
      block.style.setProperty("--energy", String(section.energy));
      block.addEventListener("click", () => this.repeat(index));
      return block;
    });
    fill(this.player.ribbon, ...this.blocks);
    this.heard(this.player.time);
  }

  /** Mark the section that is gone into below; -1 for none. */
  look(index: number): void {
    for (const [at, block] of this.blocks.entries()) block.classList.toggle("looked-at", at === index);
  }

  /** Mark what is heard at a time; gives which section that is, -1 while nothing plays. */
  heard(seconds: number): number {
    const index = this.player.playing ? this.at(seconds) : -1;
    const span = this.player.deck.repeat;
    for (const [at, block] of this.blocks.entries()) {
      block.classList.toggle("now", at === index);
      set(block, "aria-pressed", String(same(span, this.places[at])));
    }
    return index;
  }

  at(seconds: number): number {
    return this.places.findIndex(([from, to]) => seconds >= from && seconds < to);
  }

  private repeat(index: number): void {
    const span = this.places[index];
    const on = same(this.player.deck.repeat, span);
    this.player.repeat(on ? null : span);
    if (!on) this.player.seek(span[0]);
  }
}
