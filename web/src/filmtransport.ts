// One clock for sound and picture: the sound card's. The picture follows it by its rate, and by a jump where it is far off.

const LEAD_S = 0.12; // from the click to the first sample, in which the picture gets going
const FAR_S = 0.3;
const FADE_S = 0.008;
const PULL = 4; // per second of drift
const SMOOTH = 0.25; // of the newest picture
const MOST = 0.25; // by which the picture runs faster or slower; its own sound is silent

type Voice = { node: AudioBufferSourceNode; gain: GainNode };

export class Transport {
  playing = false;
  onTime: (seconds: number) => void = () => {};
  onState: (playing: boolean) => void = () => {};
  private context: AudioContext | null = null;
  private voice: Voice | null = null;
  private buffer: AudioBuffer | null = null;
  private from = 0;
  private begun = 0; // by the context's clock, when `from` sounds
  private startup = 0; // how long the picture takes to begin, learned from how far off it was
  private fresh = false;
  private closed = false;
  private drift = 0; // of the picture before the sound, smoothed: a screen shows pictures when it can
  private asked = 0;
  private frame = 0;

  constructor(readonly video: HTMLVideoElement, private duration: number, private rate: number) {
    video.muted = true;
    video.playsInline = true;
    video.preload = "auto";
    if ("requestVideoFrameCallback" in video) this.watch();
  }

  /** Where it is: what is heard now, or would be heard first. */
  get time(): number {
    if (!this.playing) return this.from;
    return Math.min(Math.max(this.from + this.heard() - this.begun, this.from), this.duration);
  }

  /** What is heard from now on; null is silence. */
  load(buffer: AudioBuffer | null): void {
    this.buffer = buffer;
    if (this.playing) this.sound(this.context!.currentTime, this.from + this.context!.currentTime - this.begun);
  }

  /** The sound of a file's bytes, decoded. */
  async decode(bytes: ArrayBuffer): Promise<AudioBuffer> {
    return new OfflineAudioContext(2, 1, 48_000).decodeAudioData(bytes);
  }

  async play(): Promise<void> {
    if (this.playing) return;
    this.context ??= new AudioContext();
    await this.context.resume();
    if (this.from >= this.duration - 0.5 / this.rate) this.from = 0;
    this.begun = this.context.currentTime + LEAD_S;
    this.playing = true;
    this.sound(this.begun, this.from);
    this.picture();
    this.onState(true);
    cancelAnimationFrame(this.frame);
    this.frame = requestAnimationFrame(() => this.tick());
  }

  pause(): void {
    if (!this.playing) return;
    this.from = this.time;
    this.playing = false;
    clearTimeout(this.asked);
    this.silence();
    this.video.pause();
    this.show();
    this.onState(false);
    this.onTime(this.from);
  }

  toggle(): void {
    if (this.playing) this.pause();
    else void this.play();
  }

  seek(seconds: number): void {
    const was = this.playing;
    if (was) this.pause();
    this.from = Math.min(Math.max(seconds, 0), this.duration);
    this.show();
    this.onTime(this.from);
    if (was) void this.play();
  }

  close(): void {
    this.pause();
    this.closed = true;
    cancelAnimationFrame(this.frame);
    void this.context?.close();
  }

  private heard(): number {
    const context = this.context!;
    return context.currentTime - (context.outputLatency || context.baseLatency || 0);
  }

  private sound(when: number, offset: number): void {
    this.silence();
    if (!this.buffer || offset >= this.buffer.duration) return;
    const context = this.context!;
    const node = new AudioBufferSourceNode(context, { buffer: this.buffer });
    const gain = new GainNode(context, { gain: 0 });
    gain.gain.setValueAtTime(0, when);
    gain.gain.linearRampToValueAtTime(1, when + (offset > 0 ? FADE_S : 0.0005));
    node.connect(gain).connect(context.destination);
    node.start(when, Math.max(offset, 0));
    this.voice = { node, gain };
  }

  private silence(): void {
    if (!this.voice || !this.context) return;
    const { node, gain } = this.voice;
    const at = this.context.currentTime;
    gain.gain.cancelScheduledValues(at);
    gain.gain.setValueAtTime(gain.gain.value, at);
    gain.gain.linearRampToValueAtTime(0, at + FADE_S);
    node.stop(at + FADE_S);
    this.voice = null;
  }

  /** Show the picture of the present time, while nothing plays. */
  private show(): void {
    this.video.playbackRate = 1;
    if (this.video.readyState > 0) this.video.currentTime = Math.min(this.from + 0.001, this.duration);
  }

  /** Begin the picture so that it moves when the first sample is heard. */
  private picture(): void {
    const video = this.video;
    if (Math.abs(video.currentTime - this.from) > 0.5 / this.rate) video.currentTime = this.from;
    const wait = this.begun - this.heard() - this.startup;
    this.asked = window.setTimeout(() => {
      this.fresh = true;
      video.play().catch(() => {}); // one that the browser cannot show: the sound plays on
    }, Math.max(wait, 0) * 1000);
  }

  private tick(): void {
    if (!this.playing) return;
    const time = this.time;
    if (time >= this.duration - 1e-3) {
      this.pause();
      this.from = this.duration;
      this.onTime(this.from);
      return;
    }
    this.onTime(time);
    this.frame = requestAnimationFrame(() => this.tick());
  }

  /** Whenever a picture is about to be shown: whether it is the one that belongs to what is heard then. */
  private watch(): void {
    this.video.requestVideoFrameCallback((_, picture) => {
      if (this.closed) return;
      this.watch();
      if (!this.playing || this.video.paused || this.video.seeking) return;
      this.follow(picture.mediaTime - this.time - (picture.expectedDisplayTime - performance.now()) / 1000);
    });
  }

  private follow(drift: number): void {
    const video = this.video;
    if (this.fresh) {
      if (Math.abs(drift) < FAR_S) this.startup = Math.min(Math.max(this.startup - drift, -LEAD_S), LEAD_S);
      this.drift = drift;
      this.fresh = false;
    }
    this.drift += SMOOTH * (drift - this.drift);
    video.dataset.driftMs = (1000 * this.drift).toFixed(1);
    if (Math.abs(this.drift) > FAR_S) {
      video.currentTime = this.time + 0.05;
      this.drift = 0;
    } else if (Math.abs(this.drift) > 0.2 / this.rate)
      video.playbackRate = 1 - Math.min(Math.max(PULL * this.drift, -MOST), MOST);
    else if (video.playbackRate !== 1) video.playbackRate = 1;
  }
}
