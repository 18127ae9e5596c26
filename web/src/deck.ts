// Playing: one clock over a mix and its stems, which begin on the same sample, and a change of take without a gap.

export const RATE = 48_000;
const LEAD_S = 0.004; // by which a start is announced, so that all voices begin together
const FADE_S = 0.008; // of a change: too short to be heard as a fade, long enough not to click

/** Sound of a file at the studio's rate. Raises `DOMException` for what the browser cannot decode. */
export function decode(bytes: ArrayBuffer): Promise<AudioBuffer> {
  return new OfflineAudioContext(2, 1, RATE).decodeAudioData(bytes);
}

type Voice = { source: AudioBufferSourceNode; gain: GainNode; name: string };

/** "" is the mix; every other name is a stem. */
type Levels = Map<string, number>;

export class Deck {
  readonly analysers: AnalyserNode[] = [];
  playing = false;
  onEnd: () => void = () => {};
  private context?: AudioContext;
  private out?: GainNode;
  private voices: Voice[] = [];
  private buffers = new Map<string, AudioBuffer>();
  private levels: Levels = new Map([["", 1]]);
  private offset = 0; // seconds into the sound at `began`
  private began = 0;
  private span: [number, number] | null = null;
  private level = 1;

  get duration(): number {
    return this.buffers.get("")?.duration ?? 0;
  }

  get time(): number {
    if (!this.playing || !this.context) return this.offset;
    const at = this.offset + Math.max(0, this.context.currentTime - this.began);
    if (!this.span || this.offset >= this.span[1]) return Math.min(at, this.duration);
    const [from, to] = this.span;
    return at < to ? at : from + ((at - from) % (to - from));
  }

  get repeat(): [number, number] | null {
    return this.span;
  }

  /** Hear these sounds from now on, from the same position; `""` is the mix. */
  hold(buffers: Map<string, AudioBuffer>): void {
    const at = this.time;
    this.buffers = buffers;
    if (this.span && this.span[1] > this.duration + 0.01) this.span = null;
    if (this.playing) this.start(Math.min(at + LEAD_S, this.duration)); // as far on as the old one will be by then
    else this.offset = Math.min(at, this.duration);
  }

  /** How loud the mix ("") and each stem are, 0 to 1. */
  mix(levels: Levels): void {
    this.levels = levels;
    for (const voice of this.voices) this.turn(voice.gain, this.gainOf(voice.name));
  }

  /** Repeat a stretch, or with null nothing. */
  loop(span: [number, number] | null): void {
    const at = this.time;
    this.span = span;
    if (this.playing) this.start(span && (at < span[0] || at >= span[1]) ? span[0] : at);
    else if (span && (at < span[0] || at >= span[1])) this.offset = span[0];
  }

  volume(level: number): void {
    this.level = level;
    if (this.out) this.turn(this.out, level);
  }

  async play(): Promise<void> {
    if (!this.buffers.size) return;
    const context = this.open();
    await context.resume();
    this.start(this.offset >= this.duration - 0.01 ? (this.span?.[0] ?? 0) : this.offset);
  }

  pause(): void {
    this.offset = this.time;
    this.playing = false;
    this.hush();
  }

  seek(seconds: number): void {
    const at = Math.min(Math.max(0, seconds), this.duration);
    if (this.playing) this.start(at);
    else this.offset = at;
  }

  close(): void {
    this.pause();
    void this.context?.close();
    this.context = undefined;
  }

  private open(): AudioContext {
    if (this.context) return this.context;
    this.context = new AudioContext({ sampleRate: RATE, latencyHint: "interactive" });
    this.out = new GainNode(this.context, { gain: this.level });
    this.out.connect(this.context.destination);
    const apart = new ChannelSplitterNode(this.context, { numberOfOutputs: 2 });
    this.out.connect(apart);
    for (const channel of [0, 1]) {
      const analyser = new AnalyserNode(this.context, { fftSize: 2048 });
      apart.connect(analyser, channel);
      this.analysers.push(analyser);
    }
    return this.context;
  }

  private start(at: number): void {
    const context = this.open();
    this.hush();
    const when = context.currentTime + LEAD_S;
    for (const [name, buffer] of this.buffers) {
      const source = new AudioBufferSourceNode(context, { buffer });
      if (this.span) Object.assign(source, { loop: true, loopStart: this.span[0], loopEnd: this.span[1] });
      if (this.span && at >= this.span[1]) source.loop = false;
      const gain = new GainNode(context, { gain: 0 });
      gain.gain.setValueAtTime(0, when);
      gain.gain.linearRampToValueAtTime(this.gainOf(name), when + FADE_S);
      source.connect(gain).connect(this.out!);
      source.start(when, at);
      if (name === "") source.onended = () => this.ended(source);
      this.voices.push({ source, gain, name });
    }
    this.offset = at;
    this.began = when;
    this.playing = true;
  }

  private ended(source: AudioBufferSourceNode): void {
    if (!this.playing || !this.voices.some((voice) => voice.source === source)) return;
    this.voices = [];
    this.playing = false;
    this.offset = this.duration;
    this.onEnd();
  }

  private hush(): void {
    const at = this.context?.currentTime ?? 0;
    for (const { source, gain } of this.voices) {
      gain.gain.cancelScheduledValues(at);
      gain.gain.setValueAtTime(gain.gain.value, at);
      gain.gain.linearRampToValueAtTime(0, at + FADE_S);
      source.stop(at + 2 * FADE_S);
    }
    this.voices = [];
  }

  private gainOf(name: string): number {
    return this.levels.get(name) ?? 0;
  }

  private turn(gain: GainNode, level: number): void {
    gain.gain.setTargetAtTime(level, gain.context.currentTime, FADE_S / 2);
  }
}
