// The shell: navigation, theme, key, messages, and the four tabs.

import { Api, Refusal } from "./api";
import type { App, Place, Player, Tab } from "./app";
import { ICONS, field, fill, h, icon, set } from "./dom";
import { effect } from "./effect";
import { film } from "./film";
import { Jobs } from "./jobs";
import { StudioPlayer } from "./player";
import { queue } from "./queue";
import { song } from "./song";
import "./style.css";

const TABS: [Tab, string, (host: HTMLElement, app: App) => void][] = [
  ["music", "Music", song],
  ["effect", "Effect", effect],
  ["film", "Film", film],
  ["jobs", "Jobs", queue],
];

const KEYS: [string, string][] = [
  ["Space", "play, pause"], ["← →", "back, on by 5 seconds"], ["Home", "to the beginning"], ["1 … 9", "hear take 1 to 9 at the same position"],
  ["Ctrl Enter", "make it, while words are typed"], ["?", "these keys"],
  ["← → ⇧", "a film's cue by a picture, with Shift by ten"], ["L M R", "lock, mute, roll a cue"], ["Ctrl Z", "undo, with Shift redo"],
];

class Studio implements App {
  readonly api = new Api();
  readonly jobs = new Jobs(this.api);
  place: Place = { tab: "music", id: "" };
  private told: ((place: Place) => void)[] = [];
  private live = h("div", { class: "heard", role: "status", "aria-live": "polite" });
  private toasts = h("div", { class: "toasts" });
  private links = new Map<Tab, HTMLAnchorElement>();
  private panels = new Map<Tab, HTMLElement>();
  private main = h("main", { id: "main", tabindex: "-1" });
  private keyFault = h("p", { class: "wrong-words", role: "alert" });
  private keyDialog = this.askKey();
  private help = helpDialog();

  constructor(host: HTMLElement) {
    const nav = h("nav", { "aria-label": "Studio" });
    for (const [tab, name] of TABS) {
      const link = h("a", { href: `#${tab}` }, name);
      this.links.set(tab, link);
      nav.append(link);
    }
    const skip = h("a", { class: "skip", href: "#main", on: { click: (event) => {
      event.preventDefault();
      this.main.focus();
    } } }, "To the content");
    const head = h("header", { class: "top" }, h("span", { class: "brand" }, "Soundwright"), nav,
      h("div", { class: "tools" }, this.helpButton(), this.keyButton(), themeButton()));
    fill(host, skip, head, this.main, this.toasts, this.live, this.keyDialog, this.help);
    addEventListener("keydown", (event) => {
      if (event.key === "?" && !(event.target as HTMLElement).closest("input, textarea, select")) this.help.showModal();
    });
    this.api.onKeyWanted = () => this.wantKey();
    addEventListener("hashchange", () => this.move());
    this.move();
    this.jobs.refresh().catch((error) => this.fault(error));
  }

  go(tab: Tab, id = ""): void {
    location.hash = id ? `${tab}/${id}` : tab;
  }

  onPlace(tell: (place: Place) => void): void {
    this.told.push(tell);
    tell(this.place);
  }

  player(host: HTMLElement): Player {
    const tab = this.place.tab;
    return new StudioPlayer(host, this, () => this.place.tab === tab);
  }

  announce(text: string): void {
    this.live.textContent = ""; // so that the same words are said again
    setTimeout(() => (this.live.textContent = text), 30);
  }

  toast(text: string, kind: "note" | "error" = "note"): void {
    const close = h("button", { class: "plain", "aria-label": "Dismiss", on: { click: () => box.remove() } }, icon(ICONS.close));
    const box = h("div", { class: `toast ${kind}`, role: kind === "error" ? "alert" : "status" }, h("p", {}, text), close);
    this.toasts.append(box);
    while (this.toasts.childElementCount > 3) this.toasts.firstElementChild?.remove();
    setTimeout(() => box.remove(), kind === "error" ? 15_000 : 5000);
  }

