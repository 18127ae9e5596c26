// The sounds of one trial and the panel that plays them: play and stop, place, loop, volume; and how much was heard.

import { h, seconds } from "./dom.js";
import { Player, SHORTEST_LOOP_S } from "./player.js";

const LOUD = "soundwright-listen:volume";
const TICK_MS = 50;

export const volume = () => Number(localStorage.getItem(LOUD) ?? 80);
export const loudness = (value) => (value / 100) ** 2;

export function volumeSlider(onchange = () => {}) {
  const slider = h("input", {
    type: "range", min: 0, max: 100, value: volume(), id: "volume",
    oninput: () => {
      localStorage.setItem(LOUD, slider.value);
      onchange(Number(slider.value));
    },
  });
  return h("label", { class: "volume", for: "volume" }, "Volume", slider);
}

export class Deck {
  constructor(context, buffers, { loops }) {
    this.player = new Player(context, buffers, { loops, onend: () => this.#tick() });
    this.player.out.gain.value = loudness(volume());
    this.context = context;
    this.loops = loops;
    this.heard = new Map([...buffers.keys()].map((name) => [name, 0])); // seconds of each
    this.plays = Object.fromEntries([...buffers.keys()].map((name) => [name, 0]));
    this.onchange = () => {};
    this.element = this.#build();
    this.then = context.currentTime; // when it was last counted what is heard
    this.sounding = false; // and whether it was heard from then on
    this.timer = setInterval(() => this.#tick(), TICK_MS);
    this.#show();
  }

  // What was asked to be heard: the whole of a sound that is played once, some of one that is compared.
  enough(name) {
    return this.heard.get(name) >= (this.loops ? Math.min(0.5, this.player.duration / 2) : this.player.duration * 0.95);
  }

  get active() {
    return this.player.active;
  }

  get playing() {
    return this.player.playing;
  }

  async toggle() {
    this.#tick();
    if (this.playing) this.player.stop();
    else {
      await this.context.resume();
      this.player.play();
      this.plays[this.active] += 1;
    }
    this.#show();
  }

  // Hear `name`: from where the other is, or from the start when nothing plays; once more, and it stops.
  async choose(name) {
    if (name === this.active) return this.toggle();
    this.#tick();
    this.player.switchTo(name);
    if (!this.playing) return this.toggle();
    this.plays[name] += 1;
    return this.#show();
  }

  loopFrom() {
    this.player.setLoop(this.player.position, this.#end());
    this.#show();
  }

  loopTo() {
    this.player.setLoop(this.#begin(), this.player.position);
    this.#show();
  }

  loopAll() {
    this.player.setLoop(0, this.player.duration);
    this.#show();
  }

  close() {
    clearInterval(this.timer);
    this.player.stop();
  }

  #begin() {
    return this.player.region[0] / this.player.rate;
  }

  #end() {
    return this.player.region[1] / this.player.rate;
  }

  #build() {
    const { duration } = this.player;
    this.button = h("button", { class: "play", type: "button", "aria-keyshortcuts": "Space", onclick: () => this.toggle() });
    this.place = h("input", {
      type: "range", class: "place", min: 0, max: duration, step: 0.01, value: 0, "aria-label": "Place in the sound",
      oninput: () => {
        this.player.seek(Number(this.place.value));
        this.#show();
      },
    });
    this.time = h("span", { class: "time", "aria-hidden": "true" });
    this.mark = h("span", { class: "stretch" });
    const track = h("div", { class: "track" }, this.mark, this.place);
    const loops = h(
      "div", { class: "loops", role: "group", "aria-label": "Loop" },
      h("button", { type: "button", "aria-keyshortcuts": "[", onclick: () => this.loopFrom() }, "Loop from here"),
      h("button", { type: "button", "aria-keyshortcuts": "]", onclick: () => this.loopTo() }, "Loop to here"),
      (this.whole = h("button", { type: "button", "aria-keyshortcuts": "\\", onclick: () => this.loopAll() }, "Whole")),
    );
    const louder = volumeSlider((value) => this.player.out.gain.setTargetAtTime(loudness(value), this.context.currentTime, 0.02));
    const useful = this.loops && duration > SHORTEST_LOOP_S;
    return h(
      "section", { class: "card deck", "aria-label": "Player" },
      h("div", { class: "row" }, this.button, track, this.time),
      h("div", { class: "row second" }, useful ? loops : null, louder),
    );
  }

  #tick() {
    const now = this.context.currentTime;
    if (this.sounding) this.heard.set(this.active, this.heard.get(this.active) + (now - this.then));
    const moved = this.sounding || this.playing;
    this.then = now;
    this.sounding = this.playing;
    if (moved) this.#show();
  }

  #place() {
    const { position, duration } = this.player;
    if (document.activeElement !== this.place || this.playing) this.place.value = position;
    this.place.setAttribute("aria-valuetext", `${position.toFixed(1)} of ${duration.toFixed(1)} seconds`);
    this.place.style.setProperty("--share", `${(100 * position) / duration}%`);
    this.time.textContent = `${seconds(position)} / ${seconds(duration)}`;
  }

  #show() {
    const [begin, end] = this.player.region;
    const { frames } = this.player;
    this.button.textContent = this.playing ? "Stop" : "Play";
    this.button.classList.toggle("on", this.playing);
    this.mark.style.setProperty("--begin", `${(100 * begin) / frames}%`);
    this.mark.style.setProperty("--length", `${(100 * (end - begin)) / frames}%`);
    this.mark.hidden = begin === 0 && end === frames;
    this.whole.disabled = this.mark.hidden;
    this.#place();
    this.sounding = this.playing;
    this.onchange();
  }
}
