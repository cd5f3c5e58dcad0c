// The tabs on the right: each panel is drawn when it is first opened.

const panels = document.getElementById("panels");
const tabs = document.getElementById("tabs");

// --- overview

const SVG = "http://www.w3.org/2000/svg";

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

// A number for a picture, cut to three digits: 324.3M.
function short(value) {
  const n = Number(value);
  const [unit, name] = [[1e12, "T"], [1e9, "B"], [1e6, "M"], [1e3, "K"]].find(([one]) => Math.abs(n) >= one) ?? [1, ""];
  const scaled = Math.abs(n / unit);
  const text = `${scaled.toFixed(unit === 1 || scaled >= 100 ? 0 : scaled >= 10 ? 1 : 2)}${name}`;
  return n < 0 ? `(${text})` : text;
}

const when = (period) => period.replace(/^.* ended /, "").replace(/^(\w{3})\w* \d+, /, "$1 ");
const WIDTH = 300;
const HEIGHT = 96;
const TOP = 16;
const WIDEST_STEP = 84;

function bars(chart) {
  const values = chart.bars.map((bar) => Number(bar.value));
  const [high, low] = [Math.max(0, ...values), Math.min(0, ...values)];
  const unit = HEIGHT / (high - low || 1);
  const zero = TOP + high * unit + (high ? 0 : 4);
  const step = Math.min(WIDTH / values.length, WIDEST_STEP);
  const drawn = values.flatMap((value, n) => {
    const height = Math.max(Math.abs(value) * unit, 1);
    const y = value < 0 ? zero : zero - height;
    const middle = (n + 0.5) * step;
    const width = Math.min(step * 0.6, 44);
    return [
      svg("rect", { class: value < 0 ? "bar minus" : "bar", x: middle - width / 2, y, width, height, rx: 1.5, "data-go": report.facts[chart.bars[n].fact].marks[0] ?? "" }),
      svg("text", { class: "amount", x: middle, y: value < 0 ? y + height + 12 : y - 4, "text-anchor": "middle" }, short(chart.bars[n].value)),
      svg("text", { class: "axis", x: middle, y: TOP + HEIGHT + 32, "text-anchor": "middle" }, when(chart.bars[n].period)),
    ];
  });
  return [...drawn, svg("line", { class: "zero", x1: 0, x2: step * values.length, y1: zero, y2: zero })];
}

function chartElement(chart) {
  const told = chart.bars.map((bar) => `${bar.period}: ${report.facts[bar.fact].value}`).join("; ");
  const words = [chart.over, chart.unit].filter(Boolean).join(", ");
  return el("figure", {},
    el("figcaption", {}, el("strong", {}, chart.name), el("span", { class: "quiet" }, ` ${words}`)),
    svg("svg", { viewBox: `0 0 ${WIDTH} ${TOP + HEIGHT + 36}`, role: "img", "aria-label": `${chart.name}, ${words}. ${told}` }, ...bars(chart)));
}

function verdictWords() {
  const { verdict } = report;
  if (!verdict) return ["quiet", "not asked"];
  if (verdict.valid) return ["holds", `valid, no messages; checked against ${verdict.against}`];
  const kind = verdict.grave ? "fails" : "unclear";
  return [kind, verdict.facts ? `${counted(verdict.messages, "message")}; checked against ${verdict.against}` : "read no facts"];
}

function equationCounts() {
  const counts = { holds: 0, fails: 0, "cannot tell": 0 };
  for (const { verdict } of report.equations) counts[verdict] += 1;
  return counts;
}

function summaryTerms() {
  const own = report.facts.filter((fact) => isOwn(fact.concept)).length;
  const counts = equationCounts();
  const [kind, words] = verdictWords();
  const graves = report.findings.map((one) => one.severity);
  const count = (severity) => graves.filter((one) => one === severity).length;
  return terms([
    ["Facts", `${report.facts.length.toLocaleString("en-US")}`, el("span", { class: "quiet" }, `, ${own} of them of extension concepts`)],
    ["Equations", `${counts.holds.toLocaleString("en-US")} hold, `, el("span", { class: counts.fails ? "bad" : "" }, `${counts.fails} fail`), `, ${counts["cannot tell"].toLocaleString("en-US")} cannot tell`],
    ["Findings", `${counted(count("error"), "error")}, ${counted(count("warning"), "warning")}, ${counted(count("info"), "note")}`],
    ["Arelle", el("span", { class: kind }, words)],
    ["Source", el("code", {}, report.source), el("span", { class: "quiet" }, ` ${counted(lines.length, "line")}`)],
    ["Made by", `tieout ${report.tieout}`],
  ]);
}

