/** The tabs of the drill-down, in the order of their digits. */
export const TABS = ['why', 'runs', 'logs', 'events', 'spec', 'related'] as const;
export type Tab = (typeof TABS)[number];
