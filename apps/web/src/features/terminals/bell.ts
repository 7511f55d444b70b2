const TONE_HZ = 660;
const LENGTH_S = 0.09;
const LOUDNESS = 0.06;

let audio: AudioContext | undefined;

/** A short, quiet tone. Browsers allow it once the person has touched the page. */
export function soundBell(): void {
  audio ??= new AudioContext();
  const tone = audio.createOscillator();
  const volume = audio.createGain();
  tone.frequency.value = TONE_HZ;
  volume.gain.setValueAtTime(LOUDNESS, audio.currentTime);
  volume.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + LENGTH_S);
  tone.connect(volume).connect(audio.destination);
  tone.start();
  tone.stop(audio.currentTime + LENGTH_S);
}
