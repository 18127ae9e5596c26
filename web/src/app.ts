// What every tab may use of the studio.

import type { Api } from "./api";
import type { Jobs } from "./jobs";

export type Tab = "music" | "effect" | "film" | "jobs";

/** Where the studio is: `#music/ID` is the tab music, looking at the job ID. */
export type Place = { tab: Tab; id: string };

/** One sound that can be listened to: what it is called, and how its bytes come. `key` says whether it is the same. */
export type Sound = { key: string; label: string; about?: string; bytes: (signal: AbortSignal) => Promise<ArrayBuffer> };

/** A waveform, a spectrogram and a transport, over several takes that are switched at the same position.
 *
 * Keys, while its tab is shown and nothing is typed: space, left and right, Home, 1 to 9. */
export interface Player {
  readonly element: HTMLElement;
  /** The sounds to choose from; the one that is heard stays, if it is among them. */
  offer(sounds: Sound[], chosen?: number): void;
  /** Other labels for the same sounds. */
  relabel(sounds: Sound[]): void;
  choose(index: number): Promise<void>;
  play(): Promise<void>;
  pause(): void;
  seek(seconds: number): void;
  readonly playing: boolean;
  readonly time: number;
  readonly duration: number;
  readonly chosen: number;
  /** Called at every frame while it plays, and when it is moved. */
  onTime: (seconds: number) => void;
  /** Called when another sound is chosen and decoded. */
  onChosen: (index: number, samples: AudioBuffer) => void;
  close(): void;
}

export interface App {
  readonly api: Api;
  /** All jobs of the service that are yours, kept up to date. */
  readonly jobs: Jobs;
  readonly place: Place;
  /** Go to a tab, and to a job in it. */
  go(tab: Tab, id?: string): void;
  /** Be told when `place` changes; at once for the present one. */
  onPlace(tell: (place: Place) => void): void;
  player(host: HTMLElement): Player;
  /** Say it to who hears the page. */
  announce(text: string): void;
  /** A message that is shown for a while, and said. */
  toast(text: string, kind?: "note" | "error"): void;
  /** Show what went wrong; an abort is none. */
  fault(error: unknown): void;
}
