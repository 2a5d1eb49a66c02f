/**
 * Notebooks in JupyterLab, opened and run in a browser as a user does.
 *
 * Not part of mod.ts, which every notebook loads: none needs a browser.
 */
import { basename, delimiter, join } from "node:path";
import {
  type Browser,
  chromium,
  errors,
  type Locator,
  type Page,
} from "playwright-core";
import { DataError, type Progress, silent } from "../core/mod.ts";
import type { Finding } from "./checker.ts";
import { type Lab, startLab } from "./lab.ts";
import {
  formatNotebook,
  isMeantToThrow,
  type Notebook,
  notebookName,
  type Output,
  parseNotebook,
  readNotebook,
} from "./notebook.ts";

/** How to check notebooks in JupyterLab. */
export interface LabCheckOptions {
  /** JupyterLab, prepared. */
  lab: Lab;
  /** Path of the browser. */
  browser: string;
  /** Folder for copies of the notebooks, inside the project so that its imports apply; removed afterwards. */
  folder: string;
  /** Folder for the screenshots. */
  screenshots: string;
  /** Seconds that a notebook may run. */
  limit_s: number;
  /** Takes news: the step is the name of the notebook. */
  progress?: Progress;
}

/** Names under which Chromium and its kin are installed. */
const browserNames = [
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "microsoft-edge",
];

/** Where they are on systems that do not put programs on the path. */
const browserPlaces = [
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe",
  "C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe",
];

/**
 * Path of Chromium, or of a browser that is built on it.
 *
 * @param path Value of the variable PATH.
 * @param places Paths to try after it.
 * @throws {DataError} If there is none, with what to install.
 */
