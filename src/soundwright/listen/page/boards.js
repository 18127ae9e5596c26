// What is rated, for each kind of test. A board has an element, the keys it takes, and says what is still lacking.

import { h } from "./dom.js";

const ACR = [[5, "Excellent"], [4, "Good"], [3, "Fair"], [2, "Poor"], [1, "Bad"]]; // ITU-T P.800
const WORDS = ["Bad", "Poor", "Fair", "Good", "Excellent"]; // 0 to 100 in fifths (ITU-R BS.1534-3)
const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "-", "="];
const wide = matchMedia("(min-width: 720px)");

const word = (value) => WORDS[Math.min(4, Math.floor(value / 20))];
const list = (names) => (names.length > 4 ? `${names.length} sounds` : names.join(", "));

// The buttons that choose what is heard; `heard` marks are only for the eye, the words for all.
function keysOf(deck, entries) {
  const buttons = entries.map(({ name, label, key, spoken }) =>
    h(
      "button",
      { class: "pick", type: "button", "aria-pressed": "false", "aria-keyshortcuts": key, "aria-label": spoken, onclick: () => deck.choose(name) },
      h("b", {}, label),
    ),
  );
  const show = () => {
    entries.forEach(({ name }, at) => {
      const on = deck.active === name;
      buttons[at].setAttribute("aria-pressed", String(on));
      buttons[at].classList.toggle("sounding", on && deck.playing);
      buttons[at].classList.toggle("heard", deck.enough(name));
    });
  };
  const keys = Object.fromEntries(entries.map(({ name, key }) => [key.toLowerCase(), () => deck.choose(name)]));
  return { buttons, show, keys };
}

// The labels of what must still be heard; what was rated before the page was loaded anew was heard then.
function unheard(trial, deck, sounds) {
  const before = Object.keys(trial.answers);
  const known = (name) => before.includes(name) || (before.length > 0 && !trial.stimuli.includes(name)) || deck.enough(name);
  return sounds.filter(({ name }) => !known(name)).map(({ label }) => label);
}

function mushra(trial, session, deck, save) {
  const sounds = trial.stimuli.map((name, at) => ({ name, label: String(at + 1), key: DIGITS[at], spoken: `Play sound ${at + 1}` }));
  const reference = { name: trial.reference, label: "Reference", key: "r", spoken: "Play the reference" };
  const { buttons, show, keys } = keysOf(deck, [reference, ...sounds]);
  const rated = new Map(Object.entries(trial.answers));
  const columns = sounds.map(({ name, label }, at) => {
    const value = h("output", { for: `rate-${label}` });
    const slider = h("input", {
      type: "range", min: 0, max: 100, step: 1, value: rated.get(name) ?? 50, id: `rate-${label}`, "aria-label": `Rating of sound ${label}`,
    });
    const draw = () => {
      const given = rated.has(name);
      value.textContent = given ? slider.value : "–";
      slider.classList.toggle("open", !given);
      slider.style.setProperty("--share", `${slider.value}%`);
      slider.setAttribute("aria-valuetext", given ? `${slider.value}, ${word(Number(slider.value))}` : "not rated yet");
    };
    const keep = () => {
      rated.set(name, Number(slider.value));
      draw();
      save(name, Number(slider.value));
    };
    slider.addEventListener("input", () => {
      rated.set(name, Number(slider.value));
      draw();
      deck.onchange();
    });
    slider.addEventListener("change", keep);
    // a click on the thumb where it stands is an answer too, though nothing changed
    slider.addEventListener("click", () => rated.has(name) || keep());
    draw();
    return h("div", { class: "column" }, buttons[at + 1], slider, value);
  });
  const turn = () => columns.forEach((column) => column.querySelector("input").setAttribute("aria-orientation", wide.matches ? "vertical" : "horizontal"));
  wide.addEventListener("change", turn);
  turn();
  const scale = h("div", { class: "scale", "aria-hidden": "true" }, ...[...WORDS].reverse().map((name) => h("span", {}, name)));
  const element = h(
    "section", { class: "card board mushra", "aria-label": "Ratings" },
    h("div", { class: "columns" }, h("div", { class: "first" }, buttons[0], scale), ...columns),
  );
  const focus = (at) => () => {
    keys[DIGITS[at]]();
    columns[at].querySelector("input").focus();
  };
  const rating = Object.fromEntries(sounds.map(({ key }, at) => [key, focus(at)]));
  return {
    element, show, keys: { r: keys.r, ...rating },
    help: [["R", "hear the reference"], ["1 … 9, 0", "hear a sound and take its slider"], ["↑ ↓", "rate by one, Page keys by ten"]],
    lacking() {
      const unrated = sounds.filter(({ name }) => !rated.has(name)).map(({ label }) => label);
      if (unrated.length) return `Still to rate: ${list(unrated)}`;
      const left = unheard(trial, deck, [reference, ...sounds]);
      return left.length ? `Still to hear: ${list(left)}` : "";
    },
  };
}

