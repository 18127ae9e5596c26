// The player: waveform and spectrogram, a transport, and takes that are compared at the same position.

import WaveSurfer from "wavesurfer.js";
import Spectrogram from "wavesurfer.js/plugins/spectrogram";
import type { App, Player, Sound } from "./app";
import { Deck, decode } from "./deck";
import { ICONS, fill, h, icon, set } from "./dom";
import { LevelMeter } from "./meters";

const STEP_S = 5;
const TELL_S = 5; // of playing, after which the position is told again
const KEPT_BYTES = 6e8; // of decoded takes

/** The player of a tab; it hears keys while `shown` says so. */
export class StudioPlayer implements Player {
  readonly element: HTMLElement;
  /** A place above the waveform, as wide as it, for whoever knows what is where. */
  readonly ribbon = h("div", { class: "ribbon" });
  readonly deck = new Deck();
  sounds: Sound[] = [];
  chosen = -1;
  onTime: (seconds: number) => void = () => {};
  onChosen: (index: number, samples: AudioBuffer) => void = () => {};
  /** Says where a time is, for who hears the page. */
  where: (seconds: number) => string = () => "";
  private decoded = new Map<string, AudioBuffer>();
  private wave?: WaveSurfer;
  private loading?: AbortController;
  private takes = h("div", { class: "takes", role: "group", "aria-label": "Takes, heard at the same position" });
  private canvas = h("div", { class: "wave", "aria-hidden": "true" });
  private spectrum = h("div", { class: "spectrum", "aria-hidden": "true" });
  private slider = h("div", { class: "position", role: "slider", tabindex: "0", "aria-label": "Position",
    "aria-valuemin": "0", "aria-valuemax": "0", "aria-valuenow": "0" });
  private playButton = h("button", { class: "play", "aria-label": "Play" }, icon(ICONS.play, true));
  private loopButton = h("button", { class: "plain loop", "aria-label": "Repeat", "aria-pressed": "false" }, icon(ICONS.loop));
  private clock = h("span", { class: "clock", "aria-hidden": "true" }, "0:00.0");
  private total = h("span", { class: "clock total", "aria-hidden": "true" }, "0:00.0");
  private meter = new LevelMeter();
  private busy = h("p", { class: "busy", hidden: true }, "Reading the sound …");
  private told = 0;
  private frame = 0;
  private keys = (event: KeyboardEvent) => this.key(event);
  private redraw = () => this.draw();

  constructor(host: HTMLElement, private app: App, private shown: () => boolean) {
    const back = h("button", { class: "plain", "aria-label": "To the beginning", on: { click: () => this.seek(0) } }, icon(ICONS.start, true));
    const volume = h("input", { type: "range", min: 0, max: 1, step: 0.01, value: "1", "aria-label": "Volume", class: "volume" });
    volume.addEventListener("input", () => this.deck.volume(Number(volume.value) ** 2));
    this.playButton.addEventListener("click", () => void this.toggle());
    this.loopButton.addEventListener("click", () => this.repeat());
    this.slider.append(this.canvas, this.spectrum);
    this.slider.addEventListener("keydown", (event) => this.slide(event));
    this.element = h("div", { class: "player" }, this.takes, this.ribbon, this.slider, this.busy,
      h("div", { class: "transport" }, back, this.playButton, this.loopButton,
        h("span", { class: "clocks" }, this.clock, h("span", { class: "of", "aria-hidden": "true" }, "/"), this.total),
        this.meter.element, volume),
      h("p", { class: "tips", "aria-hidden": "true" }, tip("Space", "play"), tip("← →", "5 seconds"), tip("1 … 9", "takes"), tip("?", "all keys")));
    host.append(this.element);
    this.deck.onEnd = () => this.tick();
    addEventListener("keydown", this.keys);
    addEventListener("soundwright-theme", this.redraw);
  }

  get playing(): boolean { return this.deck.playing; }
  get time(): number { return this.deck.time; }
  get duration(): number { return this.deck.duration; }

