// What the reader does: choosing, filtering, searching, and the keyboard.

const NAMES = { fact: "Fact", findings: "Findings", equations: "Equations", statements: "Statements", overview: "Overview" };
const DRAW = { findings: drawFindings, equations: drawEquations, statements: drawStatements, overview: drawOverview };
const FILTERS = { fact: "Facts", extension: "Extensions", checked: "Checked", excluded: "Left out", finding: "Findings" };
const KEYS = [
  ["j  k", "next and previous number"], ["← → ↑ ↓", "the numbers beside, above and below, in the text"],
  ["n  p", "next and previous finding, the gravest first"], ["Enter", "from a number to what is known of it"],
  ["Esc", "back: to the number, to where you came from"], ["/", "search"], ["1 – 5", "the tabs"], ["?", "these keys"],
];

const view = {
  tab: "overview", selected: null, stop: null, statement: -1, query: "", finding: -1,
  states: new Set(Object.keys(FILTERS)), trail: [],
};
const query = document.getElementById("query");
const picked = document.getElementById("statement");
const help = document.getElementById("help");

// --- tabs

function makeTabs() {
  for (const [name, text] of Object.entries(NAMES)) {
    const count = { findings: report.findings.length, equations: report.equations.length }[name];
    tabs.append(el("button", { type: "button", role: "tab", id: `tab-${name}`, "aria-controls": `panel-${name}`, "data-tab": name },
      text, count ? el("span", { class: "count" }, count.toLocaleString("en-US")) : null));
    panels.append(el("div", { role: "tabpanel", id: `panel-${name}`, "aria-labelledby": `tab-${name}`, tabindex: "-1" }));
  }
}

const panelOf = (name) => document.getElementById(`panel-${name}`);

function fill(name, children) {
  panelOf(name).replaceChildren(...children.filter(Boolean));
  panelOf(name).dataset.drawn = "";
}

function openTab(name) {
  view.tab = name;
  for (const tab of tabs.children) {
    const chosen = tab.dataset.tab === name;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    panelOf(tab.dataset.tab).hidden = !chosen;
  }
  if (DRAW[name] && !("drawn" in panelOf(name).dataset)) fill(name, DRAW[name]());
}

// --- choosing a mark

function drawFact() {
  const hits = view.query && view.selected == null ? shownMarks() : null;
  if (hits) fill("fact", hitsElement(hits));
  else fill("fact", [backButton(), ...(view.selected == null ? nothingElement() : markElement(marks[view.selected]))]);
  panelOf("fact").parentElement.scrollTop = 0;
}

function backButton() {
  const from = view.trail.at(-1);
  if (from) return el("button", { type: "button", class: "plain back", id: "back" }, `← ${NAMES[from.tab]}`);
  if (view.query) return el("button", { type: "button", class: "plain back", id: "hits" }, "← matches");
  return null;
}

const classed = { twin: [], peer: [] };

function classOn(indexes, name) {
  for (const at of classed[name]) anchors[at].classList.remove(name);
  for (const at of indexes) anchors[at].classList.add(name);
  classed[name] = indexes;
}

// The numbers of the text are one stop for Tab: this one.
function stopAt(at) {
  if (view.stop != null) anchors[view.stop].tabIndex = -1;
  if (at != null) anchors[at].tabIndex = 0;
  view.stop = at;
}

const peersOf = (equations) =>
  equations.flatMap((one) => one.lines.map(([, mark]) => mark)).filter((at) => at != null);

function unselect() {
  if (view.selected == null) return;
  anchors[view.selected].removeAttribute("aria-current");
  view.selected = null;
}

function select(at) {
  unselect();
  view.selected = at;
  anchors[at].setAttribute("aria-current", "true");
  stopAt(at);
  classOn(marks[at].facts.flatMap((fact) => fact.marks).filter((one) => one !== at), "twin");
  openTab("fact");
  drawFact();
  document.getElementById("status").textContent = spoken(marks[at]);
  history.replaceState(null, "", `#m${at}`);
}

function inSight(element) {
  const [box, frame] = [element.getBoundingClientRect(), paper.getBoundingClientRect()];
  return box.top >= frame.top + 24 && box.bottom <= frame.bottom - 24;
}

function go(at) {
  if (at == null || !anchors[at]) return;
  if (view.selected !== at) select(at);
  else openTab("fact");
  const block = inSight(anchors[at]) ? "nearest" : "center";
  anchors[at].focus({ preventScroll: true });
  anchors[at].scrollIntoView({ block, inline: "nearest" });
  showLabels(anchors[at]);
}

// Back to the left edge, where the labels are, for a number that can be seen from there.
function showLabels(element) {
  const [box, frame] = [element.getBoundingClientRect(), paper.getBoundingClientRect()];
  if (box.right - frame.left + paper.scrollLeft < paper.clientWidth) paper.scrollLeft = 0;
}

// --- to a place and back