function ledgerRow(ledger) {
  const { fact = 0, finding = 0 } = ledger.counts;
  const excluded = ledger.numbers - fact - finding;
  const why = Object.entries(ledger.counts).filter(([name]) => name !== "fact" && name !== "finding");
  const cell = (n, kind = "") => el("td", { class: `num ${kind}`.trim() }, n ? n.toLocaleString("en-US") : "–");
  return el("tr", {},
    el("th", { scope: "row" }, el("a", { href: "#panel-statements", "data-statement": ledger.statement }, report.statements[ledger.statement].title)),
    cell(ledger.numbers), cell(fact),
    el("td", { class: "num", title: why.map(([name, n]) => `${n} ${name}`).join(", ") }, excluded ? String(excluded) : "–"),
    cell(finding, finding ? "bad" : ""));
}

function ledgerTable() {
  if (!report.ledgers.length) return null;
  const heads = ["Statement", "Numbers", "Facts", "Left out", "Unread"];
  return section("Every number accounted for",
    el("div", { class: "scroll" }, el("table", { class: "grid" },
      el("caption", { class: "unseen" }, "What became of the numbers of each statement"),
      el("thead", {}, el("tr", {}, ...heads.map((head, n) => el("th", { scope: "col", class: n ? "num" : null }, head)))),
      el("tbody", {}, ...report.ledgers.map(ledgerRow)))));
}

function drawOverview() {
  const pictures = report.charts.map(chartElement);
  return [el("h2", { tabindex: "-1" }, "Overview"), summaryTerms(),
    pictures.length ? section("Main lines", el("div", { class: "charts" }, ...pictures)) : null,
    ledgerTable()];
}

// --- statements

function headCell(column) {
  const [first, ...rest] = column.words;
  const [, over, end] = /^(.* ended) (.*)$/.exec(first) ?? [null, null, first];
  const audited = column.audited === false ? ["unaudited"] : [];
  return el("th", { scope: "col", class: "num" },
    over && el("span", { class: "block quiet" }, over),
    el("span", { class: "block day" }, end.replace(/^([A-Z][a-z]{2})[a-z]*(?= \d+, \d{4}$)/, "$1")),
    ...[...rest, ...audited].map((words) => el("span", { class: "block quiet" }, words)));
}

function numberCell([text, mark] = []) {
  if (text == null) return el("td", { class: "num" });
  return el("td", { class: text.endsWith(")") ? "num" : "num open" }, jump(mark, text, `cell-${mark}`, mark == null ? {} : { class: cellKind(marks[mark]) }));
}

const cellKind = (mark) => (isGrave(mark) ? mark.severity || "warning" : mark.state);


function rowElement(statement, row) {
  const kind = `${row.total ? "total" : ""} ${row.cells.some((cell) => cell.length) ? "" : "heading"}`.trim();
  const words = [row.period, row.measure].filter(Boolean).join(", ");
  const head = el("th", { scope: "row" }, row.label || el("span", { class: "unseen" }, "Total"),
    words ? el("span", { class: "quiet" }, ` ${words}`) : null);
  head.style.paddingInlineStart = `${0.5 + Math.min(row.level, 6) * 0.9}rem`;
  return el("tr", { class: kind || null }, head, ...row.cells.map((cell) => numberCell(cell)));
}

function statementTable(statement) {
  return el("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": statement.title },
    el("table", { class: "grid statement" },
      el("caption", {}, [statement.entity, statement.counted].filter(Boolean).join(" · ")),
      el("thead", {}, el("tr", {}, el("th", { scope: "col" }, el("span", { class: "unseen" }, "Line")), ...statement.columns.map(headCell))),
      el("tbody", {}, ...statement.rows.map((row) => rowElement(statement, row)))));
}

function statementDetails(statement) {
  const title = statement.detail ? `${statement.title}: ${statement.detail}` : statement.title;
  const details = el("details", { class: "statement", "data-at": statement.index },
    el("summary", {}, el("h3", {}, title), el("span", { class: "quiet" }, statement.kind)));
  details.addEventListener("toggle", () => details.append(statementTable(statement)), { once: true });
  return details;
}

function drawStatements() {
  const all = report.statements.map(statementDetails);
  if (all[0]) all[0].open = true;
  return [el("h2", { tabindex: "-1" }, "Statements"), ...(all.length ? all : [el("p", {}, "None was found.")])];
}

