// The table of figures. Adding one is a file and a row here.

import type { Figure } from './figure.js';
import { callers } from './figures/callers.js';
import { capacity } from './figures/capacity.js';
import { exhibit } from './figures/exhibit.js';
import { health } from './figures/health.js';
import { memory } from './figures/memory.js';
import { mixed } from './figures/mixed.js';
import { overload } from './figures/overload.js';
import { payload } from './figures/payload.js';
import { tail } from './figures/tail.js';
import { tallies } from './figures/tallies.js';
import { thin } from './figures/thin.js';
import { threads } from './figures/threads.js';
import { wakeup } from './figures/wakeup.js';

export const FIGURES = {
  capacity,
  thin,
  health,
  mixed,
  threads,
  overload,
  callers,
  payload,
  tail,
  tallies,
  wakeup,
  exhibit,
  memory,
} as const satisfies Readonly<Record<string, Figure>>;

export type FigureName = keyof typeof FIGURES;
export const FIGURE_NAMES = Object.keys(FIGURES) as readonly FigureName[];