function follow(link) {
  view.trail.push({ tab: view.tab, selected: view.selected, key: link.dataset.key });
  go(Number(link.dataset.go));
  drawFact();
}

function goBack() {
  const from = view.trail.pop();
  if (!from) return false;
  if (from.tab === "fact") {
    if (from.selected == null) unselect();
    else select(from.selected);
    drawFact();
  }
  openTab(from.tab);
  panelOf(from.tab).querySelector(`[data-key="${from.key}"]`)?.focus();
  return true;
}

function showFinding(key) {
  view.trail = [];
  for (const severity of Object.keys(SEVERITIES)) shownSeverities.add(severity);
  openTab("findings");
  fill("findings", drawFindings());
  const link = panelOf("findings").querySelector(`[data-key="${key}"]`);
  link?.focus();
  link?.scrollIntoView({ block: "center" });
}

// --- filters

function inStates(mark) {
  if (isGrave(mark) && view.states.has("finding")) return true;
  if (mark.state === "words") return view.states.has("finding");
  return view.states.has(mark.state);
}

const inStatement = (mark) =>
  view.statement < 0 || mark.cells.some(({ statement }) => statement.index === view.statement);

function matches(mark) {
  if (!view.query) return true;
  mark.text ??= haystack(mark);
  return view.query.split(/\s+/).every((word) => mark.text.includes(word));
}

const isShown = (mark) => inStates(mark) && inStatement(mark) && matches(mark);
const shownMarks = () => marks.filter(isShown);

function applyFilters() {
  for (const mark of marks) anchors[mark.index].classList.toggle("off", !isShown(mark));
  if (view.selected == null) stopAt(marks.find(isShown)?.index);
}

function makeFilters() {
  const count = { finding: 0 };
  for (const mark of marks) {
    if (mark.state in FILTERS) count[mark.state] = (count[mark.state] ?? 0) + 1;
    if (isGrave(mark)) count.finding += 1;
  }
  for (const [state, name] of Object.entries(FILTERS)) {
    if (count[state]) {
      document.getElementById("states").append(el("button", { type: "button", class: `toggle ${state}`, "aria-pressed": "true", "data-state": state },
        name, el("span", { class: "count" }, count[state].toLocaleString("en-US"))));
    }
  }
  picked.append(el("option", { value: -1 }, "All of the text"),
    ...report.statements.map((one) => el("option", { value: one.index }, one.detail ? `${one.title}: ${one.detail}` : one.title)));
}

function toggle(set, name, button) {
  if (!set.delete(name)) set.add(name);
  button.setAttribute("aria-pressed", String(set.has(name)));
}

function search() {
  view.query = query.value.trim().toLowerCase();
  unselect();
  view.trail = [];
  applyFilters();
  openTab(view.query ? "fact" : view.tab);
  drawFact();
  const hits = view.query ? counted(shownMarks().length, "match", "matches") : "";
  document.getElementById("status").textContent = hits;
}

// --- the keyboard

function step(by) {
  const shown = shownMarks();
  const at = shown.findIndex((mark) => mark.index >= (view.selected ?? 0));
  const exact = view.selected != null && shown[at]?.index === view.selected;
  const start = view.selected == null ? (by > 0 ? 0 : shown.length - 1) : at < 0 ? shown.length - 1
    : exact || by < 0 ? at + by : at;
  go(shown[Math.min(Math.max(start, 0), shown.length - 1)]?.index);
}

function stepLine(by) {
  const here = marks[view.selected];
  if (!here) return step(by);
  const beyond = shownMarks().filter((mark) => (mark.line - here.line) * by > 0);
  const line = by > 0 ? beyond[0]?.line : beyond.at(-1)?.line;
  const near = beyond.filter((mark) => mark.line === line)
    .sort((a, b) => Math.abs(a.end - here.end) - Math.abs(b.end - here.end));
  return go(near[0]?.index);
}

function stepFinding(by) {
  const placed = sortedFindings().filter((one) => one.marks?.length);
  if (!placed.length) return;
  const at = placed.findIndex((one) => one.index === view.finding);
  const next = at < 0 ? (by > 0 ? 0 : placed.length - 1) : (at + by + placed.length) % placed.length;
  view.finding = placed[next].index;
  view.trail = [];
  go(placed[next].marks[0]);
}

function escape() {
  if (document.activeElement === query) {
    if (query.value) {
      query.value = "";
      search();
    } else if (view.selected != null) go(view.selected);
    return;
  }
  if (paper.contains(document.activeElement)) goBack();
  else if (view.selected != null) go(view.selected);
}

function enter(event) {
  if (document.activeElement === query) {
    event.preventDefault();
    go(shownMarks()[0]?.index);
  } else if (document.activeElement?.matches("a.m")) {
    event.preventDefault();
    panelOf("fact").querySelector("h2")?.focus();
  }
}

const inPaper = (action) => (event) => {
  if (!paper.contains(document.activeElement)) return;
  event.preventDefault();
  action();
};

