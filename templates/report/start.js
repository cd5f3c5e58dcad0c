// The mouse, and what is made at the start.

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