function choices(name, rows, chosen, save, changed) {
  const boxes = rows.map(([value, label, key]) => {
    const radio = h("input", {
      type: "radio", name, value, checked: chosen() === value, "aria-keyshortcuts": key,
      onchange: () => {
        save(value);
        changed();
      },
    });
    return h("label", { class: "choice" }, radio, h("span", {}, label), h("kbd", { "aria-hidden": "true" }, key));
  });
  const keys = Object.fromEntries(rows.map(([, , key], at) => [key, () => boxes[at].querySelector("input").click()]));
  return { boxes, keys };
}

function acr(trial, session, deck, save) {
  const [name] = trial.stimuli;
  let given = trial.answers[name];
  const rows = ACR.map(([value, label]) => [String(value), label, String(value)]);
  const { boxes, keys } = choices("grade", rows, () => (given === undefined ? null : String(given)), (value) => {
    given = Number(value);
    save(name, given);
  }, () => deck.onchange());
  const element = h("fieldset", { class: "card board list" }, h("legend", {}, "Quality"), ...boxes);
  return {
    element, keys, show() {},
    help: [["1 … 5", "choose a grade"]],
    lacking() {
      if (unheard(trial, deck, [{ name }]).length) return "Listen to the whole sound";
      return given === undefined ? "Choose a grade" : "";
    },
  };
}

function pair(trial, session, deck, save) {
  const [a, b] = trial.stimuli;
  const same = session.kind === "abx";
  const sounds = [{ name: a, label: "A", key: "a", spoken: "Play A" }, { name: b, label: "B", key: "b", spoken: "Play B" }];
  if (trial.x) sounds.push({ name: trial.x, label: "X", key: "x", spoken: "Play X" });
  if (trial.reference) sounds.unshift({ name: trial.reference, label: "Reference", key: "r", spoken: "Play the reference" });
  const { buttons, show, keys } = keysOf(deck, sounds);
  let [given = null] = Object.keys(trial.answers);
  const rows = [[a, same ? "X is A" : "A is better", "1"], [b, same ? "X is B" : "B is better", "2"]];
  if (session.ties) rows.push(["tie", "No difference", "3"]);
  const answer = choices("choice", rows, () => given, (value) => {
    given = value;
    save(value, 1, true);
  }, () => deck.onchange());
  const element = h(
    "div", { class: "stack" },
    h("section", { class: "card picks", "aria-label": "Sounds" }, ...buttons),
    h("fieldset", { class: "card board list" }, h("legend", {}, "Your answer"), ...answer.boxes),
  );
  return {
    element, show, keys: { ...keys, ...answer.keys },
    help: [[sounds.map(({ key }) => key.toUpperCase()).join(" "), "hear it"], [rows.map(([, , key]) => key).join(" "), "answer"]],
    lacking() {
      const left = Object.keys(trial.answers).length ? [] : unheard(trial, deck, sounds);
      if (left.length) return `Still to hear: ${list(left)}`;
      return given === null ? "Choose an answer" : "";
    },
  };
}

export const boards = { mushra, acr, abx: pair, pair };
