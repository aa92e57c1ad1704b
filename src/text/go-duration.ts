/**
 * Formats a duration (ms, truncated to whole seconds) as Go and so the kubelet prints it: `42s`,
 * `5m0s`, `1h2m3s`. Keeps every second, unlike an age: positions and quoted back-offs need them.
 */
export function goDuration(ms: number): string {
  const total = Math.max(0, Math.floor(ms / 1000));
  const seconds = `${total % 60}s`;
  if (total < 60) return seconds;
  const minutes = Math.floor(total / 60);
  return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}
