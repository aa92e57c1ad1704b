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
 * The whole object of the pod that somebody looks at: fetched when it is wanted, and again when a
 * newer arrival of the pod is shown; until that has come, the one before stays. One fetch runs at a
 * time, so that a pod that changes all the time asks no more than is answered.
 */
export class FullObjects {
  readonly #getObject: (record: PodRecord) => Promise<unknown>;
  readonly #onFetched: () => void;
  #fetched: Fetched | null = null;
  #underWay: Promise<void> | null = null;

  /** @param getObject as a session's. @param onFetched is called when another object is known. */
  constructor(getObject: (record: PodRecord) => Promise<unknown>, onFetched: () => void) {
    this.#getObject = getObject;
    this.#onFetched = onFetched;
  }

  /** The object of the pod, as far as it is known now. */
  of(record: PodRecord | null): FullObject {
    return this.#fetched !== null && this.#fetched.uid === record?.pod.uid ? this.#fetched.object : LOADING;
  }

  /** Fetches the object of the pod, unless what is known of it is as new as this. */
  want(record: PodRecord): void {
    if (this.#underWay !== null || this.#fetched?.version === versionOf(record)) return;
    this.#underWay = fetchObject(this.#getObject, record).then((object) => {
      this.#underWay = null;
      this.#fetched = { version: versionOf(record), uid: record.pod.uid, object };
      this.#onFetched();
    });
  }

  /** Resolves when nothing is being fetched any more. */
  async settled(): Promise<void> {
    while (this.#underWay !== null) await this.#underWay;
  }
}

async function fetchObject(getObject: (record: PodRecord) => Promise<unknown>, record: PodRecord): Promise<FullObject> {
  try {
    // The YAML library is loaded when somebody looks, not when crashtop starts.
    const [raw, { yamlOf }] = await Promise.all([getObject(record), import('../text/yaml-text.ts')]);
    const object = objectOf(raw);
    if (Object.keys(object).length === 0) return { type: 'failed', why: 'the source gave nothing' };
    return { type: 'known', object, yaml: yamlOf(object) };
  } catch (error) {
    return { type: 'failed', why: safeLine(error instanceof Error ? error.message : String(error)) };
  }
}
