import { objectOf } from '../text/json.ts';
import { safeLine } from '../text/safe-text.ts';
import type { PodRecord } from '../timeline/state.ts';
import { type FullObject, LOADING } from '../view/detail/spec-tab.ts';

interface Fetched {
  readonly version: string;
  readonly uid: string;
  readonly object: FullObject;
}

function versionOf({ pod, line, arrivedAt }: PodRecord): string {
  return `${pod.uid} ${line} ${arrivedAt}`;
}

/**
 * The whole object of the pod on the screen: fetched on demand, and again when a newer arrival of
 * the pod is shown; the old one stays until then. One fetch runs at a time, so that a pod that
 * changes constantly causes no more requests than answers.
 */
export class FullObjects {
  readonly #getObject: (record: PodRecord) => Promise<unknown>;
  readonly #onFetched: () => void;
  #fetched: Fetched | null = null;
  #underWay: Promise<void> | null = null;

  /** @param getObject as in a session. @param onFetched is called when another object is known. */
  constructor(getObject: (record: PodRecord) => Promise<unknown>, onFetched: () => void) {
    this.#getObject = getObject;
    this.#onFetched = onFetched;
  }

  /** The object of the pod, as far as known. */
  of(record: PodRecord | null): FullObject {
    return this.#fetched !== null && this.#fetched.uid === record?.pod.uid ? this.#fetched.object : LOADING;
  }

  /** Fetches the object of the pod, unless the known one is as new as this. */
  want(record: PodRecord): void {
    if (this.#underWay !== null || this.#fetched?.version === versionOf(record)) return;
    this.#underWay = fetchObject(this.#getObject, record).then((object) => {
      this.#underWay = null;
      this.#fetched = { version: versionOf(record), uid: record.pod.uid, object };
      this.#onFetched();
    });
  }

  /** Resolves when no fetch is in progress. */
  async settled(): Promise<void> {
    while (this.#underWay !== null) await this.#underWay;
  }
}

async function fetchObject(getObject: (record: PodRecord) => Promise<unknown>, record: PodRecord): Promise<FullObject> {
  try {
    // The YAML library is loaded on demand, not at start.
    const [raw, { yamlOf }] = await Promise.all([getObject(record), import('../text/yaml-text.ts')]);
    const object = objectOf(raw);
    if (Object.keys(object).length === 0) return { type: 'failed', why: 'the source gave nothing' };
    return { type: 'known', object, yaml: yamlOf(object) };
  } catch (error) {
    return { type: 'failed', why: safeLine(error instanceof Error ? error.message : String(error)) };
  }
}
