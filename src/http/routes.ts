// The route table: what can be asked and what is answered. Matching, 405, OpenAPI, the metrics'
// labels and the reference derive from it. Adding a route is one row in one of the two parts.

import type { Route } from './route.js';
import { SCORING_ROUTES } from './routes-scoring.js';
import { SERVICE_ROUTES } from './routes-service.js';

export const ROUTES: readonly Route[] = [...SERVICE_ROUTES, ...SCORING_ROUTES];
