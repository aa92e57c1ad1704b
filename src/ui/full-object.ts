import { useEffect, useRef, useState } from 'react';
import { objectOf } from '../text/json.ts';
import { safeLine } from '../text/safe-text.ts';
import type { PodRecord } from '../timeline/state.ts';
import type { FullObject } from '../view/detail/spec-tab.ts';

interface Fetched {
  readonly version: string;
  readonly uid: string;
  readonly object: FullObject;
}

const LOADING: FullObject = { type: 'loading' };

function versionOf({ pod, line, arrivedAt }: PodRecord): string {
  return `${pod.uid} ${line} ${arrivedAt}`;
}

/**
 * The whole object of a pod, fetched while it is wanted and again when a newer arrival of the pod is shown; until that has
 * come, the one before stays. Without a record nothing is fetched. One fetch runs at a time, so that a pod that changes all the time asks no more than is answered.
 */
export function useFullObject(
  getObject: (record: PodRecord) => Promise<unknown>,
  record: PodRecord | null,
  wanted: boolean,
): FullObject {
  const [fetched, setFetched] = useState<Fetched | null>(null);
  const isUnderWay = useRef(false);
  useEffect(() => {
    if (!wanted || record === null || isUnderWay.current || fetched?.version === versionOf(record)) return;
    isUnderWay.current = true;
    void fetchObject(getObject, record).then((object) => {
      isUnderWay.current = false;
      setFetched({ version: versionOf(record), uid: record.pod.uid, object });
    });
  }, [getObject, record, wanted, fetched]);
  return fetched !== null && fetched.uid === record?.pod.uid ? fetched.object : LOADING;
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