  offer(sounds: Sound[], chosen = 0): void {
    const heard = this.sounds[this.chosen]?.key;
    this.sounds = sounds;
    const kept = new Set(sounds.map((sound) => sound.key));
    for (const key of this.decoded.keys()) if (!kept.has(key)) this.decoded.delete(key);
    this.chosen = heard !== undefined && sounds[chosen]?.key === heard ? chosen : -1;
    this.buttons();
    if (this.chosen >= 0) return; // it plays on
    if (sounds.length) void this.choose(Math.min(Math.max(chosen, 0), sounds.length - 1));
    else this.pause();
  }

  relabel(sounds: Sound[]): void {
    this.sounds = sounds;
    this.buttons();
  }

  async choose(index: number): Promise<void> {
    const sound = this.sounds[index];
    if (!sound || index === this.chosen) return;
    this.chosen = index;
    this.buttons();
    this.loading?.abort();
    const line = (this.loading = new AbortController());
    try {
      const samples = await this.samples(sound, line.signal);
      if (line.signal.aborted) return;
      this.deck.mix(new Map([["", 1]]));
      this.deck.hold(new Map([["", samples]]));
      this.draw();
      this.tick();
      this.onChosen(index, samples);
    } catch (error) {
      if (!line.signal.aborted) this.app.fault(error);
    } finally {
      if (this.loading === line) set(this.busy, "hidden", true);
    }
  }

  /** Play stems beside the mix, which they replace as soon as `mix` says so. */
  stems(stems: Map<string, AudioBuffer>): void {
    const mix = this.decoded.get(this.sounds[this.chosen]?.key ?? "");
    if (mix) this.deck.hold(new Map([["", mix], ...stems]));
  }

  async play(): Promise<void> {
    await this.deck.play();
    this.tick();
  }

  pause(): void {
    this.deck.pause();
    this.tick();
  }

  seek(seconds: number): void {
    this.deck.seek(seconds);
    this.tick();
  }

  /** Repeat a stretch; without one, the whole. Again, or with null: no more. */
  repeat(span?: [number, number] | null): void {
    const wanted = span === undefined ? (this.deck.repeat ? null : ([0, this.duration] as [number, number])) : span;
    this.deck.loop(wanted);
    set(this.loopButton, "aria-pressed", String(Boolean(this.deck.repeat)));
    this.tick();
  }

  close(): void {
    removeEventListener("keydown", this.keys);
    removeEventListener("soundwright-theme", this.redraw);
    cancelAnimationFrame(this.frame);
    this.loading?.abort();
    this.deck.close();
    this.wave?.destroy();
    this.element.remove();
  }

  private async toggle(): Promise<void> {
    if (this.playing) this.pause();
    else await this.play();
  }

  private async samples(sound: Sound, signal: AbortSignal): Promise<AudioBuffer> {
    const known = this.decoded.get(sound.key);
    if (known) return known;
    set(this.busy, "hidden", false);
    const samples = await decode(await sound.bytes(signal));
    this.decoded.set(sound.key, samples);
    this.forget(sound.key);
    return samples;
  }

  /** Let go of what was decoded first, as long as all of it is too much. */
  private forget(except: string): void {
    const bytes = (samples: AudioBuffer) => samples.length * samples.numberOfChannels * 4;
    let all = [...this.decoded.values()].reduce((sum, samples) => sum + bytes(samples), 0);
    for (const [key, samples] of this.decoded) {
      if (all <= KEPT_BYTES) return;
      if (key === except) continue;
      this.decoded.delete(key);
      all -= bytes(samples);
    }
  }

  private buttons(): void {
    set(this.takes, "hidden", this.sounds.length === 0);
    const focused = [...this.takes.children].indexOf(document.activeElement as Element);
    fill(this.takes, ...this.sounds.map((sound, index) => h("button", {
      class: "take", "aria-pressed": String(index === this.chosen), on: { click: () => void this.choose(index) },
    }, h("b", {}, sound.label), sound.about && h("span", {}, sound.about))));
    if (focused >= 0) (this.takes.children[focused] as HTMLElement | undefined)?.focus();
  }

