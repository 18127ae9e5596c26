// The effect tab: words to a sound, in variations that are compared.

import type { Job } from "./api";
import type { App, Place } from "./app";
import { Compose, side } from "./compose";
import { arrange, fill, h, set } from "./dom";
import { ended } from "./jobs";
import { type Measured, measures } from "./meters";
import { StudioPlayer } from "./player";
import { Bars, audio, downloads, ending, sounds, words } from "./takes";

const LIKE = ["rain on a tin roof, then thunder in the distance", "heavy wooden door creaks open and slams", "footsteps on gravel, slow"];

export function effect(host: HTMLElement, app: App): void {
  const make = h("button", { class: "primary" }, "Make the sound");
  const compose = new Compose(app, "effect", [make], async () => {
    make.disabled = true;
    try {
      const job = await app.jobs.submit(compose.asked());
      app.announce("It waits to be played");
      app.go("effect", job.id);
    } catch (error) {
      app.fault(error);
    } finally {
      make.disabled = false;
    }
  });
  const title = h("h1", { tabindex: "-1" });
  const running = h("div", { class: "runs" });
  const deck = h("div", { class: "card deck" });
  const numbers = h("div", { class: "card numbers" });
  const files = h("div", { class: "card files" });
  const about = h("div", { class: "about" }, numbers, files);
  const stage = h("div", { class: "stage" }, h("header", { class: "stage-head" }, title), running, deck, about);
  const like = (text: string) => {
    compose.prompt.value = text;
    compose.prompt.dispatchEvent(new Event("input", { bubbles: true }));
    compose.prompt.focus();
  };
  const intro = h("div", { class: "intro" }, h("h1", {}, "Describe a sound"),
    h("p", {}, "Say what is heard, in what order and where. Several variations come from neighbouring seeds; press 1 to 9 to compare them."),
    h("ul", { class: "likes" }, ...LIKE.map((text) => h("li", {}, h("button", { on: { click: () => like(text) } }, text)))));
  const form = side(compose);
  fill(host, form.element, h("div", { class: "work" }, intro, stage));
  const player = new StudioPlayer(deck, app, () => app.place.tab === "effect" && player.sounds.length > 0);

  const bars = new Bars(app);
  let offered = "";
  const now = (): Job | undefined => (app.place.tab === "effect" ? app.jobs.get(app.place.id) : undefined);
  const show = () => {
    const job = now();
    set(intro, "hidden", job !== undefined);
    set(stage, "hidden", job === undefined);
    form.fold(job !== undefined);
    if (!job) return;
    title.textContent = words(job);
    if (!ended(job)) arrange(running, [bars.of(job)]);
    else fill(running, ending(job));
    const done = job.state === "done";
    set(deck, "hidden", !done);
    set(about, "hidden", !done);
    if (!done || offered === job.id) return;
    offered = job.id;
    const seed = Number(job.request.seed ?? 0);
    player.offer(sounds(job, app.api, (index) => String(index + 1), (index) => `seed ${seed + index}`));
    fill(files, h("h2", {}, "Files"), downloads(app, job));
    app.announce(`${audio(job).length} sounds are ready`);
  };
  player.onChosen = async (index) => {
    const manifest = now()?.files.filter((file) => file.role === "manifest")[index];
    if (!manifest) return;
    try {
      const told = (await app.api.json(manifest.url)) as { measured: Measured };
      fill(numbers, h("h2", {}, "Measured"), measures(told.measured));
    } catch (error) {
      app.fault(error);
    }
  };
  app.jobs.onChange(show);
  app.onPlace((place: Place) => {
    if (place.tab !== "effect") return player.pause();
    show();
  });
}
