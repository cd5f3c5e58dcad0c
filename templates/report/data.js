// What the page was given, and the references in it turned round: what stands at a mark.

const report = JSON.parse(document.getElementById("data").textContent);
const lines = report.text.split("\n");
const GRAVITY = ["", "info", "warning", "error"];
const SEVERITIES = { error: "Error", warning: "Warning", info: "Note" };
const VERDICTS = ["fails", "cannot tell", "holds"];

const marks = report.marks.map(([line, start, end, state, reason = ""], index) => ({
  index, line, start, end, state: report.states[state], reason,
  facts: [], cells: [], equations: [], findings: [], severity: "",
}));

const counted = (n, one, many = `${one}s`) => `${n.toLocaleString("en-US")} ${n === 1 ? one : many}`;
const number = (mark) => (report.numbers ? report.numbers[mark.line] : mark.line + 1);
const printed = (mark) => lines[mark.line].slice(mark.start, mark.end).replace(/\s+/g, " ").trim();
const label = (name) => report.concepts[name]?.label ?? name;
const isOwn = (name) => Boolean(report.concepts[name]?.own);
const gravity = (severity) => GRAVITY.indexOf(severity);
const isGrave = (mark) => gravity(mark.severity) > 1 || mark.state === "unread";

function addOnce(list, one) {
  if (!list.includes(one)) list.push(one);
}

function linkFacts() {
  report.facts.forEach((fact, index) => {
    fact.index = index;
    for (const at of fact.marks) addOnce(marks[at].facts, fact);
  });
}

function linkStatements() {
  report.statements.forEach((statement, at) => {
    statement.index = at;
    for (const row of statement.rows) {
      row.statement = statement;
      row.cells.forEach(([, mark], column) => {
        if (mark != null) marks[mark].cells.push({ statement, row, column });
      });
    }
  });
}

function linkEquations() {
  report.equations.forEach((equation, index) => {
    equation.index = index;
    equation.diagnoses = report.diagnoses.filter((one) => one.equations.includes(index));
    for (const [, mark] of equation.lines) {
      if (mark != null) addOnce(marks[mark].equations, equation);
    }
  });
}

function linkFindings() {
  report.findings.forEach((finding, index) => {
    finding.index = index;
    for (const at of finding.marks ?? []) {
      const mark = marks[at];
      mark.findings.push(finding);
      if (gravity(finding.severity) > gravity(mark.severity)) mark.severity = finding.severity;
    }
  });
}

function haystack(mark) {
  const facts = mark.facts.flatMap((fact) => [fact.concept, label(fact.concept), fact.value]);
  const rows = mark.cells.map(({ row }) => row.label);
  return [printed(mark), ...facts, ...rows].join("\n").toLowerCase();
}

const byGravity = (a, b) => gravity(b.severity) - gravity(a.severity) || a.index - b.index;
const byVerdict = (a, b) =>
  VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict) || a.index - b.index;

linkFacts();
linkStatements();
linkEquations();
linkFindings();
for (const mark of marks) mark.equations.sort(byVerdict);
