// A song plan as the service writes it, and what an edit of it means. Nothing here touches the page.

export type Section = {
  name: string; bars: number; energy: number; chords: string[]; play: Record<string, string>; dynamics: string;
  lyrics: string[]; prompt: string; key: string; styles: string[]; without: string[]; motif: string;
};
export type Part = { instrument: string; role: string; gain_db: number; pan: number | null };
export type SongPlan = {
  title: string; duration_s: number; tempo_bpm: number; metre: string; key: string; styles: string[];
  parts: Record<string, Part>; sections: Section[]; ending: string; prompt: string;
  understood: Record<string, string>; ignored: string[]; [more: string]: unknown;
};
export type Span = [number, number];

/** Felt beats in a bar: 6/8, 9/8 and 12/8 are counted in dotted quarters. */
export function beats(metre: string): number {
  const [count, unit] = metre.split("/").map(Number);
  return unit === 8 && [6, 9, 12].includes(count) ? count / 3 : count;
}

export function barSeconds(plan: SongPlan): number {
  return (60 * beats(plan.metre)) / plan.tempo_bpm;
}

/** Seconds after the last bar in which the ending rings. */
export function ring(plan: SongPlan): number {
  return Math.max(0, plan.duration_s - bars(plan) * barSeconds(plan));
}

function bars(plan: SongPlan): number {
  return plan.sections.reduce((sum, section) => sum + section.bars, 0);
}

/** When each section is heard; the ring of the ending belongs to the last. */
export function spans(plan: SongPlan): Span[] {
  const bar = barSeconds(plan);
  let at = 0;
  return plan.sections.map((section, index) => {
    const from = at;
    at += section.bars * bar;
    return [from, index + 1 === plan.sections.length ? plan.duration_s : at];
  });
}

/** A plan changed: its length follows its bars and tempo, with as long a ring as before. */
export function changed(plan: SongPlan, change: Partial<SongPlan>): SongPlan {
  const next: SongPlan = { ...plan, ...change };
  const rest = ring(plan);
  const length = bars(next) * barSeconds(next);
  if (Math.abs(length - bars(plan) * barSeconds(plan)) > 1e-9) {
    next.duration_s = next.ending === "loop" ? length : Math.ceil((length + rest) * 1000) / 1000;
  }
  return next;
}

export function withSection(plan: SongPlan, index: number, change: Partial<Section>): SongPlan {
  return changed(plan, { sections: plan.sections.map((one, at) => (at === index ? { ...one, ...change } : one)) });
}

/** Move, copy or take out a section: `to` is where it goes, null for nowhere. */
export function moved(plan: SongPlan, index: number, to: number): SongPlan {
  const sections = [...plan.sections];
  const [one] = sections.splice(index, 1);
  sections.splice(to, 0, one);
  return changed(plan, { sections });
}

export function copied(plan: SongPlan, index: number): SongPlan {
  const sections = [...plan.sections];
  const like = sections[index];
  sections.splice(index + 1, 0, { ...like, motif: like.motif || like.name, name: fresh(like.name, sections) });
  return changed(plan, { sections });
}

export function without(plan: SongPlan, index: number): SongPlan {
  return changed(plan, { sections: plan.sections.filter((_, at) => at !== index) });
}

/** A name that no section has yet: "verse" becomes "verse 2". */
function fresh(name: string, sections: Section[]): string {
  const stem = name.replace(/ \d+$/, "");
  for (let number = 2; ; number += 1) {
    const wanted = `${stem} ${number}`;
    if (!sections.some((section) => section.name === wanted)) return wanted;
  }
}

/** Whether the sections of two plans lie at the same times, so that one can be played anew alone. */
export function alike(a: SongPlan, b: SongPlan): boolean {
  const [ours, theirs] = [spans(a), spans(b)];
  return ours.length === theirs.length && ours.every((span, at) =>
    Math.abs(span[0] - theirs[at][0]) < 1e-6 && Math.abs(span[1] - theirs[at][1]) < 1e-6);
}

/** Whether two values are the same as JSON. */
export function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** What a message about a plan is about: the words without the line, and the section (from 0 on), if it names one. */
export function reading(message: string): { words: string; section: number | null } {
  const words = message.replace(/^plan line \d+: /, "");
  const found = /^sections\[(\d+)\]/.exec(words);
  return { words: words.replace(/^sections\[\d+\]\.?/, ""), section: found ? Number(found[1]) : null };
}
