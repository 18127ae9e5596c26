// Meters: the level of what plays, and what was measured of the whole.

import { fill, h, set } from "./dom";

export type Measured = {
  preset?: string; integrated_lufs?: number | null; momentary_max_lufs?: number | null;
  short_term_max_lufs?: number | null; loudness_range_lu?: number | null; true_peak_dbtp?: number | null;
  crest_db?: number | null; target_lufs?: number | null; ceiling_dbtp?: number | null; by?: string;
  promise_kept?: boolean;
};

const FLOOR_DB = -60;
const FALL_DB_S = 26; // how fast a peak falls back, about that of a programme meter
const COLOURS = ["--level", "--level-hot"];

/** Two bars of the peak level now, with marks at the highest of late. For eyes: the numbers are told elsewhere. */
export class LevelMeter {
  readonly element = h("canvas", { class: "level", "aria-hidden": "true" });
  private shown = [FLOOR_DB, FLOOR_DB];
  private held = [FLOOR_DB, FLOOR_DB];
  private at = 0;

  constructor() {
    new ResizeObserver(() => this.paint()).observe(this.element);
    addEventListener("soundwright-theme", () => this.paint());
  }

  /** Draw what the analysers hear; without sound the bars fall. Gives whether anything is still shown. */
  draw(analysers: AnalyserNode[], playing: boolean): boolean {
    const now = performance.now() / 1000;
    const passed = Math.min(0.1, now - this.at);
    this.at = now;
    const block = new Float32Array(2048);
    for (const channel of [0, 1]) {
      let peak = 0;
      if (playing && analysers[channel]) {
        analysers[channel].getFloatTimeDomainData(block);
        for (const sample of block) peak = Math.max(peak, Math.abs(sample));
      }
      const db = Math.max(FLOOR_DB, 20 * Math.log10(peak + 1e-9));
      this.shown[channel] = Math.max(db, this.shown[channel] - FALL_DB_S * passed, FLOOR_DB);
      this.held[channel] = Math.max(this.shown[channel], this.held[channel] - 6 * passed);
    }
    this.paint();
    return playing || this.held.some((db) => db > FLOOR_DB);
  }

  private paint(): void {
    const canvas = this.element;
    const scale = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth * scale, canvas.clientHeight * scale];
    if (canvas.width !== width) canvas.width = width;
    if (canvas.height !== height) canvas.height = height;
    const context = canvas.getContext("2d");
    if (!context) return;
    const style = getComputedStyle(canvas);
    const [plain, hot] = COLOURS.map((name) => style.getPropertyValue(name));
    context.clearRect(0, 0, width, height);
    const bar = (height - 2 * scale) / 2;
    const share = (db: number) => ((db - FLOOR_DB) / -FLOOR_DB) * width;
    for (const channel of [0, 1]) {
      const top = channel * (bar + 2 * scale);
      context.fillStyle = style.getPropertyValue("--fill");
      context.fillRect(0, top, width, bar);
      context.fillStyle = plain;
      context.fillRect(0, top, share(Math.min(this.shown[channel], -6)), bar);
      if (this.shown[channel] > -6) {
        context.fillStyle = hot;
        context.fillRect(share(-6), top, share(this.shown[channel]) - share(-6), bar);
      }
      if (this.held[channel] > FLOOR_DB) {
        context.fillStyle = this.held[channel] > -1 ? hot : plain;
        context.fillRect(share(this.held[channel]) - scale, top, 2 * scale, bar);
      }
    }
  }
}

type Row = { name: string; value: number | null | undefined; unit: string; from: number; to: number; aim?: number | null; about: string };

/** What was measured, as a list of names and numbers with a bar each; a line marks what was aimed at. */
export function measures(told: Measured): HTMLElement {
  const rows: Row[] = [
    { name: "Loudness", value: told.integrated_lufs, unit: "LUFS", from: -40, to: 0, about: "integrated, EBU R 128",
      aim: told.by === "integrated" ? told.target_lufs : null },
    { name: "True peak", value: told.true_peak_dbtp, unit: "dBTP", from: -40, to: 0, aim: told.ceiling_dbtp, about: "" },
    { name: "Loudest 3 s", value: told.short_term_max_lufs, unit: "LUFS", from: -40, to: 0, about: "" },
    { name: "Loudness range", value: told.loudness_range_lu, unit: "LU", from: 0, to: 24, about: "" },
  ];
  const list = h("dl", { class: "measures" });
  for (const row of rows) if (typeof row.value === "number" && Number.isFinite(row.value)) list.append(measure(row));
  if (!list.childElementCount) fill(list, h("div", {}, h("dt", {}, "Nothing is measured of so short a sound.")));
  return list;
}

function measure({ name, value, unit, from, to, aim, about }: Row): HTMLElement {
  const share = (x: number) => `${(100 * Math.min(Math.max((x - from) / (to - from), 0), 1)).toFixed(1)}%`;
  const bar = h("span", { class: "bar", "aria-hidden": "true" });
  bar.style.setProperty("--share", share(value!));
  if (typeof aim === "number") {
    set(bar, "data-aim", true);
    bar.style.setProperty("--aim", share(aim));
  }
  const aimed = typeof aim === "number" ? ` (${name === "True peak" ? "at most" : "aim"} ${aim})` : "";
  return h("div", {}, h("dt", { title: about || false }, name),
    h("dd", {}, h("b", {}, value!.toFixed(1)), h("span", { class: "unit" }, ` ${unit}${aimed}`), bar));
}
