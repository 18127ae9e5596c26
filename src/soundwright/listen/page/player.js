// One clock for all sounds of a trial. Every sound starts at the same instant and runs on unheard; to move between them
// only changes which gain is 1, at one sample, so the place stays the same, nothing is missing, and nothing is mixed
// (ITU-R BS.1534-3 forbids a crossfade between systems). A chosen stretch is looped as a copy whose two ends are faded.

export const FADE_S = 0.005; // raised cosine, of loops and of starting and stopping in the middle
export const SHORTEST_LOOP_S = 0.5;
const AHEAD_S = 0.02; // what is asked for takes effect so much later, at a time that the audio thread can still meet

const raisedCosine = (share) => 0.5 - 0.5 * Math.cos(Math.PI * share);
const RISE = Float32Array.from({ length: 65 }, (_, at) => raisedCosine(at / 64));
const FALL = RISE.slice().reverse();

export function stretch(context, buffer, begin, end) {
  if (begin === 0 && end === buffer.length) return buffer;
  const cut = context.createBuffer(buffer.numberOfChannels, end - begin, buffer.sampleRate);
  const count = Math.round(FADE_S * buffer.sampleRate);
  const rise = Float32Array.from({ length: count }, (_, at) => raisedCosine((at + 0.5) / count));
  for (let channel = 0; channel < buffer.numberOfChannels; channel += 1) {
    const samples = buffer.getChannelData(channel).slice(begin, end);
    for (let at = 0; at < count; at += 1) {
      samples[at] *= rise[at];
      samples[samples.length - 1 - at] *= rise[at];
    }
    cut.copyToChannel(samples, channel);
  }
  return cut;
}

export class Player {
  // `buffers` maps names to sounds of one length and the context's rate.
  constructor(context, buffers, { loops = true, onend = () => {} } = {}) {
    Object.assign(this, { context, buffers, loops, onend });
    this.rate = context.sampleRate;
    this.frames = Math.max(...[...buffers.values()].map((buffer) => buffer.length));
    this.region = [0, this.frames];
    [this.active] = buffers.keys();
    this.out = context.createGain();
    this.out.connect(context.destination);
    this.voices = null;
    this.rest = 0; // the frame at which a stopped sound goes on
  }

  get playing() {
    return this.voices !== null;
  }

  get duration() {
    return this.frames / this.rate;
  }

  // Seconds in the sound at the context's present time.
  get position() {
    return this.frame(this.context.currentTime) / this.rate;
  }

  frame(time) {
    if (!this.voices) return this.rest;
    const [begin, end] = this.region;
    const gone = Math.max(0, Math.round((time - this.voices.at) * this.rate)) + this.voices.from;
    return this.loops ? begin + (gone % (end - begin)) : Math.min(begin + gone, end);
  }

  soon() {
    return Math.ceil((this.context.currentTime + AHEAD_S) * this.rate) / this.rate;
  }

  play(at = this.soon(), frame = this.rest) {
    this.stop(at);
    const [begin, end] = this.region;
    const from = frame > begin && frame < end - 1 ? frame - begin : 0;
    const edge = this.context.createGain();
    edge.connect(this.out);
    if (from > 0) edge.gain.setValueCurveAtTime(RISE, at, FADE_S);
    const gains = new Map();
    const sources = [];
    for (const [name, buffer] of this.buffers) {
      const gain = this.context.createGain();
      gain.gain.value = name === this.active ? 1 : 0;
      gain.connect(edge);
      const source = this.context.createBufferSource();
      source.buffer = stretch(this.context, buffer, begin, end);
      source.loop = this.loops;
      source.connect(gain);
      source.start(at, from / this.rate);
      gains.set(name, gain);
      sources.push(source);
    }
    const voices = { at, from, edge, gains, sources };
    if (!this.loops) {
      sources[0].onended = () => {
        if (this.voices !== voices) return;
        this.voices = null;
        this.rest = 0;
        this.onend();
      };
    }
    this.voices = voices;
  }

  stop(at = this.soon()) {
    if (!this.voices) return;
    const { edge, sources } = this.voices;
    this.rest = this.frame(at);
    this.voices = null;
    edge.gain.cancelScheduledValues(at);
    edge.gain.setValueCurveAtTime(FALL, at, FADE_S);
    for (const source of sources) source.stop(at + FADE_S);
  }

  // Hear `name` from one sample on, at the place where the other was.
  switchTo(name, at = this.soon()) {
    if (this.voices && name !== this.active) {
      this.voices.gains.get(this.active).gain.setValueAtTime(0, at);
      this.voices.gains.get(name).gain.setValueAtTime(1, at);
    }
    this.active = name;
  }

  seek(second) {
    const [begin, end] = this.region;
    const frame = Math.min(Math.max(Math.round(second * this.rate), begin), end - 1);
    if (this.voices) this.play(this.soon(), frame);
    else this.rest = frame;
  }

  // Loop from `begin` to `end` in seconds; a loop that would be too short is made long enough.
  setLoop(begin, end) {
    const least = Math.min(Math.round(SHORTEST_LOOP_S * this.rate), this.frames);
    const first = Math.min(Math.max(Math.round(begin * this.rate), 0), this.frames - least);
    const last = Math.min(Math.max(Math.round(end * this.rate), first + least), this.frames);
    const was = this.playing;
    this.stop();
    this.region = [first, last];
    this.rest = first;
    if (was) this.play(this.soon() + FADE_S);
  }
}
