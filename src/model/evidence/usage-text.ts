/**
 * The first lines of usage texts by Go's flag, cobra, argparse, click, clap, getopt, urfave/cli and
 * the like.
 */
const START =
  /^\s{0,4}usage(?: of \S{1,300})?:(?:\s|$)|^\s{0,4}usage: |^(?:NAME|USAGE|COMMANDS|OPTIONS):$|^BusyBox v[\d.]{1,20} \(/i;
/** A list of options without a heading before it. */
const LIST = /^(?:Options|Flags|Commands|Arguments):$/i;
const OPTION = /^\s{1,12}(?:-{1,2}\w|\S{1,40}\s{2,})/;
/** Symfony: cache:clear [--no-warmup] [-h|--help] */
const SYNOPSIS = /^\S{1,80} (?:\[[^\]]{1,120}\] ?){2,40}/;

/** Does a usage text begin on that line? */
export function isUsageStart(lines: readonly string[], index: number): boolean {
  const line = lines[index] as string;
  return (
    START.test(line) || (LIST.test(line) && OPTION.test(lines[index + 1] ?? '')) || (SYNOPSIS.test(line) && line.includes('[-'))
  );
}

/** An argument parser's complaint after its usage, at the margin. */
const COMPLAINT =
  /\berror\b|^(?:unknown|unrecogni[sz]ed|missing|invalid|illegal|unexpected|required|no such|flag |ambiguous|not enough|too many|bad )/i;
const LINES = 150;

/**
 * A usage text: the index of the line after it, and whether that line is the complaint about the
 * arguments.
 */
export interface Usage {
  readonly end: number;
  readonly endsInComplaint: boolean;
}

/** The usage text that begins on that line. */
export function usageAt(lines: readonly string[], start: number): Usage {
  for (let i = start + 1; i < Math.min(lines.length, start + LINES); i++) {
    const line = lines[i] as string;
    if (line === '' || /^\s/.test(line)) continue;
    if (COMPLAINT.test(line) || LOGGED.test(line)) return { end: i, endsInComplaint: COMPLAINT.test(line) };
  }
  return { end: Math.min(lines.length, start + LINES), endsInComplaint: false };
}

/**
 * The program's own output resumes with a line of JSON, or one with a level; a box holds click's
 * complaint.
 */
const LOGGED = /^\{|^\[|^(?:[A-Z]{4,8})\b[: ]|^Error$|^Traceback /;