export async function findChromium(
  path: string = Deno.env.get("PATH") ?? "",
  places: readonly string[] = browserPlaces,
): Promise<string> {
  const folders = path.split(delimiter).filter((folder) => folder !== "");
  const candidates = [
    ...browserNames.flatMap((name) => folders.map((dir) => join(dir, name))),
    ...places,
  ];
  for (const candidate of candidates) {
    try {
      if ((await Deno.stat(candidate)).isFile) return candidate;
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  throw new DataError(
    "Cannot check notebooks in JupyterLab as Chromium or Chrome must be installed (on Debian: apt install chromium; or give its path by --browser): current value is none",
  );
}

/**
 * Opens notebooks in JupyterLab, runs all cells and returns what is wrong:
 * outputs other than the runner's, charts that are not drawn, controls that
 * change nothing, anything in red.
 *
 * Works on copies without outputs, so that nothing old can pass for new and
 * the notebooks stay as they are. Screenshots in the light and the dark theme
 * are left to be looked at.
 *
 * @param paths The notebooks, with the outputs that the runner made.
 * @param options JupyterLab, browser, folders and limit.
 * @throws {DataError} If a file is not a notebook, or JupyterLab or the browser does not start.
 */
export async function checkInLab(
  paths: readonly string[],
  options: LabCheckOptions,
): Promise<Finding[]> {
  const { lab, folder, progress = silent } = options;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.mkdir(options.screenshots, { recursive: true });
  const work = await Deno.makeTempDir({ dir: folder });
  try {
    await writeSettings(join(work, "settings"));
    await using server = await startLab(lab, work, {
      JUPYTERLAB_SETTINGS_DIR: join(work, "settings"),
      JUPYTERLAB_WORKSPACES_DIR: join(work, "workspaces"),
    });
    const browser = await launch(options.browser);
    try {
      const findings: Finding[] = [];
      for (const [i, path] of paths.entries()) {
        progress(notebookName(path), i / paths.length);
        const notebook = await readNotebook(path);
        await Deno.writeTextFile(
          join(work, basename(path)),
          formatNotebook(withoutOutputs(notebook)),
        );
        const page = await browser.newPage({ viewport: screen });
        await page.goto(server.addressOf(basename(path)));
        findings.push(...await checkOrGiveUp(page, path, notebook, options));
        await page.close();
      }
      progress("done", 1);
      return findings;
    } finally {
      await browser.close();
    }
  } finally {
    await Deno.remove(work, { recursive: true });
  }
}

/**
 * Outputs that JupyterLab lacks, has in excess or shows otherwise than the
 * runner, and what it writes in red.
 *
 * @param file Path of the notebook.
 * @param expected With the runner's outputs.
 * @param shown As JupyterLab holds it after running all cells.
 */
export function compareOutputs(
  file: string,
  expected: Notebook,
  shown: Notebook,
): Finding[] {
  return expected.cells.flatMap((cell, i) => {
    const other = shown.cells[i];
    if (cell.cell_type !== "code" || other?.cell_type !== "code") return [];
    const messages: string[] = [];
    const outputs = other.outputs.filter((output) => !isEnded(output));
    const wanted = cell.outputs.map(contentOf);
    const found = outputs.map(contentOf);
    for (let k = 0; k < Math.max(wanted.length, found.length); k++) {
      if (wanted[k] === found[k]) continue;
      const [must, current] = quoteFromDifference(wanted[k], found[k]);
      messages.push(
        `output ${k + 1} must be ${must}: current value is ${current}`,
      );
    }
    const red = outputs.some((output) =>
      output.output_type === "stream" && output.name === "stderr" ||
      output.output_type === "error" && !isMeantToThrow(cell)
    );
    if (red) messages.push("red: something is written in red");
    return messages.map((message) => ({
      file,
      cell: i + 1,
      line: null,
      message: `lab: ${message}`,
    }));
  });
}

const chartType = "application/vnd.vegalite.v5+json";

/** Window in which the notebooks are opened, in pixels. */
const screen = { width: 1280, height: 900 };

/** Highest screenshot that Chromium makes. */
const tallest_px = 16_000;

/** A browser's own settings and questions would make runs differ. */
async function writeSettings(folder: string): Promise<void> {
  const settings: Record<string, object> = {
    "apputils-extension/notification": {
      fetchNews: "false",
      checkForUpdates: false,
    },
    // All cells stay in the page, where they can be counted and pictured.
    "notebook-extension/tracker": { windowingMode: "none" },
  };
  for (const [name, values] of Object.entries(settings)) {
    const path = join(folder, "@jupyterlab", `${name}.jupyterlab-settings`);
    await Deno.mkdir(join(path, ".."), { recursive: true });
    await Deno.writeTextFile(path, JSON.stringify(values));
  }
}

async function launch(executablePath: string): Promise<Browser> {
  try {
    return await chromium.launch({
      executablePath,
      // The superuser, whom containers often have alone, has no sandbox.
      args: Deno.uid() === 0 ? ["--no-sandbox"] : [],
    });
  } catch (error) {
    throw new DataError(
      `Cannot start ${executablePath} as it must be a Chromium that works: ${
        error instanceof Error ? error.message.split("\n")[0] : error
      }`,
    );
  }
}

function withoutOutputs(notebook: Notebook): Notebook {
  return {
    ...notebook,
    cells: notebook.cells.map((cell) =>
      cell.cell_type === "code"
        ? { ...cell, outputs: [], execution_count: null }
        : cell
    ),
  };
}

/** What of JupyterLab is reached from here. */
interface LabWindow {
  jupyterapp: {
    restored: Promise<void>;
    commands: { execute(name: string, args?: object): Promise<unknown> };
    shell: {
      currentWidget: {
        sessionContext: { ready: Promise<void> };
        context: { ready: Promise<void>; model: { toJSON(): unknown } };
      };
    };
  };
}

/** A page that hangs must not keep the other notebooks from being checked. */
async function checkOrGiveUp(
  ...[page, file, expected, options]: Parameters<typeof checkPage>
): Promise<Finding[]> {
  try {
    return await checkPage(page, file, expected, options);
  } catch (error) {
    if (!(error instanceof errors.TimeoutError)) throw error;
    const message = `lab: browser: ${error.message.split("\n")[0]}`;
    return [{ file, cell: null, line: null, message }];
  }
}

async function checkPage(
  page: Page,
  file: string,
  expected: Notebook,
  { limit_s, screenshots }: LabCheckOptions,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  const report = (cell: number | null, message: string) =>
    findings.push({ file, cell, line: null, message: `lab: ${message}` });
  page.on("pageerror", ({ message }) => report(null, `browser: ${message}`));

  await page.locator(".jp-Notebook .jp-CodeCell").first().waitFor();
  if (!await within(limit_s, page.evaluate(runAll))) {
    report(null, `time: not all cells have run in ${limit_s} s`);
  }
  const text = await page.evaluate(readModel);
  const shown = parseNotebook(text, file);
  findings.push(...compareOutputs(file, expected, shown));

  const cells = page.locator(".jp-Notebook .jp-Cell");
  for (const [i, cell] of shown.cells.entries()) {
    if (cell.cell_type !== "code") continue;
    const charts = cell.outputs.filter((output) =>
      "data" in output && chartType in output.data
    ).length;
    const drawn = await drawnCharts(cells.nth(i), charts);
    if (drawn < charts) {
      report(i + 1, `chart: ${drawn} of ${charts} charts are drawn`);
    }
  }
  const name = join(screenshots, notebookName(file));
  // Light last: JupyterLab keeps the theme for the next notebook.
  for (const [theme, suffix] of [["Dark", "-dark"], ["Light", ""]] as const) {
    await page.evaluate(useTheme, `JupyterLab ${theme}`);
    await page.locator(`body[data-jp-theme-light=${theme === "Light"}]`)
      .waitFor({ state: "attached" });
    await picture(page, `${name}${suffix}.png`);
  }

  for (const i of shown.cells.keys()) {
    for (const control of await cells.nth(i).locator(controls).all()) {
      if (!await changesChart(control)) {
        report(i + 1, "control: it does not change the chart");
      }
    }
  }
  return findings;
}

/** Runs in the page. */
async function runAll(): Promise<void> {
  const { jupyterapp } = globalThis as unknown as LabWindow;
  await jupyterapp.restored;
  const { context, sessionContext } = jupyterapp.shell.currentWidget;
  await context.ready;
  await sessionContext.ready;
  await jupyterapp.commands.execute("notebook:run-all-cells");
}

/** Runs in the page. */
function readModel(): string {
  const { jupyterapp } = globalThis as unknown as LabWindow;
  return JSON.stringify(jupyterapp.shell.currentWidget.context.model.toJSON());
}

/** Runs in the page. */
async function useTheme(theme: string): Promise<void> {
  const { jupyterapp } = globalThis as unknown as LabWindow;
  await jupyterapp.commands.execute("apputils:change-theme", { theme });
}

/** Whether work is done in time. */
async function within(
  limit_s: number,
  work: Promise<unknown>,
): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), 1000 * limit_s);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Seconds that a chart may take to appear or to change. */
const drawingLimit_s = 10;

