// What the reader does: choosing, going to a place and back, filtering, searching.

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
