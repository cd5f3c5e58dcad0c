// Facts, equations and findings as elements, wherever they are shown.

// A link to a mark; `key` finds it again when the reader comes back.
function jump(mark, text, key, extra = {}) {
  if (mark == null) return text;
  return el("a", { href: `#m${mark}`, "data-go": mark, "data-key": key, ...extra }, text);
}

const chip = (text, kind) => el("span", { class: `chip ${kind}` }, text);
const verdictKind = (verdict) => ({ holds: "holds", fails: "fails" })[verdict] ?? "unclear";

function terms(pairs) {
  const list = el("dl");
  for (const [name, ...values] of pairs) {
    if (values.some((one) => one != null && one !== "")) {
      list.append(el("div", {}, el("dt", {}, name), el("dd", {}, ...values)));
    }
  }
  return list;
}

function section(title, ...children) {
  return children.length ? el("section", {}, el("h3", {}, title), ...children) : null;
}

// --- a fact

function conceptLine(name) {
  const concept = report.concepts[name] ?? {};
  const traits = [concept.balance, concept.period, concept.type?.replace("ItemType", "")];
  return el("p", { class: "concept" }, el("code", {}, name),
    chip(concept.own ? "extension" : "standard", concept.own ? "extension" : "fact"),
    el("span", { class: "quiet" }, traits.filter(Boolean).join(" · ")));
}

function dimensionLines(context) {
  return (context.dimensions ?? []).flatMap(([axis, member]) => [
    el("span", { class: "block" }, label(member)),
    el("span", { class: "block quiet" }, el("code", {}, `${axis} = ${member}`)),
  ]);
}

function otherPlaces(fact, mark) {
  const others = fact.marks.filter((at) => at !== mark.index);
  return others.flatMap((at, n) => [n ? ", " : "",
    jump(at, `line ${number(marks[at])}`, `place-${fact.index}-${at}`)]);
}

function factElement(fact, mark, rows) {
  const context = report.contexts[fact.context];
  const unit = report.units[fact.unit];
  return el("div", { class: "known" },
    el("h2", { tabindex: "-1" }, label(fact.concept)),
    conceptLine(fact.concept),
    el("p", { class: unit ? "value" : "value words" }, fact.value,
      unit ? el("span", {}, unit) : null),
    terms([
      ...rows.flatMap((cell) => rowTerms(mark, cell)),
      ["Period", context.words, el("span", { class: "block quiet" }, context.dates)],
      ["Dimensions", ...dimensionLines(context)],
      ["Decimals", fact.decimals],
      ["Also printed", ...otherPlaces(fact, mark)],
      ["Id", el("code", {}, fact.id)],
    ]));
}

function rowTerms(mark, { statement, row }) {
  const where = [statement.title, ...(row.section ?? [])].join(" › ");
  return [
    ["Printed as", row.label ? `“${row.label}”` : "a number without a label",
      el("span", { class: "block quiet" }, where)],
    ["Number", printed(mark), el("span", { class: "quiet" }, ` on line ${number(mark)}`)],
    ["Sign", row.sign < 0 ? "turned: the concept's balance is the other way" : null],
  ];
}

function meter(row) {
  const words = row.ruled ? "set by your rule" : `${row.confidence} % sure`;
  const bar = el("meter", { min: 0, max: 100, value: row.confidence, "aria-label": words });
  return el("p", { class: "sure" }, bar, el("span", {}, words));
}

function evidence({ row }) {
  if (!row.reasons?.length) return [];
  const others = row.alternatives.map(([name, reason]) =>
    el("li", {}, el("code", {}, name), el("span", { class: "quiet" }, ` ${reason}`)));
  return [meter(row),
    el("ul", { class: "reasons" }, ...row.reasons.map((reason) => el("li", {}, reason))),
    others.length ? el("details", {}, el("summary", {}, counted(others.length, "alternative")),
      el("ul", { class: "reasons" }, ...others)) : null];
}

// --- equations

function ledgerLine(equation, [kind, mark, sign, text, words], n, here) {
  const self = mark != null && here && mark === here.index;
  const figure = self ? el("strong", {}, text) : jump(mark, text, `eq-${equation.index}-${n}`);
  const negative = text.endsWith(")");
  return el("tr", { class: `${kind}${self ? " self" : ""}` },
    el("td", { class: "sign" }, sign),
    el("td", { class: negative ? "num" : "num open" }, figure),
    el("td", {}, words.replace(/^"(.*)"/, "$1")));
}

function equationElement(equation, here = null) {
  const kind = verdictKind(equation.verdict);
  return el("article", { class: `equation ${kind}`, "data-equation": equation.index },
    el("p", { class: "head" }, chip(equation.verdict, kind), el("strong", {}, equation.check),
      el("span", { class: "quiet" }, equation.period)),
    el("table", { class: "ledger" },
      el("caption", { class: "unseen" }, `${equation.called}, worked out`),
      el("tbody", {}, ...equation.lines.map((line, n) => ledgerLine(equation, line, n, here)))),
    el("p", { class: "quiet" }, equation.why),
    ...(kind === "fails" ? equation.diagnoses.map(diagnosisElement) : []));
}

