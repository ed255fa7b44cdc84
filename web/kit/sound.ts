// Sounds of the box itself: a cashier listens, and does not look.

let context: AudioContext | null = null;
let asked = false;

// wake lets the page sound: browsers want a key or a touch first. The browser's sound is a process of its own, and the first
// AudioContext stops the whole page until that runs: seconds on a slow box, in the middle of the first scan of a day. So the
// page asks which devices there are first: the answer comes when it runs, and nothing waits for it.
export function wake() {
  if (context?.state === 'suspended') context.resume().catch(() => {});
  if (asked) return;
  asked = true;
  const devices: Promise<unknown> = navigator.mediaDevices?.enumerateDevices() ?? Promise.resolve();
  devices.catch(() => {}).then(open);
}

function open() {
  try {
    context = new AudioContext();
    if (context.state === 'suspended') context.resume().catch(() => {});
  } catch {
    // no sound card: the banner must do
  }
}

function tone(hertz: number, seconds: number, after = 0) {
  if (!context) return;
  const start = context.currentTime + after;
  const wave = context.createOscillator();
  const volume = context.createGain();
  wave.type = 'square';
  wave.frequency.value = hertz;
  volume.gain.setValueAtTime(0.15, start);
  volume.gain.setValueAtTime(0.15, start + seconds - 0.01);
  volume.gain.linearRampToValueAtTime(0, start + seconds);
  wave.connect(volume).connect(context.destination);
  wave.start(start);
  wave.stop(start + seconds);
}

// good: a scan went in. It sounds once the frame with the line has been made: a tone takes the thread time, too.
export const good = () => void requestAnimationFrame(() => setTimeout(() => tone(2400, 0.06)));

// bad: a scan did not go in.
export function bad() {
  tone(300, 0.45);
  tone(300, 0.45, 0.55);
}

// attention: a key that does nothing here.
export const attention = () => tone(800, 0.15);
