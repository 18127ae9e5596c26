// What the timeline draws on its canvases: only what is in sight, from the scroll position on.

import type { Look } from "./filmplan";

export const RULER = 22, THUMBS = 54, MOTION = 40, WAVE = 46; // heights in pixels

/** An outline as the service gives it: lowest and highest sample of each stretch, channel by channel. */
export type Peaks = { data: number[]; channels: number; length: number; samples_per_pixel: number; sample_rate: number };
/** `from` and `width` are pixels that are seen, `scale` is pixels a second, `colour` gives one of the page's by name. */
export type View = { from: number; width: number; scale: number; duration: number; colour: (name: string) => string };

/** Ruler, thumbnails, and motion with shots and what was seen. */
export function paintHead(pen: CanvasRenderingContext2D, view: View, look: Look, strip: ImageBitmap | null): void {
  const { width, scale, from, duration, colour } = view;
  const last = Math.min(duration, (from + width) / scale);
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600].find((one) => one * scale > 58) ?? 1200;
  pen.font = "11px system-ui, sans-serif";
  pen.textBaseline = "middle";
  for (let at = Math.floor(from / scale / step); at * step <= last; at += 1) {
    const x = Math.round(at * step * scale - from) + 0.5;
    line(pen, x, RULER - 7, x, RULER, colour("quiet"));
    pen.fillStyle = colour("quiet");
    pen.fillText(clock(at * step, step < 1), x + 4, RULER / 2);
    for (let part = 1; part < 5; part += 1) {
      const small = Math.round((at + part / 5) * step * scale - from) + 0.5;
      line(pen, small, RULER - 3, small, RULER, colour("line"));
    }
  }
  paintThumbs(pen, view, look, strip);
  const top = RULER + THUMBS, { times_s, values } = look.motion;
  pen.beginPath();
  pen.moveTo(-from, top + MOTION);
  for (let at = 0; at < times_s.length; at += 1)
    pen.lineTo(times_s[at] * scale - from, top + MOTION - 2 - values[at] * (MOTION - 8));
  pen.lineTo(view.duration * scale - from, top + MOTION);
  pen.closePath();
  pen.fillStyle = colour("soft");
  pen.fill();
  pen.strokeStyle = colour("accent");
  pen.globalAlpha = 0.55;
  pen.stroke();
  pen.globalAlpha = 1;
  for (const shot of look.shots.slice(1)) {
    const x = Math.round(shot.start_s * scale - from) + 0.5;
    line(pen, x, RULER, x, top + MOTION, colour("bad"));
  }
  pen.fillStyle = colour("warm");
  for (const event of look.events) {
    const x = event.time_s * scale - from;
    pen.beginPath();
    pen.arc(x, top + MOTION - 5, 2 + 1.5 * event.strength, 0, 7);
    pen.fill();
  }
}

function paintThumbs(pen: CanvasRenderingContext2D, view: View, look: Look, strip: ImageBitmap | null): void {
  const { width, height, times_s } = look.thumbnails, { from, scale } = view;
  if (!strip || !times_s.length) return;
  const wide = (width * THUMBS) / height, end = Math.min(view.duration * scale - from, view.width);
  const first = Math.floor(from / wide);
  for (let x = first * wide - from, at = first; x < end; x += wide, at += 1) {
    const middle = ((at + 0.5) * wide) / scale;
    let best = 0;
    for (let k = 1; k < times_s.length; k += 1)
      if (Math.abs(times_s[k] - middle) < Math.abs(times_s[best] - middle)) best = k;
    const seen = Math.min(wide, end - x);
    pen.drawImage(strip, best * width, 0, (width * seen) / wide, height, x, RULER, Math.max(seen - 1, 0.5), THUMBS - 1);
  }
}

/** The outline of a sound. */
export function paintWave(pen: CanvasRenderingContext2D, view: View, peaks: Peaks): void {
  const { data, channels, length, samples_per_pixel, sample_rate } = peaks, { from, scale, width } = view;
  const each = (samples_per_pixel / sample_rate) * scale;
  pen.fillStyle = view.colour("wave");
  for (let x = 0; x < width; x += 1) {
    const first = Math.floor((from + x) / each), last = Math.min(Math.max(Math.ceil((from + x + 1) / each), first + 1), length);
    let low = 0, high = 0;
    for (let at = first; at < last; at += 1)
      for (let channel = 0; channel < channels; channel += 1) {
        low = Math.min(low, data[(at * channels + channel) * 2]);
        high = Math.max(high, data[(at * channels + channel) * 2 + 1]);
      }
    if (first >= length) break;
    const top = WAVE / 2 - (high / 128) * (WAVE / 2 - 2), bottom = WAVE / 2 - (low / 128) * (WAVE / 2 - 2);
    pen.fillRect(x, top, 1, Math.max(bottom - top, 1));
  }
}

/** A canvas of so many CSS pixels, cleared and ready to be drawn on. */
export function prepared(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const dense = Math.min(devicePixelRatio || 1, 2);
  canvas.width = Math.round(width * dense);
  canvas.height = Math.round(height * dense);
  Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
  const pen = canvas.getContext("2d")!;
  pen.scale(dense, dense);
  return pen;
}

function line(pen: CanvasRenderingContext2D, x0: number, y0: number, x1: number, y1: number, colour: string): void {
  pen.strokeStyle = colour;
  pen.beginPath();
  pen.moveTo(x0, y0);
  pen.lineTo(x1, y1);
  pen.stroke();
}

function clock(seconds: number, parts: boolean): string {
  const whole = Math.floor(seconds + 1e-6);
  const rest = parts ? `.${Math.round((seconds - whole) * 10)}` : "";
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}${rest}`;
}
