// A rater's way through a test: welcome, training, trials, thanks.

import { Api, Refused } from "./api.js";
import { boards } from "./boards.js";
import { Deck, loudness, volume, volumeSlider } from "./deck.js";
import { h } from "./dom.js";

const RATE = 48000; // of all stimuli: nothing is resampled between them and the sound card's own clock
const main = document.querySelector("#main");
const saved = document.querySelector("#saved");
const STATES = {
  saving: "Saving…",
  saved: "Saved",
  waiting: "Not saved yet: the server does not answer. Trying again…",
  refused: "An answer was refused",
};

const api = new Api((state) => {
  saved.textContent = STATES[state];
  saved.dataset.state = state;
});
let context = null;
let keyboard = () => {};

document.addEventListener("keydown", (event) => {
  if (!event.ctrlKey && !event.metaKey && !event.altKey) keyboard(event);
});

const audio = () => (context ??= new AudioContext({ sampleRate: RATE, latencyHint: "interactive" }));

function turnTo(title, ...content) {
  const heading = h("h1", { tabindex: "-1" }, title);
  main.replaceChildren(heading, ...content);
  heading.focus({ preventScroll: true });
  scrollTo(0, 0);
}

function progress(done, all) {
  const bar = document.querySelector("#progress");
  const share = Math.round((100 * done) / all);
  bar.hidden = false;
  bar.setAttribute("aria-valuenow", share);
  bar.setAttribute("aria-valuetext", `${done} of ${all} done`);
  bar.firstElementChild.style.setProperty("--share", `${share}%`);
}

async function decode(names) {
  const unique = [...new Set(names.filter(Boolean))];
  const buffers = await Promise.all(unique.map(async (name) => audio().decodeAudioData(await api.sound(name))));
  return new Map(unique.map((name, at) => [name, buffers[at]]));
}

const heardOf = (trial) => [trial.reference, trial.x, ...trial.stimuli].filter(Boolean);

function welcome(session, first, going) {
  return new Promise((resolve) => {
    const training = session.trials.filter((trial) => trial.training && !trial.done).length;
    const left = session.trials.filter((trial) => !trial.training && !trial.done).length;
    let sample = null;
    const listen = h("button", {
      type: "button",
      async onclick() {
        await audio().resume();
        if (sample) {
          sample.stop();
          sample = null;
          listen.textContent = "Play a sample";
          return;
        }
        listen.textContent = "Stop the sample";
        sample = audio().createBufferSource();
        const gain = audio().createGain();
        gain.gain.value = loudness(volume());
        listen.gain = gain.gain;
        sample.buffer = (await decode([heardOf(first)[0]])).values().next().value;
        sample.loop = true;
        sample.connect(gain).connect(audio().destination);
        sample.start();
      },
    }, "Play a sample");
    const begin = h("button", {
      class: "primary", type: "button",
      async onclick() {
        sample?.stop();
        await audio().resume();
        resolve();
      },
    }, going ? "Go on" : "Begin");
    const about = `${training ? `${training} to practise on, then ` : ""}${left} to rate. Your answers are kept as you give them: you may leave and come back with the same link.`;
    turnTo(
      session.title,
      h("section", { class: "card welcome" }, h("p", { class: "words" }, session.instructions), h("p", { class: "quiet" }, about)),
      h(
        "section", { class: "card" },
        h("h2", {}, "Before you begin"),
        h("p", {}, "Use headphones in a quiet place. Set a volume that is comfortable now, and leave it there."),
        h("div", { class: "row" }, listen, volumeSlider((value) => listen.gain?.setTargetAtTime(loudness(value), audio().currentTime, 0.02))),
      ),
      h("div", { class: "foot" }, h("span", {}), begin),
    );
    begin.focus({ preventScroll: true });
  });
}

function rate(session, trial, place, all, buffers) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const deck = new Deck(audio(), buffers, { loops: session.kind !== "acr" });
    const save = (stimulus, value, only = false) => api.rate(trial.trial, stimulus, value, only).catch(reject);
    const board = boards[session.kind](trial, session, deck, save);
    const note = h("p", { class: "note", role: "status" });
    const next = h("button", { class: "primary", type: "button", "aria-keyshortcuts": "Enter", onclick: leave }, "Next");
    let told = null;
    deck.onchange = () => {
      board.show();
      const lacking = board.lacking();
      if (lacking === told) return;
      told = lacking;
      note.textContent = lacking;
      next.setAttribute("aria-disabled", String(Boolean(lacking)));
    };
    async function leave() {
      if (board.lacking()) {
        note.classList.remove("look");
        requestAnimationFrame(() => note.classList.add("look"));
        return;
      }
      keyboard = () => {};
      deck.close();
      next.textContent = "Saving…";
      next.setAttribute("aria-disabled", "true");
      try {
        await api.done(trial.trial, performance.now() - began, deck.plays);
        resolve();
      } catch (error) {
        reject(error);
      }
    }
    const keys = { "[": () => deck.loopFrom(), "]": () => deck.loopTo(), "\\": () => deck.loopAll(), ...board.keys };
    keyboard = (event) => {
      const on = event.target;
      if (event.key === " " && !on.matches("button, summary, input[type=radio]:not(:checked)")) {
        event.preventDefault();
        deck.toggle();
      } else if (event.key === "Enter" && !on.matches("button, summary, a")) {
        event.preventDefault();
        leave();
      } else if (keys[event.key.toLowerCase()]) {
        event.preventDefault();
        keys[event.key.toLowerCase()]();
      }
    };
    const help = [["Space", "play or stop"], ...board.help, ...(session.kind === "acr" ? [] : [["[ ] \\", "loop from here, to here, the whole"]]), ["Enter", "next"]];
    const badge = trial.training ? h("span", { class: "badge" }, "Practice: not counted") : h("span", { class: "badge plain" }, `${place} of ${all}`);
    turnTo(
      session.question,
      badge,
      deck.element,
      board.element,
      h("div", { class: "foot" }, note, next),
      h("details", {}, h("summary", {}, "Keys"), h("dl", {}, ...help.flatMap(([key, does]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, does)]))),
    );
    deck.onchange();
  });
}

function message(title, words, tone = "") {
  keyboard = () => {};
  turnTo(title, h("p", { class: `card message ${tone}` }, words));
}

async function run() {
  const session = await api.session();
  document.title = session.title;
  document.querySelector("#title").textContent = session.title;
  const { trials } = session;
  const counted = trials.filter((trial) => !trial.training);
  const going = trials.some((trial) => trial.done || Object.keys(trial.answers).length);
  let done = trials.filter((trial) => trial.done).length;
  progress(done, trials.length);
  const left = trials.filter((trial) => !trial.done);
  if (left.length) await welcome(session, left[0], going);
  for (const [at, trial] of left.entries()) {
    turnTo(session.question, h("p", { class: "card message", role: "status" }, "Loading the sounds…"));
    const buffers = await decode(heardOf(trial));
    if (left[at + 1]) api.ahead(heardOf(left[at + 1]));
    await rate(session, trial, counted.indexOf(trial) + 1, counted.length, buffers);
    done += 1;
    progress(done, trials.length);
  }
  message("Thank you", "All your answers are saved. You can close this page.");
}

run().catch((error) => {
  const words = error instanceof Refused ? error.message : "Please load the page again. What you answered is kept.";
  message("Something went wrong", words, "bad");
  if (!(error instanceof Refused)) throw error;
});