  fault(error: unknown): void {
    if ((error as Error)?.name === "AbortError") return;
    if (error instanceof Refusal && error.status === 401) return; // the dialog asks for a key
    this.toast(error instanceof Error ? error.message : String(error), "error");
  }

  private move(): void {
    const [tab, id] = location.hash.slice(1).split("/");
    const known = TABS.find(([name]) => name === tab) ?? TABS[0];
    this.place = { tab: known[0], id: /^[0-9a-f]{32}$/.test(id ?? "") ? id : "" };
    if (!this.panels.has(known[0])) {
      const panel = h("section", { class: `tab ${known[0]}`, "aria-label": known[1] });
      this.panels.set(known[0], panel);
      this.main.append(panel);
      known[2](panel, this);
    }
    for (const [name, panel] of this.panels) set(panel, "hidden", name !== known[0]);
    for (const [name, link] of this.links) set(link, "aria-current", name === known[0] ? "page" : false);
    document.title = `${known[1]} · Soundwright`;
    for (const tell of this.told) tell(this.place);
  }

  private helpButton(): HTMLElement {
    return h("button", { class: "plain", "aria-label": "Keys", on: { click: () => this.help.showModal() } }, "?");
  }

  private keyButton(): HTMLElement {
    const click = () => this.keyDialog.showModal();
    return h("button", { class: "plain", "aria-label": "Key of the service", on: { click } }, icon(ICONS.key));
  }

  private wantKey(): void {
    this.keyFault.textContent = this.api.key ? "That key opens nothing here." : "";
    if (!this.keyDialog.open) this.keyDialog.showModal();
  }

  private askKey(): HTMLDialogElement {
    const input = h("input", { type: "password", autocomplete: "off", spellcheck: "false", placeholder: "sw-…" });
    const stay = h("input", { type: "checkbox" });
    const submit = () => {
      this.api.setKey(input.value.trim(), stay.checked);
      this.jobs.refresh().catch((error) => this.fault(error));
      dispatchEvent(new Event("soundwright-key"));
    };
    const form = h("form", { method: "dialog", on: { submit } },
      h("h2", { id: "key-title" }, "Key of the service"),
      h("p", { class: "hint" }, "Where the operator wants keys, each sees only its own jobs and files."),
      field("Key", input), this.keyFault, h("label", { class: "check" }, stay, "Keep it in this browser"),
      h("div", { class: "row end" },
        h("button", { type: "button", on: { click: () => dialog.close() } }, "Not now"),
        h("button", { class: "primary" }, "Use it")));
    const dialog = h("dialog", { "aria-labelledby": "key-title" }, form);
    return dialog;
  }
}

function helpDialog(): HTMLDialogElement {
  const rows = KEYS.map(([key, what]) => h("div", {}, h("dt", {}, ...key.split(" ").map((one) => h("kbd", {}, one))), h("dd", {}, what)));
  return h("dialog", { "aria-labelledby": "keys-title" }, h("form", { method: "dialog" },
    h("h2", { id: "keys-title" }, "Keys"), h("dl", { class: "keys" }, ...rows), h("div", { class: "row end" }, h("button", { class: "primary" }, "Close"))));
}

function themeButton(): HTMLElement {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const kept = localStorage.getItem("soundwright-theme");
  if (kept === "light" || kept === "dark") document.documentElement.dataset.theme = kept;
  const now = () => document.documentElement.dataset.theme ?? (dark.matches ? "dark" : "light");
  const draw = () => {
    fill(button, icon(now() === "dark" ? ICONS.sun : ICONS.moon));
    set(button, "aria-label", now() === "dark" ? "Light colours" : "Dark colours");
  };
  const click = () => {
    document.documentElement.dataset.theme = now() === "dark" ? "light" : "dark";
    localStorage.setItem("soundwright-theme", now());
    draw();
    dispatchEvent(new Event("soundwright-theme"));
  };
  const button = h("button", { class: "plain", on: { click } });
  dark.addEventListener("change", () => {
    draw();
    dispatchEvent(new Event("soundwright-theme"));
  });
  draw();
  return button;
}

new Studio(document.getElementById("studio")!);
