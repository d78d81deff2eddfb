// SPDX-License-Identifier: MIT
// lint.mjs CHART.svg...: finds text that overlaps other text or leaves the
// picture. Gnuplot cannot measure text, so a browser does:
// a page holds all charts and a script that writes down what it finds, and
// headless Chromium prints the page. Lines and dots under text need eyes.
//
// One line per finding on standard output. Exit status: 0 clean, 1 findings,
// 2 no browser or no answer from it. CHROMIUM names another browser.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";

// Runs in the page; must not refer to anything outside itself.
function inspect() {
  const slack = 1.5; // pixels two boxes may share: line spacing, rounding
  const apart = (a, b) =>
    a.right - slack < b.left || b.right - slack < a.left ||
    a.bottom - slack < b.top || b.bottom - slack < a.top;
  const within = (a, b) =>
    a.left >= b.left && a.right <= b.right &&
    a.top >= b.top && a.bottom <= b.bottom;

  const found = [];
  for (const chart of document.querySelectorAll("div")) {
    const report = (line) => found.push(`${chart.id}: ${line}`);
    const edge = chart.querySelector("svg").getBoundingClientRect();
    const texts = [...chart.querySelectorAll("text")]
      .filter((text) => text.textContent.trim() !== "")
      .map((text) => ({ said: `"${text.textContent.trim()}"`,
                        box: text.getBoundingClientRect() }));
    if (texts.length === 0)
      report("has no text");
    texts.forEach((one, index) => {
      if (!within(one.box, edge))
        report(`${one.said} leaves the picture`);
      for (const other of texts.slice(index + 1))
        if (!apart(one.box, other.box))
          report(`${one.said} overlaps ${other.said}`);
    });
  }
  const result = document.createElement("pre");
  result.id = "found";
  result.textContent = encodeURIComponent(JSON.stringify(found));
  document.body.append(result);
}

function makePage(files) {
  const charts = files.map((file) => {
    const svg = readFileSync(file, "utf8").replace(/^<\?xml[^>]*>/, "");
    return `<div id="${basename(file)}">${svg}</div>`;
  });
  return `<!doctype html><meta charset="utf-8"><body>${charts.join("\n")}
    <script>(${inspect})()</script>`;
}

function browse(page, folder) {
  const names = process.env.CHROMIUM
    ? [process.env.CHROMIUM]
    : ["chromium", "chromium-browser", "google-chrome"];
  for (const name of names) {
    const run = spawnSync(name, [
      "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run",
      "--disable-dev-shm-usage", `--user-data-dir=${join(folder, "profile")}`,
      "--dump-dom", pathToFileURL(page).href,
    ], { encoding: "utf8", maxBuffer: 1 << 28, timeout: 120000,
         env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder,
                XDG_CACHE_HOME: folder } });
    if (run.error?.code === "ENOENT")
      continue;
    const answer = /<pre id="found">([^<]*)<\/pre>/.exec(run.stdout ?? "");
    if (answer)
      return JSON.parse(decodeURIComponent(answer[1]));
    throw new Error(`${name} did not answer: ${run.stderr ?? run.error}`);
  }
  throw new Error(`no browser: ${names.join(", ")}`);
}

function main(files) {
  if (files.length === 0) {
    console.error("usage: lint.mjs CHART.svg...");
    return 2;
  }
  const folder = mkdtempSync(join(tmpdir(), "lint-"));
  try {
    const page = join(folder, "page.html");
    writeFileSync(page, makePage(files));
    const found = browse(page, folder);
    found.forEach((line) => console.log(line));
    return found.length > 0 ? 1 : 0;
  } catch (error) {
    console.error(`lint: ${error.message}`);
    return 2;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5,
                     retryDelay: 100 });
  }
}

process.exitCode = main(process.argv.slice(2));