const ACTIONS = {
  j: () => step(1), k: () => step(-1), n: () => stepFinding(1), p: () => stepFinding(-1),
  ArrowRight: inPaper(() => step(1)), ArrowLeft: inPaper(() => step(-1)),
  ArrowDown: inPaper(() => stepLine(1)), ArrowUp: inPaper(() => stepLine(-1)),
  "/": (event) => {
    event.preventDefault();
    query.select();
    query.focus();
  },
  "?": () => help.showModal(), Escape: escape, Enter: enter,
};
Object.keys(NAMES).forEach((name, n) => {
  ACTIONS[n + 1] = () => {
    openTab(name);
    document.getElementById(`tab-${name}`).focus();
  };
});

function onTabKey(event) {
  const all = [...tabs.children];
  const at = all.indexOf(document.activeElement);
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }[event.key];
  if (to == null) return false;
  event.preventDefault();
  const tab = all.at(to % all.length);
  openTab(tab.dataset.tab);
  tab.focus();
  return true;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
  if (tabs.contains(event.target) && onTabKey(event)) return;
  const typing = event.target.matches("input, select, textarea");
  if (typing && !(event.target === query && ["Escape", "Enter"].includes(event.key))) return;
  ACTIONS[event.key]?.(event);
}

// --- the mouse

const CLICKS = {
  "[data-go]": (one) => one.dataset.go !== "" && follow(one),
  "a.m": (one) => {
    view.trail = [];
    go(Number(one.dataset.m));
    drawFact();
  },
  ".fold": unfold,
  "[data-tab]": (one) => openTab(one.dataset.tab),
  "[data-back]": (one) => showFinding(one.dataset.back),
  "[data-statement]": (one) => {
    openTab("statements");
    showStatement(Number(one.dataset.statement));
  },
  "[data-state]": (one) => {
    toggle(view.states, one.dataset.state, one);
    applyFilters();
  },
  "[data-severity]": (one) => {
    toggle(shownSeverities, one.dataset.severity, one);
    fill("findings", drawFindings());
    panelOf("findings").querySelector(`[data-severity="${one.dataset.severity}"]`).focus();
  },
  "#back": goBack,
  "#hits": () => {
    search();
    panelOf("fact").querySelector("a")?.focus();
  },
  "#keys": () => help.showModal(),
  "#close": () => help.close(),
};

function onClick(event) {
  for (const [selector, action] of Object.entries(CLICKS)) {
    const one = event.target.closest(selector);
    if (one) {
      event.preventDefault();
      action(one);
      return;
    }
  }
}

function onHover(event) {
  const card = event.target.closest?.(".equation");
  classOn(card ? peersOf([report.equations[card.dataset.equation]]) : [], "peer");
}

// --- at the start

function badge(text, kind, tab) {
  return el("li", {}, el("button", { type: "button", class: `badge ${kind}`, "data-tab": tab }, text));
}

function makeHead() {
  const fails = equationCounts().fails;
  const errors = report.findings.filter((one) => one.severity === "error").length;
  const [kind] = verdictWords();
  document.getElementById("entity").textContent = report.entity || report.source;
  document.getElementById("about").textContent = [report.form, report.end, report.source].filter(Boolean).join(" · ");
  document.getElementById("badges").append(
    badge(counted(report.facts.length, "fact"), "quiet", "statements"),
    badge(fails ? counted(fails, "equation fails", "equations fail") : `${counted(report.equations.length, "equation")}, none fails`, fails ? "fails" : "holds", "equations"),
    ...(errors ? [badge(counted(errors, "error"), "fails", "findings")] : []),
    ...(report.verdict ? [badge(report.verdict.valid ? "Arelle: valid" : "Arelle: messages", kind, "overview")] : []));
}

function makeHelp() {
  help.append(el("h2", { id: "help-title" }, "Keys"),
    el("dl", {}, ...KEYS.map(([keys, words]) => el("div", {}, el("dt", {}, ...keys.split("  ").map((key) => el("kbd", {}, key))), el("dd", {}, words)))),
    el("button", { type: "button", class: "plain", id: "close" }, "Close"));
}

function start() {
  drawPaper();
  makeTabs();
  makeFilters();
  makeHead();
  makeHelp();
  applyFilters();
  openTab("overview");
  drawFact();
  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKey);
  paper.addEventListener("focusin", ({ target }) => {
    if (target.matches("a.m") && Number(target.dataset.m) !== view.selected) {
      select(Number(target.dataset.m));
    }
  });
  panels.addEventListener("mouseover", onHover);
  panels.addEventListener("focusin", onHover);
  query.addEventListener("input", search);
  document.getElementById("find").addEventListener("submit", (event) => event.preventDefault());
  picked.addEventListener("change", () => {
    view.statement = Number(picked.value);
    applyFilters();
    if (view.statement >= 0) scrollToStatement(view.statement);
  });
  const asked = /^#m(\d+)$/.exec(location.hash);
  if (asked && marks[asked[1]]) go(Number(asked[1]));
}

start();