function equationSummary(equation) {
  const kind = verdictKind(equation.verdict);
  return el("summary", {}, chip(equation.verdict, kind), el("strong", {}, equation.check),
    el("span", {}, equation.called));
}

// An equation that is worked out when it is opened.
function foldedEquation(equation, here = null) {
  const details = el("details", { class: "folded" }, equationSummary(equation));
  details.addEventListener("toggle", () => details.append(equationElement(equation, here)), { once: true });
  return details;
}

function diagnosisElement(diagnosis) {
  const likely = diagnosis.suspects.slice(0, Math.min(Math.max(diagnosis.level, 1), 3));
  if (!likely.length) return null;
  return el("div", { class: "diagnosis" },
    el("h3", {}, "Likeliest cause"),
    el("ul", {}, ...likely.map((one) => el("li", {},
      jump(one.mark, one.printed, `suspect-${diagnosis.equations[0]}-${one.mark}`), ` of ${one.called}: ${one.error}`,
      one.right ? el("span", {}, "; ", el("strong", {}, one.right), " would be right") : null,
      el("span", { class: "quiet block" }, one.why)))));
}

const SHOWN = 4;

function equationsOf(mark) {
  const opened = mark.equations.filter((one, n) => one.verdict === "fails" || n < SHOWN);
  const rest = mark.equations.filter((one) => !opened.includes(one));
  return [...opened.map((one) => equationElement(one, mark)),
    ...rest.map((one) => foldedEquation(one, mark))];
}

// --- findings

function findingElement(finding, back = false) {
  const place = finding.marks?.[0];
  const where = finding.line ? `line ${finding.line}` : "the whole filing";
  const key = `finding-${finding.index}`;
  const link = back
    ? el("a", { href: "#panel-findings", "data-back": key }, "in the list")
    : jump(place, where, key, { class: "cover" });
  return el("article", { class: `notice ${finding.severity}` },
    el("p", { class: "head" }, chip(SEVERITIES[finding.severity], finding.severity),
      el("code", {}, finding.code), el("span", { class: "place" }, link)),
    el("p", {}, finding.message),
    finding.advice ? el("p", { class: "quiet" }, finding.advice) : null,
    ...(finding.equation == null || back ? []
      : report.equations[finding.equation].diagnoses.map(diagnosisElement)));
}

// --- all that is known of a mark

const STATES = { excluded: "left out" };
const WORDS = {
  checked: "No fact of the report, but it stands in an equation",
  excluded: "Left out, for a reason that has a name",
  unread: "Became no fact, which a finding tells of",
  words: "No number of the report; a finding is about this place",
};

function plainElement(mark) {
  return el("div", { class: "known" },
    el("h2", { tabindex: "-1" }, printed(mark)),
    el("p", {}, mark.state !== "words" && chip(STATES[mark.state] ?? mark.state, mark.state), ` ${WORDS[mark.state] ?? ""}`),
    terms([["Reason", mark.reason], ["Place", `line ${number(mark)}`]]));
}

function findingsOf(mark) {
  const ofRows = mark.cells.flatMap(({ row }) => (row.findings ?? []).map((at) => report.findings[at]));
  return [...new Set([...mark.findings, ...ofRows])].sort(byGravity);
}

function markElement(mark) {
  const rows = mark.cells.filter(({ row }, n) => mark.cells.findIndex((one) => one.row === row) === n);
  const of = (fact) => rows.filter(({ row }) => row.concepts.includes(fact.concept));
  const facts = mark.facts.map((fact) => factElement(fact, mark, of(fact)));
  const equations = section(counted(mark.equations.length, "equation"), ...equationsOf(mark));
  const fails = mark.equations[0]?.verdict === "fails";
  return [
    ...(facts.length ? facts : [plainElement(mark)]),
    section("Findings", ...findingsOf(mark).map((one) => findingElement(one, true))),
    fails && equations,
    section("Why this concept", ...(facts.length ? rows.flatMap(evidence) : [])),
    fails || equations,
  ].filter(Boolean);
}

// One sentence for those who hear the page.
function spoken(mark) {
  const [fact] = mark.facts;
  const failing = mark.equations.filter((one) => one.verdict === "fails").length;
  const told = fact
    ? [label(fact.concept), fact.value, report.units[fact.unit], report.contexts[fact.context].words]
    : [printed(mark), mark.reason || WORDS[mark.state]];
  return [...told, fact && isOwn(fact.concept) ? "extension" : "",
    failing ? counted(failing, "equation fails", "equations fail") : "",
    mark.findings.length ? counted(mark.findings.length, "finding") : "",
  ].filter(Boolean).join(", ");
}
