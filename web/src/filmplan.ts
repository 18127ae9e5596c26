// The cue plan as the page edits it: plain values, edits that give a new plan, and a history of them.

export type Cue = {
  number: number; sound: string; at_s: number; end_s: number | null; layer: "spot" | "bed"; intensity: number;
  gain_db: number; pan: number; pan_curve: [number, number][]; distance_m: number; recording: string; seed: number;
  model: string; knobs: Record<string, number>; locked: boolean; muted: boolean;
  what: string; when: string; how: string; where: string;
};
export type Scene = {
  start_s: number; end_s: number; ambience: string; level_db: number; soft: boolean; seed: number; muted: boolean;
};
export type Plan = {
  duration_s: number; film: string; space: string; prompt: string; ignored: string[]; scenes: Scene[]; cues: Cue[];
};
export type Seen = { time_s: number; kind: string; x: number; y: number; strength: number; sure: number };
/** What a job of the verb `cues` tells of a film. */
export type Look = {
  film: { duration_s: number; pictures: number; pictures_per_s: number; width: number; height: number; sound: boolean };
  shots: { start_s: number; end_s: number; soft: boolean }[];
  events: Seen[];
  motion: { times_s: number[]; values: number[] };
  thumbnails: { width: number; height: number; times_s: number[] };
  format: string;
  plan: Plan;
};

const LONGEST_TEXT = 95_000; // the service takes 100,000 characters
const REASONS = ["what", "when", "how", "where"];
const CUE: Cue = {
  number: 1, sound: "", at_s: 0, end_s: null, layer: "spot", intensity: 0.7, gain_db: 0, pan: 0, pan_curve: [],
  distance_m: 2, recording: "", seed: 0, model: "", knobs: {}, locked: false, muted: false,
  what: "", when: "", how: "", where: "",
};
const SCENE: Scene = { start_s: 0, end_s: 0, ambience: "", level_db: -14, soft: false, seed: 0, muted: false };
const PLAN: Plan = { duration_s: 0, film: "", space: "dry", prompt: "", ignored: [], scenes: [], cues: [] };

/** A plan as the service takes it: JSON, which is YAML too, without what is as by default. */
export function textOf(plan: Plan): string {
  const text = JSON.stringify({ ...plan, scenes: plan.scenes.map(sparse), cues: plan.cues.map(sparse) });
  if (text.length <= LONGEST_TEXT) return text;
  const bare = (cue: Cue) => Object.fromEntries(Object.entries(sparse(cue)).filter(([name]) => !REASONS.includes(name)));
  return JSON.stringify({ ...plan, scenes: plan.scenes.map(sparse), cues: plan.cues.map(bare) });
}

/** The plan that an earlier request holds, if the page wrote it. */
export function planOf(text: unknown): Plan | null {
  try {
    const said = JSON.parse(String(text)) as Plan;
    return {
      ...PLAN, ...said,
      scenes: (said.scenes ?? []).map((scene) => ({ ...SCENE, ...scene })),
      cues: (said.cues ?? []).map((cue) => ({ ...CUE, ...cue })),
    };
  } catch {
    return null;
  }
}

function sparse(part: object): Record<string, unknown> {
  const empty = (value: unknown) =>
    value === "" || value === null || value === false || (typeof value === "object" && !Object.keys(value!).length);
  return Object.fromEntries(Object.entries(part).filter(([, value]) => !empty(value)));
}

export function cueOf(plan: Plan, number: number): Cue | undefined {
  return plan.cues.find((cue) => cue.number === number);
}

/** The plan with one cue changed; what ends or moves with it goes along. */
export function withCue(plan: Plan, number: number, change: Partial<Cue>): Plan {
  return { ...plan, cues: plan.cues.map((cue) => (cue.number === number ? { ...cue, ...change } : cue)) };
}

export function moved(plan: Plan, number: number, to_s: number): Plan {
  const cue = cueOf(plan, number);
  if (!cue) return plan;
  const at_s = round(Math.min(Math.max(to_s, 0), Math.max(plan.duration_s - 0.001, 0)));
  const by = at_s - cue.at_s;
  const pan_curve = cue.pan_curve.map(([time, pan]) => [round(time + by), pan] as [number, number]);
  return withCue(plan, number, { at_s, pan_curve, end_s: cue.end_s === null ? null : round(cue.end_s + by) });
}

export function withScene(plan: Plan, at: number, change: Partial<Scene>): Plan {
  return { ...plan, scenes: plan.scenes.map((scene, here) => (here === at ? { ...scene, ...change } : scene)) };
}

export function without(plan: Plan, number: number): Plan {
  return { ...plan, cues: plan.cues.filter((cue) => cue.number !== number) };
}

/** The plan with a new cue, and its number. */
export function added(plan: Plan, at_s: number, sound: string): [Plan, number] {
  const number = Math.max(0, ...plan.cues.map((cue) => cue.number)) + 1;
  const cue = { ...CUE, number, sound, at_s: round(Math.min(at_s, plan.duration_s - 0.001)), seed: dice() };
  return [{ ...plan, cues: [...plan.cues, cue] }, number];
}

/** Another take of everything that is not locked. */
export function rolled(plan: Plan): Plan {
  return {
    ...plan,
    cues: plan.cues.map((cue) => (cue.locked ? cue : { ...cue, seed: dice() })),
    scenes: plan.scenes.map((scene) => ({ ...scene, seed: dice() })),
  };
}

export function inOrder(plan: Plan): Cue[] {
  return [...plan.cues].sort((a, b) => a.at_s - b.at_s || a.number - b.number);
}

export function dice(): number {
  return crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000;
}

export function round(seconds: number): number {
  return Math.round(seconds * 10_000) / 10_000;
}

const TOGETHER_MS = 900;
const DEEPEST = 200;

/** What was, is, and was undone. Edits with the same name within a second are one step. */
export class History {
  private past: Plan[] = [];
  private future: Plan[] = [];
  private last = { name: "", at: 0 };

  constructor(public now: Plan) {}

  push(plan: Plan, name = ""): void {
    const at = performance.now();
    const same = name !== "" && name === this.last.name && at - this.last.at < TOGETHER_MS;
    if (!same) this.past = [...this.past.slice(-DEEPEST), this.now];
    this.last = { name, at };
    this.future = [];
    this.now = plan;
  }

  get undoable(): boolean { return this.past.length > 0; }
  get redoable(): boolean { return this.future.length > 0; }

  undo(): void { this.step(this.past, this.future); }
  redo(): void { this.step(this.future, this.past); }

  private step(from: Plan[], to: Plan[]): void {
    const plan = from.pop();
    if (!plan) return;
    to.push(this.now);
    this.now = plan;
    this.last = { name: "", at: 0 };
  }
}
