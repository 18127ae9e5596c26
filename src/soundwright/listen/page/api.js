// What goes to the server and back. An answer waits in the browser's own storage until the server has said that it
// stands: a server that is away for a while, or a page that is loaded anew, loses none.

const base = location.pathname.replace(/\/$/, "");
const shelf = `soundwright-listen:${base}`;
const AGAIN_MS = 1000;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export class Refused extends Error {}

export class Api {
  constructor(onstate) {
    this.onstate = onstate; // "saving", "saved", "waiting", or the words of a refusal
    this.queue = JSON.parse(localStorage.getItem(shelf) ?? "[]");
    this.sending = null;
  }

  async session() {
    await this.flush();
    const response = await this.#patiently(() => fetch(`${base}/session`));
    if (!response.ok) throw new Refused((await response.json()).detail);
    return response.json();
  }

  async sound(name) {
    const response = await this.#patiently(() => fetch(`${base}/sound/${name}.wav`));
    if (!response.ok) throw new Refused("a sound of this test is missing");
    return response.arrayBuffer();
  }

  // Only for the browser's cache: nobody waits for it, nobody minds when it fails.
  ahead(names) {
    for (const name of names) fetch(`${base}/sound/${name}.wav`).then((r) => r.arrayBuffer()).catch(() => {});
  }

  rate(trial, stimulus, value, only) {
    const same = ({ body }) => body.trial === trial && (only || body.stimulus === stimulus);
    this.queue = this.queue.filter((waiting, place) => (this.sending && place === 0) || !same(waiting));
    return this.#put("answer", { trial, stimulus, value });
  }

  done(trial, elapsed, plays) {
    return this.#put("done", { trial, elapsed_ms: Math.round(elapsed), plays });
  }

  #put(path, body) {
    this.queue.push({ path, body });
    this.#keep();
    return this.flush();
  }

  #keep() {
    localStorage.setItem(shelf, JSON.stringify(this.queue));
  }

  flush() {
    this.sending ??= this.#send().finally(() => {
      this.sending = null;
    });
    return this.sending;
  }

  async #send() {
    while (this.queue.length) {
      this.onstate("saving");
      const { path, body } = this.queue[0];
      const response = await this.#patiently(() =>
        fetch(`${base}/${path}`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
      );
      this.queue.shift();
      this.#keep();
      const closed = path === "answer" && response.status === 409; // another window was faster; its answers stand
      if (!response.ok && !closed) {
        this.onstate("refused");
        throw new Refused((await response.json()).detail);
      }
      this.onstate("saved");
    }
  }

  // Ask until there is an answer that is not the fault of the way to it.
  async #patiently(ask) {
    for (;;) {
      try {
        const response = await ask();
        if (response.status < 500) return response;
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
      }
      this.onstate("waiting");
      await wait(AGAIN_MS);
    }
  }
}
