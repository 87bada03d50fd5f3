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

/** For `evaluate`: by how many pixels the page is wider than the screen, and its colour. */
export const OVERFLOW = `document.documentElement.scrollWidth - document.documentElement.clientWidth`;
export const GROUND = `getComputedStyle(document.body).backgroundColor`;

let launched: Promise<Browser> | undefined;
/** One tab for each view; a tab shows one page after the other. */
const tabs = new Map<string, Promise<Page>>();

/** Ends the browser of this process, if one runs. */
export async function closeBrowser(): Promise<void> {
  const browser = await launched;
  launched = undefined;
  tabs.clear();
  await browser?.close();
}

async function openTab({ widthPx, colorScheme }: View): Promise<Page> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error(NO_BROWSER);
  launched ??= chromium.launch({ executablePath, args: FLAGS });
  const viewport = { width: widthPx, height: 900 };
  const browser = await launched;
  const context = await browser.newContext({ viewport, colorScheme, isMobile: widthPx < 500 });
  return context.newPage();
}

/** Opens the markup as a file and, when it is loaded, hands it to `look`. */
export async function showPage<T>(
  markup: string,
  view: View,
  look: (page: ShownPage) => Promise<T>,
): Promise<T> {
  const key = JSON.stringify(view);
  const tab = tabs.get(key) ?? openTab(view);
  tabs.set(key, tab);
  const page = await tab;
  const folder = await mkdtemp(join(tmpdir(), 'two-callers-page-'));
  const file = join(folder, 'page.html');
  const url = pathToFileURL(file).href;
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => complaints.push(message.text()));
  page.on('request', (request) => {
    if (request.url() !== url) requests.push(request.url());
  });
  try {
    await writeFile(file, markup);
    await page.goto(url);
    const evaluate = (expression: string) => page.evaluate(expression);
    return await look({ complaints, requests, evaluate });
  } finally {
    page.removeAllListeners();
    await rm(folder, { recursive: true, force: true });
  }
}