function showStatement(at) {
  for (const details of panels.querySelectorAll("details.statement")) {
    details.open = Number(details.dataset.at) === at;
    if (details.open) details.scrollIntoView({ block: "start" });
  }
  scrollToStatement(at);
}

function scrollToStatement(at) {
  const mark = report.statements[at]?.rows.find((row) => row.mark != null)?.mark;
  const shown = mark ?? marks.find(({ cells }) => cells.some(({ statement }) => statement.index === at))?.index;
  anchors[shown]?.scrollIntoView({ block: "center" });
}

// --- equations

function equationGroup(check, equations) {
  const counts = VERDICTS.map((verdict) => [verdict, equations.filter((one) => one.verdict === verdict)]);
  const chips = counts.filter(([, some]) => some.length).map(([verdict, some]) => chip(`${some.length.toLocaleString("en-US")} ${verdict.replace(/s$/, "")}`, verdictKind(verdict)));
  const details = el("details", { class: "group" }, el("summary", {}, el("h3", {}, check), ...chips));
  const failing = equations.filter((one) => one.verdict === "fails");
  const others = equations.filter((one) => one.verdict !== "fails").sort(byVerdict);
  details.addEventListener("toggle", () => details.append(
    ...failing.map((one) => equationElement(one)), ...othersElements(others, failing.length)), { once: true });
  details.open = failing.length > 0;
  return details;
}

// Those that do not fail; beside some that do, they wait until they are asked for.
function othersElements(others, failing) {
  if (!failing || !others.length) return others.map((one) => foldedEquation(one));
  const details = el("details", { class: "folded" }, el("summary", {}, `the other ${others.length.toLocaleString("en-US")}`));
  details.addEventListener("toggle", () => details.append(...others.map((one) => foldedEquation(one))), { once: true });
  return [details];
}

function drawEquations() {
  const groups = Map.groupBy ? Map.groupBy(report.equations, (one) => one.check) : grouped(report.equations);
  const drawn = [...groups].map(([check, equations]) => equationGroup(check, equations));
  return [el("h2", { tabindex: "-1" }, counted(report.equations.length, "equation")),
    ...(drawn.length ? drawn : [el("p", {}, "None was found.")])];
}

function grouped(equations) {
  const groups = new Map();
  for (const one of equations) groups.set(one.check, [...(groups.get(one.check) ?? []), one]);
  return groups;
}

// --- findings

const shownSeverities = new Set(Object.keys(SEVERITIES));

const sortedFindings = () =>
  report.findings.filter((one) => shownSeverities.has(one.severity)).sort(byGravity);

function severityChips() {
  const group = el("div", { class: "chips", role: "group", "aria-label": "Findings shown" });
  for (const [severity, name] of Object.entries(SEVERITIES)) {
    const count = report.findings.filter((one) => one.severity === severity).length;
    group.append(el("button", { type: "button", class: `toggle ${severity}`, "aria-pressed": String(shownSeverities.has(severity)), "data-severity": severity },
      counted(count, name.toLowerCase())));
  }
  return group;
}

function drawFindings() {
  const found = sortedFindings();
  return [el("h2", { tabindex: "-1" }, "Findings"), severityChips(),
    ...(found.length ? found.map((one) => findingElement(one)) : [el("p", {}, "Nothing to tell.")])];
}

// --- fact

function hitElement(mark) {
  const [fact] = mark.facts;
  const name = fact ? label(fact.concept) : mark.cells[0]?.row.label || printed(mark);
  const period = fact ? report.contexts[fact.context].words : mark.reason;
  return el("li", {}, jump(mark.index, name, `hit-${mark.index}`),
    el("span", { class: "num" }, fact || mark.cells.length ? printed(mark) : ""), el("span", { class: "quiet" }, period));
}

const MOST_HITS = 200;

function hitsElement(hits) {
  return [el("h2", { tabindex: "-1" }, counted(hits.length, "match", "matches")),
    el("ul", { class: "hits" }, ...hits.slice(0, MOST_HITS).map(hitElement)),
    hits.length > MOST_HITS ? el("p", { class: "quiet" }, `and ${hits.length - MOST_HITS} more`) : null];
}

function nothingElement() {
  return [el("h2", { tabindex: "-1" }, "No number chosen"),
    el("p", {}, "Choose a marked number in the text, or go through them with ",
      el("kbd", {}, "j"), " and ", el("kbd", {}, "k"), ".")];
}
