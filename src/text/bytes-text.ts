/** Formats a number of bytes for people: `1.2 MB`. */
export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const power = bytes < 999_500 ? 1 : bytes < 999_500_000 ? 2 : 3;
  const amount = bytes / 1000 ** power;
  return `${amount.toFixed(amount < 9.95 ? 1 : 0)} ${['kB', 'MB', 'GB'][power - 1]}`;
}