  /** The waveform and spectrogram of what is held, in the colours of now. */
  private draw(): void {
    const samples = this.decoded.get(this.sounds[this.chosen]?.key ?? "");
    if (!samples) return;
    const style = getComputedStyle(this.element);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const nonce = document.querySelector<HTMLMetaElement>('meta[name="nonce"]')?.content;
    const old = this.wave;
    const bare = document.createElement("audio"); // it plays nothing: the deck does
    this.wave = WaveSurfer.create({
      container: this.canvas, media: bare, height: 112, cspNonce: nonce, waveColor: colour("--wave"),
      progressColor: colour("--accent"), cursorColor: colour("--ink"), cursorWidth: 1, dragToSeek: { debounceTime: 0 },
      normalize: false, hideScrollbar: true, sampleRate: samples.sampleRate, barWidth: 2, barGap: 1, barRadius: 1,
    });
    old?.destroy();
    this.spectrum.replaceChildren();
    this.wave.registerPlugin(Spectrogram.create({
      container: this.spectrum, height: 96, fftSamples: 1024, scale: "mel", frequencyMax: 16_000, labels: false,
      colorMap: ramp(colour("--spectrum-0"), colour("--spectrum-1"), colour("--spectrum-2")), rangeDB: 70, gainDB: 18,
    }));
    this.wave.on("interaction", (at) => this.seek(at));
    const channels = [...Array(samples.numberOfChannels).keys()].map((channel) => samples.getChannelData(channel));
    this.wave.load("", channels, samples.duration).then(() => this.tick(), () => {});
  }

  private tick(): void {
    cancelAnimationFrame(this.frame);
    const at = this.time;
    this.wave?.setTime(at);
    this.clock.textContent = clock(at);
    this.total.textContent = clock(this.duration);
    if (!this.playing || Math.abs(at - this.told) > TELL_S) this.tell(at); // not at every frame: it is read aloud
    if (this.playButton.getAttribute("aria-label") !== (this.playing ? "Pause" : "Play")) {
      set(this.playButton, "aria-label", this.playing ? "Pause" : "Play");
      fill(this.playButton, icon(this.playing ? ICONS.pause : ICONS.play, true));
    }
    this.onTime(at);
    if (this.meter.draw(this.deck.analysers, this.playing)) this.frame = requestAnimationFrame(() => this.tick());
  }

  private tell(at: number): void {
    this.told = at;
    set(this.slider, "aria-valuemax", this.duration.toFixed(1));
    set(this.slider, "aria-valuenow", at.toFixed(1));
    const place = this.where(at);
    set(this.slider, "aria-valuetext", `${at.toFixed(1)} of ${this.duration.toFixed(1)} seconds${place && `, ${place}`}`);
  }

  private key(event: KeyboardEvent): void {
    if (!this.shown() || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
    const target = event.target as HTMLElement;
    if (target.closest("input, textarea, select, [contenteditable]")) return;
    const held = target.closest("button, a, summary, [role=slider]");
    if (event.key === " " && (!held || held === this.slider)) void this.toggle();
    else if (event.key === "ArrowLeft" && held !== this.slider) this.seek(this.time - STEP_S);
    else if (event.key === "ArrowRight" && held !== this.slider) this.seek(this.time + STEP_S);
    else if (event.key === "Home" && held !== this.slider) this.seek(0);
    else if (/^[1-9]$/.test(event.key) && this.sounds[Number(event.key) - 1]) void this.choose(Number(event.key) - 1);
    else return;
    event.preventDefault();
  }

  private slide(event: KeyboardEvent): void {
    const steps: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1, PageDown: -STEP_S, PageUp: STEP_S };
    if (event.key in steps) this.seek(this.time + steps[event.key]);
    else if (event.key === "Home") this.seek(0);
    else if (event.key === "End") this.seek(this.duration);
    else return;
    event.preventDefault();
  }
}

function tip(key: string, what: string): HTMLElement {
  return h("span", {}, h("kbd", {}, key), what);
}

/** Minutes, seconds and tenths. */
export function clock(seconds: number): string {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, "0")}.${tenths % 10}`;
}

/** 256 colours from silence to loud through three, given as #rrggbb. */
function ramp(...colours: string[]): number[][] {
  const points = colours.map((colour) => [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255));
  return [...Array(256).keys()].map((step) => {
    const at = (step / 255) * (points.length - 1);
    const low = Math.min(Math.floor(at), points.length - 2);
    return [...points[low].map((value, channel) => value + (points[low + 1][channel] - value) * (at - low)), 1];
  });
}
