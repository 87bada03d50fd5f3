// Shows a page in headless Chromium, records its errors and requests. One browser serves a whole
// test file: it starts at the first page, and `closeBrowser` (in the suite's `after`) ends it.
// Each page has a context of its own: no cache, no storage, no cookies of another page.
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
export const NO_BROWSER = `no browser on PATH: ${NAMES.join(', ')} (Debian: chromium)`;

// Without these, Chromium makes requests to its vendor. Its sandbox does not start in a container.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** The path of a browser, or null. Playwright's own download is never used. */
export function findBrowser(): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
  const paths = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const isExecutable = (path: string) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  };
  return paths.find(isExecutable) ?? null;
}

export interface View {
  readonly widthPx: number;
  readonly colorScheme: 'light' | 'dark';
}

/** A page as a reader sees it. */
export interface ShownPage {
  /** Evaluates an expression in the page; its value must survive JSON. */
  evaluate(expression: string): Promise<unknown>;
  /** Errors and warnings since the page was opened. */
  readonly complaints: readonly string[];
  /** Addresses that the page requested; its own is left out. */
  readonly requests: readonly string[];
}

let launched: Promise<Browser> | undefined;

/** Ends the browser of this process, if one runs. */
export async function closeBrowser(): Promise<void> {
  const browser = await launched;
  launched = undefined;
  await browser?.close();
}

function watch(page: Page, url: string): { complaints: string[]; requests: string[] } {
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  return { complaints, requests };
}

/** Opens the markup as a file, hands it to `look` when it is loaded, and closes it. */
export async function showPage<T>(
  markup: string,
  { widthPx, colorScheme }: View,
  look: (page: ShownPage) => Promise<T>,
): Promise<T> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error(NO_BROWSER);
  launched ??= chromium.launch({ executablePath, args: FLAGS });
  const context = await (await launched).newContext({
    viewport: { width: widthPx, height: 900 },
    colorScheme,
    isMobile: widthPx < 500,
  });
  const folder = await mkdtemp(join(tmpdir(), 'two-callers-page-'));
  try {
    const file = join(folder, 'page.html');
    await writeFile(file, markup);
    const page = await context.newPage();
    const url = pathToFileURL(file).href;
    const watched = watch(page, url);
    await page.goto(url);
    return await look({ ...watched, evaluate: (expression) => page.evaluate(expression) });
  } finally {
    await context.close();
    await rm(folder, { recursive: true, force: true });
  }
}