/** Charts of a cell that show anything, once as many are there as there must be. */
async function drawnCharts(cell: Locator, wanted: number): Promise<number> {
  let drawn = 0;
  await waitUntil(async () => {
    const canvases = await cell.locator(".vega-embed canvas").all();
    const filled = await Promise.all(
      canvases.map((canvas) => canvas.evaluate(isFilled)),
    );
    drawn = filled.filter(Boolean).length;
    return drawn >= wanted;
  });
  return drawn;
}

/** What of a canvas is used; the types of browsers are not Deno's. */
interface Canvas {
  width: number;
  height: number;
  getContext(kind: "2d"): {
    getImageData(x: number, y: number, width: number, height: number): {
      data: Uint8ClampedArray<ArrayBuffer>;
    };
  };
}

/** Whether a canvas has more than one colour. Runs in the page. */
function isFilled(element: unknown): boolean {
  const canvas = element as Canvas;
  const { width, height } = canvas;
  if (width === 0 || height === 0) return false;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const pixels = new Uint32Array(data.buffer);
  return pixels.some((pixel) => pixel !== pixels[0]);
}

/** Controls that a chart is bound to. */
const controls = ".vega-bindings :is(input, select)";

/** Moves a control away from its value and looks whether its chart follows. */
async function changesChart(control: Locator): Promise<boolean> {
  const chart = control.locator(
    "xpath=ancestor::*[contains(@class, 'vega-embed')]",
  ).locator("canvas");
  const before = await chart.screenshot();
  await control.evaluate(moveControl);
  return await waitUntil(async () => !before.equals(await chart.screenshot()));
}

