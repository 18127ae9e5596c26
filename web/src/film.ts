// The film side of the studio.

import type { App } from "./app";
import { fill, h } from "./dom";

export function film(host: HTMLElement, app: App): void {
  void app;
  fill(host, h("p", { class: "empty" }, "Films come here."));
}
