// What a scenario has to say of its runs; the rest of a section is the same for all. Types only.

import type { Section } from '../model.js';
import type { View } from './view.js';

export type Told = Pick<Section, 'title' | 'says' | 'charts' | 'tables' | 'how' | 'changes'>;

/** Never throws, whatever is missing; `how` leaves out what the runs say of themselves. */
export type Telling = (view: View) => Told;