/** What of a control is used. */
interface Control {
  type: string;
  value: string;
  min: string;
  max: string;
  checked: boolean;
  options?: ArrayLike<{ value: string }>;
  dispatchEvent(event: Event): void;
}

/** Gives a control the value farthest from the one it has. Runs in the page. */
function moveControl(element: unknown): void {
  const control = element as Control;
  if (control.options !== undefined) {
    const values = Array.from(control.options, ({ value }) => value);
    control.value = values.find((value) => value !== control.value) ?? "";
  } else if (control.type === "range") {
    const { value, min, max } = control;
    control.value = Number(value) - Number(min) > Number(max) - Number(value)
      ? min
      : max;
  } else control.checked = !control.checked;
  for (const type of ["input", "change"]) {
    control.dispatchEvent(new Event(type, { bubbles: true }));
  }
}

async function waitUntil(holds: () => Promise<boolean>): Promise<boolean> {
  const end = performance.now() + 1000 * drawingLimit_s;
  while (!await holds()) {
    if (performance.now() > end) return false;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return true;
}

/** A picture of the whole notebook, not only of what fits on a screen. */
async function picture(page: Page, path: string): Promise<void> {
  const heights = await page.locator(".jp-Notebook .jp-Cell").evaluateAll(
    (cells) =>
      (cells as unknown as { offsetHeight: number }[])
        .map(({ offsetHeight }) => offsetHeight),
  );
  const height = heights.reduce((sum, height) => sum + height, 400);
  await page.setViewportSize({
    ...screen,
    height: Math.min(height, tallest_px),
  });
  await page.locator(".jp-Notebook .jp-Cell").first().scrollIntoViewIfNeeded();
  await page.screenshot({ path });
}

/** Whether an output is what a progress display leaves when it ends. */
function isEnded(output: Output): boolean {
  return output.output_type === "display_data" &&
    JSON.stringify(output.data) === JSON.stringify({ "text/plain": "" });
}

/** What of an output must be the same in all front ends: a traceback names files. */
function contentOf(output: Output): string {
  switch (output.output_type) {
    case "stream":
      return `${output.name} ${output.text}`;
    case "error":
      return `${output.ename}: ${output.evalue}`;
    default:
      return Object.entries(output.data)
        .map(([type, value]) => `${type} ${sortedJson(value)}`)
        .sort().join(", ");
  }
}

function sortedJson(value: unknown): string {
  return JSON.stringify(
    value,
    (_, part) =>
      part !== null && typeof part === "object" && !Array.isArray(part)
        ? Object.fromEntries(
          Object.entries(part).sort(([a], [b]) => a < b ? -1 : 1),
        )
        : part,
  );
}

/** Two contents that differ, long ones from a little before the difference. */
function quoteFromDifference(
  ...contents: [string | undefined, string | undefined]
): string[] {
  const [a = "", b = ""] = contents;
  let same = 0;
  while (same < a.length && a[same] === b[same]) same++;
  const from = Math.max(0, same - 40);
  return contents.map((content) =>
    content === undefined
      ? "none"
      : JSON.stringify(content.slice(from, from + 160))
  );
}
